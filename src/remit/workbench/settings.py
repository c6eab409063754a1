"""``review.toml`` as a checked specification: what the review asks, and what it assumes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from remit.core.errors import InputError, Problem
from remit.io.review_folder import SETTINGS_FILE
from remit.io.toml_section import TomlSection
from remit.synthesis.tau2 import TAU2_METHODS

__all__ = [
    "INTERVALS_TO_CHOOSE",
    "Assumption",
    "Choices",
    "Overlap",
    "QuestionHead",
    "ReviewSettings",
    "Scope",
    "read_head",
    "read_settings",
]

#: Intervals of the mean that every combination can have, by name, as arguments of RandomEffects.
INTERVALS_TO_CHOOSE: dict[str, dict[str, Any]] = {
    "HKSJ": {"interval": "HKSJ", "floor": True},
    "HKSJ-without-floor": {"interval": "HKSJ", "floor": False},
    "t": {"interval": "t"},
    "z": {"interval": "z"},
}
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
#: Anchors of the page's own sections, which no question can take.
PAGE_ANCHORS = frozenset(
    {"summary", "answers", "map", "integrity", "data", "assumptions", "studies"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """A number that nobody printed, stated so that the reader can vary it.

    Attributes
    ----------
    value : float
        Value of the headline.
    grid : tuple of float
        Values shown beside it, in rising order, ``value`` among them; empty for none.
    why : str
        Reason for the value.
    of_study : dict of str to (float, str)
        Value and reason for a single study, where its report implies another.
    """

    value: float
    grid: tuple[float, ...]
    why: str
    of_study: Mapping[str, tuple[float, str]]

    def for_study(self, study: str) -> tuple[float, str]:
        """Return the value that holds for a study, and its reason."""
        return self.of_study.get(study, (self.value, self.why))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What is pooled beside the reported analysis, in every combination.

    Attributes
    ----------
    tau2 : tuple of str
        Estimators of tau2, the reported one first.
    interval : tuple of str
        Intervals of the mean by the names of `INTERVALS_TO_CHOOSE`, the reported one first.
    leave_one_out : bool
        Whether each study is left out in turn.
    """

    tau2: tuple[str, ...]
    interval: tuple[str, ...]
    leave_one_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Studies whose patients may overlap without any source saying so."""

    studies: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Diagnoses that the base holds and the review leaves out, and why."""

    leave_out_diagnosis: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionHead:
    """What every question has: identifier, kind, heading, question in full, standing cautions."""

    id: str
    kind: str
    title: str
    asks: str
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSettings:
    """Everything that ``review.toml`` says beside the questions.

    Attributes
    ----------
    title, question, version, not_advice, next_update : str
        As they stand on the page.
    treatment, treatment_class : str
        Word in sentences, and class of the arms that are the treatment.
    newest_evidence, newest_evidence_is : str
        Date (ISO) and what is dated so.
    pain_scale : str
        Scale to which scales of other width are brought.
    important_difference : float
        Smallest difference that matters, in units of ``pain_scale``.
    important_difference_is : str
        Its source.
    scope : Scope
        What is left out.
    overlaps : tuple of Overlap
        Possible overlaps of patients.
    choices : Choices
        Other defensible analyses.
    weight_kg, sd_change, correlation : Assumption
        Body weight (kg), standard deviation of a change (units of ``pain_scale``), correlation
        of scores before and after.
    words : mapping of str to str
        Words for codes of the tables.
    """

    title: str
    question: str
    version: str
    not_advice: str
    next_update: str
    treatment: str
    treatment_class: str
    newest_evidence: str
    newest_evidence_is: str
    pain_scale: str
    important_difference: float
    important_difference_is: str
    scope: Scope
    overlaps: tuple[Overlap, ...]
    choices: Choices
    weight_kg: Assumption
    sd_change: Assumption
    correlation: Assumption
    words: Mapping[str, str]

    def word(self, code: str | None) -> str:
        """Return the words for a code of the tables: those of ``[words]``, or the code itself."""
        if not code:
            return "not stated"
        return self.words.get(code, code.replace("-", " "))


def read_settings(
    values: Mapping[str, Any], problems: list[Problem]
) -> tuple[ReviewSettings, tuple[TomlSection, ...]]:
    """Check ``review.toml`` apart from what is particular to each kind of question.

    Parameters
    ----------
    values : mapping
        Content of the file.
    problems : list of Problem
        Grows by one entry per fault, also while the sections are read.

    Returns
    -------
    (ReviewSettings, tuple of TomlSection)
        The settings, and one section per question whose keys are still to be read.

    Raises
    ------
    InputError
        Only where there is no ``[review]`` at all.
    """
    root = TomlSection(dict(values), SETTINGS_FILE, problems)
    if "review" not in values:
        raise InputError.at(
            SETTINGS_FILE,
            found="no table [review]",
            expected="the title and the question of the review",
            hint="`remit new FOLDER` writes one with comments.",
        )
    review = root.section("review")
    scope = root.section("scope", required=False)
    assumptions = root.section("assumptions", required=False)
    words = root.section("words", required=False)
    choices = root.section("choices", required=False)
    settings = ReviewSettings(
        title=review.text("title"),
        question=review.text("question"),
        version=review.text("version", "1"),
        not_advice=review.text("not_advice"),
        next_update=review.text("next_update", ""),
        treatment=review.text("treatment"),
        treatment_class=review.text("treatment_class"),
        newest_evidence=review.text("newest_evidence"),
        newest_evidence_is=review.text("newest_evidence_is", ""),
        pain_scale=review.text("pain_scale"),
        important_difference=_inside(review, "important_difference", (0.0, 1000.0)),
        important_difference_is=review.text("important_difference_is", ""),
        scope=Scope(
            leave_out_diagnosis=scope.texts("leave_out_diagnosis", ()),
            why=scope.text("why", ""),
        ),
        overlaps=tuple(_overlap(section) for section in root.sections("possible_overlap")),
        choices=_choices(choices),
        weight_kg=_assumption(assumptions, "weight_kg", 70.0, (0.0, 1000.0)),
        sd_change=_assumption(assumptions, "sd_change", 2.5, (0.0, 1000.0)),
        correlation=_assumption(assumptions, "correlation", 0.25, (-1.0, 1.0)),
        words={code: words.text(code) for code in words.keys()},  # noqa: SIM118 - marks them known
    )
    questions = tuple(root.sections("question", required=True))
    for section in (review, scope, assumptions, choices, root):
        section.finish()
    return settings, questions


def read_head(
    section: TomlSection, kinds: tuple[str, ...], taken: frozenset[str] = frozenset()
) -> QuestionHead:
    """Read what every question has; ``taken`` holds the ids of the questions before it."""
    head = QuestionHead(
        id=section.text("id"),
        kind=section.choice("kind", kinds),
        title=section.text("title"),
        asks=section.text("asks"),
        cautions=section.texts("cautions", ()),
    )
    if head.id and not SLUG.fullmatch(head.id):
        section.reject("id", "small letters, digits and hyphens, such as acute-placebo")
    elif head.id in PAGE_ANCHORS:
        section.reject("id", "another word", "The page has a section of this name.")
    elif head.id in taken:
        section.reject("id", "an id of its own", "An earlier question has this id.")
    section.path = f"{section.path} ({head.id})"
    return head


def _overlap(section: TomlSection) -> Overlap:
    overlap = Overlap(studies=section.texts("studies"), why=section.text("why"))
    section.finish()
    return overlap


def _choices(section: TomlSection) -> Choices:
    return Choices(
        tau2=_names(section, "tau2", TAU2_METHODS, ("REML", "DL", "PM")),
        interval=_names(section, "interval", tuple(INTERVALS_TO_CHOOSE), ("HKSJ", "z")),
        leave_one_out=section.flag("leave_one_out", True),
    )


def _names(
    section: TomlSection, key: str, known: tuple[str, ...], default: tuple[str, ...]
) -> tuple[str, ...]:
    """Read names that are known; the first of ``default``, which is reported, is always there."""
    names = section.texts(key, default)
    if not set(names) <= set(known):
        section.reject(key, "some of " + ", ".join(known))
        return default
    return tuple(dict.fromkeys((default[0], *names)))


def _inside(
    section: TomlSection, key: str, limits: tuple[float, float], default: float | None = None
) -> float:
    """Read a number that lies strictly between two limits."""
    low, high = limits
    faults = len(section.problems)
    value = section.number(key, default)
    if len(section.problems) == faults and key in section.values and not low < value < high:
        section.reject(key, f"a number above {low:g} and below {high:g}")
    return value


def _assumption(
    parent: TomlSection, key: str, default: float, limits: tuple[float, float]
) -> Assumption:
    section = parent.section(key, required=False)
    value = _inside(section, "value", limits, default)
    grid = section.numbers("grid", ())
    if not all(limits[0] < v < limits[1] for v in grid):
        section.reject("grid", f"numbers above {limits[0]:g} and below {limits[1]:g}")
    of_study: dict[str, tuple[float, str]] = {}
    studies = section.section("of_study", required=False)
    for study in studies.keys():  # noqa: SIM118 - `keys` also marks them as known
        single = studies.section(study)
        of_study[study] = (_inside(single, "value", limits), single.text("why"))
        single.finish()
    assumption = Assumption(
        value=value,
        grid=tuple(sorted({*grid, value})) if grid else (),
        why=section.text("why", "default of remit"),
        of_study=of_study,
    )
    section.finish()
    return assumption
