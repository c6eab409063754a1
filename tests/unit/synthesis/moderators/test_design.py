from __future__ import annotations

import numpy as np
import pytest

from remit.core.errors import InputError, MissingDependencyError, SpecError
from remit.synthesis.moderators import columns_used, design_matrix, formulaic_matrix
from remit.synthesis.moderators.syntax import parse_formula

X = [1.0, 2.0, 3.0, 5.0, 8.0, 13.0]
G = ["b", "a", "c", "a", "b", "c"]
H = [True, False, False, True, True, False]
DATA = {"x": X, "g": G, "h": H, "my dose": X}


def names(formula):
    return design_matrix(formula, DATA).names


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("~ x", ("intercept", "x")),
        ("x", ("intercept", "x")),
        ("~ 1", ("intercept",)),
        ("~ 0 + x", ("x",)),
        ("~ x - 1", ("x",)),
        ("~ -1 + x", ("x",)),
        ("~ 1 + x", ("intercept", "x")),
        ("~ x + x", ("intercept", "x")),
        ("~ x + g - x", ("intercept", "g[b]", "g[c]")),
        ("~ g", ("intercept", "g[b]", "g[c]")),
        ("~ 0 + g", ("g[a]", "g[b]", "g[c]")),
        ("~ h", ("intercept", "h[True]")),
        ("~ x:g", ("intercept", "x:g[a]", "x:g[b]", "x:g[c]")),
        ("~ x * g", ("intercept", "x", "g[b]", "g[c]", "x:g[b]", "x:g[c]")),
        ("~ (x + g)^2", ("intercept", "x", "g[b]", "g[c]", "x:g[b]", "x:g[c]")),
        ("~ g:h - 1", tuple(f"g[{a}]:h[{b}]" for b in (False, True) for a in "abc")),
        ("~ C(g, sum)", ("intercept", "g[S.a]", "g[S.b]")),
        ("~ C(g, reference='c')", ("intercept", "g[a]", "g[b]")),
        ("~ factor(x)", ("intercept", "x[2]", "x[3]", "x[5]", "x[8]", "x[13]")),
        ("~ I(x^2) + log(x)", ("intercept", "I(x^2)", "log(x)")),
        ("~ I(x ** 2)", ("intercept", "I(x^2)")),
        ("~ `my dose`", ("intercept", "my dose")),
        ("~ poly(x, degree=2)", ("intercept", "poly(x, degree=2)[1]", "poly(x, degree=2)[2]")),
    ],
)
def test_columns_of_a_formula(formula, expected):
    assert names(formula) == expected


def test_values_of_products_and_arithmetic():
    found = design_matrix("~ x:g + I((x - 1) / 2 + 2 * x) + sqrt(x)", DATA)
    column = dict(zip(found.names, found.matrix.T, strict=True))
    assert column["x:g[a]"].tolist() == [0, 2, 0, 5, 0, 0]
    label = next(name for name in found.names if name.startswith("I("))
    np.testing.assert_allclose(column[label], [(x - 1) / 2 + 2 * x for x in X], rtol=1e-15)
    np.testing.assert_allclose(column["sqrt(x)"], np.sqrt(X), rtol=1e-15)
    assert dict(found.terms)["x:g"] == (3, 4, 5)


def test_sum_contrasts():
    matrix = design_matrix("~ C(g, sum)", DATA).matrix
    assert matrix[:, 1].tolist() == [0, 1, -1, 1, 0, -1]
    assert matrix[:, 2].tolist() == [1, 0, -1, 0, 1, -1]


def test_polynomials_are_orthonormal():
    z = design_matrix("~ poly(x, 3)", DATA).matrix[:, 1:]
    np.testing.assert_allclose(z.T @ z, np.eye(3), atol=1e-13)
    np.testing.assert_allclose(z.sum(axis=0), 0, atol=1e-13)


@pytest.mark.parametrize("formula", ["~ poly(x, 2)", "~ ns(x, 3)", "~ bs(x, df=4)", "~ x*g"])
def test_rows_for_the_same_values_are_the_matrix(formula):
    found = design_matrix(formula, DATA)
    np.testing.assert_allclose(found.rows(DATA), found.matrix, atol=1e-12)
    some = found.rows({name: column[2:4] for name, column in DATA.items()})
    np.testing.assert_allclose(some, found.matrix[2:4], atol=1e-12)


def test_natural_spline_goes_on_straight_and_the_other_refuses():
    natural = design_matrix("~ ns(x, 3)", DATA)
    rows = natural.rows({"x": [14.0, 15.0, 16.0]})
    np.testing.assert_allclose(rows[2] - rows[1], rows[1] - rows[0], atol=1e-12)
    plain = design_matrix("~ bs(x, 4)", DATA)
    with pytest.raises(InputError, match="values from 1 to 13"):
        plain.rows({"x": [14.0]})


def test_new_values_are_checked():
    found = design_matrix("~ x + g", DATA)
    with pytest.raises(InputError, match="'z', expected one of a, b, c"):
        found.rows({"x": [1.0], "g": ["z"]})
    with pytest.raises(InputError, match="column 'g'"):
        found.rows({"x": [1.0]})
    with pytest.raises(InputError, match="no value"):
        found.rows({"x": [None], "g": ["a"]})


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("y ~ x", "The effects are given apart"),
        ("~ x +", "an end too early"),
        ("~ (x", "an end too early"),
        ("~ x g", "'g'"),
        ("~ x^2", "a power outside"),
        ("~ (x + g)^9", "small whole number"),
        ("~ x + 3", "found 3"),
        ("~ x / g", "'/'"),
        ("~ 'x'", "found 'x'"),
        ("~ x $ g", "'\\$'"),
        ("~ 0", "a moderator or an intercept"),
        ("~ nope(x)", "one of factor, C, poly"),
        ("~ poly(x)", "no whole number"),
        ("~ poly(x, 9)", "degree 9"),
        ("~ ns(x, 0)", "df 0"),
        ("~ bs(x, 2)", "df 2"),
        ("~ C(g, helmert)", "treatment, sum"),
        ("~ C(g, reference='q')", "reference 'q'"),
        ("~ C(x + x)", "other arguments"),
        ("~ one", "at least two groups"),
    ],
)
def test_formulas_that_cannot_be(formula, said):
    with pytest.raises(SpecError, match=said):
        design_matrix(formula, {**DATA, "one": ["same"] * 6})


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("~ dose", "one of x, g, h, my dose"),
        ("~ I(g + 1)", "numbers in arithmetic"),
        ("~ log(x - 3)", "row 1"),
        ("~ I(1 / (x - 3))", "row 3"),
    ],
)
def test_columns_that_cannot_be(formula, said):
    with pytest.raises(InputError, match=said):
        design_matrix(formula, DATA)


def test_columns_of_unequal_length():
    with pytest.raises(InputError, match="one length"):
        design_matrix("~ x", {"x": X, "g": G[:3]})


def test_columns_used():
    assert columns_used("~ poly(x, 2) + log(z):C(g, sum) + I(a - b)") == ("x", "a", "b", "z", "g")


def test_terms_with_fewer_parts_come_first():
    assert [len(term) for term in parse_formula("~ a:b:c + d + a:b").terms] == [1, 2, 3]


def test_missing_formulaic_is_said_with_the_install_line(monkeypatch):
    def absent(name):
        raise ImportError(name)

    monkeypatch.setattr("remit.synthesis.moderators.formulaic_design.import_module", absent)
    with pytest.raises(MissingDependencyError, match=r'pip install "remit\[formula\]"'):
        formulaic_matrix("~ x", DATA)


def test_formulaic_gives_the_same_design():
    pytest.importorskip("formulaic")
    ours = design_matrix("~ x * g", DATA)
    theirs = formulaic_matrix("~ x * g", DATA)
    np.testing.assert_allclose(theirs.matrix, ours.matrix, rtol=1e-15)
    assert [columns for _, columns in theirs.terms] == [columns for _, columns in ours.terms]
    new = {"x": [4.0], "g": ["c"]}
    np.testing.assert_allclose(theirs.rows(new), ours.rows(new), rtol=1e-15)
    with pytest.raises(InputError):
        theirs.rows({"x": [4.0], "g": ["z"]})
    with pytest.raises(SpecError):
        formulaic_matrix("~ nope(x)", DATA)
