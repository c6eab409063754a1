"""A pooled result as figures need it, whichever function pooled it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.core.errors import RemitError, SpecError
from remit.core.estimate import Interval, NotEstimable
from remit.core.numerics import distribution_name
from remit.synthesis.data import SetAside, StudyEffect
from remit.synthesis.models import FitSpec, LinearFit, predict_fit
from remit.synthesis.pooled import PooledResult
from remit.synthesis.spec import RandomEffects
from remit.synthesis.tau2 import Tau2Estimate
from remit.workbench.figures.scale import MeasureScale, named_scale, scale_of
from remit.workbench.questions.forests import heterogeneity_text, heterogeneity_words

__all__ = ["PooledStudies", "pooled_studies", "spec_words", "unusable"]

_COMMON = NotEstimable(reason="The common-effect model takes tau2 to be zero.")
_TESTS = {"z": "normal", "t": "t", "knha": "Hartung-Knapp", "adhoc": "Hartung-Knapp with floor"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledStudies:
    """Studies and what pooling made of them.

    Attributes
    ----------
    rows : tuple of StudyEffect
        The studies that were pooled.
    weights : (k,) array
        Their shares, per cent.
    set_aside : tuple of SetAside
        Studies that are shown and not pooled.
    effect, std_error : float
        Pooled effect and its standard error, on the scale of the analysis.
    interval : Interval
        Its interval.
    prediction : Interval or NotEstimable
        Interval for a new study.
    prediction_df : float or None
        Degrees of freedom of the prediction interval; None: normal.
    tau2 : float
        Variance between studies; 0 where it is not estimated.
    model, heterogeneity : str
        The model and the heterogeneity in words.
    scale : MeasureScale
        How effects are shown.
    """

    rows: tuple[StudyEffect, ...]
    weights: npt.NDArray[np.float64]
    set_aside: tuple[SetAside, ...]
    effect: float
    std_error: float
    interval: Interval
    prediction: Interval | NotEstimable
    prediction_df: float | None
    tau2: float
    model: str
    heterogeneity: str
    scale: MeasureScale

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.rows)

    @property
    def level(self) -> float:
        """Level of all intervals."""
        return self.interval.level

    @property
    def effects(self) -> list[float]:
        """Effects of the studies on the scale of the analysis."""
        return [row.effect for row in self.rows]

    @property
    def std_errors(self) -> list[float]:
        """Their standard errors."""
        return [row.std_error for row in self.rows]


def pooled_studies(result: object, measure: str, figure: str) -> PooledStudies:
    """Read a pooled result.

    Parameters
    ----------
    result : PooledResult or LinearFit
        As `pool` or `fit_linear` gives it.
    measure : str
        Code of the measure where the result does not know it; empty: not named.
    figure : str
        Name of the figure, for messages.

    Raises
    ------
    SpecError
        If it is another kind of result, a model with moderators, or the measure is another one.
    """
    if isinstance(result, PooledResult):
        return _of_pool(result, measure)
    if isinstance(result, LinearFit):
        return _of_fit(result, measure, figure)
    raise unusable(figure, result, "the result of pool or fit_linear")


def unusable(figure: str, result: object, expected: str) -> RemitError:
    """Return the error that says what a figure can be made of."""
    name = type(result).__name__
    article = "an" if name[:1] in "AEIOU" else "a"
    return SpecError.at(figure, found=f"{article} {name}", expected=expected)


def spec_words(spec: FitSpec) -> str:
    """Write a model in words: ``Random effects (REML), Hartung-Knapp with floor``."""
    if spec.common_effect:
        return f"Common effect, {_TESTS[spec.test]}"
    tau2 = spec.tau2 if isinstance(spec.tau2, str) else f"τ² = {spec.tau2:g}"
    return f"Random effects ({tau2}), {_TESTS[spec.test]}"


def _of_pool(result: PooledResult, measure: str) -> PooledStudies:
    if measure and measure != result.measure:
        raise SpecError.at(
            "argument 'measure'",
            found=repr(measure),
            expected=f"{result.measure!r}, the measure of the result, or nothing",
        )
    tau2 = result.tau2
    random = isinstance(result.spec, RandomEffects) and isinstance(tau2, Tau2Estimate)
    kind = f"Random effects ({tau2.method})" if isinstance(tau2, Tau2Estimate) else "Common effect"
    prediction_df = None
    if random and isinstance(result.spec, RandomEffects) and result.spec.prediction != "z":
        prediction_df = result.k - (2.0 if result.spec.prediction.endswith("k-2") else 1.0)
    return PooledStudies(
        rows=result.rows,
        weights=result.weights,
        set_aside=result.set_aside,
        effect=result.effect,
        std_error=result.std_error,
        interval=result.interval,
        prediction=result.prediction,
        prediction_df=prediction_df,
        tau2=tau2.tau2 if isinstance(tau2, Tau2Estimate) else 0.0,
        model=f"{kind}, {result.interval.method}",
        heterogeneity=heterogeneity_text(result),
        scale=scale_of(result.measure, result.unit),
    )


def _of_fit(fit: LinearFit, measure: str, figure: str) -> PooledStudies:
    if fit.p > 1 or fit.intercept is None:
        raise SpecError.at(
            figure,
            found="a model with moderators, " + ", ".join(fit.names),
            expected="a model of the mean alone, which has one pooled effect",
            hint="plot_bubble shows a meta-regression.",
        )
    predicted, level = predict_fit(fit), fit.spec.level
    low, high = predicted.pi_low, predicted.pi_high
    prediction: Interval | NotEstimable
    if isinstance(low, NotEstimable):
        prediction = low
    elif isinstance(high, NotEstimable):
        prediction = high
    else:
        ends = {"low": float(low[0]), "high": float(high[0])}
        prediction = Interval(**ends, level=level, method=predicted.pi_method)
    method = distribution_name(fit.df)
    return PooledStudies(
        rows=tuple(
            StudyEffect(study=label, label=label, effect=float(y), variance=float(v), columns={})
            for label, y, v in zip(fit.labels, fit.effect, fit.variance, strict=True)
        ),
        weights=fit.weights,
        set_aside=(),
        effect=float(predicted.effect[0]),
        std_error=float(predicted.std_error[0]),
        interval=Interval(
            low=float(predicted.ci_low[0]),
            high=float(predicted.ci_high[0]),
            level=level,
            method=method,
        ),
        prediction=prediction,
        prediction_df=fit.df,
        tau2=fit.tau2_value,
        model=spec_words(fit.spec) + (f", {method}" if fit.df is not None else ""),
        heterogeneity=heterogeneity_words(
            tau2=_COMMON if fit.spec.common_effect else fit.tau2,
            tau2_interval=None,
            i2=fit.i2,
            q=(fit.q_e, fit.k - 1, fit.q_e_p),
        ),
        scale=named_scale(measure),
    )
