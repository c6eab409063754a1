"""What a file of evidence holds, in one form for all formats and with the place of each value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from remit.core.place import Place
from remit.io.opened_file import UnreadRow

__all__ = [
    "Cell",
    "ImportedArm",
    "ImportedContrast",
    "ImportedEvidence",
    "ImportedJudgement",
    "ImportedOutcome",
    "ImportedReference",
    "ImportedResult",
    "ImportedStudy",
    "OutcomeKind",
]

OutcomeKind = Literal["events", "means", "rates", "effects", "observed-expected", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A value as it stands in the file.

    Attributes
    ----------
    text : str
        The text; numbers with a decimal point and without thousands signs.
    place : Place
        Where it stands. In an XML file the row is the line, and the column is the path of the
        element, such as ``COMPARISON[1]/DICH_OUTCOME[2]/DICH_DATA[1]@EVENTS_1``.
    """

    text: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImportedStudy:
    """One study.

    Attributes
    ----------
    key : str
        What the other parts refer to it by: unique in the file.
    label : str
        Name of the study, unique in the file: where the file names two alike, ``a`` and ``b``
        were added.
    year : str
        Year, or empty.
    facts : mapping of str to Cell
        What else the file says of it, by column or element: covariates, characteristics,
        identifiers.
    place : Place
        Where the file names it first.
    """

    key: str
    label: str
    year: str = ""
    facts: Mapping[str, Cell] = field(default_factory=dict)
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImportedOutcome:
    """What was measured, and how the file analyses it.

    Attributes
    ----------
    key : str
        Unique in the file, such as ``1.2`` for outcome 2 of comparison 1.
    comparison, name : str
        As the file names them; empty where it does not.
    kind : str
        What its rows hold: ``events`` of totals, ``means`` with SDs, ``rates`` (events and
        person-time), ``effects`` with standard errors, ``observed-expected`` (with variance), or
        ``other``.
    measure : str
        metafor's code (``OR RR RD PETO MD SMD IRR HR``), or empty where the file names none.
    method, model : str
        ``MH``, ``IV`` or ``Peto``; ``fixed`` or ``random``; empty where the file names none.
    tau2, interval : str
        Estimator of tau2 (metafor's code) and interval (``z`` or ``HKSJ``) of a random-effects
        analysis; empty where the file names none.
    one, two : str
        Names of the two groups that are compared; empty where the arms name their treatment.
    favours : (str, str)
        Labels of the left and the right side of the figure.
    level : float
        Coverage of the file's own intervals, as a proportion.
    swapped : bool
        Whether people without the event were analysed.
    place : Place
        Where it stands.
    """

    key: str
    comparison: str = ""
    name: str = ""
    kind: OutcomeKind
    measure: str = ""
    method: str = ""
    model: str = ""
    tau2: str = ""
    interval: str = ""
    one: str = ""
    two: str = ""
    favours: tuple[str, str] = ("", "")
    level: float = 0.95
    swapped: bool = False
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImportedArm:
    """What one arm of a study showed for one outcome.

    Attributes
    ----------
    study, outcome : str
        Keys.
    subgroup : str
        Name of the subgroup of studies or people; empty where there is none.
    treatment : str
        As the file names it.
    values : mapping of str to Cell
        ``events``, ``n``, ``mean``, ``sd``, ``se``, ``person_time``, as far as the file has them.
        An empty cell of the file is there, with an empty text.
    place : Place
        Its row.
    """

    study: str
    outcome: str
    subgroup: str = ""
    treatment: str
    values: Mapping[str, Cell]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImportedContrast:
    """How two arms of a study differ, as the file gives it.

    Attributes
    ----------
    study, outcome, subgroup : str
        As in `ImportedArm`.
    one, two : str
        Treatments; the effect is one against two. Empty where the file names none.
    scale : str
        ``identity``; ``log``: the effect is a logarithm; ``ratio``: the effect is a ratio, its
        standard error that of the logarithm.
    values : mapping of str to Cell
        ``effect``, ``se``, ``variance``, ``ci_low``, ``ci_high``, ``n1``, ``n2``; or
        ``observed_less_expected`` and ``variance``.
    place : Place
        Its row.
    """

    study: str
    outcome: str
    subgroup: str = ""
    one: str = ""
    two: str = ""
    scale: Literal["identity", "log", "ratio"] = "identity"
    values: Mapping[str, Cell]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImportedJudgement:
    """A judgement of the risk of bias in one domain.

    Attributes
    ----------
    study : str
        Key.
    outcome : str
        Outcome or result that it is about, as the file names it; empty: the study as a whole.
    tool : str
        ``RoB 2``, ``RoB 2 cluster``, ``ROBINS-I``, ``RoB 1`` and the like; empty: not named.
    domain : str
        Name of the domain, or ``Overall``.
    judgement : str
        In lower case, such as ``low`` or ``some concerns``.
    support : str
        The reason, where the file holds it.
    place : Place
        Its cell.
    """

    study: str
    outcome: str = ""
    tool: str = ""
    domain: str
    judgement: str
    support: str = ""
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImportedReference:
    """A publication.

    Attributes
    ----------
    study : str
        Key of the study that it reports.
    kind : str
        As the file calls it, such as ``JOUR`` or ``JOURNAL_ARTICLE``.
    authors : tuple of str
        As printed, each ``Surname, Given names`` where the file writes them so.
    fields : mapping of str to Cell
        ``title``, ``journal``, ``year``, ``volume``, ``issue``, ``pages``, ``doi``, ``pmid``,
        ``registry``, ``url``, ``abstract``, and tags that have no such name.
    place : Place
        Where it begins.
    """

    study: str
    kind: str = ""
    authors: tuple[str, ...] = ()
    fields: Mapping[str, Cell]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImportedResult:
    """A result that the file carries itself.

    Attributes
    ----------
    outcome : str
        Key.
    subgroup : str
        Name of the subgroup; empty: all studies.
    study : str
        Key of the study whose own result it is; empty: pooled.
    values : mapping of str to Cell
        ``effect``, ``ci_low``, ``ci_high``, ``se``, ``weight``, ``q``, ``df``, ``p_q``, ``i2``,
        ``tau2``, ``z``, ``p_z``, ``q_between``, ``df_between``, ``p_between``, ``i2_between``,
        ``events1``, ``n1``, ``events2``, ``n2``. Ratios are not logarithms; a study's ``se`` is
        of the logarithm.
    place : Place
        Its row.
    """

    outcome: str
    subgroup: str = ""
    study: str = ""
    values: Mapping[str, Cell]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImportedEvidence:
    """Everything that was read from a file.

    Attributes
    ----------
    file : str
        Name of the file, or of the folder.
    format : str
        Key of the format, one of `remit.io.formats.recognise.FORMATS`.
    told : tuple of str
        What the reader decided, in sentences.
    studies, outcomes, arms, contrasts, judgements, references, results : tuple
        What the file holds, in its order.
    unread : tuple of UnreadRow
        What has no place here, with the reason: nothing is dropped without a word.
    """

    file: str
    format: str
    told: tuple[str, ...] = ()
    studies: tuple[ImportedStudy, ...] = ()
    outcomes: tuple[ImportedOutcome, ...] = ()
    arms: tuple[ImportedArm, ...] = ()
    contrasts: tuple[ImportedContrast, ...] = ()
    judgements: tuple[ImportedJudgement, ...] = ()
    references: tuple[ImportedReference, ...] = ()
    results: tuple[ImportedResult, ...] = ()
    unread: tuple[UnreadRow, ...] = ()

    def outcome(self, key: str) -> ImportedOutcome:
        """Return the outcome with this key; `KeyError` if there is none."""
        for outcome in self.outcomes:
            if outcome.key == key:
                return outcome
        raise KeyError(key)

    def labels(self) -> dict[str, str]:
        """Return the name of each study by its key."""
        return {study.key: study.label for study in self.studies}
