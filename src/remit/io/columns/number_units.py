"""Per cent and units of a column of numbers, from its cells and its name."""

from __future__ import annotations

from collections.abc import Mapping

from remit.io.columns.cells import quoted
from remit.io.columns.draft import Draft, cells_of
from remit.io.columns.measures import Measure
from remit.io.columns.units import is_scale, same_unit, unit_in_header

__all__ = ["NO_UNIT", "decide_percent", "decide_unit", "unit_fits"]

#: Answer of the map for a column without a unit, whose cells with one are reported.
NO_UNIT = "none"


def decide_percent(draft: Draft, measures: Mapping[str, Measure]) -> str:
    """Decide what numbers with a per cent sign become.

    Returns
    -------
    str
        ``percent`` (34% is 34), ``shares`` (34% is 0.34), or empty where no cell has the sign.
        Numbers without the sign beside them may be either, which is asked.
    """
    signed = [text for text, measure in measures.items() if measure.percent]
    if not signed:
        return ""
    number = measures[signed[0]].text
    words = {
        "percent": f"per cent stays per cent, {quoted(signed[0])} is {number}",
        "shares": f"per cent become shares of 1, {quoted(signed[0])} is {float(number) / 100:g}",
    }
    if draft.how.percent:
        draft.decide("percent", draft.how.percent, words[draft.how.percent], "")
        return draft.how.percent
    bare = [t for t, m in measures.items() if not m.percent and m.text.strip("0.-")]
    if bare and unit_in_header(draft.cells.place.column) != "%":
        example = quoted(bare[0])
        draft.ask(
            "percent",
            f"{draft.cells.shown(bare)} beside {draft.cells.shown(signed)}",
            ("percent", f"{example} is per cent, too"),
            ("shares", f"{example} is a share of 1, and {quoted(signed[0])} becomes one"),
        )
        return "percent"
    count = draft.cells.number_of
    evidence = cells_of(count(signed), count(measures))
    draft.decide("percent", "percent", words["percent"], evidence, "convention")
    return "percent"


def decide_unit(draft: Draft, measures: Mapping[str, Measure], percent: str) -> str:
    """Decide the unit of the numbers.

    The map says it, or the name of the column, or the cells if all name the same. Cells in
    different units, and cells without a unit beside cells with one, are asked. No number is
    converted.

    Returns
    -------
    str
        Unit; ``%`` for per cent, the ends of a scale such as ``0-10``, `NO_UNIT`, or empty.
    """
    if percent:
        return "%"
    named = [text for text, measure in measures.items() if measure.unit]
    header = unit_in_header(draft.cells.place.column)
    unit = draft.how.unit or header
    if unit and (draft.how.unit or not named or _some_fit(measures, unit)):
        words = "there is no unit" if unit == NO_UNIT else f"the unit is {unit}"
        if is_scale(unit):
            words = f"the scale is {unit}"
        draft.decide("unit", unit, words, "the name of the column says so")
        return unit
    if not named:
        return ""
    units: dict[str, list[str]] = {}
    for text in named:
        units.setdefault(_like(measures[text].unit, units), []).append(text)
    bare = [text for text, measure in measures.items() if not measure.unit and text not in named]
    if len(units) == 1 and not bare and not header:
        (unit,) = units
        count = draft.cells.number_of
        draft.decide("unit", unit, f"the unit is {unit}", cells_of(count(named), count(measures)))
        return unit
    _ask_unit(draft, units, bare, header)
    return ""


def unit_fits(measure: Measure, unit: str) -> bool:
    """Return whether the unit that a cell names, if any, is that of its column."""
    if not measure.unit or not unit:
        return True
    if is_scale(unit):
        return measure.unit.casefold().startswith("p")
    return unit != NO_UNIT and same_unit(measure.unit, unit)


def _some_fit(measures: Mapping[str, Measure], unit: str) -> bool:
    return any(unit_fits(measure, unit) for measure in measures.values())


def _like(unit: str, units: Mapping[str, object]) -> str:
    """Return the spelling under which a unit is already known."""
    return next((known for known in units if same_unit(known, unit)), unit)


def _ask_unit(draft: Draft, units: Mapping[str, list[str]], bare: list[str], header: str) -> None:
    shown = [draft.cells.shown(texts) for texts in units.values()]
    if bare:
        shown.append(draft.cells.shown(bare))
    readings = [
        (
            unit,
            "cells without a unit are, too"
            if bare and len(units) == 1
            else "cells in another unit are reported and not read",
        )
        for unit in (*([header] if header else []), *units)
    ]
    if len(readings) == 1:
        readings.append((NO_UNIT, "cells with a unit are reported and not read"))
    draft.ask("unit", " beside ".join(shown), *readings)
