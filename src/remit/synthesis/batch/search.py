"""Which tau2 is the most likely, for many sets of studies at once, with proof that none is better.

With P = W - WX(X'WX)^-1 X'W and l_j the eigenvalues of K' diag(v) K (K an orthonormal basis of
the contrasts), A = y'PPy = sum z_j^2/(l_j + t)^2 and T = tr(P) = sum 1/(l_j + t). The score is
(A - T)/2. All l_j lie between the least and the largest sampling variance (Cauchy interlacing).
For ML T is the sum of 1/(v_i + t), of the same form. Put

    alpha(t) = y'PPy / y'PPPy - t,   theta(t) = tr(P) / tr(PP) - t.

Both are weighted means of the l_j and never fall (Cauchy-Schwarz). As d log A/dt =
-2/(alpha + t) and d log T/dt = -1/(theta + t), the values at the ends of [a, b] bound A and T in
between. A/T falls throughout [a, b] if alpha(b) < 2 theta(a) + a: then the score has at most one
root there. It rises if alpha(a) > 2 theta(b) + b. Steps of which neither this nor a sign can be
proved are halved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.synthesis.batch.roots import falling_roots

__all__ = ["Optima", "Sums", "likelihood_optima"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]
_NARROW = 1e-13  # relative width from which on a step is not halved any more


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sums:
    """What the score is made of, at one tau2 per set; all arrays are (m,).

    Attributes
    ----------
    fit, fit3 : array
        y'PPy and y'PPPy.
    trace, trace2 : array
        tr(P) and tr(PP); for ML tr(W) and tr(WW).
    """

    fit: FloatArray
    fit3: FloatArray
    trace: FloatArray
    trace2: FloatArray

    def take(self, rows: IntArray | BoolArray) -> Sums:
        """Return these sets only."""
        return Sums(
            fit=self.fit[rows],
            fit3=self.fit3[rows],
            trace=self.trace[rows],
            trace2=self.trace2[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Optima:
    """Estimates for m sets; all arrays are (m,).

    Attributes
    ----------
    tau2 : array
        The optimum.
    several, converged : boolean array
        Whether the likelihood has more than one peak; whether the root was reached.
    """

    tau2: FloatArray
    several: BoolArray
    converged: BoolArray


Evaluate = Callable[[IntArray, FloatArray], Sums]
Likelihood = Callable[[IntArray, FloatArray], FloatArray]


@dataclass(slots=True, kw_only=True, eq=False)
class _Steps:
    """Intervals of tau2 with the sums at both ends."""

    column: IntArray
    low: FloatArray
    high: FloatArray
    at_low: Sums
    at_high: Sums

    def take(self, rows: IntArray | BoolArray) -> _Steps:
        return _Steps(
            column=self.column[rows],
            low=self.low[rows],
            high=self.high[rows],
            at_low=self.at_low.take(rows),
            at_high=self.at_high.take(rows),
        )


def likelihood_optima(
    evaluate: Evaluate,
    log_likelihood: Likelihood,
    *,
    least: FloatArray,
    largest: FloatArray,
    spread: FloatArray,
    df: FloatArray,
) -> Optima:
    """Maximise the (restricted) likelihood of tau2 >= 0 for each of m sets.

    Parameters
    ----------
    evaluate : callable
        ``evaluate(sets, tau2)`` gives the `Sums` of these sets.
    log_likelihood : callable
        The same for the log-likelihood; called only where there are several peaks.
    least, largest : (m,) array
        Bounds of the sampling variances.
    spread, df : (m,) array
        Unweighted residual sum of squares, and its degrees of freedom.
    """
    every = np.arange(least.size)
    # for ML the trace is larger, so that its score is negative beyond the same bound
    ceiling = _ceiling(least, largest, spread, df)
    zero = np.zeros(every.size)
    start = evaluate(every, zero)
    searched = (spread > 0) & (ceiling > 0)
    at_zero = every[(start.fit <= start.trace) | ~searched]
    peaks = [(at_zero, zero[at_zero])]
    open_ = np.flatnonzero(searched)
    steps = _Steps(
        column=open_,
        low=zero[open_],
        high=ceiling[open_],
        at_low=start.take(open_),
        at_high=evaluate(open_, ceiling[open_]),
    )
    brackets = _isolate(evaluate, steps, least)
    converged = np.ones(every.size, dtype=bool)
    if brackets.column.size:
        value, reached = _polish(evaluate, brackets, least[brackets.column])
        converged[brackets.column[~reached]] = False
        peaks.append((brackets.column, value))
    return _highest(peaks, log_likelihood, converged)


def _ceiling(
    least: FloatArray, largest: FloatArray, spread: FloatArray, df: FloatArray
) -> FloatArray:
    """Return a tau2 from which on the score is negative.

    A <= S/(least + t)^2 and T >= df/(largest + t), with S the unweighted sum of squares.
    """
    ratio = spread / df
    root = 0.5 * (ratio + np.sqrt(ratio * ratio + 4.0 * ratio * (largest - least)))
    return np.maximum(0.0, (root - least) * (1.0 + 1e-9))


def _isolate(evaluate: Evaluate, steps: _Steps, least: FloatArray) -> _Steps:
    """Return steps that each hold exactly one root at which the score turns negative."""
    found = []
    while steps.column.size:
        low, high = steps.at_low, steps.at_high
        up, down = low.fit > low.trace, high.fit <= high.trace
        settled = _falls(steps) | _rises(steps) | _narrow(steps)
        holds_root = settled & up & down
        if np.any(holds_root):
            found.append(steps.take(holds_root))
        settled |= up & ~down & _stays_positive(steps)
        settled |= ~up & down & _stays_negative(steps)
        rest = steps.take(~settled)
        if not rest.column.size:
            break
        shift = least[rest.column]
        middle = np.sqrt((rest.low + shift) * (rest.high + shift)) - shift
        middle = np.clip(middle, rest.low, rest.high)
        steps = _halved(rest, middle, evaluate(rest.column, middle))
    return _joined(found) if found else steps.take(np.zeros(steps.column.size, dtype=bool))


def _halved(steps: _Steps, middle: FloatArray, at_middle: Sums) -> _Steps:
    left = _Steps(
        column=steps.column,
        low=steps.low,
        high=middle,
        at_low=steps.at_low,
        at_high=at_middle,
    )
    right = _Steps(
        column=steps.column,
        low=middle,
        high=steps.high,
        at_low=at_middle,
        at_high=steps.at_high,
    )
    return _joined([left, right])


def _joined(parts: list[_Steps]) -> _Steps:
    def sums(chosen: list[Sums]) -> Sums:
        return Sums(
            fit=np.concatenate([part.fit for part in chosen]),
            fit3=np.concatenate([part.fit3 for part in chosen]),
            trace=np.concatenate([part.trace for part in chosen]),
            trace2=np.concatenate([part.trace2 for part in chosen]),
        )

    return _Steps(
        column=np.concatenate([part.column for part in parts]),
        low=np.concatenate([part.low for part in parts]),
        high=np.concatenate([part.high for part in parts]),
        at_low=sums([part.at_low for part in parts]),
        at_high=sums([part.at_high for part in parts]),
    )


def _falls(steps: _Steps) -> BoolArray:
    """Tell where A/T certainly falls: alpha(b) < 2 theta(a) + a."""
    alpha = steps.at_high.fit / steps.at_high.fit3 - steps.high
    theta = steps.at_low.trace / steps.at_low.trace2 - steps.low
    return np.asarray(alpha < 2.0 * theta + steps.low)


def _rises(steps: _Steps) -> BoolArray:
    """Tell where A/T certainly rises: alpha(a) > 2 theta(b) + b."""
    alpha = steps.at_low.fit / steps.at_low.fit3 - steps.low
    theta = steps.at_high.trace / steps.at_high.trace2 - steps.high
    return np.asarray(alpha > 2.0 * theta + steps.high)


def _narrow(steps: _Steps) -> BoolArray:
    return np.asarray(steps.high - steps.low <= _NARROW * steps.high)


def _stays_positive(steps: _Steps) -> BoolArray:
    """Tell where A > T all the way; the bounds of A/T have their least value at an end."""
    a, b, start, end = steps.low, steps.high, steps.at_low, steps.at_high
    alpha = start.fit / start.fit3 - a
    theta = end.trace / end.trace2 - b
    least_fit = start.fit * ((alpha + a) / (alpha + b)) ** 2
    return np.asarray(least_fit > start.trace * (theta + a) / (theta + b))


def _stays_negative(steps: _Steps) -> BoolArray:
    """Tell where A < T all the way; the bound of A/T is highest at alpha(b) - 2 theta(a)."""
    a, b, start, end = steps.low, steps.high, steps.at_low, steps.at_high
    alpha = end.fit / end.fit3 - b
    theta = start.trace / start.trace2 - a
    worst = np.clip(alpha - 2.0 * theta, a, b)
    most_fit = start.fit * ((alpha + a) / (alpha + worst)) ** 2
    return np.asarray(most_fit < start.trace * (theta + a) / (theta + worst))


def _polish(evaluate: Evaluate, brackets: _Steps, unit: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Refine each root by Newton steps on T/A, which is nearly linear, kept in the bracket."""

    def step(columns: IntArray, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        return _newton(evaluate(columns, tau2))

    at_low = _newton(brackets.at_low)[1]
    return falling_roots(step, brackets.column, brackets.low, brackets.high, at_low, unit)


def _newton(sums: Sums) -> tuple[FloatArray, FloatArray]:
    """Return A/T - 1 and Newton's step to the root of T/A = 1."""
    excess = (sums.fit - sums.trace) / sums.trace
    fall = 2.0 * sums.fit3 / sums.fit - sums.trace2 / sums.trace
    return excess, np.where(fall > 0, excess / np.where(fall > 0, fall, 1.0), np.inf)


def _highest(
    peaks: list[tuple[IntArray, FloatArray]], log_likelihood: Likelihood, converged: BoolArray
) -> Optima:
    column = np.concatenate([part[0] for part in peaks])
    value = np.concatenate([part[1] for part in peaks])
    tau2 = np.zeros(converged.size)
    tau2[column] = value
    count = np.bincount(column, minlength=converged.size)
    several = count > 1
    if np.any(several):
        rows = np.flatnonzero(several[column])
        height = log_likelihood(column[rows], value[rows])
        order = np.argsort(height, kind="stable")  # the highest is written last
        tau2[column[rows[order]]] = value[rows[order]]
    return Optima(tau2=tau2, several=several, converged=converged & (count > 0))
