"""Weighted regression of study effects on one feature of the studies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.core.checks import lock
from remit.core.estimate import Estimate, NotEstimable
from remit.core.notes import Note
from remit.core.numerics import critical_value, distribution_name, t_two_sided
from remit.synthesis.bias.plain_result import symmetric_interval
from remit.synthesis.bias.regression_result import RegressionTest

__all__ = ["LineFit", "absent", "design_fault", "line_test", "weighted_line"]

FloatArray = npt.NDArray[np.float64]
_NO_FALL = NotEstimable(
    reason="The predictor does not fall to 0 as studies grow, so the intercept is no limit."
)
_NO_TAU2 = NotEstimable(reason="The dispersion of this model is multiplicative.")
_FLAT = 1e-12  # a column whose part outside the others is shorter counts as constant or collinear


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LineFit:
    """Weighted least squares with a free dispersion.

    Attributes
    ----------
    coef, std_error : (p,) float array
        Coefficients and standard errors.
    cov : (p, p) float array
        Covariance matrix of the coefficients.
    dispersion : float
        Root of the residual weighted mean square.
    df : int
        Number of rows less number of coefficients.
    """

    coef: FloatArray
    std_error: FloatArray
    cov: FloatArray
    dispersion: float
    df: int


def design_fault(design: FloatArray) -> NotEstimable | None:
    """Say why the last column of a (k, p) design has no slope of its own, or return None."""
    k, p = design.shape
    if k <= p:
        studies = "study" if k == 1 else "studies"
        return NotEstimable(reason=f"{k} {studies} cannot fit a regression of {p} coefficients.")
    others, last = design[:, :-1], design[:, -1]
    scale = np.max(np.abs(others), axis=0)
    others = others / np.where(scale > 0, scale, 1.0)
    basis = np.linalg.svd(others, full_matrices=False)
    if basis.S[-1] <= _FLAT * basis.S[0]:
        return NotEstimable(reason="The moderators are collinear.")
    rest = last - basis.U @ (basis.U.T @ last)
    if float(np.linalg.norm(rest)) <= _FLAT * float(np.linalg.norm(last)):
        return NotEstimable(
            reason="The predictor is the same in all studies, or follows from the moderators."
        )
    return None


def weighted_line(y: FloatArray, design: FloatArray, weights: FloatArray) -> LineFit:
    """Fit y = X b with weights w and variance s^2 / w.

    b = (X'WX)^-1 X'Wy, covariance s^2 (X'WX)^-1, s^2 = sum(w r^2)/(k - p), by the QR
    factorisation of columns scaled to unit length.
    """
    root = np.sqrt(weights / np.max(weights))
    rows = design * root[:, None]
    length = np.linalg.norm(rows, axis=0)
    q, r = np.linalg.qr(rows / length)
    shift = float(np.median(y)) if np.ptp(design[:, 0]) == 0 else 0.0
    target = root * (y - shift)
    inverse = np.linalg.inv(r) / length[:, None]
    coef = inverse @ (q.T @ target)
    residual = target - rows @ coef
    df = y.size - design.shape[1]
    mean_square = float(residual @ residual) / df
    cov = mean_square * (inverse @ inverse.T)
    if shift != 0.0:
        coef = coef.copy()
        coef[0] += shift / design[0, 0]
    return LineFit(
        coef=lock(coef),
        std_error=lock(np.sqrt(np.diag(cov))),
        cov=lock(cov),
        dispersion=float(np.sqrt(mean_square * np.max(weights))),
        df=df,
    )


def line_test(
    y: FloatArray,
    design: FloatArray,
    weights: FloatArray,
    *,
    test: str,
    predictor: str,
    falls: bool,
    level: float,
    notes: tuple[Note, ...],
) -> RegressionTest:
    """Test the last coefficient of a weighted regression with t and k - p degrees of freedom.

    Parameters
    ----------
    y, weights : (k,) float array
        Effects and their weights.
    design : (k, p) float array
        Intercept first, predictor last.
    test, predictor : str
        Names for the result.
    falls : bool
        Whether the predictor falls to 0 as the study grows, so that the intercept is the limit.
    level : float
        Coverage of the intervals.
    notes : tuple of Note
        Carried into the result.
    """
    fault = design_fault(design)
    if fault is not None:
        return absent(fault, test, "lm", predictor, y.size, level, notes)
    fit = weighted_line(y, design, weights)
    slope = _estimate(float(fit.coef[-1]), float(fit.std_error[-1]), fit.df, level)
    intercept = _estimate(float(fit.coef[0]), float(fit.std_error[0]), fit.df, level)
    error = float(fit.std_error[-1])
    exact = error <= _FLAT * float(np.max(np.abs(fit.coef[-1]))) or error == 0.0
    reason = NotEstimable(reason="The effects lie on a line and leave no residual to test against.")
    statistic = reason if exact else float(fit.coef[-1]) / error
    p_value = reason if isinstance(statistic, NotEstimable) else t_two_sided(statistic, fit.df)
    return RegressionTest(
        test=test,
        model="lm",
        predictor=predictor,
        k=y.size,
        slope=slope,
        statistic=statistic,
        df=float(fit.df),
        p_value=p_value,
        limit=intercept if falls and design.shape[1] == 2 else _NO_FALL,
        coef=fit.coef,
        std_error=fit.std_error,
        coef_cov=fit.cov,
        tau2=_NO_TAU2,
        dispersion=fit.dispersion,
        level=level,
        notes=notes,
    )


def absent(
    fault: NotEstimable,
    test: str,
    model: str,
    predictor: str,
    k: int,
    level: float,
    notes: tuple[Note, ...],
) -> RegressionTest:
    """Return the result that says why there is none."""
    empty = lock(np.empty(0))
    return RegressionTest(
        test=test,
        model=model,
        predictor=predictor,
        k=k,
        slope=fault,
        statistic=fault,
        df=None,
        p_value=fault,
        limit=fault,
        coef=empty,
        std_error=empty,
        coef_cov=lock(np.empty((0, 0))),
        tau2=fault,
        dispersion=fault,
        level=level,
        notes=notes,
    )


def _estimate(value: float, error: float, df: int, level: float) -> Estimate:
    half = critical_value(level, df) * error
    interval = symmetric_interval(value, half, level, distribution_name(df))
    return Estimate(value=value, interval=interval, std_error=error)
