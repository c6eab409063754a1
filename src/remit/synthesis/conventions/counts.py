"""The effects of 2x2 tables by the zero-cell rule of each program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from remit.core.checks import check_choice
from remit.core.notes import Note
from remit.synthesis.conventions.rules import Convention
from remit.synthesis.data import EffectSet, SetAside, StudyEffect
from remit.synthesis.effects import effect_sizes

__all__ = ["effects_by_convention"]

_MEASURES = ("OR", "RR")


def effects_by_convention(
    measure: str,
    rules: Convention,
    counts: Mapping[str, Any],
    labels: Sequence[str] | None = None,
) -> EffectSet:
    """Return log odds or risk ratios of 2x2 tables, with zero cells treated as a program does.

    Parameters
    ----------
    measure : str
        ``OR`` or ``RR``.
    rules : Convention
        One of `CONVENTIONS`.
    counts : mapping of str to (k,) array-like
        ``ai``, ``bi``, ``ci``, ``di``, or ``ai``, ``n1i``, ``ci``, ``n2i``.
    labels : sequence of str, optional
        Names of the studies.

    Returns
    -------
    EffectSet
        On the log scale. With ``n + 0.5`` the risks of a study with a zero cell are
        (events + 0.5)/(n + 0.5), and the variance is the sum of 1/(events + 0.5) - 1/(n + 0.5),
        as meta's metabin computes it; where everybody had the event in both arms, 0.5 is added to
        n alone.

    Raises
    ------
    SpecError, InputError
        If the measure has no zero-cell rule, or the counts cannot be.
    """
    check_choice("measure", measure, _MEASURES)
    unit = "log odds ratio" if measure == "OR" else "log risk ratio"
    zero = rules.zero_cells
    sizes = effect_sizes(measure, labels=labels, add=zero.add, to="only0", **counts)
    effects = sizes.to_set(unit)
    a, b, c, d = _cells(counts)
    none, everybody = (a + c) == 0, (b + d) == 0
    dropped = (none | (everybody & (measure == "OR"))) & zero.drop00
    usable = iter(effects.rows)
    kept, aside = [], list(effects.set_aside)
    for i, label in enumerate(sizes.labels):
        row = next(usable) if sizes.usable[i] else None
        if dropped[i] and row is not None:
            words = "No events in either arm" if none[i] else "Events in everybody"
            reason = f"{words}: not pooled by this convention."
            aside.append(SetAside(study=label, label=label, reason=reason))
        elif row is not None:
            has_zero = 0 in (a[i], b[i], c[i], d[i])
            if measure == "RR" and has_zero and zero.denominator == "n + 0.5":
                row = _out_of_half(row, (a[i], b[i], c[i], d[i]), zero.add)
            kept.append(row)
    return EffectSet(measure=measure, unit=unit, rows=tuple(kept), set_aside=tuple(aside))


def _cells(counts: Mapping[str, Any]) -> tuple[Any, Any, Any, Any]:
    given = {name: np.asarray(values, dtype=np.float64) for name, values in counts.items()}
    a, c = given["ai"], given["ci"]
    b = given["bi"] if "bi" in given else given["n1i"] - a
    d = given["di"] if "di" in given else given["n2i"] - c
    return a, b, c, d


def _out_of_half(
    row: StudyEffect, cells: tuple[float, float, float, float], add: float
) -> StudyEffect:
    """Return the row with risks out of n + 0.5."""
    a, b, c, d = (float(cell) for cell in cells)
    events = 0.0 if b + d == 0 else add
    n1, n2 = a + b + add, c + d + add
    effect = np.log((a + events) / n1) - np.log((c + events) / n2)
    variance = 1.0 / (a + events) - 1.0 / n1 + 1.0 / (c + events) - 1.0 / n2
    note = Note(
        kind="corrected",
        text="0.5 was added to the events, and risks are out of n + 0.5.",
        study=row.study,
    )
    return StudyEffect(
        study=row.study,
        label=row.label,
        effect=float(effect),
        variance=float(variance),
        n=row.n,
        columns=row.columns,
        notes=(note,),
    )
