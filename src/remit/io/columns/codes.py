"""Which cells of a column mean that nothing is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from remit.io.columns.cells import quoted
from remit.io.columns.draft import Draft, cells_of
from remit.io.columns.measures import Measure
from remit.io.columns.missing import is_missing_word, numeric_codes, same_cell
from remit.io.toml_text import toml_list

__all__ = ["decide_codes", "note_missing", "take_missing"]


def take_missing(draft: Draft, *, among_values: bool) -> None:
    """Take the cells that the map names, or else the usual words."""
    said = draft.how.missing
    draft.missing |= frozenset(
        text
        for text in draft.cells.counts
        if (
            any(same_cell(text, code) for code in said)
            if said is not None
            else is_missing_word(text, among_values=among_values)
        )
    )


def decide_codes(draft: Draft, measures: Mapping[str, Measure]) -> tuple[str, ...]:
    """Take numbers that are certainly codes for *not known*, and ask for those that may be.

    Returns
    -------
    tuple of str
        Texts that are, or may be, codes.
    """
    if draft.how.missing is not None:
        return ()
    counts: dict[float, int] = {}
    for text, measure in measures.items():
        value = float(measure.text)
        counts[value] = counts.get(value, 0) + draft.cells.counts[text]
    codes = numeric_codes(counts, draft.cells.place.column)
    bare = {
        text: float(measure.text)
        for text, measure in measures.items()
        if not (measure.bound or measure.percent or measure.unit)
    }
    taken = [text for text, value in bare.items() if value in codes.taken]
    asked = [text for text, value in bare.items() if value in codes.asked]
    others = f"the other numbers are {codes.low:g} to {codes.high:g}"
    if taken:
        draft.missing |= frozenset(taken)
        draft.codes_beside = others
    if asked:
        known = _in_order(draft, draft.missing)
        shown = " and ".join(draft.cells.shown([text]) for text in asked)
        draft.ask(
            "missing",
            f"{shown}; {others}" if codes.low < codes.high else shown,
            (toml_list(_in_order(draft, draft.missing.union(asked))), "nothing is known there"),
            (toml_list(known), "it is a number like the others"),
        )
    return (*taken, *asked)


def note_missing(draft: Draft) -> None:
    """Note the cells that were taken to mean that nothing is known."""
    said = draft.how.missing
    codes = _in_order(draft, draft.missing) if said is None else said
    if not codes:
        if said is not None:
            draft.decide("missing", "[]", "only an empty cell means that nothing is known", "")
        return
    count = draft.cells.number_of
    evidence = cells_of(count(draft.missing), count(draft.cells.counts))
    if draft.codes_beside:
        evidence = f"{evidence}, {draft.codes_beside}"
    named = [quoted(code) for code in codes]
    if len(named) > 1:
        words = f"{', '.join(named[:-1])} and {named[-1]} mean that nothing is known"
    else:
        words = f"{named[0]} means that nothing is known"
    draft.decide("missing", toml_list(codes), words, evidence, "convention")


def _in_order(draft: Draft, texts: Iterable[str]) -> tuple[str, ...]:
    chosen = set(texts)
    return tuple(text for text in draft.cells.counts if text in chosen)
