"""The numbers of imported arms: which cells are none, and which cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from remit.core.errors import Problem
from remit.io.formats.effect_scale import number_of
from remit.io.formats.imported import Cell, ImportedArm, ImportedEvidence

__all__ = ["impossible_numbers", "whole"]

_ARM_ROLES = ("events", "n", "mean", "sd", "se", "person_time")
_CONTRAST_ROLES = ("effect", "se", "variance", "ci_low", "ci_high", "observed_less_expected")
_NOT_NEGATIVE = ("events", "n", "sd", "se", "person_time", "variance")


def whole(cell: Cell | None) -> str:
    """Return a cell as a whole number (``12`` for ``12.0``); empty where it is none."""
    number = number_of(cell)
    return str(int(number)) if number is not None and number == int(number) else ""


def impossible_numbers(evidence: ImportedEvidence) -> list[Problem]:
    """Return every cell that is no number where one must stand, or that cannot be.

    More events than people, with decimals, are percentages or scores that were entered as counts;
    the message says so.
    """
    problems: list[Problem] = []
    for arm in evidence.arms:
        problems += _cells(arm.values.get(role) for role in _ARM_ROLES)
        problems += _negative(arm.values)
        problems += _too_many(arm)
    for contrast in evidence.contrasts:
        problems += _cells(contrast.values.get(role) for role in _CONTRAST_ROLES)
        problems += _negative(contrast.values)
    return list(dict.fromkeys(problems))


def _cells(cells: Iterable[Cell | None]) -> list[Problem]:
    return [
        Problem(
            where=str(cell.place),
            found=f"'{cell.text}'",
            expected="a number, with a point as the decimal sign, or nothing",
        )
        for cell in cells
        if cell is not None and cell.text and number_of(cell) is None
    ]


def _negative(values: Mapping[str, Cell]) -> list[Problem]:
    found = []
    for role in _NOT_NEGATIVE:
        cell = values.get(role)
        number = number_of(cell)
        if cell is not None and number is not None and number < 0:
            found.append(
                Problem(where=str(cell.place), found=cell.text, expected="a number of at least 0")
            )
    return found


def _too_many(arm: ImportedArm) -> list[Problem]:
    events, n = arm.values.get("events"), arm.values.get("n")
    count, size = number_of(events), number_of(n)
    if events is None or n is None or count is None or size is None or count <= size:
        return []
    decimals = count != int(count)
    return [
        Problem(
            where=str(events.place),
            found=f"{events.text} events of {n.text}",
            expected="no more events than people",
            hint="Counts with decimals above the size of the group are percentages or scores: "
            "enter the number of people with the event, or means and SDs."
            if decimals
            else "Were the two columns exchanged, or a percentage typed?",
        )
    ]
