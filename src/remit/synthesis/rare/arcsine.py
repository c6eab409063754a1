"""The difference of two arcsine-transformed proportions, which exists also with zero cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from remit.core.errors import InputError
from remit.synthesis.data import EffectSet, StudyEffect
from remit.synthesis.effects import binary
from remit.synthesis.pool import pool
from remit.synthesis.pooled import PooledResult
from remit.synthesis.rare.count_input import two_by_two
from remit.synthesis.spec import CommonEffect, RandomEffects

__all__ = ["arcsine_difference"]


def arcsine_difference(
    *,
    ai: Any,
    ci: Any,
    bi: Any = None,
    di: Any = None,
    n1i: Any = None,
    n2i: Any = None,
    labels: Sequence[str] | None = None,
    spec: CommonEffect | RandomEffects | None = None,
) -> PooledResult:
    """Pool differences of arcsine-transformed proportions by inverse variance (measure ``AS``).

    arcsin(sqrt(a/n1)) - arcsin(sqrt(c/n2)) with variance 1/(4 n1) + 1/(4 n2) (Rucker et al. 2009,
    Stat Med 28:721). No study is left out or corrected for want of events, and its weight does not
    depend on them. The scale has no plain meaning: it is for testing and for sensitivity analysis.

    Parameters
    ----------
    ai, bi, ci, di, n1i, n2i, labels
        Counts, see `two_by_two`.
    spec : CommonEffect or RandomEffects
        How to pool; by default random effects as `pool` has them.

    Returns
    -------
    PooledResult

    Raises
    ------
    InputError, SpecError
        If the counts cannot be counts or no study is left (the study is named), or a choice is not
        defined.
    """
    counts = two_by_two(ai=ai, bi=bi, ci=ci, di=di, n1i=n1i, n2i=n2i, labels=labels)
    if counts.k == 0:
        raise InputError.at(
            "the studies",
            found="; ".join(f"{row.label}: {row.reason}" for row in counts.set_aside),
            expected="at least one study with people in both arms",
        )
    n1, n2 = counts["ai"] + counts["bi"], counts["ci"] + counts["di"]
    effect, variance = binary.arcsine_difference(**counts.columns)
    rows = tuple(
        StudyEffect(
            study=label,
            label=label,
            effect=float(effect[i]),
            variance=float(variance[i]),
            n=int(n1[i] + n2[i]),
            columns={
                "first": f"{counts['ai'][i]:g}/{n1[i]:g}",
                "second": f"{counts['ci'][i]:g}/{n2[i]:g}",
            },
            notes=(),
        )
        for i, label in enumerate(counts.labels)
    )
    effects = EffectSet(
        measure="AS",
        unit="radians, arcsine of the root of the proportion",
        rows=rows,
        set_aside=counts.set_aside,
    )
    return pool(effects, RandomEffects() if spec is None else spec)
