"""R's metareg: a meta-regression of a meta object, reported as metafor does."""

from __future__ import annotations

from typing import Any

from remit.core.estimate import NotEstimable
from remit.synthesis.models import FitSpec, Tau2Estimate, fit_linear
from validation.contract import Formula, Result

__all__ = ["metareg"]


def metareg(args: dict[str, Any]) -> Result:
    """Regress the effects on a formula."""
    state, formula = args["x"].state, args["formula"]
    assert isinstance(formula, Formula)  # noqa: S101 - tells the type
    design = formula.design()
    names = tuple(design.cols or ())
    test = "knha" if args.get("hakn") else "z"
    spec = FitSpec(tau2=state.args.get("method.tau", "REML"), test=test)
    fit = fit_linear(state.effect, state.std_error**2, design.values, spec, names=names)
    tau2 = fit.tau2
    values = {
        "beta": dict(zip(names, fit.coef, strict=True)),
        "se": fit.std_error,
        "zval": fit.statistic,
        "pval": fit.p_value,
        "ci.lb": fit.ci_low,
        "ci.ub": fit.ci_high,
        "ddf": fit.df,
        "vb": {"rows": list(names), "cols": list(names), "values": fit.coef_cov},
        "tau2": tau2.tau2 if isinstance(tau2, Tau2Estimate) else tau2,
        "se.tau2": fit.se_tau2,
        "I2": fit.i2,
        "H2": fit.h2,
        "vt": fit.typical_variance,
        "QE": fit.q_e,
        "QEp": fit.q_e_p,
        "QM": fit.q_m,
        "QMp": fit.q_m_p,
        "R2": fit.r2,
        "k": fit.k,
        "p": fit.p,
        "fit.stats": _fit_statistics(fit.ml, fit.reml),
    }
    return Result(values=values, state=fit)


def _fit_statistics(ml: Any, reml: Any) -> dict[str, Any]:
    """Return the table of likelihoods and criteria."""
    names = ("loglik", "deviance", "aic", "bic", "aicc")
    rows = [
        [None if isinstance(fit, NotEstimable) else getattr(fit, name) for fit in (ml, reml)]
        for name in names
    ]
    return {"rows": list(names), "cols": ["ML", "REML"], "values": rows}
