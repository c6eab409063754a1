"""How would the mean change if small studies were selected by their effects: Copas & Shi."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr, ndtr

from remit.core.checks import check_choice, check_level, check_proportion
from remit.core.errors import SpecError
from remit.core.estimate import NotEstimable
from remit.core.notes import Note
from remit.core.numerics import chi2_upper_tail
from remit.synthesis.bias.cautions import few_studies
from remit.synthesis.bias.copas_fit import CERTAIN, CopasData, fit_copas, mean_variance, with_slope
from remit.synthesis.bias.copas_path import NO_SELECTION, selection_path
from remit.synthesis.bias.copas_result import CopasModel, CopasPoint
from remit.synthesis.bias.regression import egger_test
from remit.synthesis.bias.regression_lines import design_fault
from remit.synthesis.bias.selection_answer import mean_estimate
from remit.synthesis.bias.selection_search import SearchStatus, Summit
from remit.synthesis.models import FitSpec, fit_linear
from remit.synthesis.q_statistic import check_studies

__all__ = ["copas"]

FloatArray = npt.NDArray[np.float64]
_SIDES = ("left", "right")
_NAMES = ("mu", "rho", "tau2")
_UNSEEN = -6.0  # probit of the least probability of publication, 1e-9
_NO_RHO = NotEstimable(reason="Without selection nothing depends on the correlation.")
_REJECTED = NotEstimable(
    reason="The test of residual selection bias rejects at every degree of selection that was "
    "tried."
)


def copas(
    effect: Any,
    variance: Any,
    *,
    gamma: Sequence[tuple[float, float]] | None = None,
    side: str | None = None,
    rho_bound: float = 0.9999,
    significance: float = 0.1,
    level: float = 0.95,
) -> CopasModel:
    """Fit the Copas selection model over a path of increasing selection.

    Copas & Shi 2000 (Biostatistics 1:247) and 2001 (Stat Methods Med Res 10:251): a study with
    standard error s is published with probability Phi(gamma0 + gamma1 / s), and publication is
    correlated with the effect. For each (gamma0, gamma1) mean, correlation and between-study
    variance are the global maximum of the likelihood, found by a scan over correlation and
    variance. s is the standard error as reported, which the likelihood takes to be that of
    published studies.

    Path, test of residual selection bias (a mean of mu + beta s against mu) and choice of the
    adjusted estimate are those of `copas` in the R package metasens (Carpenter, Schwarzer, Ruecker
    & Kuenstler 2009, J Clin Epidemiol 62:624). The path depends on round numbers of the effect: in
    other units, but for powers of ten, it visits other degrees of selection.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances (squared units of the effect).
    gamma : sequence of (gamma0, gamma1), optional
        Degrees of selection to fit beside none at all, gamma1 in the units of the effect; by
        default the path.
    side : str, optional
        ``left`` or ``right``: where studies are missing; by default where Egger's slope points.
        It fixes the sign of the correlation in the test of residual selection bias.
    rho_bound : float
        Largest absolute correlation, below 1.
    significance : float
        Level of that test: the adjusted estimate is at the smallest selection it accepts.
    level : float
        Coverage of the intervals.

    Returns
    -------
    CopasModel
        With fewer than three studies, or equal variances, no path.

    Raises
    ------
    InputError
        If a study is not usable.
    SpecError
        If a choice is out of range, or a study would be published with less than 1e-9.
    """
    check_level(level)
    check_proportion("rho_bound", rho_bound)
    check_proportion("significance", significance)
    if side is not None:
        check_choice("side", side, _SIDES)
    y, v = check_studies(effect, variance)
    order = np.lexsort((y, v))  # sums are then the same whatever the order of the studies
    y, v = y[order], v[order]
    data = _data(y, v, float(np.sqrt(np.median(v) + np.var(y))), rho_bound)
    fault = _fault(np.sqrt(v))
    missing = side or fault or _egger_side(y, v)
    if gamma is not None:
        path = _checked(gamma, np.sqrt(v))
    else:
        path = _path(y, v, missing, rho_bound) if fault is None else []
    points = tuple(_point(data, pair, missing, fault, level) for pair in (NO_SELECTION, *path))
    chosen = _choose(points, significance) if fault is None else fault
    at = None if isinstance(chosen, NotEstimable) else points[chosen]
    absent = chosen if isinstance(chosen, NotEstimable) else _REJECTED
    return CopasModel(
        k=y.size,
        side=missing,
        side_given=side is not None,
        points=points,
        significance=significance,
        chosen=chosen,
        adjusted=absent if at is None else at.effect,
        adjusted_p=absent if at is None else at.p_value,
        unadjusted=points[0].effect,
        notes=_notes(y.size, points, at),
    )


def _fault(std_error: FloatArray) -> NotEstimable | None:
    """Say why a funnel cannot show any selection, or return None."""
    if std_error.size < 3:
        return NotEstimable(reason="Fewer than three studies cannot show that a funnel is uneven.")
    if design_fault(np.column_stack((np.ones_like(std_error), std_error))) is not None:
        return NotEstimable(
            reason="All standard errors are equal, and selection by them cannot be seen."
        )
    return None


def _egger_side(y: FloatArray, v: FloatArray) -> str | NotEstimable:
    slope = egger_test(y, v).slope
    if isinstance(slope, NotEstimable):
        return slope
    return "left" if slope.value > 0 else "right"


def _data(y: FloatArray, v: FloatArray, unit: float, bound: float) -> CopasData:
    return CopasData(y=y / unit, v=v / unit**2, unit=unit, bound=bound)


def _path(
    y: FloatArray, v: FloatArray, side: str | NotEstimable, bound: float
) -> list[tuple[float, float]]:
    """Return the degrees of selection of metasens, searched from the fit without selection."""
    data = _data(y, v, float(np.sqrt(np.median(v))), bound)
    fit = fit_linear(y, v, None, FitSpec(tau2="REML"))
    rho = 0.5 * bound if side == "left" else -0.5 * bound
    start = np.array([fit.coef[0] / data.unit, rho, fit.tau2_value / data.unit**2])
    return selection_path(data, start)


def _checked(
    gamma: Sequence[tuple[float, float]], std_error: FloatArray
) -> list[tuple[float, float]]:
    """Return the pairs, least selection of the largest standard error first."""
    pairs = np.array(gamma, dtype=np.float64).reshape(-1, 2) if len(gamma) else np.empty((0, 2))
    u = pairs[:, :1] + pairs[:, 1:] / std_error
    bad = np.flatnonzero(~(np.all(np.isfinite(u), axis=1) & (u.min(axis=1, initial=9.0) > _UNSEEN)))
    if bad.size:
        raise SpecError.at(
            "argument 'gamma'",
            found=repr(tuple(pairs[bad[0]].tolist())),
            expected="numbers that give each study a probability of publication above 1e-9",
        )
    u_most = pairs[:, 0] + pairs[:, 1] / std_error.max()
    return [(float(a), float(b)) for a, b in pairs[np.argsort(-u_most, kind="stable")]]


def _point(
    data: CopasData,
    gamma: tuple[float, float],
    side: str | NotEstimable,
    fault: NotEstimable | None,
    level: float,
) -> CopasPoint:
    """Fit at one degree of selection, in the units of the data."""
    top = fit_copas(data, gamma)
    lrt: float | NotEstimable
    if fault is not None:
        lrt = fault
    elif isinstance(side, NotEstimable):
        lrt = side
    else:
        lrt = max(0.0, 2.0 * (with_slope(data, gamma, left=side == "left").value - top.value))
    u = gamma[0] + gamma[1] / (np.sqrt(data.v) * data.unit)
    sure = float(u.min()) > CERTAIN
    variance = mean_variance(data, gamma, top)
    mean, p_value = mean_estimate(
        float(top.x[0]) * data.unit,
        float(np.sqrt(variance or 0.0)),
        variance is not None,
        level,
    )
    return CopasPoint(
        gamma0=gamma[0],
        gamma1=gamma[1],
        publication=float(ndtr(u[np.argmax(data.v)])),
        unpublished=float(np.sum(np.exp(log_ndtr(-u) - log_ndtr(u)))),
        effect=mean,
        p_value=p_value,
        rho=_NO_RHO if sure else float(top.x[1]),
        tau2=float(top.x[2]) * data.unit**2,
        loglik=top.value - data.y.size * float(np.log(data.unit)),
        residual_lrt=lrt,
        residual_p=lrt if isinstance(lrt, NotEstimable) else chi2_upper_tail(lrt, 1),
        status=_status(top, sure=sure),
    )


def _status(top: Summit, *, sure: bool) -> SearchStatus:
    bound = [name for name, at in zip(_NAMES, top.bound, strict=True) if at]
    if sure and "rho" in bound:
        bound.remove("rho")
    return SearchStatus(
        converged=top.converged,
        gradient=top.gradient,
        starts=top.starts,
        agreeing=top.agreeing,
        iterations=top.evaluations,
        at_bounds=tuple(bound),
    )


def _choose(points: tuple[CopasPoint, ...], significance: float) -> int | NotEstimable:
    for place, point in enumerate(points):
        if not isinstance(point.residual_p, NotEstimable) and point.residual_p > significance:
            return place
    return _REJECTED


def _notes(k: int, points: tuple[CopasPoint, ...], at: CopasPoint | None) -> tuple[Note, ...]:
    text = (
        "A sensitivity analysis: how strongly studies were selected cannot be estimated, and the "
        "adjusted estimate is only where the funnel no longer looks asymmetric."
    )
    notes = (*few_studies(k, "The Copas selection model"), Note(kind="caution", text=text))
    text = "The standard errors are taken to be those of published studies."
    notes += (Note(kind="assumed", text=text, method="Copas & Shi 2000, p. 250"),)
    held = [point for point in points if "rho" in point.status.at_bounds]
    if held:
        where = "the adjusted estimate" if at in held else "some degrees of selection"
        text = (
            f"The correlation is at its bound at {where}, where the standard error takes it as "
            "known and may be too small."
        )
        notes += (Note(kind="boundary", text=text),)
    if not all(point.status.converged for point in points):
        text = "A search for a maximum did not end at a stationary point; do not use that one."
        notes += (Note(kind="caution", text=text),)
    return notes
