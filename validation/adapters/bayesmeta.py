"""R's bayesmeta: exact Bayesian random effects, meta-regression and empirical priors."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from remit.core.estimate import NotEstimable
from remit.synthesis.bayes import (
    BayesResult,
    NormalPrior,
    PosteriorSummary,
    TauPrior,
    bayes_pool,
    bayes_regress,
    empirical_tau_prior,
)
from validation.contract import AdapterTable, Function, Matrix, NotComputed, ParameterTable, Result

__all__ = ["ADAPTERS", "PARAMS"]

_BY_NAME = {
    "uniform": TauPrior.improper_uniform,
    "sqrt": TauPrior.sqrt,
    "Jeffreys": TauPrior.jeffreys,
    "BergerDeely": TauPrior.berger_deely,
    "conventional": TauPrior.conventional,
    "DuMouchel": TauPrior.dumouchel,
    "shrinkage": TauPrior.shrinkage,
    "I2": TauPrior.i2,
}
_BY_DENSITY = {"dhalfnormal": TauPrior.half_normal, "dhalfcauchy": TauPrior.half_cauchy}
_DENSITY = re.compile(r"function\(t\) (?P<name>\w+)\(t, scale=(?P<scale>[\d.]+)\)")
_ROWS = ["mode", "median", "mean", "sd", "95% lower", "95% upper"]
_LEVEL = 0.95
_AT_MU, _AT_TAU = (-1.0, -0.5, 0.0), (0.05, 0.2, 0.5)  # where the cases ask for densities
_OUTCOMES = {"all-cause mortality": "all-cause mortality"}
_COMPARISONS = {("pharma", "placebo / control"): "pharmacological vs placebo"}


def _tau_prior(given: Any) -> TauPrior:
    if isinstance(given, str):
        return _BY_NAME[given]()
    found = _DENSITY.fullmatch(given.text) if isinstance(given, Function) else None
    if found is None or found["name"] not in _BY_DENSITY:
        raise NotComputed(f"no prior of remit for {given}")
    return _BY_DENSITY[found["name"]](float(found["scale"]))


def _mu_prior(given: Any) -> NormalPrior | None:
    return None if given is None else NormalPrior(mean=float(given[0]), sd=float(given[1]))


def _column(summary: PosteriorSummary, central: bool) -> list[Any]:
    interval = summary.central if central else summary.shortest
    moments = [None if isinstance(m, NotEstimable) else m for m in (summary.mean, summary.sd)]
    return [summary.mode, summary.median, *moments, interval.low, interval.high]


def _matrix(columns: dict[str, list[Any]], rows: list[str]) -> Matrix:
    return Matrix(np.array(list(columns.values()), dtype=float).T, rows, list(columns))


def _factor(value: Any) -> float:
    return float("nan") if isinstance(value, NotEstimable) else value.value


def _values(result: BayesResult, central: bool) -> dict[str, Any]:
    named = {"tau": result.tau, "mu": result.mu, "theta": result.new_study}
    factors = result.bayes_factors
    peaks = {
        "ML": (result.likelihood_mode, result.marginal_likelihood_mode),
        "MAP": (result.joint_mode, None),
    }
    matrices = {}
    for name, (joint, marginal) in peaks.items():
        other = (result.tau.mode, result.mu.mode)
        if marginal is not None:
            other = (marginal.tau, marginal.mu)
        matrices[name] = Matrix(
            np.array([[joint.tau, joint.mu], other], dtype=float),
            ["joint", "marginal"],
            ["tau", "mu"],
        )
    evidence = result.log_marginal_likelihood
    studies = {
        f"{i + 1:02d}": [study.effect, study.std_error, *_column(study.posterior, central)]
        for i, study in enumerate(result.studies)
    }
    i2 = result.i2
    return {
        "summary": _matrix({k: _column(v, central) for k, v in named.items()}, _ROWS),
        **matrices,
        "theta": _matrix(studies, ["y", "sigma", *_ROWS]),
        "bayesfactor": _matrix(
            {
                "tau=0": [
                    _factor(factors.no_heterogeneity),
                    _factor(factors.least_no_heterogeneity),
                ],
                "mu=0": [_factor(factors.no_effect), _factor(factors.least_no_effect)],
            },
            ["actual", "minimum"],
        ),
        "marginal": evidence if isinstance(evidence, NotEstimable) else float(np.exp(evidence)),
        "I2": i2 if isinstance(i2, NotEstimable) else i2.value / 100.0,
        "dens.mu": result.mu_density(_AT_MU),
        "dens.tau": result.tau_density(_AT_TAU),
        "cdf.mu": np.array([result.mu_cdf(x) for x in _AT_MU]),
        "q.pred": np.array([result.mu_quantile(p, "new-study") for p in (0.025, 0.5, 0.975)]),
    }


def bayesmeta(args: dict[str, Any]) -> Result:
    """Fit the normal-normal hierarchical model."""
    effect, sd = (np.asarray(args[name], dtype=float) for name in ("y", "sigma"))
    result = bayes_pool(
        (effect, sd**2),
        _tau_prior(args.get("tau.prior", "uniform")),
        _mu_prior(args.get("mu.prior")),
        _LEVEL,
    )
    return Result(values=_values(result, args.get("interval.type") == "central"), state=result)


def bmr(args: dict[str, Any]) -> Result:
    """Fit a meta-regression."""
    effect, sd = (np.asarray(args[name], dtype=float) for name in ("y", "sigma"))
    design = args["X"]
    result = bayes_regress(
        (effect, sd**2),
        design.values,
        _tau_prior(args.get("tau.prior", "uniform")),
        names=tuple(design.cols),
    )
    columns = {"tau": _column(result.tau, central=False)}
    for name, summary in zip(result.names, result.coefficients, strict=True):
        columns[name] = _column(summary, central=False)
    return Result(values={"summary": _matrix(columns, _ROWS)}, state=result)


def turner(args: dict[str, Any]) -> Result:
    """Look up a prior of Turner 2015."""
    comparison = _COMPARISONS[(args["comparator1"], args["comparator2"])]
    prior = empirical_tau_prior("turner-2015", _OUTCOMES[args["outcome"]], comparison)

    def density(tau: Any) -> Any:
        return np.exp(prior.log_density(tau))

    return Result(
        values={
            "dprior": Function("dprior", density),
            "qprior": Function("qprior", prior.quantile),
        },
        state=prior,
    )


ADAPTERS: AdapterTable = {"bayesmeta": bayesmeta, "bmr": bmr, "TurnerEtAlPrior": turner}

PARAMS: ParameterTable = {
    "bayesmeta": ("y", "sigma", "labels", "tau.prior", "mu.prior"),
    "bmr": ("y", "sigma", "labels", "X", "tau.prior"),
    "TurnerEtAlPrior": ("outcome", "comparator1", "comparator2"),
}
