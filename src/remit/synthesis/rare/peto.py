"""Peto's one-step odds ratio: observed less expected events, over their variance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from remit.core.checks import check_choice, check_level, lock
from remit.core.estimate import Estimate, NotEstimable
from remit.core.notes import Note
from remit.synthesis.effects.zero_cells import add_to_zeros
from remit.synthesis.models import FitStatistics
from remit.synthesis.rare.chi_square import ChiSquareTest, chi_square_test, heterogeneity_shares
from remit.synthesis.rare.count_input import two_by_two
from remit.synthesis.rare.fit_statistics import normal_fit_statistics
from remit.synthesis.rare.study_effects import study_effects
from remit.synthesis.rare.summed_result import PetoResult, wald
from remit.synthesis.rare.summing_notes import summing_notes
from remit.synthesis.rare.tables import ADD_TO, no_information

__all__ = ["peto"]

_UNBALANCED = 3.0  # sizes of the arms beyond which the method is known to be biased
_LARGE = math.log(2.5)
_COMMON = 0.2  # share of people with the event beyond which it is not rare


def peto(
    *,
    ai: Any,
    ci: Any,
    bi: Any = None,
    di: Any = None,
    n1i: Any = None,
    n2i: Any = None,
    labels: Sequence[str] | None = None,
    level: float = 0.95,
    add: tuple[float, float] = (0.5, 0.0),
    to: tuple[str, str] = ("only0", "none"),
    drop00: tuple[bool, bool] = (True, False),
) -> PetoResult:
    """Pool counts of two arms by Peto's method (Yusuf et al. 1985, Prog Cardiovasc Dis 27:335).

    It needs no correction for zero cells, but is biased where arms differ much in size or the
    effect is large (Greenland & Salvan 1990); a note says where that is so.

    Parameters
    ----------
    ai, bi, ci, di, n1i, n2i, labels
        Counts, see `two_by_two`.
    level : float
        Coverage of the interval as a proportion.
    add, to, drop00 : pairs
        As in `mantel_haenszel`: the first of each for the studies' own effects, which only the fit
        statistics need, the second for the counts that are summed.

    Returns
    -------
    PetoResult

    Raises
    ------
    InputError, SpecError
        If the counts cannot be counts (the study is named), or a choice is not defined.
    """
    level = check_level(level)
    for choice in to:
        check_choice("to", choice, ADD_TO)
    counts = two_by_two(ai=ai, bi=bi, ci=ci, di=di, n1i=n1i, n2i=n2i, labels=labels)
    own = study_effects("PETO", counts, add=add[0], to=to[0], drop00=drop00[0])
    if drop00[1]:
        empty = no_information(counts)
        counts = counts.without(empty, "no event, or only events, in both arms; left out as asked")
        own = study_effects("PETO", counts, add=add[0], to=to[0], drop00=drop00[0])
    table, where = add_to_zeros(counts.columns, add=add[1], to=to[1])
    a, b, c, d = (table[name] for name in ("ai", "bi", "ci", "di"))
    n1, n2, m = a + b, c + d, a + c
    n = n1 + n2
    away = a - m * (n1 / n)
    variance = m * (n1 / n) * (n2 / n) * ((n - m) / (n - 1.0))
    total = math.fsum(variance)
    effect: Estimate | NotEstimable
    z: float | NotEstimable
    p: float | NotEstimable
    q: ChiSquareTest | NotEstimable
    ml: FitStatistics | NotEstimable
    reml: FitStatistics | NotEstimable
    if total == 0.0:
        effect = z = p = q = ml = reml = NotEstimable(
            reason="No study has both events and non-events: there is nothing to estimate an odds "
            "ratio from."
        )
    else:
        effect, z, p = wald(math.fsum(away) / total, math.sqrt(1.0 / total), level)
        informs = variance > 0.0
        statistic = math.fsum(away[informs] ** 2 / variance[informs])
        statistic -= math.fsum(away) ** 2 / total
        q = chi_square_test("Q of observed less expected", statistic, int(np.sum(informs)) - 1)
        if isinstance(q, NotEstimable):
            ml = reml = q
        else:
            ml, reml = normal_fit_statistics(own.effect, own.variance, effect.value)
    i2, h2 = heterogeneity_shares(q)
    return PetoResult(
        level=level,
        k=counts.k,
        k_effects=own.effect.size,
        effect=effect,
        statistic=z,
        p_value=p,
        weights=lock(100.0 * variance / total if total > 0 else np.zeros(counts.k)),
        heterogeneity=q,
        i2=i2,
        h2=h2,
        fit_ml=ml,
        fit_reml=reml,
        counts=counts,
        notes=(
            *counts.notes,
            *(note for note in summing_notes(counts, own, add, where) if np.any(where)),
            *_cautions(counts.labels, n1, n2, m, effect),
        ),
    )


def _cautions(
    labels: tuple[str, ...],
    n1: np.ndarray[Any, np.dtype[np.float64]],
    n2: np.ndarray[Any, np.dtype[np.float64]],
    m: np.ndarray[Any, np.dtype[np.float64]],
    effect: Estimate | NotEstimable,
) -> list[Note]:
    """Return what Peto's method cannot be trusted with (Greenland & Salvan 1990)."""
    notes = []
    empty = [name for name, s, n in zip(labels, m, n1 + n2, strict=True) if s in (0.0, n)]
    if empty:
        notes.append(
            Note(
                kind="used",
                text=f"{', '.join(empty)}: no event, or only events, in both arms. They do not "
                "move an odds ratio by this method.",
            )
        )
    skewed = [
        name
        for name, s, t in zip(labels, n1, n2, strict=True)
        if max(s, t) >= _UNBALANCED * min(s, t)
    ]
    if skewed:
        notes.append(
            Note(
                kind="caution",
                text=f"Arms of very different size in {', '.join(skewed)}: Peto's odds ratio is "
                "biased there.",
                method="Greenland & Salvan 1990",
            )
        )
    if not isinstance(effect, NotEstimable) and abs(effect.value) > _LARGE:
        notes.append(
            Note(
                kind="caution",
                text="The effect is large: Peto's odds ratio is then too close to 1.",
                method="Greenland & Salvan 1990",
            )
        )
    if float(np.sum(n1 + n2)) > 0 and float(np.sum(m)) > _COMMON * float(np.sum(n1 + n2)):
        notes.append(
            Note(kind="caution", text="The event is common; Peto's method is meant for rare ones.")
        )
    return notes
