"""The binomial model with normally distributed logits, fitted by maximum likelihood.

Counts r of n with p = 1/(1 + exp(-eta)) and eta ~ N(beta, tau2) (Stijnen, Hamza & Ozdemir 2010,
Stat Med 29:3046, the model for one proportion). The integral over eta is taken by the trapezoidal
rule about each study's mode. For analytic integrands it converges geometrically in the step
(Trefethen & Weideman 2014, SIAM Review 56:385), also for studies with no event or only events,
where Gauss-Hermite rules converge slowly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from remit.core.errors import ConvergenceError
from remit.core.numerics import bracketed_root
from remit.synthesis.tau2 import SolverStatus

__all__ = ["LogitNormalFit", "derivatives", "fit_logit_normal"]

FloatArray = npt.NDArray[np.float64]
_STEP = 0.25  # in logits; the nearest poles lie pi away, so the error is below exp(-pi^2/0.25)
_STEP_SD = 0.5  # in SDs of the integrand; a normal integrand then errs by exp(-2 pi^2/0.25)
_DROP = 40.0  # the integrand is cut where it has fallen by exp(-40)
_LARGEST_TAU = 300.0
_STEPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LogitNormalFit:
    """The maximum of the likelihood.

    Attributes
    ----------
    beta, std_error : float
        Mean logit, and its standard error from the observed information of both parameters (of
        ``beta`` alone where tau2 is at its boundary).
    tau2 : float
        Between-study variance of the logits.
    log_likelihood : float
        At the maximum, without the binomial coefficients.
    status : SolverStatus
        How it was found.
    quadrature_error : float
        Largest change when the number of quadrature points is doubled: of both estimates in
        standard errors, of the standard error relative to itself, of the log-likelihood.
    """

    beta: float
    std_error: float
    tau2: float
    log_likelihood: float
    status: SolverStatus
    quadrature_error: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Derivatives:
    """Log-likelihood, its gradient (2,) and Hessian (2, 2) in beta and tau2."""

    value: float
    gradient: FloatArray
    hessian: FloatArray


def _log_integrand(
    eta: FloatArray, r: FloatArray, n: FloatArray, beta: float, tau2: float
) -> FloatArray:
    binomial = -r * np.logaddexp(0.0, -eta) - (n - r) * np.logaddexp(0.0, eta)
    return np.asarray(binomial - 0.5 * (eta - beta) ** 2 / tau2, dtype=np.float64)


def _nodes(
    r: FloatArray, n: FloatArray, beta: float, tau2: float, refine: int
) -> tuple[FloatArray, FloatArray]:
    """Return logits (k, m) at which each integrand is taken, and the step of each study (k, 1)."""
    share = (r + 0.5) / (n + 1.0)
    data = n * share * (1.0 - share)
    eta = (data * np.log(share / (1.0 - share)) + beta / tau2) / (data + 1.0 / tau2)
    for _ in range(50):  # only the centre and scale of a grid: it need not be exact
        p = expit(eta)
        step = (r - n * p - (eta - beta) / tau2) / (n * p * (1.0 - p) + 1.0 / tau2)
        eta = eta + np.clip(step, -3.0, 3.0)
        if np.max(np.abs(step)) < 1e-6:
            break
    p = expit(eta)
    spread = 1.0 / np.sqrt(n * p * (1.0 - p) + 1.0 / tau2)
    top = _log_integrand(eta, r, n, beta, tau2)
    ends = []
    for side in (-1.0, 1.0):
        reach = 9.0 * spread
        for _ in range(60):  # log-concave, so one look at the end is enough
            short = _log_integrand(eta + side * reach, r, n, beta, tau2) > top - _DROP
            if not np.any(short):
                break
            reach = np.where(short, 1.5 * reach, reach)
        ends.append(eta + side * reach)
    width = ends[1] - ends[0]
    wanted = np.minimum(_STEP, _STEP_SD * spread)
    points = refine * int(np.ceil(np.max(width / wanted))) + 1
    nodes = ends[0][:, None] + width[:, None] * np.linspace(0.0, 1.0, points)
    return nodes, (width / (points - 1))[:, None]


def derivatives(
    r: FloatArray, n: FloatArray, beta: float, tau2: float, *, refine: int = 1
) -> Derivatives:
    """Return the log-likelihood with its exact first and second derivatives.

    With L the integral of f(eta) N(eta; beta, tau2), derivatives in beta fall on f or on N, and
    that in tau2 is half the second derivative in beta (the heat equation). This holds at
    tau2 = 0 too, where the integral is f(beta).

    Parameters
    ----------
    r, n : (k,) float array
        Events and denominators.
    beta, tau2 : float
        Mean and variance of the logits.
    refine : int
        Factor on the number of quadrature points.
    """
    if tau2 == 0.0:
        eta, weight = np.full((r.size, 1), beta), np.ones((r.size, 1))
        log_integral = -r * np.logaddexp(0.0, -beta) - (n - r) * np.logaddexp(0.0, beta)
    else:
        eta, step = _nodes(r, n, beta, tau2, refine)
        log_f = _log_integrand(eta, r[:, None], n[:, None], beta, tau2)
        top = log_f.max(axis=1, keepdims=True)
        weight = np.exp(log_f - top)
        total = weight.sum(axis=1, keepdims=True)
        weight = weight / total
        log_integral = (top + np.log(total * step))[:, 0] - 0.5 * np.log(2.0 * np.pi * tau2)
    ratios = _from_data(eta, r[:, None], n[:, None])
    if tau2 > 0.0:
        # both forms have the same mean; take the one whose terms are smaller and cancel less
        p = (weight * expit(eta)).sum(axis=1)
        well_known = (n * p * (1.0 - p) * tau2 > 1.0)[:, None]
        other = _from_prior(eta, beta, tau2)
        ratios = tuple(np.where(well_known, b, a) for a, b in zip(ratios, other, strict=True))
    d1, d2, d3, d4 = ((weight * ratio).sum(axis=1) for ratio in ratios)
    cross = float(np.sum(0.5 * (d3 - d1 * d2)))
    return Derivatives(
        value=float(np.sum(log_integral)),
        gradient=np.array([np.sum(d1), 0.5 * np.sum(d2)]),
        hessian=np.array([[np.sum(d2 - d1**2), cross], [cross, 0.25 * np.sum(d4 - d2**2)]]),
    )


def _from_data(eta: FloatArray, r: FloatArray, n: FloatArray) -> tuple[FloatArray, ...]:
    """Return the first four derivatives of f in eta, over f."""
    p, q = expit(eta), expit(-eta)
    l1, l2 = r - n * p, -n * p * q
    l3, l4 = l2 * (q - p), l2 * (1.0 - 6.0 * p * q)
    return (
        l1,
        l2 + l1**2,
        l3 + 3.0 * l1 * l2 + l1**3,
        l4 + 4.0 * l1 * l3 + 3.0 * l2**2 + 6.0 * l1**2 * l2 + l1**4,
    )


def _from_prior(eta: FloatArray, beta: float, tau2: float) -> tuple[FloatArray, ...]:
    """Return the first four derivatives of N(eta; beta, tau2) in beta, over N (Hermite)."""
    tau = float(np.sqrt(tau2))
    u = (eta - beta) / tau
    return (
        u / tau,
        (u**2 - 1.0) / tau**2,
        (u**3 - 3.0 * u) / tau**3,
        (u**4 - 6.0 * u**2 + 3.0) / tau**4,
    )


def _best_beta(r: FloatArray, n: FloatArray, tau2: float, start: float) -> tuple[float, float]:
    """Return the best mean logit at a given tau2, and the score of tau2 there.

    The likelihood is log-concave in beta (Prekopa 1973), so Newton steps of bounded length find
    its one maximum.
    """
    beta = start
    for _ in range(_STEPS):
        at = derivatives(r, n, beta, tau2)
        step = float(np.clip(-at.gradient[0] / at.hessian[0, 0], -1.0, 1.0))
        beta += step
        if abs(step) < 1e-13 * (1.0 + abs(beta)):
            return beta, float(at.gradient[1])
        if abs(step) < 1e-7:  # the next Newton step is exact to rounding
            last = derivatives(r, n, beta, tau2)
            beta -= float(last.gradient[0] / last.hessian[0, 0])
            return beta, float(last.gradient[1])
    raise ConvergenceError.at(
        f"logit mixed model, tau2 = {tau2:g}",
        found=f"no best mean after {_STEPS} steps",
        expected="convergence",
    )


def _peaks(r: FloatArray, n: FloatArray) -> list[tuple[float, float, int]]:
    """Return every local maximum of the profile likelihood as tau2, beta and iterations."""
    logits = np.log((r + 0.5) / (n - r + 0.5))
    enough = 4.0 + 4.0 * float(np.ptp(logits))
    total, of = float(np.sum(r)), float(np.sum(n))
    beta, score = _best_beta(r, n, 0.0, float(np.log(total / (of - total))))
    peaks = [(0.0, beta, 0)] if score <= 0 else []
    tau, low = 0.02, 0.0
    while tau <= _LARGEST_TAU:
        before = score
        beta, score = _best_beta(r, n, tau * tau, beta)
        if before > 0 >= score:
            start = beta
            root = bracketed_root(
                lambda t, b=start: _best_beta(r, n, t, b)[1],  # type: ignore[misc]
                low,
                tau * tau,
            )
            peaks.append((root.value, _best_beta(r, n, root.value, start)[0], root.iterations))
        if score < 0 and tau > enough:
            break
        low, tau = tau * tau, tau * 1.6
    if not peaks:
        raise ConvergenceError.at(
            "logit mixed model",
            found=f"a likelihood that still rises at tau = {_LARGEST_TAU:g}",
            expected="a maximum",
            hint="The studies contradict each other entirely; show them one by one.",
        )
    return peaks


def fit_logit_normal(events: FloatArray, n: FloatArray) -> LogitNormalFit:
    """Fit the model. At least one study must have some, but not all, with the event.

    Parameters
    ----------
    events, n : (k,) array
        Events and denominators, k at least 2.

    Returns
    -------
    LogitNormalFit
        The highest of all peaks of the profile likelihood over tau2 >= 0.

    Raises
    ------
    ConvergenceError
        If the likelihood has no maximum within tau = 300.
    """
    r, size = np.asarray(events, dtype=np.float64), np.asarray(n, dtype=np.float64)
    order = np.lexsort((r, size))
    r, size = r[order], size[order]
    peaks = _peaks(r, size)
    tau2, beta, _ = max(peaks, key=lambda peak: derivatives(r, size, peak[1], peak[0]).value)
    at, fine = (derivatives(r, size, beta, tau2, refine=m) for m in (1, 2))
    boundary = tau2 == 0.0
    free = slice(0, 1) if boundary else slice(0, 2)
    information, information_fine = -at.hessian[free, free], -fine.hessian[free, free]
    covariance, covariance_fine = np.linalg.inv(information), np.linalg.inv(information_fine)
    error, error_fine = float(np.sqrt(covariance[0, 0])), float(np.sqrt(covariance_fine[0, 0]))
    errors = np.sqrt(np.diag(covariance_fine))
    moved = float(np.max(np.abs(covariance_fine @ fine.gradient[free]) / errors))
    quadrature = max(moved, abs(at.value - fine.value), abs(error / error_fine - 1.0))
    gradient = at.gradient[free]
    # the length of the Newton step that is left, in standard errors
    residual = float(np.sqrt(max(0.0, float(gradient @ covariance @ gradient))))
    status = SolverStatus(
        converged=residual < 1e-8 and quadrature < 1e-8,
        iterations=sum(peak[2] for peak in peaks),
        at_boundary=boundary,
        several_modes=len(peaks) > 1,
        residual=residual,
    )
    return LogitNormalFit(
        beta=beta,
        std_error=error,
        tau2=tau2,
        log_likelihood=at.value,
        status=status,
        quadrature_error=quadrature,
    )
