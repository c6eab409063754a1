"""What is the effect, taken over all studies: inverse-variance pooling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import lock
from remit.core.errors import InputError
from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.numerics import critical_value, normal_two_sided, t_two_sided, weighted_mean
from remit.synthesis import heterogeneity as het
from remit.synthesis.data import EffectSet
from remit.synthesis.models import (
    FitSpec,
    KenwardRoger,
    ProfileInterval,
    SolverStatus,
    bootstrap_prediction,
    fit_linear,
    kenward_roger,
    profile_interval,
)
from remit.synthesis.pool_notes import pooling_notes
from remit.synthesis.pooled import PooledResult
from remit.synthesis.q_statistic import check_studies
from remit.synthesis.spec import (
    LIKELIHOOD_INTERVALS,
    CommonEffect,
    RandomEffects,
    check_measure,
)
from remit.synthesis.tau2 import Tau2Estimate, estimate_tau2

__all__ = ["CommonEffect", "PooledArrays", "PooledResult", "RandomEffects", "pool", "pool_arrays"]

FloatArray = npt.NDArray[np.float64]
Spec = CommonEffect | RandomEffects
_ONE_STUDY_PREDICTION = NotEstimable(
    reason="One study says nothing about how the effect varies between studies."
)
_GIVEN = NotEstimable(reason="The value of tau2 was given, not estimated.")
_COMMON = NotEstimable(reason="The common-effect model takes tau2 to be zero.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledArrays:
    """The numbers of a pooled effect.

    Attributes
    ----------
    effect, std_error, interval, p_value, weights, tau2, prediction, common_effect
        As in `PooledResult`.
    q_factor : float or None
        Root of the Hartung-Knapp variance factor q before any floor; None where not used.
    """

    effect: float
    std_error: float
    interval: Interval
    p_value: float | NotEstimable
    weights: FloatArray
    tau2: Tau2Estimate | NotEstimable
    prediction: Interval | NotEstimable
    common_effect: Estimate
    q_factor: float | None


def pool(effects: EffectSet, spec: Spec) -> PooledResult:
    """Pool the effects of a set of studies.

    Parameters
    ----------
    effects : EffectSet
        Studies of one measure on one scale.
    spec : CommonEffect or RandomEffects
        How to pool them.

    Returns
    -------
    PooledResult
        With one study: that study with its normal interval, and no statement on heterogeneity.

    Raises
    ------
    InputError
        If no study can be pooled, or an effect or variance is not usable (the study is named).
    SpecError
        If the spec asks for another measure.
    """
    check_measure(spec, effects.measure)
    if not effects.rows:
        raise InputError.at(
            "the studies",
            found=f"none to pool and {len(effects.set_aside)} set aside",
            expected="at least one study with an effect and its standard error",
            hint="Show the rows that were set aside instead.",
        )
    labels = tuple(row.label for row in effects.rows)
    y, v = check_studies(effects.effect, effects.variance, labels)
    numbers = pool_arrays(y, v, spec, labels=labels)
    q = het.q_test(y, v)
    typical = het.typical_variance(v)
    tau2_interval: Interval | NotEstimable
    if isinstance(spec, RandomEffects):
        given = not isinstance(spec.tau2, str) and y.size > 1
        tau2_interval = _GIVEN if given else het.q_profile(y, v, spec.level)
    else:
        tau2_interval = _COMMON
    i2, h2 = _shares(numbers.tau2, typical, q)
    known = [row.n for row in effects.rows if row.n is not None]
    return PooledResult(
        spec=spec,
        measure=effects.measure,
        unit=effects.unit,
        k=y.size,
        n=sum(known) if len(known) == y.size else None,
        effect=numbers.effect,
        std_error=numbers.std_error,
        interval=numbers.interval,
        p_value=numbers.p_value,
        weights=numbers.weights,
        rows=effects.rows,
        set_aside=effects.set_aside,
        tau2=numbers.tau2,
        tau2_interval=tau2_interval,
        i2=i2,
        i2_interval=het.i2_interval(tau2_interval, typical),
        i2_from_q=het.ONE_STUDY if isinstance(q, NotEstimable) else het.i2_from_q(q.q, q.df),
        h2=h2,
        h2_interval=het.h2_interval(tau2_interval, typical),
        cochran_q=q if isinstance(q, NotEstimable) else q.q,
        q_df=y.size - 1,
        q_p=q if isinstance(q, NotEstimable) else q.p_value,
        prediction=numbers.prediction,
        common_effect=numbers.common_effect,
        notes=pooling_notes(effects, spec, numbers.tau2, numbers.q_factor),
    )


def pool_arrays(
    effect: Any, variance: Any, spec: Spec, *, labels: tuple[str, ...] | None = None
) -> PooledArrays:
    """Pool effects given as arrays.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances (squared units of the effect).
    spec : CommonEffect or RandomEffects
        How to pool them.
    labels : tuple of str, optional
        Names of the studies for messages.

    Returns
    -------
    PooledArrays
        The mean sum(w y)/sum(w) with w = 1/(variance + tau2) and standard error 1/sqrt(sum(w))
        (DerSimonian & Laird 1986), or that of Hartung & Knapp 2001.

    Raises
    ------
    InputError
        If a study cannot be pooled.
    """
    y, v = check_studies(effect, variance, labels)
    common = _common_effect(y, v, spec.level)
    if isinstance(spec, CommonEffect) or y.size == 1:
        return _without_tau2(y, v, common)
    tau2 = _tau2(y, v, spec.tau2)
    if isinstance(tau2, NotEstimable):
        return _without_tau2(y, v, common)
    w = 1.0 / (v + tau2.tau2)
    mean, normal_error = weighted_mean(y, w), float(1.0 / np.sqrt(np.sum(w)))
    df = y.size - 1
    factor = float(np.sqrt(np.sum(w * (y - mean) ** 2) / df))
    modified = normal_error * (max(1.0, factor) if spec.floor else factor)
    error = modified if spec.interval == "HKSJ" else normal_error
    if spec.interval in LIKELIHOOD_INTERVALS:
        error, interval, p_value = _by_likelihood(y, v, spec, normal_error)
    else:
        interval = _interval(mean, error, spec, df)
        p_value = _p_value(mean, error, None if spec.interval == "z" else df)
    prediction: Interval | NotEstimable
    if spec.prediction == "bootstrap":
        prediction = _bootstrap(y, v, spec)
    else:
        prediction = _prediction(mean, tau2.tau2, normal_error, modified, spec, y.size)
    return PooledArrays(
        effect=mean,
        std_error=error,
        interval=interval,
        p_value=p_value,
        weights=lock(100.0 * w / np.sum(w)),
        tau2=tau2,
        prediction=prediction,
        common_effect=common,
        q_factor=factor if spec.interval == "HKSJ" else None,
    )


def _tau2(y: FloatArray, v: FloatArray, tau2: str | float) -> Tau2Estimate | NotEstimable:
    if isinstance(tau2, str):
        return estimate_tau2(y, v, tau2)
    return Tau2Estimate(tau2=float(tau2), method="fixed", status=SolverStatus.closed())


def _by_likelihood(
    y: FloatArray, v: FloatArray, spec: RandomEffects, normal_error: float
) -> tuple[float, Interval, float | NotEstimable]:
    """Return standard error, interval and p value of Kenward-Roger or profile likelihood.

    Where there is none the interval has no ends, and the p value says why.
    """
    fit = fit_linear(y, v, spec=FitSpec(tau2=spec.tau2, level=spec.level))
    found: ProfileInterval | KenwardRoger | NotEstimable
    found = profile_interval(fit) if spec.interval == "profile likelihood" else kenward_roger(fit)
    if isinstance(found, ProfileInterval):
        return normal_error, found.interval, found.p_value
    if isinstance(found, NotEstimable):
        method = f"{spec.interval}, without bounds"
        whole = Interval(low=-np.inf, high=np.inf, level=spec.level, method=method)
        return normal_error, whole, found
    interval = Interval(
        low=float(found.ci_low[0]),
        high=float(found.ci_high[0]),
        level=spec.level,
        method=f"Kenward-Roger, t with {found.df[0]:.1f} df",
    )
    return float(found.std_error[0]), interval, float(found.p_value[0])


def _bootstrap(y: FloatArray, v: FloatArray, spec: RandomEffects) -> Interval | NotEstimable:
    found = bootstrap_prediction(y, v, level=spec.level, seed=spec.seed)
    return found if isinstance(found, NotEstimable) else found.prediction


def _common_effect(y: FloatArray, v: FloatArray, level: float) -> Estimate:
    w = 1.0 / v
    mean, error = weighted_mean(y, w), float(1.0 / np.sqrt(np.sum(w)))
    method = "normal, as the study has it" if y.size == 1 else "normal"
    half = critical_value(level) * error
    interval = Interval(low=mean - half, high=mean + half, level=level, method=method)
    return Estimate(value=mean, interval=interval, std_error=error)


def _without_tau2(y: FloatArray, v: FloatArray, common: Estimate) -> PooledArrays:
    w = 1.0 / v
    error = float(1.0 / np.sqrt(np.sum(w)))
    one = y.size == 1
    return PooledArrays(
        effect=common.value,
        std_error=error,
        interval=common.interval,
        p_value=normal_two_sided(common.value / error),
        weights=lock(100.0 * w / np.sum(w)),
        tau2=het.ONE_STUDY if one else _COMMON,
        prediction=_ONE_STUDY_PREDICTION
        if one
        else NotEstimable(reason="The common-effect model has no spread to predict from."),
        common_effect=common,
        q_factor=None,
    )


def _interval(mean: float, error: float, spec: RandomEffects, df: int) -> Interval:
    half = critical_value(spec.level, None if spec.interval == "z" else df) * error
    if spec.interval == "z":
        method = "normal"
    elif spec.interval == "t":
        method = f"t with {df} df"
    else:
        floor = " with floor" if spec.floor else ""
        method = f"Hartung-Knapp{floor}, t with {df} df"
    return Interval(low=mean - half, high=mean + half, level=spec.level, method=method)


def _p_value(mean: float, error: float, df: int | None) -> float | NotEstimable:
    if error == 0:
        return NotEstimable(
            reason="All studies report the same effect and the Hartung-Knapp standard error is 0."
        )
    return normal_two_sided(mean / error) if df is None else t_two_sided(mean / error, df)


def _prediction(
    mean: float, tau2: float, normal_error: float, modified: float, spec: RandomEffects, k: int
) -> Interval | NotEstimable:
    """Return the interval for a new study's true effect; see `RandomEffects`."""
    error = modified if spec.prediction == "HKSJ k-1" else normal_error
    df = {"HKSJ k-1": k - 1, "HTS k-1": k - 1, "HTS k-2": k - 2, "z": None}[spec.prediction]
    if df == 0:
        return NotEstimable(
            reason="With two studies the prediction interval of k - 2 degrees of freedom "
            "does not exist."
        )
    half = critical_value(spec.level, df) * float(np.sqrt(tau2 + error**2))
    method = "z, normal" if df is None else f"{spec.prediction}, t with {df} df"
    return Interval(low=mean - half, high=mean + half, level=spec.level, method=method)


def _shares(
    tau2: Tau2Estimate | NotEstimable,
    typical: float | NotEstimable,
    q: het.CochranQ | NotEstimable,
) -> tuple[float | NotEstimable, float | NotEstimable]:
    """Return I2 and H2, from tau2 where there is one and from Q under a common effect."""
    if isinstance(typical, NotEstimable) or isinstance(q, NotEstimable):
        return het.ONE_STUDY, het.ONE_STUDY
    if isinstance(tau2, NotEstimable):
        return het.i2_from_q(q.q, q.df), max(1.0, q.q / q.df)
    return het.i2_from_tau2(tau2.tau2, typical), het.h2_from_tau2(tau2.tau2, typical)
