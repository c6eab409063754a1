"""How much do true effects differ between studies? Estimators of tau2.

Method codes are metafor's. The likelihood methods return the exact global optimum over
tau2 >= 0: the score is scanned for all its sign changes, each is refined to machine precision,
and the log-likelihoods are compared, the boundary included. A stopped iteration is not used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice
from remit.core.estimate import NotEstimable
from remit.core.numerics import Root, bracketed_root
from remit.synthesis.q_statistic import (
    check_studies,
    cochran_q,
    pair_weight,
    q_root,
    standard_form,
)

__all__ = ["TAU2_METHODS", "SolverStatus", "Tau2Estimate", "estimate_tau2"]

FloatArray = npt.NDArray[np.float64]
TAU2_METHODS = ("DL", "PM", "ML", "REML")
_POINTS_PER_DECADE = 16  # a term of the score bends over about one decade of tau2
_CHUNK = 1_000_000  # numbers held at once while the grid is evaluated


@dataclass(frozen=True, slots=True, kw_only=True)
class SolverStatus:
    """How an estimate was found.

    Attributes
    ----------
    converged : bool
        Whether the estimating equation is solved, or the boundary is its solution.
    iterations : int
        Steps of root finding; 0 for a closed form.
    at_boundary : bool
        Whether the estimate is zero because the optimum over all real numbers would be negative.
    several_modes : bool
        Whether the likelihood has more than one local maximum; the highest was taken.
    residual : float
        Estimating equation at the solution, relative to the size of its terms; 0 at the boundary
        and for a closed form.
    """

    converged: bool
    iterations: int
    at_boundary: bool
    several_modes: bool
    residual: float

    def to_dict(self) -> dict[str, Any]:
        """Return the status as a plain dictionary."""
        return {
            "converged": self.converged,
            "iterations": self.iterations,
            "at_boundary": self.at_boundary,
            "several_modes": self.several_modes,
            "residual": self.residual,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Tau2Estimate:
    """Variance of true effects between studies.

    Attributes
    ----------
    tau2 : float
        In squared units of the effect, never negative.
    method : str
        Code of the estimator.
    status : SolverStatus
        How it was found.
    """

    tau2: float
    method: str
    status: SolverStatus

    def to_dict(self) -> dict[str, Any]:
        """Return the estimate as a plain dictionary."""
        return {"tau2": self.tau2, "method": self.method, "status": self.status.to_dict()}


def estimate_tau2(effect: Any, variance: Any, method: str) -> Tau2Estimate | NotEstimable:
    """Estimate the between-study variance.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances (squared units of the effect).
    method : str
        ``DL`` (DerSimonian & Laird 1986, eq. 8), ``PM`` (Paule & Mandel 1982: Q(tau2) = k - 1),
        ``ML`` or ``REML`` (Viechtbauer 2005: maximum of the full or restricted likelihood).

    Returns
    -------
    Tau2Estimate or NotEstimable
        The latter with a single study.

    Raises
    ------
    InputError
        If the studies cannot be pooled, see `check_studies`.
    SpecError
        If the method is unknown.
    """
    check_choice("tau2", method, TAU2_METHODS)
    y, v = check_studies(effect, variance)
    if y.size == 1:
        return NotEstimable(reason="One study cannot show how much studies differ.")
    y, v, scale = standard_form(y, v)
    if method == "DL":
        value, status = _dersimonian_laird(y, v)
    elif method == "PM":
        value, status = _paule_mandel(y, v)
    else:
        value, status = _likelihood(y, v, restricted=method == "REML")
    return Tau2Estimate(tau2=value * scale, method=method, status=status)


def _closed(at_boundary: bool) -> SolverStatus:
    return SolverStatus(
        converged=True, iterations=0, at_boundary=at_boundary, several_modes=False, residual=0.0
    )


def _dersimonian_laird(y: FloatArray, v: FloatArray) -> tuple[float, SolverStatus]:
    excess = cochran_q(y, v) - (y.size - 1)
    value = max(0.0, excess / float(pair_weight(1.0 / v)))
    return value, _closed(excess < 0)


def _paule_mandel(y: FloatArray, v: FloatArray) -> tuple[float, SolverStatus]:
    df = y.size - 1
    if cochran_q(y, v) <= df:
        return 0.0, _closed(cochran_q(y, v) < df)
    root = q_root(y, v, float(df))
    status = SolverStatus(
        converged=True,
        iterations=root.iterations,
        at_boundary=False,
        several_modes=False,
        residual=abs(cochran_q(y, v, root.value) - df) / df,
    )
    return root.value, status


def _score(
    y: FloatArray, v: FloatArray, tau2: FloatArray, restricted: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return score, its derivative and the size of its terms at each tau2, all (m,).

    With w = 1/(v + tau2) and r the residuals from the weighted mean, twice the score is
    sum(w^2 r^2) - sum(w) for ML and sum(w^2 r^2) - sum(w) + sum(w^2)/sum(w) for REML
    (Viechtbauer 2005, whose iterations look for its root).
    """
    w = 1.0 / (v + tau2[:, None])
    w2 = w * w
    total = w.sum(axis=1)
    r = y - ((w * y).sum(axis=1) / total)[:, None]
    fit = (w2 * r * r).sum(axis=1)
    slope = -2.0 * (w2 * w * r * r).sum(axis=1) + 2.0 * (w2 * r).sum(axis=1) ** 2 / total
    a, b = w2.sum(axis=1), (w2 * w).sum(axis=1)
    trace = pair_weight(w) if restricted else total
    trace_slope = -a + 2.0 * b / total - (a / total) ** 2 if restricted else -a
    return 0.5 * (fit - trace), 0.5 * (slope - trace_slope), 0.5 * (fit + trace)


def _log_likelihood(y: FloatArray, v: FloatArray, tau2: float, restricted: bool) -> float:
    """Return the log-likelihood profiled over the mean, or the restricted one, less a constant.

    -(sum(log(v + tau2)) + Q(tau2) [+ log(sum(w)) if restricted]) / 2.
    """
    value = np.sum(np.log(v + tau2)) + cochran_q(y, v, tau2)
    if restricted:
        value += np.log(np.sum(1.0 / (v + tau2)))
    return float(-0.5 * value)


def _grid(y: FloatArray, v: FloatArray) -> FloatArray:
    """Return 0 and a logarithmic grid that ends where the score can only be negative.

    With R the range of effects, the score is negative once tau2 exceeds both the largest
    variance and R^2 (k + 1)/(k - 1): the weights then differ by a factor of 2 at most, so that
    sum(w^2)/sum(w)^2 <= 2/(k + 1), and sum(w^2 r^2) <= R^2 sum(w)/tau2.
    """
    k, span = y.size, float(np.ptp(y))
    low, high = 1e-3 * float(v.min()), 2.0 * max(float(v.max()), span**2 * (k + 1) / (k - 1))
    points = int(np.ceil(_POINTS_PER_DECADE * np.log10(high / low))) + 1
    return np.concatenate(([0.0], np.geomspace(low, high, points)))


def _scan(
    score: Callable[[FloatArray], tuple[FloatArray, FloatArray, FloatArray]],
    grid: FloatArray,
    k: int,
) -> tuple[FloatArray, FloatArray]:
    """Return grid and score with a point added where the score may dip through zero and back.

    Between two points of one sign such a dip needs the derivative to change its sign.
    """
    rows = max(1, _CHUNK // k)
    parts = [score(grid[i : i + rows]) for i in range(0, grid.size, rows)]
    value = np.concatenate([part[0] for part in parts])
    slope = np.concatenate([part[1] for part in parts])
    sign = np.sign(value)
    turns = (sign[:-1] == sign[1:]) & (sign[:-1] * slope[:-1] < 0) & (sign[1:] * slope[1:] > 0)
    extra = []
    for i in np.flatnonzero(turns):
        root = bracketed_root(
            lambda t: float(score(np.array([t]))[1][0]), float(grid[i]), float(grid[i + 1])
        )
        extra.append(root.value)
    if extra:
        added = np.array(extra)
        grid, value = np.append(grid, added), np.append(value, score(added)[0])
        order = np.argsort(grid, kind="stable")
        grid, value = grid[order], value[order]
    return grid, value


def _likelihood(y: FloatArray, v: FloatArray, *, restricted: bool) -> tuple[float, SolverStatus]:
    def score(tau2: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        return _score(y, v, tau2, restricted)

    def scalar(tau2: float) -> float:
        return float(score(np.array([tau2]))[0][0])

    if np.ptp(y) == 0:
        return 0.0, _closed(True)
    grid, value = _scan(score, _grid(y, v), y.size)
    maxima = [Root(value=0.0, iterations=0)] if value[0] <= 0 else []
    for i in np.flatnonzero((value[:-1] > 0) & (value[1:] <= 0)):
        maxima.append(bracketed_root(scalar, float(grid[i]), float(grid[i + 1])))
    best = max(maxima, key=lambda root: _log_likelihood(y, v, root.value, restricted))
    at_boundary = best.value == 0.0
    final, _, size = score(np.array([best.value]))
    status = SolverStatus(
        converged=True,
        iterations=sum(root.iterations for root in maxima),
        at_boundary=at_boundary and bool(value[0] < 0),
        several_modes=len(maxima) > 1,
        residual=0.0 if at_boundary else float(abs(final[0]) / size[0]),
    )
    return best.value, status
