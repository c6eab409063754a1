from __future__ import annotations

import json

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.synthesis.models import FitSpec, fit_linear
from remit.synthesis.moderators import collinear_columns, meta_regression

rng = np.random.default_rng(5)
K = 12
DOSE = [float(x) for x in rng.uniform(1, 9, K)]
ROUTE = ["iv", "oral", "nasal"] * 4
V = rng.uniform(0.05, 0.3, K)
Y = 0.1 * np.array(DOSE) + rng.normal(0, np.sqrt(V + 0.05))
DATA = {"dose": DOSE, "route": ROUTE}


def test_fit_is_that_of_the_design():
    found = meta_regression((Y, V), "~ dose + route", DATA, FitSpec(test="knha"))
    design = np.column_stack(
        (np.ones(K), DOSE, [r == "nasal" for r in ROUTE], [r == "oral" for r in ROUTE])
    )
    fit = fit_linear(Y, V, design, FitSpec(test="knha"))
    np.testing.assert_allclose(found.fit.coef, fit.coef, rtol=1e-12)
    assert found.fit.names == ("intercept", "dose", "route[nasal]", "route[oral]")
    assert [(test.term, test.df, test.df2) for test in found.terms] == [
        ("dose", 1, 8.0),
        ("route", 2, 8.0),
    ]
    assert found.terms[0].q == pytest.approx(fit.statistic[1] ** 2, rel=1e-12)
    assert "F(2, 8)" in found.summary()


def test_prediction_at_new_values():
    found = meta_regression((Y, V), "~ dose + route", DATA)
    prediction = found.predict({"dose": [4.0], "route": ["oral"]}, level=0.9)
    coef = found.fit.coef
    assert prediction.effect[0] == pytest.approx(coef[0] + 4 * coef[1] + coef[3], rel=1e-12)
    assert prediction.level == 0.9
    assert found.predict().effect.size == K
    wider = found.predict({"dose": [4.0], "route": ["oral"]}, kind="k-p-1")
    assert wider.pi_high[0] > prediction.pi_high[0]


def test_studies_without_a_moderator_are_set_aside_by_name():
    data = {"dose": [None, *DOSE[1:-1], float("nan")], "route": ROUTE}
    found = meta_regression((Y, V), "~ dose", data)
    assert found.set_aside == ("study 1", "study 12")
    assert found.used == tuple(range(1, K - 1))
    assert any(note.kind == "set-aside" and "study 12" in note.text for note in found.notes)
    assert "study 12" in found.summary()
    # the other column is not in the formula and its gaps do no harm
    assert not meta_regression((Y, V), "~ dose", DATA | {"route": [""] * K}).set_aside


def test_weights_go_with_their_studies():
    weights = tuple(range(1, K + 1))
    data = {"dose": [None, *DOSE[1:]]}
    found = meta_regression((Y, V), "~ dose", data, FitSpec(weights=weights))
    fit = fit_linear(
        Y[1:], V[1:], np.column_stack((np.ones(K - 1), DOSE[1:])), FitSpec(weights=weights[1:])
    )
    np.testing.assert_allclose(found.fit.coef, fit.coef, rtol=1e-12)


def test_collinear_columns_are_named_with_what_they_equal():
    data = DATA | {"twice": [2 * x + 1 for x in DOSE], "same": [3.0] * K, "none": [0.0] * K}
    with pytest.raises(InputError, match="twice = 1 intercept \\+ 2 dose"):
        meta_regression((Y, V), "~ dose + twice", data)
    with pytest.raises(InputError, match="same = 3 intercept"):
        meta_regression((Y, V), "~ same", data)
    found = meta_regression((Y, V), "~ dose + twice + none", data, drop_collinear=True)
    assert found.fit.names == ("intercept", "dose")
    assert "none, which is 0 in all studies" in found.summary()
    assert found.predict({"dose": [1.0], "twice": [3.0], "none": [0.0]}).effect.size == 1


def test_independent_columns_have_nothing_to_name():
    assert collinear_columns(np.column_stack((np.ones(4), [1, 2, 3, 5])), ("a", "b")) == {}


def test_without_a_moderator_it_is_the_pooled_mean():
    found = meta_regression((Y, V), "~ 1", {})
    assert found.fit.coef[0] == fit_linear(Y, V).coef[0]
    assert found.terms == ()


@pytest.mark.parametrize(
    ("formula", "data", "said"),
    [
        ("~ year", DATA, "one of dose, route"),
        ("~ dose", {"dose": DOSE[:3]}, "12 studies"),
        ("~ dose", {"dose": [None] * K}, "no study with all moderators"),
        ("~ factor(dose)", DATA, "more studies than coefficients"),
    ],
)
def test_wrong_data(formula, data, said):
    with pytest.raises(InputError, match=said):
        meta_regression((Y, V), formula, data)


def test_unknown_language():
    with pytest.raises(SpecError, match="formulaic"):
        meta_regression((Y, V), "~ dose", DATA, language="R")


def test_plain_exits():
    found = meta_regression((Y, V), "~ dose * route", DATA)
    plain = json.loads(json.dumps(found.to_dict()))
    assert plain["formula"] == "~ dose * route"
    assert len(plain["terms"]) == 3
    assert json.dumps(found.design.to_dict())
    assert found.to_rows()[0]["name"] == "intercept"
