"""Meta-regression, subgroups and permutation tests against metafor."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from remit.synthesis.models import FitSpec, fit_linear
from remit.synthesis.moderators import (
    design_matrix,
    meta_regression,
    permutation_interval,
    permutation_test,
    subgroup_analysis,
)

VALUES = Path(__file__).parents[1] / "values"
# metafor's fits stop at a relative change of 1e-13 in tau2, which leaves about 1e-9 in what
# follows from it.
TOLERANCE = 1e-8


def load(name):
    return json.loads((VALUES / f"{name}.json").read_text(encoding="utf-8"))


REFERENCE = load("moderators")
PERMUTATION = load("permutation")
DATA = {"ablat": REFERENCE["ablat"], "alloc": REFERENCE["alloc"]}


def bcg():
    a, b, c, d = np.array(load("bcg")["data"]).T
    variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    return np.log(a / (a + b)) - np.log(c / (c + d)), variance


def agrees(found, expected, tolerance=TOLERANCE):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=1e-12)


@pytest.mark.parametrize("case", REFERENCE["fits"], ids=lambda case: case["formula"])
def test_meta_regression(case):
    found = meta_regression(
        bcg(), case["formula"], DATA, FitSpec(tau2=case["tau2_method"], test=case["test"])
    )
    fit = found.fit
    for name in ("coef", "std_error", "p_value", "q_m", "q_m_p", "q_e", "r2"):
        agrees(getattr(fit, name), case[name])
    agrees(fit.tau2.tau2, case["tau2"])
    if "predict" in case:
        prediction = found.predict(case["predict"]["data"])
        for name in ("effect", "std_error", "ci_low", "ci_high", "pi_low", "pi_high"):
            if name in case["predict"]:
                agrees(getattr(prediction, name), case["predict"][name])


def test_term_tests():
    case = REFERENCE["term_tests"]
    terms = meta_regression(bcg(), case["formula"], DATA).terms
    assert [test.df for test in terms] == [2, 2]
    # metafor prints four decimals
    np.testing.assert_allclose([test.q for test in terms], case["q"], atol=5e-5)
    np.testing.assert_allclose([test.p_value for test in terms], case["p_value"], atol=5e-5)


def test_polynomials_and_splines_are_those_of_r():
    case = REFERENCE["columns"]
    data = {"x": case["x"]}
    exact = 1e-12  # closed forms, printed with 15 digits
    polynomial = design_matrix("~ poly(x, 3)", data)
    agrees(polynomial.rows({"x": [2, 9]})[:, 1:], case["poly_new"], exact)
    natural = design_matrix("~ ns(x, 3)", data)
    agrees(natural.matrix[:, 1:], case["ns"], exact)
    agrees(natural.rows({"x": [0, 9]})[:, 1:], case["ns_new"], exact)
    agrees(design_matrix("~ bs(x, 5)", data).matrix[:, 1:], case["bs"], exact)


def test_subgroups_with_their_own_tau2():
    case = REFERENCE["subgroups_separate"]
    found = subgroup_analysis(bcg(), DATA["alloc"], FitSpec())
    assert [group.name for group in found.groups] == case["names"]
    agrees([group.effect.value for group in found.groups], case["effect"])
    agrees([group.effect.std_error for group in found.groups], case["std_error"])
    for name in ("tau2", "i2", "q"):
        agrees([getattr(group, name) for group in found.groups], case[name])
    agrees(found.q_between, case["q_between"])
    agrees(found.p_between, case["p_between"])


def test_subgroups_with_one_tau2():
    case = REFERENCE["subgroups_common"]
    found = subgroup_analysis(bcg(), DATA["alloc"], FitSpec(test="knha"), tau2="common")
    agrees([group.effect.value for group in found.groups], case["effect"])
    agrees([group.effect.std_error for group in found.groups], case["std_error"])
    agrees([group.effect.interval.low for group in found.groups], case["ci_low"])
    agrees([group.effect.interval.high for group in found.groups], case["ci_high"])
    agrees(found.q_between, case["f"])
    agrees(found.p_between, case["p_between"])
    agrees(found.tau2_common, case["tau2"])
    assert found.r2 == case["r2"]


def permutation_fit(case):
    if case.get("data") == "bcg":
        y, v = bcg()
    else:
        y, v = (np.array(PERMUTATION["normand1999"][name]) for name in ("effect", "variance"))
    rows = case["rows"]
    design = None
    if case.get("moderator") == "ablat":
        design = np.column_stack((np.ones(rows), DATA["ablat"][:rows]))
    if case.get("moderator") == "random":
        design = np.column_stack((np.ones(rows), np.array(DATA["alloc"][:rows]) == "random"))
    spec = FitSpec(tau2=case["tau2"], test=case.get("test", "z"))
    return fit_linear(y[:rows], v[:rows], design, spec)


@pytest.mark.parametrize("case", PERMUTATION["cases"], ids=lambda case: case["id"])
def test_exact_permutation_tests(case):
    found = permutation_test(permutation_fit(case), exact=True)
    # p values are counts over the number of permutations: only rounding of the quotient is left
    agrees(found.p_value, case["pval"], 1e-12)
    agrees(found.q_m_p, case["QMp"], 1e-12)


def test_permutation_interval():
    case = PERMUTATION["interval"]
    found = permutation_interval(permutation_fit(case), exact=True)
    # metafor counts statistics within 1.5e-8 as ties, and so do we: the place of the step is
    # known to about that
    agrees([found.low, found.high], [case["low"], case["high"]], 1e-7)
