"""What a figure of regimens shows: dose, rate and total of each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from remit.core.errors import InputError, Problem

__all__ = ["QUANTITIES", "RegimenRow", "check_regimens", "regimen_value"]

QUANTITIES = (
    ("dose", "Dose per administration", "mg/kg"),
    ("rate", "Infusion rate", "mg/kg/h"),
    ("total", "Total", "mg/kg"),
)
"""Name, heading and unit of each panel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimenRow:
    """One regimen.

    Attributes
    ----------
    label : str
        Study and year, and the arm where there are several.
    group : str
        Route, as a heading.
    dosing : str
        ``fixed``, ``titrated``, ``as-needed`` or empty; everything but ``fixed`` is written out.
    dose, rate, total : (low, high) or None
        mg/kg for each administration, mg/kg/h, and mg/kg in all; None where not printed.
    assumed : frozenset of str
        Which of ``dose``, ``rate`` and ``total`` rest on an assumed body weight.
    """

    label: str
    group: str
    dosing: str
    dose: tuple[float, float] | None = None
    rate: tuple[float, float] | None = None
    total: tuple[float, float] | None = None
    assumed: frozenset[str] = frozenset()


def check_regimens(rows: Sequence[RegimenRow]) -> None:
    """Check that the regimens can be drawn.

    Raises
    ------
    InputError
        If there is no row, or a quantity is not positive or upside down; all problems at once.
    """
    problems = []
    for row in rows:
        for quantity, _, _ in QUANTITIES:
            value = regimen_value(row, quantity)
            if value is not None and not (0 < value[0] <= value[1] < math.inf):
                problems.append(
                    Problem(
                        where=f"regimen '{row.label}', {quantity}",
                        found=str(value),
                        expected="a low and a high value above 0",
                    )
                )
    if not rows:
        problems.append(Problem(where="regimens", found="no rows", expected="one or more"))
    if problems:
        raise InputError(problems)


def regimen_value(row: RegimenRow, quantity: str) -> tuple[float, float] | None:
    """Return one of the three quantities of a regimen."""
    return {"dose": row.dose, "rate": row.rate, "total": row.total}[quantity]
