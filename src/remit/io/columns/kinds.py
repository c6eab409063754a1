"""What the cells of a column are: numbers, dates, ids, words or several numbers each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from remit.io.columns.cells import plain, quoted
from remit.io.columns.column import KINDS
from remit.io.columns.compounds import Compound
from remit.io.columns.dates import DateCell, date_cell, is_part_of_date, read_time
from remit.io.columns.draft import Draft, cells_of
from remit.io.columns.measures import Measure, readings
from remit.io.columns.missing import is_missing_word
from remit.io.columns.number_doubts import ask_what_numbers_are, spaced_name
from remit.io.columns.words import TRUTH

__all__ = ["SortedTexts", "decide_kind", "sort_texts"]

#: A column is of a kind where at least this share of its cells is, or all but one;
NEARLY_ALL = 0.8
#: from this share on the kind is asked; below it the column is text.
HALF = 0.5
#: Numbers with more digits than a float holds are ids.
MOST_DIGITS = 15
_ARM_NAME = re.compile(
    r"(?:(?i:stud(?:y|lab)|slab|arm|group|treat(?:ment)?|trt|intervention|comparator|drug)|T)"
    r"(?:[ ._]?\d)?"
)
_ID_NAME = re.compile(r"(?:^|[^a-z])(?:id|ids|identifier|pseudonym|mrn)(?:[^a-z]|$)")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SortedTexts:
    """The texts of a column by what each may be.

    Attributes
    ----------
    labels : dict of str to str
        ``number``, ``compound``, ``date``, ``part of date``, ``time``, ``truth`` or ``text``.
    measures : dict
        Readings of the numbers and compounds, by decimal sign.
    dates : dict of str to DateCell
        Whole dates.
    """

    labels: dict[str, str]
    measures: dict[str, dict[str, Measure | Compound]]
    dates: dict[str, DateCell]

    def of(self, *labels: str) -> tuple[str, ...]:
        """Return the texts with one of ``labels``."""
        return tuple(text for text, label in self.labels.items() if label in labels)


def sort_texts(texts: Iterable[str]) -> SortedTexts:
    """Say of each text what it may be, whatever stands beside it."""
    labels: dict[str, str] = {}
    measures: dict[str, dict[str, Measure | Compound]] = {}
    dates: dict[str, DateCell] = {}
    for text in texts:
        signs = plain(text)
        found = readings(signs)
        date = date_cell(signs)
        if date is not None:
            labels[text], dates[text] = "date", date
        elif any(isinstance(m, Measure) for m in found.values()):
            labels[text], measures[text] = "number", found
        elif found:
            labels[text], measures[text] = "compound", found
        elif read_time(signs) is not None:
            labels[text] = "time"
        elif signs.casefold() in TRUTH:
            labels[text] = "truth"
        elif is_part_of_date(signs):
            labels[text] = "part of date"
        else:
            labels[text] = "text"
    return SortedTexts(labels=labels, measures=measures, dates=dates)


def decide_kind(draft: Draft, found: SortedTexts) -> str:
    """Decide what a column is, from all its cells.

    Returns
    -------
    str
        A key of `KINDS`; ``undecided`` where a question was noted. ``number`` stands for whole
        numbers, too, and ``date`` for dates with a time of day: their readers look closer.
    """
    if draft.how.kind in {"text", "id"}:
        return _said(draft, draft.how.kind, "")
    if draft.how.kind:
        return {"datetime": "date", "integer": "number"}.get(draft.how.kind, draft.how.kind)
    if not draft.texts:
        return _said(draft, "empty", "no cell says anything")
    name = _is_id(draft, found)
    if name:
        return _said(draft, "id", name)
    if _names_doses(draft, found):
        return _said(draft, "text", "the name of the column says that they are names")
    if len(found.of("truth")) == len(draft.texts):
        return "yes-no"
    kind, texts = _commonest(draft, found)
    whole = draft.cells.number_of(_weighed(draft))
    part = draft.cells.number_of(texts)
    if _nearly_all(part, whole):
        doubted = kind == "number" and ask_what_numbers_are(draft, texts, found.of("text"))
        return "undecided" if doubted else kind
    if part and part >= HALF * whole:
        others = tuple(text for text in _weighed(draft) if text not in texts)
        shown = draft.cells.shown(others)
        draft.ask(
            "kind",
            f"{shown}, while {part} of {whole} cells can be read as {_plural(kind)}",
            (kind, "it is reported and not read"),
            ("text", "all cells are kept as they stand"),
        )
        return "undecided"
    rest = f"; {part} of them could be read as {_plural(kind)}" if part else ""
    return _said(draft, "text", f"{draft.share(draft.texts)}{rest}")


def _names_doses(draft: Draft, found: SortedTexts) -> bool:
    """Return whether treatments are called by their dose, such as ``10 mg`` beside ``Placebo``."""
    return _ARM_NAME.fullmatch(draft.cells.place.column) is not None and any(
        isinstance(measure, Measure) and bool(measure.unit or measure.percent)
        for both in found.measures.values()
        for measure in both.values()
    )


def _plural(kind: str) -> str:
    """Return the word for the cells of a kind: ``dates``."""
    return KINDS[kind].split(",")[0]


def _said(draft: Draft, kind: str, evidence: str) -> str:
    draft.decide("kind", kind, KINDS[kind], evidence)
    return kind


def _weighed(draft: Draft) -> tuple[str, ...]:
    """Return the texts that are no words for *not known*, not even among numbers."""
    return tuple(t for t in draft.texts if not is_missing_word(t, among_values=True))


def _commonest(draft: Draft, found: SortedTexts) -> tuple[str, tuple[str, ...]]:
    """Return the kind of most cells, and the texts that are of it."""
    numbers, compounds = found.of("number"), found.of("compound")
    count = draft.cells.number_of
    if compounds and not _nearly_all(count(numbers), count(numbers + compounds)):
        measured = ("compound", numbers + compounds)
    else:
        measured = ("number", numbers)
    choices = (
        measured,
        ("date", found.of("date", "part of date") if found.of("date") else ()),
        ("time", found.of("time")),
    )
    return max(choices, key=lambda choice: count(choice[1]))


def _nearly_all(part: int, whole: int) -> bool:
    return part > 0 and (part == whole or part >= NEARLY_ALL * whole or whole - part == 1 < part)


def _share(draft: Draft, texts: Iterable[str], of: Iterable[str]) -> str:
    return cells_of(draft.cells.number_of(texts), draft.cells.number_of(of))


def _is_id(draft: Draft, found: SortedTexts) -> str:
    """Return why the cells are ids; empty where they are not."""
    numbers = found.of("number")
    whole = all(text.isdecimal() for text in numbers)
    if numbers and whole and not found.of("compound", "date"):
        zeros = tuple(t for t in numbers if len(t) > 1 and t[0] == "0")
        if zeros:
            return f"{_share(draft, zeros, numbers)} with a 0 in front, such as {quoted(zeros[0])}"
        long = tuple(t for t in numbers if len(t) > MOST_DIGITS)
        if long:
            share = _share(draft, long, numbers)
            return f"{share} with more than {MOST_DIGITS} digits, such as {quoted(long[0])}"
    if _ID_NAME.search(spaced_name(draft.cells.place.column)) and whole and not found.of("date"):
        return "the name of the column says so"
    return ""
