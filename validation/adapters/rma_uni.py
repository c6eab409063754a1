"""metafor's rma for independent studies, and what is asked of such a fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from remit.core.estimate import NotEstimable
from remit.synthesis.models import (
    FitSpec,
    FitStatistics,
    LinearFit,
    Prediction,
    Shrunken,
    blup,
    compare_fits,
    contrast_test,
    fit_linear,
    heterogeneity_interval,
    independent_columns,
    pearson_residuals,
    predict_fit,
    ranef,
    residual_cov,
    rstandard,
    rstudent,
    vif,
    wald_test,
)
from validation.contract import (
    AdapterTable,
    Array,
    Formula,
    Matrix,
    NotComputed,
    ParameterTable,
    Result,
)

__all__ = ["ADAPTERS", "NOT_COMPUTED", "PARAMS", "UniState"]

COMMON = ("EE", "FE", "CE")
CONFINT = {
    "QP": "Q-profile",
    "PL": "profile-likelihood",
    "GENQ": "Biggerstaff-Jackson",
    "HT": "Higgins-Thompson",
    "Wald": "Wald",
}
RMA = ("yi", "vi", "sei", "weights", "ai", "bi", "ci", "di", "n1i", "n2i")


@dataclass(slots=True, kw_only=True)
class UniState:
    """A fit with what metafor keeps beside it."""

    fit: LinearFit
    args: dict[str, Any]
    kept: Array  # which rows of the data were used
    columns: list[str]  # names of the design's columns


def proportion(level: Any) -> float:
    """Return R's level, 95 or 0.95, as a proportion."""
    return float(level) / 100 if level >= 1 else float(level)


def _design(args: dict[str, Any], k: int) -> tuple[Array, list[str]]:
    mods = args.get("mods")
    intercept = args.get("intercept", True)
    if mods is None:
        return np.ones((k, 1)), ["intrcpt"]
    if isinstance(mods, Formula):
        matrix = mods.design()
        return np.asarray(matrix.values, dtype=float), list(matrix.cols or [])
    if isinstance(mods, Matrix):
        values = np.asarray(mods.values, dtype=float)
        columns = list(mods.cols or [f"mods{i + 1}" for i in range(values.shape[1])])
    else:
        values, columns = np.asarray(mods, dtype=float)[:, None], ["mods"]
    if intercept:
        return np.column_stack((np.ones(k), values)), ["intrcpt", *columns]
    return values, columns


def _spec(args: dict[str, Any], k: int, weights: Array | None) -> FitSpec:
    method = args.get("method", "REML")
    if not isinstance(method, str):
        method = str(method[0])
    if method == "DLIT":
        raise NotComputed("the iterated DerSimonian-Laird estimator")
    if method == "SJIT":
        method = "PM"  # the root that the iterated Sidik-Jonkman estimator ends at
    tau2: str | float = method
    if args.get("tau2") is not None and method not in COMMON:
        tau2 = float(args["tau2"])
    used: str | tuple[float, ...] = "inverse-variance"
    if args.get("weighted", True) is False:
        used = "equal"
    elif weights is not None:
        used = tuple(weights.tolist())
    return FitSpec(
        tau2=tau2,
        test="z" if k == 1 else args.get("test", "z"),
        level=proportion(args.get("level", 95)),
        weights=used,
    )


def rma(args: dict[str, Any]) -> Result:
    """Fit a linear model of independent effects."""
    if args.get("scale") is not None:
        raise NotComputed("location-scale models")
    if (args.get("control") or {}).get("tau2.min", 0) < 0:
        raise NotComputed("a negative tau2: remit takes 0 as its least value")
    if args.get("yi") is None:
        raise NotComputed("rma from arm data: escalc comes first")
    yi = args["yi"]
    if isinstance(yi, Formula):
        raise NotComputed("a formula in place of the effects")
    y = np.atleast_1d(np.asarray(yi, dtype=float))
    variance = args.get("vi")
    if variance is None:
        variance = np.asarray(args["sei"], dtype=float) ** 2
    v = np.atleast_1d(np.asarray(variance, dtype=float))
    x, columns = _design(args, y.size)
    a = args.get("weights")
    a = None if a is None else np.asarray(a, dtype=float)
    kept = np.isfinite(y) & np.isfinite(v) & np.all(np.isfinite(x), axis=1)
    x = x[kept]
    chosen = list(independent_columns(x))
    x, columns = x[:, chosen], [columns[i] for i in chosen]
    spec = _spec(args, int(kept.sum()), None if a is None else a[kept])
    fit = fit_linear(y[kept], v[kept], x, spec, names=tuple(columns))
    state = UniState(fit=fit, args=args, kept=kept, columns=columns)
    return Result(values=_fit_values(state), state=state)


def _tested(state: UniState) -> list[int] | None:
    """Return the coefficients of btt, or None for metafor's default."""
    btt = state.args.get("btt")
    return None if btt is None else positions(btt, state)


def positions(btt: Any, state: UniState) -> list[int]:
    """Return positions of coefficients that btt names by number or by part of a name."""
    if isinstance(btt, str):
        return [i for i, name in enumerate(state.columns) if btt in name]
    return [int(i) - 1 for i in np.atleast_1d(btt)]


def _fit_values(state: UniState) -> dict[str, Any]:
    fit, args = state.fit, state.args
    q_m, q_m_p, m = fit.q_m, fit.q_m_p, fit.q_m_df
    tested = _tested(state)
    if tested is not None:
        wald = wald_test(fit, tested)
        q_m, q_m_p, m = wald.q_m, wald.q_m_p, wald.q_m_df
    values = {
        "beta": dict(zip(state.columns, fit.coef.tolist(), strict=True)),
        "se": fit.std_error,
        "zval": fit.statistic,
        "pval": fit.p_value,
        "ci.lb": fit.ci_low,
        "ci.ub": fit.ci_high,
        "ddf": fit.df,
        "dfs": fit.df,
        "vb": Matrix(fit.coef_cov, state.columns, state.columns),
        "tau2": fit.tau2_value,
        "tau2.fix": fit.spec.tau2_given,
        "QM": q_m,
        "QMdf": [m, fit.q_m_df2],
        "QMp": q_m_p,
        "k": fit.k,
        "k.eff": fit.k,
        "p": fit.p,
        "p.eff": fit.p,
        "m": m,
        "s2w": fit.variance_factor,
        "method": args.get("method", "REML"),
        "test": fit.spec.test,
    }
    if not fit.spec.tau2_given:
        values["se.tau2"] = fit.se_tau2
    if fit.k > fit.p:
        values |= {"I2": fit.i2, "H2": fit.h2, "vt": fit.typical_variance}
        values |= {"QE": fit.q_e, "QEp": fit.q_e_p, "fit.stats": _statistics(fit)}
    if not isinstance(fit.r2, NotEstimable):
        values["R2"] = fit.r2
    return values


def _statistics(fit: LinearFit) -> Matrix:
    columns = [fit.ml, fit.reml]
    rows = ("loglik", "deviance", "aic", "bic", "aicc")
    numbers = np.array([[getattr(column, row) for column in columns] for row in rows])
    return Matrix(numbers, ["ll", "dev", "AIC", "BIC", "AICc"], ["ML", "REML"])


def _transformed(args: dict[str, Any]) -> Callable[[Any], Any]:
    transf = args.get("transf")
    if transf is None or transf is False:
        return lambda values: values
    if args.get("targs") is not None:
        raise NotComputed("back-transformations with further arguments belong to presentation")
    return lambda values: [float(np.asarray(transf(float(x))).item()) for x in values]


def _new_design(args: dict[str, Any], fit: LinearFit) -> Array | None:
    new = args.get("newmods")
    if new is None:
        return None
    first = args.get("intercept", True)
    values = np.asarray(new.values if isinstance(new, Matrix) else new, dtype=float)
    width = fit.p - (fit.intercept is not None)
    rows = values.reshape(-1, 1) if width == 1 else np.atleast_2d(values)
    if fit.intercept is None:
        return rows
    return np.column_stack((np.full(len(rows), float(bool(first))), rows))


def predict(args: dict[str, Any]) -> Result:
    """Predict effects."""
    state: UniState = args["object"].state
    fit = state.fit
    kind = str(args.get("pi.type", "default")).lower()
    prediction = {"default": "as test", "riley": "k-p-1", "t": "k-p"}[kind]
    level = None if args.get("level") is None else proportion(args["level"])
    found = predict_fit(fit, _new_design(args, fit), level, prediction=prediction)
    values = _prediction_values(found, fit, prediction, args)
    if args.get("vcov"):
        names = [str(i + 1) for i in range(found.effect.size)]
        values.pop("slab")
        values = {"pred": values, "vcov": Matrix(found.cov, names, names)}
    return Result(values=values, state=found)


def _prediction_values(
    found: Prediction, fit: LinearFit, prediction: str, args: dict[str, Any]
) -> dict[str, Any]:
    change = _transformed(args)
    many = found.effect.size
    values = {
        "slab": list(range(1, many + 1)) if many > 1 else "",
        "pred": change(found.effect),
        "se": found.std_error if args.get("transf") is None else None,
        "ci.lb": change(found.ci_low),
        "ci.ub": change(found.ci_high),
        "pi.dist": "norm" if found.pi_method == "normal" else "t",
    }
    if isinstance(found.pi_low, NotEstimable) or isinstance(found.pi_high, NotEstimable):
        return values
    for low, high in (("pi.lb", "pi.ub"), ("cr.lb", "cr.ub")):
        values |= {low: change(found.pi_low), high: change(found.pi_high)}
    values["pi.se"] = found.pi_error
    if fit.df is not None:
        values["ddf"] = [fit.df] * many
    df = {"as test": fit.df, "k-p-1": fit.k - fit.p - 1, "k-p": fit.k - fit.p}[prediction]
    if df is not None:
        values["pi.ddf"] = [df] * many
    return values


def confint(args: dict[str, Any]) -> Result:
    """Return intervals of the heterogeneity and of the coefficients."""
    state: UniState = args["object"].state
    fit = state.fit
    level = None if args.get("level") is None else proportion(args["level"])
    default = "GENQ" if str(fit.spec.tau2).startswith("GENQ") else "QP"
    found = heterogeneity_interval(fit, CONFINT[args.get("type") or default], level)
    empty = isinstance(found.tau2, NotEstimable)
    sign = "<" if empty else ""
    values: dict[str, Any] = {"ci.null": empty, "lb.sign": sign, "ub.sign": sign, "tau2.min": 0}
    if args.get("fixed"):
        again = fit if level is None else _at_level(fit, level)
        rows = np.column_stack((again.coef, again.ci_low, again.ci_high))
        values["fixed"] = Matrix(rows, state.columns, ["estimate", "ci.lb", "ci.ub"])
    return Result(values=values, state=found)


def _at_level(fit: LinearFit, level: float) -> LinearFit:
    spec = FitSpec(tau2=fit.spec.tau2, test=fit.spec.test, level=level, weights=fit.spec.weights)
    return fit_linear(fit.effect, fit.variance, fit.design, spec)


def _residuals(function: Callable[[LinearFit], Any]) -> Callable[[dict[str, Any]], Result]:
    def adapter(args: dict[str, Any]) -> Result:
        found = function(args["model"].state.fit)
        values = {"resid": found.residual, "se": found.std_error, "z": found.z}
        labels = list(range(1, len(found.labels) + 1))
        return Result(values={"slab": labels, **values}, state=found)

    return adapter


def _shrunken(
    function: Callable[[LinearFit], Shrunken], name: str
) -> Callable[[dict[str, Any]], Result]:
    def adapter(args: dict[str, Any]) -> Result:
        found = function(args[name].state.fit)
        change = _transformed(args)
        values = {
            "slab": list(range(1, len(found.labels) + 1)),
            "pred": change(found.effect),
            "pi.lb": change(found.pi_low),
            "pi.ub": change(found.pi_high),
        }
        if args.get("transf") is None:
            values["se"] = found.std_error
        return Result(values=values, state=found)

    return adapter


def residuals(args: dict[str, Any]) -> Any:
    """Return residuals of one kind as a vector."""
    fit: LinearFit = args["object"].state.fit
    kind = args.get("type", "response")
    if kind == "response":
        return fit.residual
    if kind in ("pearson", "cholesky"):  # the same for independent studies
        return pearson_residuals(fit)
    return {"rstandard": rstandard, "rstudent": rstudent}[kind](fit).z


def vcov(args: dict[str, Any]) -> Matrix:
    """Return a covariance matrix of coefficients, fitted values or residuals."""
    state: UniState = args["object"].state
    fit = state.fit
    kind = args.get("type", "fixed")
    if kind == "fixed":
        return Matrix(fit.coef_cov, state.columns, state.columns)
    names = [str(i + 1) for i in range(fit.k)]
    if kind == "fitted":
        return Matrix(fit.design @ fit.coef_cov @ fit.design.T, names, names)
    return Matrix(residual_cov(fit), names, names)


def _criterion(name: str) -> Callable[[dict[str, Any]], Any]:
    def adapter(args: dict[str, Any]) -> Any:
        found = args["object"].state.fit.statistics
        if isinstance(found, NotEstimable):
            return found
        return getattr(found, "aicc" if name == "aic" and args.get("correct") else name)

    return adapter


def anova(args: dict[str, Any]) -> Result:
    """Compare two fits, or test coefficients or contrasts of one."""
    state: UniState = args["object"].state
    if args.get("object2") is not None:
        return _comparison(state, args["object2"].state)
    fit = state.fit
    contrast = args.get("X", args.get("L"))
    if contrast is not None:
        rows = np.atleast_2d(contrast.values if isinstance(contrast, Matrix) else contrast)
        found = contrast_test(fit, rows)
        values: dict[str, Any] = {
            "Xb": Matrix(found.estimate[:, None], None, None),
            "se": found.std_error,
            "zval": found.statistic,
            "pval": found.p_value,
            "ddf": [found.df] * found.q_m_df,
        }
    else:
        btt = positions(args["btt"], state) if args.get("btt") is not None else _tested(state)
        if btt is None:
            btt = [i for i in range(fit.p) if fit.p == 1 or i != fit.intercept]
        found = wald_test(fit, btt)
        values = {"btt": [i + 1 for i in btt]}
    values |= {
        "QM": found.q_m,
        "QMdf": [found.q_m_df, found.df],
        "QMp": found.q_m_p,
        "m": found.q_m_df,
        "k": fit.k,
        "p": fit.p,
    }
    return Result(values=values, state=found)


def _comparison(first: UniState, second: UniState) -> Result:
    found = compare_fits(first.fit, second.fit)
    full, reduced = first.fit, second.fit
    if full.parameters < reduced.parameters:
        full, reduced = reduced, full

    def numbers(part: FitStatistics) -> dict[str, float]:
        names = {"ll": "loglik", "dev": "deviance", "AIC": "aic", "BIC": "bic", "AICc": "aicc"}
        return {name: getattr(part, field) for name, field in names.items()}

    values = {
        "fit.stats.f": numbers(found.full),
        "fit.stats.r": numbers(found.reduced),
        "parms.f": full.parameters,
        "parms.r": reduced.parameters,
        "LRT": found.ratio,
        "pval": found.p_value,
        "QE.f": full.q_e,
        "QE.r": reduced.q_e,
        "tau2.f": found.tau2_full,
        "tau2.r": found.tau2_reduced,
        "R2": 0.0 if isinstance(found.r2, NotEstimable) else found.r2,
    }
    return Result(values=values, state=found)


def variance_inflation(args: dict[str, Any]) -> Result:
    """Return variance inflation factors."""
    state: UniState = args["x"].state
    btt = args.get("btt")
    if btt is None:
        found = vif(state.fit)
        names = [one.names[0] for one in found]
    else:
        found = vif(state.fit, [positions(group, state) for group in btt])
        names = [_span(one.columns) for one in found]
    parts = {name: {"vif": one.vif, "sif": one.sif} for name, one in zip(names, found, strict=True)}
    return Result(values={"vif": parts}, state=found)


def _span(columns: tuple[int, ...]) -> str:
    """Write positions as metafor does, 4:5 for a run."""
    first, last = columns[0] + 1, columns[-1] + 1
    return str(first) if first == last else f"{first}:{last}"


ADAPTERS: AdapterTable = {
    "rma": rma,
    "rma.uni": rma,
    "predict": predict,
    "confint": confint,
    "rstandard": _residuals(rstandard),
    "rstudent": _residuals(rstudent),
    "blup": _shrunken(blup, "x"),
    "ranef": _shrunken(ranef, "object"),
    "residuals": residuals,
    "resid": residuals,
    "vcov": vcov,
    "weights": lambda args: args["object"].state.fit.weights,
    "hatvalues": lambda args: args["model"].state.fit.hat,
    "logLik": _criterion("loglik"),
    "deviance": _criterion("deviance"),
    "AIC": _criterion("aic"),
    "BIC": _criterion("bic"),
    "anova": anova,
    "vif": variance_inflation,
}

PARAMS: ParameterTable = {
    "rma": RMA,
    "rma.uni": RMA,
    "predict": ("object", "newmods", "intercept"),
    "confint": ("object", "parm", "level"),
    "rstandard": ("model",),
    "rstudent": ("model",),
    "blup": ("x", "level"),
    "ranef": ("object", "level"),
    "residuals": ("object", "type"),
    "resid": ("object", "type"),
    "vcov": ("object", "type"),
    "weights": ("object", "type"),
    "hatvalues": ("model", "type"),
    "logLik": ("object",),
    "deviance": ("object",),
    "AIC": ("object",),
    "BIC": ("object",),
    "anova": ("object", "object2", "btt", "X"),
    "vif": ("x", "btt"),
}

NOT_COMPUTED: dict[str, str] = {
    "robust": "cluster-robust variances come with the multilevel models",
    "transf.ilogit": "a collection of R's back-transformations",
}
