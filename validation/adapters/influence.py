"""metafor's influence diagnostics, leave-one-out, cumulative and all-subsets analyses."""

from __future__ import annotations

from typing import Any

import numpy as np

from remit.core.estimate import NotEstimable
from remit.synthesis.batch import PooledMany
from remit.synthesis.influence import (
    baujat,
    cumulative,
    gosh,
    influence,
    leave_one_out,
    normal_quantiles,
    radial_points,
)
from remit.synthesis.rare import MantelHaenszelResult, mantel_haenszel
from validation.adapters.rma_uni import UniState
from validation.contract import AdapterTable, Array, Matrix, NotComputed, ParameterTable, Result

__all__ = ["ADAPTERS", "NOT_COMPUTED", "PARAMS"]

_SERIES = {
    "estimate": "effect",
    "se": "std_error",
    "zval": "statistic",
    "pval": "p_value",
    "ci.lb": "ci_low",
    "ci.ub": "ci_high",
    "Q": "q",
    "tau2": "tau2",
    "I2": "i2",
    "H2": "h2",
}
_ONE_STUDY = {"Q": 0.0, "Qp": 1.0, "tau2": 0.0, "I2": 0.0, "H2": 1.0}
_GOSH = ["k", "QE", "I2", "H2", "tau2", "tau", "estimate"]
_CLOSED = ("EE", "FE", "CE", "DL")  # metafor has a shortcut for these, with H2 = Q/(k - 1)


def _series(pooled: PooledMany) -> dict[str, Any]:
    """Return metafor's columns, with its convention for what one study does not have."""
    columns = {name: getattr(pooled, ours).copy() for name, ours in _SERIES.items()}
    columns["Qp"] = pooled.q_p
    for name, value in _ONE_STUDY.items():
        columns[name][pooled.k == 1] = value
    if pooled.spec.common_effect:
        del columns["tau2"]
    return columns


def _arrays(state: UniState) -> tuple[Array, Array]:
    if state.fit.p > 1:
        raise NotComputed("a series of fits with moderators")
    return state.fit.effect, state.fit.variance


def leave1out(args: dict[str, Any]) -> Result:
    """Pool without each study in turn."""
    state: UniState = args["x"].state
    found = leave_one_out(_arrays(state), state.fit.spec)
    labels = [str(-(i + 1)) for i in range(state.fit.k)]
    return Result(values={"slab": labels, **_series(found.pooled)})


def cumul(args: dict[str, Any]) -> Result:
    """Pool one study more at a time."""
    state: UniState = args["x"].state
    found = cumulative(_arrays(state), state.fit.spec, args.get("order"))
    places = [i + 1 for i in found.order]
    values = {"slab": places, "k": found.pooled.k, "ids": places}
    return Result(values={**values, **_series(found.pooled)})


def influence_(args: dict[str, Any]) -> Result:
    """Return the deletion diagnostics."""
    state: UniState = args["model"].state
    found = influence(state.fit)
    numbers = {
        "rstudent": found.rstudent,
        "dffits": found.dffits,
        "cook.d": found.cook_distance,
        "cov.r": found.cov_ratio,
        "tau2.del": found.tau2_deleted,
        "QE.del": found.q_e_deleted,
        "hat": found.hat,
        "weight": found.weight,
    }
    betas = dict(zip(state.columns, found.dfbetas.T, strict=True))
    return Result(values={"inf": numbers, "dfbs": betas, "is.infl": found.influential})


def baujat_(args: dict[str, Any]) -> Result:
    """Return the points of the figure."""
    found = baujat(args["x"].state.fit)
    return Result(values={"x": found.x, "y": found.y})


def qqnorm(args: dict[str, Any]) -> Result:
    """Return the points of the figure."""
    found = normal_quantiles(args["y"].state.fit, args.get("type", "rstandard"))
    return Result(values={"x": found.x, "y": found.y})


def radial(args: dict[str, Any]) -> Result:
    """Return the points of the figure."""
    found = radial_points(args["x"].state.fit)
    return Result(values={"x": found.x, "y": found.y})


def gosh_(args: dict[str, Any]) -> Result:
    """Pool all subsets."""
    if args.get("subsets") is not None:
        raise NotComputed("a random draw of subsets, which depends on R's generator")
    state = args["x"].state
    if not isinstance(state, UniState):
        return _gosh_of_counts(state)
    found = gosh(_arrays(state), state.fit.spec)
    pooled = found.pooled
    columns = _series(pooled)
    tau2 = columns.get("tau2", np.zeros(len(pooled)))
    h2 = columns["H2"]
    if state.fit.spec.tau2 in _CLOSED:
        h2 = np.where(pooled.k > 1, pooled.q / np.maximum(pooled.k - 1, 1), 1.0)
    rows = (pooled.k, columns["Q"], columns["I2"], h2, tau2, np.sqrt(tau2), pooled.effect)
    return _gosh_values(np.column_stack(rows), found.included)


def _gosh_of_counts(state: tuple[MantelHaenszelResult, str, dict[str, Any]]) -> Result:
    """Pool all subsets of two-by-two tables one by one."""
    fit, measure, given = state
    every = gosh((np.zeros(fit.k), np.ones(fit.k))).included
    tables = ("ai", "bi", "ci", "di", "n1i", "n2i")
    rows = []
    for kept in every:
        some = {
            name: np.asarray(value)[kept] if name in tables else value
            for name, value in given.items()
        }
        one = mantel_haenszel(measure, **some)
        q = 0.0 if isinstance(one.heterogeneity, NotEstimable) else one.heterogeneity.statistic
        df = max(1, one.k - 1)
        i2, h2 = (max(0.0, 100.0 * (q - df) / q), q / df) if one.k > 1 and q > 0 else (0.0, 1.0)
        effect = np.nan if isinstance(one.effect, NotEstimable) else one.effect.value
        rows.append([one.k, q, i2, h2, 0.0, 0.0, effect])
    return _gosh_values(np.array(rows), every)


def _gosh_values(rows: Array, included: Array) -> Result:
    names = [str(i + 1) for i in range(len(rows))]
    studies = [str(i + 1) for i in range(included.shape[1])]
    return Result(
        values={
            "res": Matrix(rows, names, _GOSH),
            "incl": Matrix(included.astype(float), names, studies),
        }
    )


ADAPTERS: AdapterTable = {
    "leave1out": leave1out,
    "cumul": cumul,
    "influence": influence_,
    "baujat": baujat_,
    "qqnorm": qqnorm,
    "radial": radial,
    "gosh": gosh_,
}

PARAMS: ParameterTable = {
    "leave1out": ("x",),
    "cumul": ("x", "order"),
    "influence": ("model",),
    "baujat": ("x",),
    "qqnorm": ("y", "type"),
    "radial": ("x",),
    "gosh": ("x", "subsets"),
}

NOT_COMPUTED: dict[str, str] = {}
