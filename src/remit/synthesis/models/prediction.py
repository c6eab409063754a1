"""What effect to expect at given moderators, on average and in a new study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice, check_level, lock
from remit.core.errors import InputError
from remit.core.estimate import NotEstimable
from remit.core.numerics import critical_value, distribution_name
from remit.synthesis.models.linear_fit import LinearFit

__all__ = ["PREDICTION_METHODS", "Prediction", "predict_fit"]

FloatArray = npt.NDArray[np.float64]
PREDICTION_METHODS = ("as test", "k-p-1", "k-p", "z")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prediction:
    """Predicted effects for m rows of moderators.

    Attributes
    ----------
    design : (m, p) array
        What was predicted for.
    effect, std_error : (m,) array
        Expected effect and its standard error.
    ci_low, ci_high : (m,) array
        Confidence interval of the expected effect, by the test of the fit.
    pi_low, pi_high : (m,) array or NotEstimable
        Interval for the true effect of a new study.
    pi_error : (m,) array or NotEstimable
        Root of tau2 plus the squared standard error.
    level : float
        Coverage of both.
    ci_method, pi_method : str
        Distributions.
    cov : (m, m) array
        Covariance of the expected effects.
    """

    design: FloatArray
    effect: FloatArray
    std_error: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    pi_low: FloatArray | NotEstimable
    pi_high: FloatArray | NotEstimable
    pi_error: FloatArray | NotEstimable
    level: float
    ci_method: str
    pi_method: str
    cov: FloatArray

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per predicted effect."""
        names = ("effect", "std_error", "ci_low", "ci_high", "pi_low", "pi_high")
        columns = {
            name: value for name in names if isinstance(value := getattr(self, name), np.ndarray)
        }
        return [
            {name: float(value[i]) for name, value in columns.items()}
            for i in range(self.effect.size)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the predictions as a plain dictionary."""
        missing = {
            name: value.to_dict()
            for name in ("pi_low", "pi_high")
            if isinstance(value := getattr(self, name), NotEstimable)
        }
        return {
            "level": self.level,
            "ci_method": self.ci_method,
            "pi_method": self.pi_method,
            "design": self.design.tolist(),
            "rows": self.to_rows(),
            **missing,
        }


def predict_fit(
    fit: LinearFit,
    design: Any = None,
    level: float | None = None,
    *,
    prediction: str = "as test",
) -> Prediction:
    """Predict effects, with confidence and prediction intervals.

    Parameters
    ----------
    fit : LinearFit
        The model.
    design : (m, p) array-like, optional
        Rows with the columns of the fit's design, the intercept included; by default the mean
        of a fit without moderators, and the fitted studies of one with them.
    level : float, optional
        Coverage; by default that of the fit.
    prediction : str
        Interval for a new study, x'b plus and minus a factor times sqrt(tau2 + SE(x'b)^2).
        ``as test``: the factor of the fit's test (metafor). ``k-p-1``: t with one degree of
        freedom less than the mean has (Higgins, Thompson & Spiegelhalter 2009: k - 2 without
        moderators; metafor's ``pi.type="Riley"``). ``k-p``: t (Veroniki 2019). ``z``: normal.

    Raises
    ------
    InputError
        If the design has another number of columns.
    SpecError
        If the level or the kind of interval is unknown.
    """
    check_choice("prediction", prediction, PREDICTION_METHODS)
    level = fit.spec.level if level is None else check_level(level)
    x = _rows(fit, design)
    effect, cov = x @ fit.coef, x @ fit.coef_cov @ x.T
    error = np.sqrt(np.maximum(np.diag(cov), 0.0))
    half = critical_value(level, fit.df) * error
    low, high, spread, method = _new_study(fit, effect, error, level, prediction)
    return Prediction(
        design=lock(x),
        effect=lock(effect),
        std_error=lock(error),
        ci_low=lock(effect - half),
        ci_high=lock(effect + half),
        pi_low=low,
        pi_high=high,
        pi_error=spread,
        level=level,
        ci_method=distribution_name(fit.df),
        pi_method=method,
        cov=lock(cov),
    )


def _rows(fit: LinearFit, design: Any) -> FloatArray:
    if design is None:
        return fit.design[:1].copy() if fit.p == 1 and fit.intercept == 0 else fit.design.copy()
    x = np.atleast_2d(np.array(design, dtype=np.float64))
    if x.ndim != 2 or x.shape[1] != fit.p:
        raise InputError.at(
            "argument 'design'", found=f"shape {x.shape}", expected=f"{fit.p} columns"
        )
    if not np.all(np.isfinite(x)):
        raise InputError.at("argument 'design'", found="missing values", expected="numbers")
    return x


Spread = FloatArray | NotEstimable


def _new_study(
    fit: LinearFit, effect: FloatArray, error: FloatArray, level: float, prediction: str
) -> tuple[Spread, Spread, Spread, str]:
    reason = ""
    df = {"as test": fit.df, "k-p-1": fit.k - fit.p - 1.0, "k-p": float(fit.k - fit.p)}.get(
        prediction
    )
    if fit.spec.common_effect:
        reason = "The common-effect model has no spread to predict from."
    elif isinstance(fit.tau2, NotEstimable):
        reason = fit.tau2.reason
    elif df is not None and df < 1:
        reason = f"With {fit.k} studies the prediction interval of {df:g} degrees of freedom "
        reason += "does not exist."
    if reason:
        none = NotEstimable(reason=reason)
        return none, none, none, "none"
    spread = np.sqrt(fit.tau2_value + error**2)
    half = critical_value(level, df) * spread
    return lock(effect - half), lock(effect + half), lock(spread), distribution_name(df)
