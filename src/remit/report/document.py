"""What a page is made of: answers with facts, figures, tables and accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from remit.plots.drawing import Layout

__all__ = [
    "AccountEntry",
    "Answer",
    "Block",
    "Certainty",
    "Choice",
    "Column",
    "Fact",
    "Figure",
    "Option",
    "Page",
    "Prose",
    "Row",
    "SourceLink",
    "Standing",
    "SummaryRow",
    "Table",
]

Status = Literal["used", "set-aside", "shown"]
Standing = Literal["pooled", "shown", "direction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLink:
    """Where a row was read.

    Attributes
    ----------
    key, kind, url : str
        Source key, kind of text and address.
    locator : str
        Place in the source.
    row : str
        Row of the evidence tables, such as ``outcomes.csv, row 95``.
    note : str
        What the base notes of the row; may be empty.
    """

    key: str
    kind: str
    url: str
    locator: str
    row: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEntry:
    """How one study entered a number, or why it did not.

    Attributes
    ----------
    label, study : str
        Name and slug.
    status : str
        ``used`` (pooled), ``shown`` (stands in the answer, pooled with nothing) or ``set-aside``.
    shows : str
        What the study reports, in words and figures.
    done : tuple of str
        What was done to the printed numbers, one sentence each.
    doubts : tuple of str
        Findings of the integrity check on these rows.
    sources : tuple of SourceLink
        Where the numbers are printed.
    """

    label: str
    study: str
    status: Status
    shows: str
    done: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    sources: tuple[SourceLink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A labelled figure under an answer's sentence, such as *studies: 2*."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """Suggested certainty of evidence, with one reason per step down.

    Attributes
    ----------
    level : str
        ``high``, ``moderate``, ``low`` or ``very low``.
    reasons : tuple of str
        Where it starts and why it is lowered.
    """

    level: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A paragraph; ``strong`` opens it in bold."""

    text: str
    strong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A table column: its title, and whether it holds figures (set to the right)."""

    title: str
    numeric: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A table row; the first cell is its header.

    Attributes
    ----------
    cells : tuple of str
        Text of each cell.
    heading : bool
        Whether the row is a heading over the rows below it.
    muted : bool
        Whether the row is set back, such as one that is not pooled.
    """

    cells: tuple[str, ...]
    heading: bool = False
    muted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a caption and, if need be, a note beneath."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure as numbers, laid out but not drawn.

    Attributes
    ----------
    id : str
        Anchor; also the name under which ``remit figure`` saves it.
    title, alt, caption : str
        Heading, description for those who do not see it, legend.
    wide : Layout
        Layout for a page or a journal.
    narrow : Layout or None
        Layout for a phone; None where the wide one is scrolled.
    """

    id: str
    title: str
    alt: str
    caption: str
    wide: Layout
    narrow: Layout | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One value of an assumption, and what follows from it."""

    label: str
    text: str
    figure: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An assumption that the reader can vary; every value is worked out beforehand.

    Attributes
    ----------
    id, label : str
        Anchor and what is chosen.
    options : tuple of Option
        In order.
    default : int
        Index of the option shown first, and printed.
    """

    id: str
    label: str
    options: tuple[Option, ...]
    default: int


Block = Prose | Table | Figure | Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """One line of the summary of findings.

    Attributes
    ----------
    controlled : bool
        Whether the number compares groups; uncontrolled rows stand in a table of their own.
    outcome : str
        What was measured, when, against what.
    studies, people : str
        Number of studies and of people.
    estimate : str
        Estimate with interval, or why there is none.
    prediction : str
        Prediction interval, or a dash.
    certainty : str
        Suggested level.
    """

    controlled: bool
    outcome: str
    studies: str
    people: str
    estimate: str
    prediction: str
    certainty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one question.

    Attributes
    ----------
    id, title, asks : str
        Anchor, heading, and the question in full.
    sentence : str
        One plain sentence that can be read aloud.
    facts : tuple of Fact
        k, n, estimate, interval, prediction interval, heterogeneity.
    certainty : Certainty or None
        Suggested level; None where the question is not about an effect.
    cautions : tuple of str
        What a reader must not conclude.
    blocks : tuple of Block
        Figures, tables, prose.
    account : tuple of AccountEntry
        Every row that answers the question: used, set aside, and why.
    summary : tuple of SummaryRow
        Lines for the summary of findings.
    studies : mapping of str to str
        How each study answers it: ``pooled``, ``shown`` or ``direction``.
    data : dict
        The same numbers at full precision, for machines.
    """

    id: str
    title: str
    asks: str
    sentence: str
    facts: tuple[Fact, ...] = ()
    certainty: Certainty | None = None
    cautions: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    account: tuple[AccountEntry, ...] = ()
    summary: tuple[SummaryRow, ...] = ()
    studies: Mapping[str, Standing]
    data: dict[str, Any]

    @property
    def doubts(self) -> tuple[str, ...]:
        """Findings of the integrity check on the rows behind this answer, each once."""
        return tuple(dict.fromkeys(text for entry in self.account for text in entry.doubts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A whole review page.

    Attributes
    ----------
    title, question, not_advice : str
        Heading, the review's question, and the warning that stands once on the page.
    meta : tuple of Fact
        Date of the newest evidence, version, digest and the like.
    answers : tuple of Answer
        In the order of ``review.toml``.
    map : Figure or None
        Which study answers which question; None where no study answers any.
    findings : Table
        What the integrity check found.
    findings_intro, references_intro : str
        A sentence before each of the two.
    data_intro : str
        How the tables were read, and how much in them looks mistyped.
    suspicions : Table
        What was probably typed wrong.
    assumptions : Table
        Every assumption, its value and its reason.
    studies : Table
        The studies of the base.
    """

    title: str
    question: str
    not_advice: str
    meta: tuple[Fact, ...]
    answers: tuple[Answer, ...]
    map: Figure | None
    findings: Table
    findings_intro: str
    data_intro: str
    suspicions: Table
    assumptions: Table
    studies: Table
    references_intro: str
