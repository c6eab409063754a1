"""Which tau2 is the most likely: the exact global optimum of ML and REML over tau2 >= 0.

The score is scanned for all its sign changes, each is refined to machine precision, and the
log-likelihoods are compared, the boundary included. With many studies the scan runs on studies
grouped by variance; every bracket is then confirmed on the studies themselves.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from remit.core.numerics import Root, bracketed_root
from remit.synthesis.models.score import is_mean_model, scalar_score, score
from remit.synthesis.models.tau2_estimate import SolverStatus
from remit.synthesis.models.weighted import weighted_fit

__all__ = ["likelihood_tau2", "log_likelihood"]

FloatArray = npt.NDArray[np.float64]
_POINTS_PER_DECADE = 16  # a term of the score bends over about one decade of tau2
_MANY = 1000  # from here on the scan uses groups
_GROUPS = 400


def log_likelihood(x: FloatArray, y: FloatArray, v: FloatArray, tau2: float, reml: bool) -> float:
    """Return the log-likelihood profiled over the coefficients, or the restricted one.

    Less a constant: -(sum(log(v + tau2)) + y'Py [+ log|X'WX| if restricted]) / 2.
    """
    fit = weighted_fit(x, y, 1.0 / (v + tau2))
    value = float(np.sum(np.log(v + tau2))) + fit.rss
    return -0.5 * (value + fit.log_det if reml else value)


def likelihood_tau2(
    x: FloatArray, y: FloatArray, v: FloatArray, *, reml: bool
) -> tuple[float, SolverStatus]:
    """Maximise the likelihood of tau2.

    Parameters
    ----------
    x, y, v : (k, p), (k,), (k,) arrays
        Design, effects and variances in standard form.
    reml : bool
        Restricted likelihood.
    """
    spread = weighted_fit(x, y, np.ones_like(y)).rss
    if spread == 0:
        return 0.0, SolverStatus.closed(at_boundary=True)
    grid = _grid(v, spread, y.size - x.shape[1])
    if y.size >= _MANY and not is_mean_model(x):
        x = np.linalg.qr(x)[0]  # the same model
    exact = scalar_score(x, y, v, reml)
    if y.size < _MANY:
        grid, value = _scan(x, y, v, grid, reml)
        brackets = _brackets(grid, value)
        at_zero = float(value[0])
    else:
        brackets = _confirmed(exact, grid, _grouped_score(x, y, v, grid, reml))
        at_zero = exact(0.0)
    maxima = [Root(value=0.0, iterations=0)] if at_zero <= 0 else []
    maxima += [bracketed_root(exact, *ends) for ends in brackets]
    best = maxima[0]
    if len(maxima) > 1:
        best = max(maxima, key=lambda root: log_likelihood(x, y, v, root.value, reml))
    at_boundary = best.value == 0.0
    residual = 0.0
    if not at_boundary:
        final = score(x, y, v, np.array([best.value]), reml)
        residual = float(abs(final.value[0]) / final.size[0])
    status = SolverStatus(
        converged=True,
        iterations=sum(root.iterations for root in maxima),
        at_boundary=at_boundary and at_zero < 0,
        several_modes=len(maxima) > 1,
        residual=residual,
    )
    return best.value, status


def _grid(v: FloatArray, spread: float, df: int) -> FloatArray:
    """Return 0 and a logarithmic grid that ends where the score can only be negative.

    Once tau2 exceeds the largest variance all weights lie between 1/(2 tau2) and 1/tau2. Then
    y'PPy <= S/tau2^2 with S the unweighted residual sum of squares, tr(W) >= tr(P) >=
    df/(2 tau2), and beyond 2 S/df the score is negative.
    """
    low, high = 1e-3 * float(v.min()), 1.25 * max(float(v.max()), 2.0 * spread / df)
    points = int(np.ceil(_POINTS_PER_DECADE * np.log10(high / low))) + 1
    return np.concatenate(([0.0], np.geomspace(low, high, points)))


def _scan(
    x: FloatArray, y: FloatArray, v: FloatArray, grid: FloatArray, reml: bool
) -> tuple[FloatArray, FloatArray]:
    """Return grid and score with a point added where the score may dip through zero and back.

    Between two points of one sign such a dip needs the derivative to change its sign.
    """
    found = score(x, y, v, grid, reml)
    value, slope = found.value, found.slope
    sign = np.sign(value)
    turns = (sign[:-1] == sign[1:]) & (sign[:-1] * slope[:-1] < 0) & (sign[1:] * slope[1:] > 0)
    extra = [
        bracketed_root(
            lambda t: float(score(x, y, v, np.array([t]), reml).slope[0]),
            float(grid[i]),
            float(grid[i + 1]),
        ).value
        for i in np.flatnonzero(turns)
    ]
    if extra:
        added = np.array(extra)
        grid = np.append(grid, added)
        value = np.append(value, score(x, y, v, added, reml).value)
        order = np.argsort(grid, kind="stable")
        grid, value = grid[order], value[order]
    return grid, value


def _brackets(grid: FloatArray, value: FloatArray) -> list[tuple[float, float]]:
    """Return the steps of the grid in which the likelihood has a peak."""
    peaks = np.flatnonzero((value[:-1] > 0) & (value[1:] <= 0))
    return [(float(grid[i]), float(grid[i + 1])) for i in peaks]


def _grouped_score(
    x: FloatArray, y: FloatArray, v: FloatArray, grid: FloatArray, reml: bool
) -> FloatArray:
    """Return the score on the grid with the variances rounded to their group's mean.

    All terms are sums of powers of the weight times products of the columns of (X, y), which
    are added up within groups once.
    """
    basis = np.linalg.qr(x)[0]
    rest = y - basis @ (basis.T @ y)
    z = np.column_stack((basis, rest))
    p = x.shape[1]
    log_v = np.log(v)
    edges = np.linspace(log_v.min(), log_v.max(), _GROUPS + 1)[1:-1]
    group = np.searchsorted(edges, log_v)
    count = np.bincount(group, minlength=_GROUPS).astype(np.float64)
    center = np.bincount(group, v, minlength=_GROUPS)[count > 0] / count[count > 0]
    products = np.empty((center.size, p + 1, p + 1))
    for i in range(p + 1):
        for j in range(i + 1):
            total = np.bincount(group, z[:, i] * z[:, j], minlength=_GROUPS)[count > 0]
            products[:, i, j] = products[:, j, i] = total
    w = 1.0 / (center + grid[:, None])
    first, second = (np.tensordot(w**power, products, axes=1) for power in (1, 2))
    xx, xy = first[:, :p, :p], first[:, :p, p:]
    coef = np.linalg.solve(xx, xy)
    turn = coef.transpose(0, 2, 1)
    fit = second[:, p, p] - 2.0 * np.matmul(turn, second[:, :p, p:])[:, 0, 0]
    fit = fit + np.matmul(turn, np.matmul(second[:, :p, :p], coef))[:, 0, 0]
    trace: FloatArray = w @ count[count > 0]
    if reml:
        trace = trace - np.trace(np.linalg.solve(xx, second[:, :p, :p]), axis1=1, axis2=2)
    value: FloatArray = 0.5 * (fit - trace)
    return value


def _confirmed(
    score_at: Callable[[float], float], grid: FloatArray, value: FloatArray
) -> list[tuple[float, float]]:
    """Return brackets of the exact score, found by walking out from those of the groups.

    Where rounding the variances has moved a peak over the end of its step, the step next to it
    is taken; where no step holds the peak, it was none.
    """
    known: dict[int, float] = {}

    def exact(i: int) -> float:
        if i not in known:
            known[i] = score_at(float(grid[i]))
        return known[i]

    starts = np.flatnonzero((value[:-1] > 0) & (value[1:] <= 0)).tolist()
    if (value[0] > 0) != (exact(0) > 0) or not starts:
        starts = [0, *starts]
    found = set()
    for start in starts:
        low = start
        while low > 0 and exact(low) <= 0:
            low -= 1
        high = max(low + 1, start + 1) if exact(low) > 0 else low
        while exact(low) > 0 and exact(high) > 0:
            low, high = high, high + 1
        if exact(low) > 0:
            found.add((low, high))
    return [(float(grid[low]), float(grid[high])) for low, high in sorted(found)]
