"""Pooling by Mantel & Haenszel: sums over studies, without a variance for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice, check_level, lock
from remit.core.estimate import Estimate, NotEstimable
from remit.core.notes import Note
from remit.synthesis.effects.zero_cells import add_to_zeros
from remit.synthesis.models import FitStatistics
from remit.synthesis.rare.association import (
    breslow_day,
    mantel_haenszel_test,
    person_time_test,
)
from remit.synthesis.rare.chi_square import ChiSquareTest, chi_square_test, heterogeneity_shares
from remit.synthesis.rare.count_input import two_arm_rates, two_by_two
from remit.synthesis.rare.fit_statistics import normal_fit_statistics
from remit.synthesis.rare.mantel_haenszel_sums import SUMS, Sums
from remit.synthesis.rare.study_effects import StudyEffects, study_effects
from remit.synthesis.rare.summed_result import MantelHaenszelResult, wald
from remit.synthesis.rare.summing_notes import summing_notes
from remit.synthesis.rare.tables import ADD_TO, Counts, no_information

__all__ = ["mantel_haenszel"]

FloatArray = npt.NDArray[np.float64]
_RATES = ("IRR", "IRD")
_OTHER = NotEstimable(reason="This test is defined for odds ratios only.")
_NO_TEST = NotEstimable(reason="This test is defined for odds ratios and rate ratios only.")


def mantel_haenszel(
    measure: str,
    *,
    ai: Any = None,
    bi: Any = None,
    ci: Any = None,
    di: Any = None,
    n1i: Any = None,
    n2i: Any = None,
    x1i: Any = None,
    t1i: Any = None,
    x2i: Any = None,
    t2i: Any = None,
    labels: Sequence[str] | None = None,
    level: float = 0.95,
    correct: bool = True,
    add: tuple[float, float] = (0.5, 0.0),
    to: tuple[str, str] = ("only0", "none"),
    drop00: tuple[bool, bool] = (True, False),
) -> MantelHaenszelResult:
    """Pool counts of two arms by Mantel & Haenszel.

    Parameters
    ----------
    measure : str
        ``OR`` (variance of Robins, Breslow & Greenland 1986), ``RR`` (Greenland & Robins 1985,
        eq. 13), ``RD`` (Sato, Greenland & Robins 1989), ``IRR`` and ``IRD`` (Greenland & Robins
        1985, eqs. 7 and 2).
    ai, bi, ci, di, n1i, n2i : (k,) array-like
        Counts of OR, RR and RD, see `two_by_two`.
    x1i, t1i, x2i, t2i : (k,) array-like
        Events and person-times of IRR and IRD.
    labels : sequence of str
        Names of the studies.
    level : float
        Coverage of the interval as a proportion.
    correct : bool
        Whether the tests of association are corrected for continuity (by at most 0.5).
    add, to, drop00 : pairs
        metafor's. The first of each is for the studies' own effects, which Q needs: 0.5 is added
        to studies with a zero cell, and studies without any event (or with events only) have no
        effect. The second is for the counts that are summed: nothing is added or dropped unless
        asked for, and then a note says so.

    Returns
    -------
    MantelHaenszelResult

    Raises
    ------
    InputError, SpecError
        If the counts cannot be counts (the study is named), or a choice is not defined.
    """
    level = check_level(level)
    check_choice("measure", measure, tuple(SUMS))
    for choice in to:
        check_choice("to", choice, ADD_TO)
    if measure in _RATES:
        counts = two_arm_rates(x1i=x1i, t1i=t1i, x2i=x2i, t2i=t2i, labels=labels)
    else:
        counts = two_by_two(ai=ai, bi=bi, ci=ci, di=di, n1i=n1i, n2i=n2i, labels=labels)
    own = study_effects(measure, counts, add=add[0], to=to[0], drop00=drop00[0])
    if drop00[1]:
        empty = no_information(counts)
        counts = counts.without(empty, "no event, or only events, in both arms; left out as asked")
        own = study_effects(measure, counts, add=add[0], to=to[0], drop00=drop00[0])
    cells = ("x1i", "x2i") if measure in _RATES else ("ai", "bi", "ci", "di")
    changed, where = add_to_zeros({name: counts[name] for name in cells}, add=add[1], to=to[1])
    table = counts.columns | changed
    if counts.k == 0:
        nothing = NotEstimable(reason="No study is left that could be used.")
        sums = Sums(value=nothing, std_error=0.0, weights=np.zeros(0))
    else:
        sums = SUMS[measure](table)
    notes = (
        *counts.notes,
        *summing_notes(counts, own, add, where),
        *_double_zero_note(measure, counts),
    )
    return _result(measure, counts, table, sums, own, level, correct, notes)


def _double_zero_note(measure: str, counts: Counts) -> list[Note]:
    empty = [label for label, no in zip(counts.labels, no_information(counts), strict=True) if no]
    if not empty:
        return []
    if measure in ("OR", "IRR", "RR"):
        text = (
            "no event, or only events, in both arms. They do not move a ratio by this method"
            if measure != "RR"
            else "no event, or only events, in both arms. Those without any event do not move a "
            "ratio by this method"
        )
    else:
        text = "no event, or only events, in both arms. They count: their difference is zero"
    return [Note(kind="used", text=f"{', '.join(empty)}: {text}.")]


def _result(
    measure: str,
    counts: Counts,
    table: dict[str, FloatArray],
    sums: Sums,
    own: StudyEffects,
    level: float,
    correct: bool,
    notes: tuple[Note, ...],
) -> MantelHaenszelResult:
    effect: Estimate | NotEstimable
    z: float | NotEstimable
    p: float | NotEstimable
    q: ChiSquareTest | NotEstimable
    ml: FitStatistics | NotEstimable
    reml: FitStatistics | NotEstimable
    if isinstance(sums.value, NotEstimable):
        effect = z = p = q = ml = reml = sums.value
    else:
        effect, z, p = wald(sums.value, sums.std_error, level)
        statistic = float(np.sum((own.effect - sums.value) ** 2 / own.variance))
        q = chi_square_test("Q of the study effects", statistic, own.effect.size - 1)
        if own.effect.size > 1:
            ml, reml = normal_fit_statistics(own.effect, own.variance, sums.value)
        else:
            ml = reml = q if isinstance(q, NotEstimable) else _OTHER
    i2, h2 = heterogeneity_shares(q)
    total = float(np.sum(sums.weights))
    association: ChiSquareTest | NotEstimable = _NO_TEST
    cochran: ChiSquareTest | NotEstimable = _OTHER
    bd: ChiSquareTest | NotEstimable = _OTHER
    tarone: ChiSquareTest | NotEstimable = _OTHER
    if measure == "OR" and counts.k:
        association, cochran = mantel_haenszel_test(table, correct)
        bd, tarone = breslow_day(table, sums.value)
    elif measure == "IRR" and counts.k:
        association = person_time_test(table, correct)
    return MantelHaenszelResult(
        measure=measure,
        level=level,
        k=counts.k,
        k_effects=own.effect.size,
        effect=effect,
        statistic=z,
        p_value=p,
        weights=lock(100.0 * sums.weights / total if total > 0 else np.zeros(counts.k)),
        association=association,
        cochran=cochran,
        breslow_day=bd,
        tarone=tarone,
        heterogeneity=q,
        i2=i2,
        h2=h2,
        fit_ml=ml,
        fit_reml=reml,
        counts=counts,
        notes=notes,
    )
