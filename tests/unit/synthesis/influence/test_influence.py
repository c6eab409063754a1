from __future__ import annotations

import json

import numpy as np
import pytest

from remit.core.errors import InputError
from remit.synthesis.influence import baujat, influence, normal_quantiles
from remit.synthesis.models import FitSpec, fit_linear, rstudent

Y = np.array([0.2, 0.5, -0.1, 0.9, 0.4, 1.8])
V = np.array([0.04, 0.1, 0.06, 0.2, 0.03, 0.1])
X = np.column_stack((np.ones(6), [1.0, 2.0, 3.0, 4.0, 5.0, 7.0]))


@pytest.mark.parametrize("test", ["z", "knha", "adhoc"])
@pytest.mark.parametrize("weights", ["inverse-variance", "equal", (1, 2, 3, 1, 2, 3)])
def test_diagnostics_are_those_of_refits(test, weights):
    spec = FitSpec(test=test, weights=weights)
    fit = fit_linear(Y, V, X, spec)
    found = influence(fit)
    for i in range(6):
        keep = np.arange(6) != i
        own = weights if isinstance(weights, str) else tuple(np.array(weights)[keep])
        other = fit_linear(Y[keep], V[keep], X[keep], FitSpec(test=test, weights=own))
        shift = fit.coef - other.coef
        cook = shift @ np.linalg.solve(fit.coef_cov, shift)
        ratio = np.linalg.det(other.coef_cov) / np.linalg.det(fit.coef_cov)
        # V of all studies at the tau2 without study i, and the hat matrix of all
        a = np.array(fit.weights)
        bread = np.linalg.solve(X.T @ (a[:, None] * X), X.T * a)
        if weights == "inverse-variance":
            total = V + other.tau2_value
            dffits = (X[i] @ shift) / np.sqrt(other.variance_factor * fit.hat[i] * total[i])
            spread = np.diag(np.linalg.inv(X.T @ (X / total[:, None])))
        else:
            cov = (bread * (V + other.tau2_value)) @ bread.T
            dffits = (X[i] @ shift) / np.sqrt(other.variance_factor * (X[i] @ cov @ X[i]))
            spread = np.diag(cov)
        tolerance = 1e-9  # closed forms of two fits by different routes
        assert found.cook_distance[i] == pytest.approx(cook, rel=tolerance)
        assert found.cov_ratio[i] == pytest.approx(ratio, rel=tolerance)
        assert found.dffits[i] == pytest.approx(dffits, rel=tolerance)
        expected = shift / np.sqrt(other.variance_factor * spread)
        np.testing.assert_allclose(found.dfbetas[i], expected, rtol=tolerance)
        assert found.tau2_deleted[i] == pytest.approx(other.tau2_value, rel=tolerance, abs=1e-15)
        assert found.q_e_deleted[i] == pytest.approx(other.q_e, rel=tolerance)


def test_outlier_is_marked_and_named():
    fit = fit_linear(
        [0.1, 0.12, 0.09, 0.11, 3.0], [0.01] * 5, labels=("a", "b", "c", "d", "odd one")
    )
    found = influence(fit)
    assert found.influential.tolist() == [False, False, False, False, True]
    assert "odd one: DFFITS" in found.summary()
    assert "1 of 5" in found.summary()


def test_study_that_the_model_needs_is_undefined():
    design = np.column_stack((np.ones(6), [0, 0, 0, 0, 0, 1.0]))
    found = influence(fit_linear(Y, V, design, labels=tuple("abcdef")))
    assert found.undefined == ("f",)
    assert np.isnan(found.rstudent[5])
    assert np.isfinite(found.rstudent[:5]).all()
    assert found.to_rows()[5]["cook_distance"] is None
    assert "cannot be fitted without it" in found.summary()
    assert np.isnan(baujat(fit_linear(Y, V, design)).y[5])


def test_cook_of_chosen_coefficients():
    fit = fit_linear(Y, V, X)
    found = influence(fit, tested=(1,))
    keep = np.arange(6) != 0
    other = fit_linear(Y[keep], V[keep], X[keep])
    expected = (fit.coef[1] - other.coef[1]) ** 2 / fit.coef_cov[1, 1]
    assert found.cook_distance[0] == pytest.approx(expected, rel=1e-9)
    with pytest.raises(InputError, match="tested"):
        influence(fit, tested=(2,))


def test_one_and_two_studies():
    with pytest.raises(InputError, match="one study"):
        influence(fit_linear([0.1], [0.2]))
    found = influence(fit_linear([0.1, 0.9], [0.2, 0.1]))
    assert found.tau2_deleted.tolist() == [0.0, 0.0]
    assert np.isfinite(found.cook_distance).all()


def test_identical_effects_move_nothing():
    found = influence(fit_linear([0.3] * 4, [0.1, 0.2, 0.3, 0.4]))
    np.testing.assert_allclose(found.dffits, 0.0, atol=1e-14)
    assert not found.influential.any()


def test_plain_exits():
    fit = fit_linear(Y, V, X, names=("intercept", "dose"))
    rows = json.loads(json.dumps(influence(fit).to_dict()))["rows"]
    assert set(rows[0]["dfbetas"]) == {"intercept", "dose"}
    points = json.loads(json.dumps(baujat((Y, V)).to_dict()))
    assert points["x_meaning"] == "contribution to heterogeneity"


def test_contributions_add_up_to_q():
    fit = fit_linear(Y, V, None, FitSpec(tau2="EE"))
    assert baujat((Y, V)).x.sum() == pytest.approx(fit.q_e, rel=1e-12)


def test_normal_quantiles_follow_the_ranks():
    fit = fit_linear(Y, V)
    for kind in ("rstandard", "rstudent"):
        found = normal_quantiles(fit, kind)
        assert np.argsort(found.x).tolist() == np.argsort(found.y).tolist()
        assert found.x.sum() == pytest.approx(0, abs=1e-12)


AGREEING = ([0.3, 0.31, 0.302], [0.04, 0.05, 0.06])


def test_small_hartung_knapp_factors_are_told():
    # the three agree far better than their standard errors of 0.2 and more allow
    found = influence(fit_linear(*AGREEING, None, FitSpec(test="knha"), labels=("a", "b", "c")))
    assert [note.kind for note in found.notes] == ["caution"]
    assert "a, b and c" in found.notes[0].text
    assert "test='adhoc'" in found.notes[0].text
    assert found.notes[0].text in found.summary()
    assert json.loads(json.dumps(found.to_dict()))["notes"][0]["text"] == found.notes[0].text
    deleted = rstudent(fit_linear(*AGREEING, None, FitSpec(test="knha"), labels=("a", "b", "c")))
    assert deleted.notes == found.notes
    assert deleted.to_dict()["notes"][0]["text"] == found.notes[0].text
    for test in ("z", "t", "adhoc"):
        fit = fit_linear(*AGREEING, None, FitSpec(test=test))
        assert influence(fit).notes == rstudent(fit).notes == ()


def test_factors_of_one_or_more_are_not_told():
    # PM makes the factor 1 wherever tau2 is above 0
    fit = fit_linear([0.1, 2.0, -1.5, 4.0, 0.9], [0.04] * 5, None, FitSpec(tau2="PM", test="knha"))
    assert influence(fit).notes == rstudent(fit).notes == ()


def test_many_small_factors_are_counted():
    y = 0.3 + 0.01 * np.arange(8.0)
    found = influence(fit_linear(y, [0.1] * 8, None, FitSpec(test="knha")))
    assert "8 of 8 studies" in found.notes[0].text


def test_a_study_is_no_outlier_because_the_others_agree_exactly():
    fit = fit_linear([0.25, 0.25, 0.5], [0.04, 0.05, 0.06], None, FitSpec(test="knha"))
    found = influence(fit)
    assert np.isnan(found.rstudent[2])
    assert np.isnan(found.dffits[2])
    assert np.isnan(found.dfbetas[2, 0])
    assert np.isfinite(found.rstudent[:2]).all()
    assert "Without study 3 the others agree exactly" in found.notes[0].text
    deleted = rstudent(fit)
    assert deleted.undefined == ("study 3",)
    assert deleted.z[2] == 0
    assert deleted.notes == found.notes


def test_no_influence_where_the_standard_errors_are_zero():
    fit = fit_linear([0.25] * 4, [0.04] * 4, None, FitSpec(test="knha"))
    with pytest.raises(InputError, match="adhoc"):
        influence(fit)
    assert rstudent(fit).undefined == fit.labels
