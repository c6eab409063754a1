"""Do less precise studies report larger effects: regression tests on effects and variances."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice, check_level, float_vector, lock
from remit.core.errors import InputError, SpecError
from remit.core.estimate import Estimate, Interval, NotEstimable
from remit.core.numerics import distribution_name
from remit.synthesis.bias.cautions import asymmetry_notes
from remit.synthesis.bias.regression_lines import absent, design_fault, line_test
from remit.synthesis.bias.regression_result import RegressionTest
from remit.synthesis.models import FitSpec, LinearFit, fit_linear
from remit.synthesis.q_statistic import check_studies

__all__ = [
    "MODELS",
    "PREDICTORS",
    "egger_test",
    "macaskill_test",
    "pustejovsky_test",
    "regression_test",
    "thompson_test",
]

FloatArray = npt.NDArray[np.float64]
MODELS = ("lm", "rma")
PREDICTORS = ("sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv")
_FALLING = ("sei", "vi", "ninv", "sqrtninv")
_NO_LIMIT = NotEstimable(
    reason="The intercept is the limit only without moderators and where the predictor falls to "
    "0 as studies grow."
)


def regression_test(
    effect: Any,
    variance: Any,
    *,
    model: str = "rma",
    predictor: str = "sei",
    n: Any = None,
    moderators: Any = None,
    spec: FitSpec | None = None,
    name: str = "Egger",
) -> RegressionTest:
    """Regress effects on a measure of the studies' precision or size and test the slope.

    Sterne & Egger 2005, ch. 6; what metafor's ``regtest`` does. With ``lm`` and ``sei`` it is
    the test of Egger 1997; the limit estimate is that of metafor 5.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances (squared units of the effect).
    model : str
        ``rma``: meta-regression as `spec` says. ``lm``: least squares weighted by the inverse
        variances with a free dispersion, t with k - p degrees of freedom.
    predictor : str
        ``sei``, ``vi``, ``ni``, ``ninv``, ``sqrtni`` or ``sqrtninv``, see `RegressionTest`.
    n : (k,) array-like, optional
        Sample sizes, needed by the last four.
    moderators : (k, m) array-like, optional
        Columns that the effects are adjusted for, without the intercept.
    spec : FitSpec, optional
        tau2 estimator, test and level for ``rma``; level for ``lm``.
    name : str
        Name of the test in the result and its notes.

    Returns
    -------
    RegressionTest
        Below ten studies with a note that it should not be read.

    Raises
    ------
    InputError
        If a study is not usable, or sample sizes are missing, of another length or not above 0.
    SpecError
        If model or predictor is unknown.
    """
    check_choice("model", model, MODELS)
    check_choice("predictor", predictor, PREDICTORS)
    spec = FitSpec() if spec is None else spec
    y, v = check_studies(effect, variance)
    column = _predictor_column(predictor, v, n)
    design = _design(y.size, moderators, column)
    notes = asymmetry_notes(y.size, f"{name}'s test" if " " not in name else f"The {name} test")
    falls = predictor in _FALLING and design.shape[1] == 2
    if model == "lm":
        return line_test(
            y,
            design,
            1.0 / v,
            test=name,
            predictor=predictor,
            falls=falls,
            level=spec.level,
            notes=notes,
        )
    fault = design_fault(design)
    if fault is not None:
        return absent(fault, name, model, predictor, y.size, spec.level, notes)
    fit = fit_linear(y, v, design, spec)
    return _from_fit(fit, name, predictor, falls, spec, notes)


def egger_test(effect: Any, variance: Any, *, level: float = 0.95) -> RegressionTest:
    """Test as Egger 1997 did: weighted regression of effect on standard error.

    Algebraically that of effect/standard error on precision; the slope here is their intercept.
    """
    return regression_test(effect, variance, model="lm", spec=FitSpec(level=level))


def thompson_test(
    effect: Any, variance: Any, *, tau2: str = "REML", level: float = 0.95
) -> RegressionTest:
    """Test as Thompson & Sharp 1999 did: meta-regression on the standard error, t with k - 2 df.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances.
    tau2 : str
        Estimator of the between-study variance.
    level : float
        Coverage of the intervals.
    """
    spec = FitSpec(tau2=tau2, test="t", level=level)
    return regression_test(effect, variance, spec=spec, name="Thompson & Sharp")


def pustejovsky_test(
    effect: Any, variance: Any, n_1: Any, n_2: Any, *, level: float = 0.95
) -> RegressionTest:
    """Test as Pustejovsky & Rodgers 2019, eq. 10: Egger's regression on sqrt(1/n_1 + 1/n_2).

    The predictor does not contain the effect itself, as the standard error of a standardised
    mean difference or a log odds ratio does.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances; the weights are the inverse variances.
    n_1, n_2 : (k,) array-like
        Sizes of the two arms.
    level : float
        Coverage of the intervals.
    """
    y, v = check_studies(effect, variance)
    first, second = check_sizes("n_1", n_1, y.size), check_sizes("n_2", n_2, y.size)
    column = np.sqrt(1.0 / first + 1.0 / second)
    return line_test(
        y,
        _design(y.size, None, column),
        1.0 / v,
        test="Pustejovsky",
        predictor="sqrt(1/n_1 + 1/n_2)",
        falls=True,
        level=check_level(level),
        notes=asymmetry_notes(y.size, "Pustejovsky & Rodgers' test"),
    )


def macaskill_test(effect: Any, variance: Any, n: Any, *, level: float = 0.95) -> RegressionTest:
    """Test as Macaskill 2001 (method FIV): regression on the sample size, weights 1/variance.

    Parameters
    ----------
    effect, variance, n : (k,) array-like
        Study effects, sampling variances and sample sizes.
    level : float
        Coverage of the intervals.
    """
    spec = FitSpec(level=level)
    return regression_test(
        effect, variance, model="lm", predictor="ni", n=n, spec=spec, name="Macaskill"
    )


def check_sizes(name: str, values: Any, k: int) -> FloatArray:
    """Return k sample sizes above 0, or raise `InputError` naming argument and study."""
    sizes = float_vector(name, values)
    if sizes.size != k:
        raise InputError.at(
            f"argument '{name}'", found=f"{sizes.size} values", expected=f"one per effect, {k}"
        )
    bad = np.flatnonzero(sizes <= 0)
    if bad.size:
        raise InputError.at(
            f"argument '{name}', study {bad[0] + 1}",
            found=repr(float(sizes[bad[0]])),
            expected="a sample size above 0",
        )
    return sizes


def _predictor_column(predictor: str, v: FloatArray, n: Any) -> FloatArray:
    if predictor == "vi":
        return v
    if predictor == "sei":
        root: FloatArray = np.sqrt(v)
        return root
    if n is None:
        raise SpecError.at(
            "argument 'n'",
            found="nothing",
            expected=f"the sample sizes, which the predictor {predictor!r} is made of",
        )
    sizes = check_sizes("n", n, v.size)
    power = {"ni": 1.0, "ninv": -1.0, "sqrtni": 0.5, "sqrtninv": -0.5}[predictor]
    return np.asarray(sizes**power, dtype=np.float64)


def _design(k: int, moderators: Any, column: FloatArray) -> FloatArray:
    parts = [np.ones((k, 1))]
    if moderators is not None:
        given = np.array(moderators, dtype=np.float64)
        given = given[:, None] if given.ndim == 1 else given
        if given.ndim != 2 or given.shape[0] != k:
            raise InputError.at(
                "argument 'moderators'", found=f"shape {given.shape}", expected=f"{k} rows"
            )
        parts.append(given)
    return np.column_stack([*parts, column])


def _from_fit(
    fit: LinearFit,
    name: str,
    predictor: str,
    falls: bool,
    spec: FitSpec,
    notes: tuple[Any, ...],
) -> RegressionTest:
    """Carry the numbers of a meta-regression over."""
    method = distribution_name(fit.df)

    def estimate(i: int) -> Estimate:
        interval = Interval(
            low=float(fit.ci_low[i]),
            high=float(fit.ci_high[i]),
            level=spec.level,
            method=method,
        )
        return Estimate(
            value=float(fit.coef[i]), std_error=float(fit.std_error[i]), interval=interval
        )

    if float(fit.std_error[-1]) == 0.0:
        reason = NotEstimable(reason="The effects lie on a line and leave no error to test with.")
        statistic: float | NotEstimable = reason
        p_value: float | NotEstimable = reason
    else:
        statistic, p_value = float(fit.statistic[-1]), float(fit.p_value[-1])
    return RegressionTest(
        test=name,
        model="rma",
        predictor=predictor,
        k=fit.k,
        slope=estimate(-1),
        statistic=statistic,
        df=fit.df,
        p_value=p_value,
        limit=estimate(0) if falls else _NO_LIMIT,
        coef=fit.coef,
        std_error=fit.std_error,
        coef_cov=lock(np.array(fit.coef_cov)),
        tau2=fit.tau2_value,
        dispersion=NotEstimable(reason="The between-study variance of this model is additive."),
        level=spec.level,
        notes=notes,
    )
