"""Influence, leave-one-out, cumulative and all-subsets analyses against metafor."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from remit.synthesis.influence import (
    baujat,
    cumulative,
    gosh,
    influence,
    leave_one_out,
    normal_quantiles,
    radial_points,
)
from remit.synthesis.models import FitSpec, fit_linear

VALUES = Path(__file__).parents[1] / "values"
# metafor's fits stop at a relative change of 1e-12 in tau2, which leaves about 1e-9 in what
# follows from it where the likelihood is flat.
TOLERANCE = 1e-8
REFERENCE = json.loads((VALUES / "influence.json").read_text(encoding="utf-8"))
CASES = {case["id"]: case for case in REFERENCE["cases"]}
SERIES = {
    "estimate": "effect",
    "se": "std_error",
    "zval": "statistic",
    "pval": "p_value",
    "ci.lb": "ci_low",
    "ci.ub": "ci_high",
    "Q": "q",
    "Qp": "q_p",
    "tau2": "tau2",
    "I2": "i2",
    "H2": "h2",
    "k": "k",
}


def arrays(name):
    if name == "normand1999":
        given = REFERENCE["normand1999"]
        return np.array(given["effect"]), np.array(given["variance"])
    a, b, c, d = np.array(json.loads((VALUES / "bcg.json").read_text())["data"]).T
    variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    return np.log(a / (a + b)) - np.log(c / (c + d)), variance


def agrees(found, expected):
    np.testing.assert_allclose(found, expected, rtol=TOLERANCE, atol=1e-12)


def test_deletion_diagnostics():
    case = CASES["influence.bcg"]
    found = influence(fit_linear(*arrays("bcg")))
    expected = case["results"]["inf"]
    for name, ours in (
        ("rstudent", found.rstudent),
        ("dffits", found.dffits),
        ("cook.d", found.cook_distance),
        ("cov.r", found.cov_ratio),
        ("tau2.del", found.tau2_deleted),
        ("QE.del", found.q_e_deleted),
        ("hat", found.hat),
        ("weight", found.weight),
    ):
        agrees(ours, expected[name])
    agrees(found.dfbetas[:, 0], case["results"]["dfbs"])
    assert found.influential.tolist() == case["results"]["is.infl"]


@pytest.mark.parametrize("name", ["leave1out.bcg", "leave1out.bcg.ee"])
def test_leave_one_out(name):
    case = CASES[name]
    found = leave_one_out(arrays("bcg"), FitSpec(tau2=case["method"])).pooled
    for key, expected in case["results"].items():
        agrees(getattr(found, SERIES[key]), expected)


def test_cumulative():
    case = CASES["cumul.bcg.dl"]
    found = cumulative(arrays("bcg"), FitSpec(tau2="DL")).pooled
    for key, expected in case["results"].items():
        # metafor prints tau2 = 0, Q = 0, p = 1 for a single study, about which they say nothing
        first = 1 if key in ("Q", "Qp", "tau2", "I2", "H2") else 0
        agrees(getattr(found, SERIES[key])[first:], expected[first:])


@pytest.mark.parametrize("name", ["baujat.bcg", "baujat.bcg.reml"])
def test_baujat(name):
    case = CASES[name]
    found = baujat(arrays("bcg"), FitSpec(tau2=case["method"]))
    agrees(found.x, case["results"]["x"])
    agrees(found.y, case["results"]["y"])


def test_normal_quantiles_and_radial_points():
    case = CASES["qqnorm.radial.bcg"]["results"]
    fit = fit_linear(*arrays("bcg"), None, FitSpec(tau2="EE"))
    for found, expected in (
        (normal_quantiles(fit), case["qq"]),
        (radial_points(fit), case["radial"]),
    ):
        agrees(found.x, expected["x"])
        agrees(found.y, expected["y"])


@pytest.mark.parametrize("name", ["gosh.normand.DL", "gosh.normand.REML", "gosh.bcg.EE"])
def test_all_subsets(name):
    case = CASES[name]
    found = gosh(arrays(case["data"]), FitSpec(tau2=case["method"]))
    expected = case["results"]
    assert len(found.pooled) == expected["n"]
    pooled = found.pooled
    alone = pooled.k == 1  # metafor prints 0 for what a single study does not have
    columns = {
        "k": pooled.k,
        "QE": np.where(alone, 0.0, pooled.q),
        "I2": np.where(alone, 0.0, pooled.i2),
        "tau2": np.where(alone, 0.0, pooled.tau2),
        "estimate": pooled.effect,
    }
    for column, values in columns.items():
        agrees(values.mean(), expected["means"][column])
        agrees(values.std(ddof=1), expected["sds"][column])
        agrees(values.min(), expected["min"][column])
        agrees(values.max(), expected["max"][column])
    agrees(list(found.quantiles.values()), list(expected["quantiles.estimate"].values()))
