"""The highest of all peaks of a likelihood, by exact Newton steps."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.optimize import brentq

from remit.core.errors import ConvergenceError
from remit.synthesis.rare.likelihoods import Likelihood, Local
from remit.synthesis.tau2 import SolverStatus

__all__ = ["Peak", "climb", "highest_peak", "summit"]

FloatArray = npt.NDArray[np.float64]
_STEPS = 200
_LONGEST_STEP = 2.0  # on the log scale
_FAR = 60.0  # a coefficient beyond it stands for infinity: exp(60) is no ratio of counts
_LARGEST_TAU = 300.0
_FIRST_TAU, _GROWTH = 0.02, 1.6
_SMALLEST_SD = 1e-7  # below it a standard deviation whose score is negative counts as zero
_ENOUGH = 1e-9  # Newton decrement, in standard errors, at which a climb ends
_ROUGHLY = 1e-4  # the same while peaks are looked for
_CLOSE = 1e-3  # decrement below which a step is taken without looking at the value
_COARSE = 0.5  # factor on the quadrature points while peaks are looked for


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Peak:
    """The maximum, with what is known about it.

    Attributes
    ----------
    parameters : (q,) array
        Where it lies; variances as variances.
    value : float
        Log-likelihood there.
    covariance : (q, q) array
        Inverse of the observed information of all free parameters; zero rows for a variance that
        is fixed or at its boundary.
    status : SolverStatus
        How it was found.
    quadrature_error : float
        Largest change when the number of quadrature points is doubled: of an estimate in its
        standard errors, of a standard error relative to itself, of the log-likelihood.
    """

    parameters: FloatArray
    value: float
    covariance: FloatArray
    status: SolverStatus
    quadrature_error: float


def _local(
    likelihood: Likelihood, x: FloatArray, free_tau: bool, refine: float
) -> tuple[Local, float]:
    """Return the derivatives in standard deviations, and the score of the last variance."""
    v = likelihood.variances
    sd = x[-v:]
    raw = likelihood.at(np.concatenate((x[:-v], sd**2)), free_tau2=free_tau, refine=refine)
    factor = np.concatenate((np.ones(x.size - v), 2.0 * sd))
    hessian = raw.hessian * factor[:, None] * factor
    own = np.arange(x.size - v, x.size)
    hessian[own, own] += 2.0 * raw.gradient[-v:]
    local = Local(value=raw.value, gradient=raw.gradient * factor, hessian=hessian)
    return local, float(raw.gradient[-1])


def _newton_step(local: Local, free: slice) -> FloatArray:
    """Return the Newton step, or where the likelihood is not concave a step that still rises."""
    gradient, information = local.gradient[free], -local.hessian[free, free]
    try:
        return np.asarray(cho_solve(cho_factor(information), gradient), dtype=np.float64)
    except LinAlgError:
        values, vectors = np.linalg.eigh(information)
        size = np.maximum(np.abs(values), 1e-6 * np.max(np.abs(values)) + 1e-12)
        return np.asarray(vectors @ ((vectors.T @ gradient) / size), dtype=np.float64)


def climb(
    likelihood: Likelihood,
    start: FloatArray,
    *,
    free_tau: bool,
    refine: float = 1.0,
    most: int = _STEPS,
) -> tuple[FloatArray, Local, float, int]:
    """Climb to the next maximum.

    Parameters
    ----------
    likelihood : Likelihood
        What to climb.
    start : (q,) array
        Where from; the last entries are standard deviations.
    free_tau : bool
        Whether the last of them moves too.
    refine : float
        Factor on the number of quadrature points.
    most : int
        Steps after which to give up.

    Returns
    -------
    tuple
        Place, derivatives there, score of the last variance, number of steps.

    Raises
    ------
    ConvergenceError
        If the climb does not end, or a coefficient runs to infinity.
    """
    x = start.copy()
    free = slice(0, x.size if free_tau else x.size - 1)
    local, score = _local(likelihood, x, free_tau, refine)
    least, stuck = np.inf, 0
    for count in range(most):
        if x[free].size == 0:
            return x, local, score, count
        step = _newton_step(local, free)
        decrement = math.sqrt(max(0.0, float(step @ local.gradient[free])))
        # the quadrature's own error may keep the last digits from settling
        stuck = stuck + 1 if decrement > 0.9 * least and decrement < _CLOSE else 0
        least = min(least, decrement)
        if decrement < (_ENOUGH if refine >= 1.0 else _ROUGHLY) or stuck == 3:
            return x, local, score, count
        step = step * min(1.0, _LONGEST_STEP / float(np.max(np.abs(step))))
        for _ in range(40):
            trial = x.copy()
            trial[free] += step
            trial = _folded(trial, likelihood.variances, free_tau)
            new, new_score = _local(likelihood, trial, free_tau, refine)
            # close to the top the value is lost in its own rounding, and Newton steps are safe
            if decrement < _CLOSE or new.value >= local.value - 1e-11 * (1.0 + abs(local.value)):
                break
            step = 0.5 * step
        x, local, score = trial, new, new_score
        if np.max(np.abs(x[: -likelihood.variances]), initial=0.0) > _FAR:
            break
    raise ConvergenceError.at(
        "likelihood of the counts",
        found=f"no maximum after {count + 1} steps, largest parameter {np.max(np.abs(x)):.3g}",
        expected="convergence",
        hint="The estimate may be infinite: one arm has no event, or only events, everywhere.",
    )


def _folded(x: FloatArray, variances: int, free_tau: bool) -> FloatArray:
    """Return the same place with standard deviations that are not negative."""
    last = x.size if free_tau else x.size - 1
    sd = np.abs(x[x.size - variances : last])
    x[x.size - variances : last] = np.where(sd < _SMALLEST_SD, 0.0, sd)
    return x


def highest_peak(likelihood: Likelihood, start: FloatArray, enough: float) -> Peak:
    """Return the highest peak over tau >= 0.

    The profile likelihood is followed from tau = 0 in steps of a factor of 1.6; wherever its
    score changes from positive to negative a peak lies between, and is climbed.

    Parameters
    ----------
    likelihood : Likelihood
        What to climb.
    start : (q,) array
        Start, with tau, its last entry, 0.
    enough : float
        A tau beyond which a falling profile is not followed any more.

    Raises
    ------
    ConvergenceError
        If the likelihood has no maximum within tau = 300.
    """
    x, local, score, steps = climb(likelihood, start, free_tau=False)
    peaks = [(local.value, x)] if score <= 0 else []
    low, tau = x, _FIRST_TAU
    while tau <= _LARGEST_TAU:
        before = score
        x, _, score, count = climb(likelihood, _with_tau(low, tau), free_tau=False, refine=_COARSE)
        steps += count
        if before > 0 >= score:
            value, place, count = _between(likelihood, low, x)
            peaks.append((value, place))
            steps += count
        if score < 0 and tau > enough:
            break
        low, tau = x, tau * _GROWTH
    if not peaks:
        raise ConvergenceError.at(
            "likelihood of the counts",
            found=f"a likelihood that still rises at tau = {_LARGEST_TAU:g}",
            expected="a maximum",
            hint="The studies contradict each other entirely; show them one by one.",
        )
    best = max(peaks, key=lambda peak: peak[0])[1]
    return summit(likelihood, best, iterations=steps, modes=len(peaks))


def _with_tau(x: FloatArray, tau: float) -> FloatArray:
    moved = x.copy()
    moved[-1] = tau
    return moved


def _between(
    likelihood: Likelihood, low: FloatArray, high: FloatArray
) -> tuple[float, FloatArray, int]:
    """Return value and place of the peak between two values of tau, and the steps taken."""
    place = high
    steps = 0
    refine = _COARSE

    def score(tau: float) -> float:
        nonlocal place, steps
        place, _, at, count = climb(
            likelihood, _with_tau(place, tau), free_tau=False, refine=refine
        )
        steps += count + 1
        return at

    rough = brentq(score, low[-1], high[-1], xtol=1e-3 * high[-1], rtol=1e-3)
    exact, local, _, count = climb(likelihood, _with_tau(place, rough), free_tau=True)
    if not low[-1] <= exact[-1] <= high[-1]:
        refine = 1.0
        tau = brentq(score, low[-1], high[-1], xtol=1e-13, rtol=1e-13)
        exact, local, _, count = climb(likelihood, _with_tau(place, tau), free_tau=False)
    return local.value, exact, steps + count


def summit(
    likelihood: Likelihood,
    x: FloatArray,
    *,
    iterations: int,
    modes: int = 1,
    fixed_tau: bool = False,
) -> Peak:
    """Return what is known at a maximum: covariance, status, error of the quadrature.

    Parameters
    ----------
    likelihood : Likelihood
        What was climbed.
    x : (q,) array
        Where the maximum is; the last entries are standard deviations.
    iterations, modes : int
        For the status.
    fixed_tau : bool
        Whether the last variance was fixed by the model and not estimated.
    """
    v = likelihood.variances
    parameters = np.concatenate((x[:-v], x[-v:] ** 2))
    free = np.ones(x.size, dtype=bool)
    free[-v:] = x[-v:] > 0.0
    at, fine = (likelihood.at(parameters, free_tau2=not fixed_tau, refine=m) for m in (1, 2))
    keep = np.ix_(free, free)
    try:
        inverse, inverse_fine = (np.linalg.inv(-local.hessian[keep]) for local in (at, fine))
    except np.linalg.LinAlgError as error:
        raise ConvergenceError.at(
            "likelihood of the counts",
            found="a flat maximum",
            expected="a single place where it is highest",
            hint="The counts do not tell the parameters apart.",
        ) from error
    errors, errors_fine = (np.sqrt(np.diag(matrix)) for matrix in (inverse, inverse_fine))
    gradient, gradient_fine = at.gradient[free], fine.gradient[free]
    moved = np.max(np.abs(inverse_fine @ gradient_fine) / errors_fine, initial=0.0)
    quadrature = max(float(moved), abs(at.value - fine.value))
    widened = float(np.max(np.abs(errors / errors_fine - 1.0), initial=0.0))
    residual = math.sqrt(max(0.0, float(gradient @ inverse @ gradient)))
    covariance = np.zeros((x.size, x.size))
    covariance[keep] = inverse
    return Peak(
        parameters=parameters,
        value=at.value,
        covariance=covariance,
        status=SolverStatus(
            converged=residual < 1e-7 and quadrature < 1e-8 and widened < 1e-6,
            iterations=iterations,
            at_boundary=not fixed_tau and bool(x[-1] == 0.0),
            several_modes=modes > 1,
            residual=residual,
        ),
        quadrature_error=max(quadrature, widened),
    )
