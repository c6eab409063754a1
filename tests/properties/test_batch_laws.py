"""Laws of pooling by the batch, of leaving studies out and of subsets."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.synthesis.batch import fit_many, pool_many
from remit.synthesis.influence import cumulative, gosh, influence, leave_one_out
from remit.synthesis.models import FitSpec, fit_linear
from remit.synthesis.moderators import permutation_test, subgroup_analysis

SAME = 1e-9  # two routes to one number, where weights differ by up to a million

effects = st.floats(-20, 20).map(lambda x: round(x, 3))
spreads = st.floats(-2, 1).map(lambda x: round(10**x, 4))  # standard errors from 0.01 to 10
studies = st.lists(st.tuples(effects, spreads), min_size=3, max_size=8)
methods = st.sampled_from(
    ("EE", "DL", "DL2", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM")
)
tests = st.sampled_from(("z", "t", "adhoc"))


def arrays(rows):
    y, s = np.array(rows).T
    return y, s**2


def close(found, expected, scale=1.0):
    np.testing.assert_allclose(found, expected, rtol=SAME, atol=SAME * scale)


@given(studies, methods, tests)
def test_batch_equals_single_fit(rows, method, test):
    y, v = arrays(rows)
    spec = FitSpec(tau2=method, test=test)
    found, fit = pool_many(y, v, None, spec), fit_linear(y, v, None, spec)
    close(found.tau2[0], fit.tau2_value, v.min())
    close(found.effect[0], fit.coef[0], fit.std_error[0])
    close(found.std_error[0], fit.std_error[0])


@given(studies, methods, st.randoms(use_true_random=False))
def test_order_of_studies_is_irrelevant(rows, method, random):
    y, v = arrays(rows)
    order = list(range(len(rows)))
    random.shuffle(order)
    spec = FitSpec(tau2=method)
    plain, other = pool_many(y, v, None, spec), pool_many(y[order], v[order], None, spec)
    close(other.tau2, plain.tau2, v.min())
    close(other.effect, plain.effect, plain.std_error[0])


@given(studies, methods)
def test_studies_outside_a_set_do_not_matter(rows, method):
    y, v = arrays(rows)
    spec = FitSpec(tau2=method)
    padded = pool_many(
        np.append(y, [np.nan, 7.0]),
        np.append(v, [-1.0, 0.5]),
        [[True] * len(rows) + [False] * 2],
        spec,
    )
    close(padded.effect, pool_many(y, v, None, spec).effect, padded.std_error[0])


@given(studies, methods, tests)
def test_leave_one_out_equals_refit(rows, method, test):
    y, v = arrays(rows)
    spec = FitSpec(tau2=method, test=test)
    found = leave_one_out((y, v), spec).pooled
    for i in range(len(rows)):
        keep = np.arange(len(rows)) != i
        fit = fit_linear(y[keep], v[keep], None, spec)
        close(found.effect[i], fit.coef[0], fit.std_error[0])
        close(found.tau2[i], fit.tau2_value, v.min())


@given(studies, methods)
def test_influence_follows_leave_one_out(rows, method):
    y, v = arrays(rows)
    spec = FitSpec(tau2=method)
    fit = fit_linear(y, v, None, spec)
    found, out = influence(fit), leave_one_out((y, v), spec).pooled
    close(found.tau2_deleted, out.tau2, v.min())
    change = (fit.coef[0] - out.effect) ** 2 / fit.coef_cov[0, 0]
    close(found.cook_distance, change, 1.0)
    close(found.cov_ratio, out.std_error**2 / fit.coef_cov[0, 0])


@settings(max_examples=30)
@given(studies, methods)
def test_series_and_subsets_end_with_all_studies(rows, method):
    y, v = arrays(rows)
    spec = FitSpec(tau2=method)
    whole = pool_many(y, v, None, spec)
    close(cumulative((y, v), spec).pooled.effect[-1], whole.effect[0], whole.std_error[0])
    close(gosh((y, v), spec).pooled.effect[-1], whole.effect[0], whole.std_error[0])


@settings(max_examples=30)
@given(st.lists(st.tuples(effects, spreads, st.integers(0, 3)), min_size=6, max_size=9), methods)
def test_fits_by_the_batch_equal_single_ones(rows, method):
    y, s, dose = np.array(rows).T
    dose = dose + np.arange(len(rows))  # never constant
    design = np.column_stack((np.ones(len(rows)), dose))
    spec = FitSpec(tau2=method)
    found, fit = fit_many(y, s**2, design, None, spec), fit_linear(y, s**2, design, spec)
    close(found.tau2[0], fit.tau2_value, float((s**2).min()))
    np.testing.assert_allclose(
        (found.coef[0] - fit.coef) / fit.std_error, 0.0, atol=1e-7
    )  # coefficients that are large beside their difference lose digits


@settings(max_examples=20)
@given(st.lists(st.tuples(effects, spreads), min_size=3, max_size=6))
def test_negated_effects_have_the_same_permutation_p(rows):
    y, v = arrays(rows)
    plain = permutation_test(fit_linear(y, v, None, FitSpec(tau2="DL")))
    other = permutation_test(fit_linear(-y, v, None, FitSpec(tau2="DL")))
    assert plain.p_value[0] == other.p_value[0]
    assert 2 / 2 ** len(rows) <= plain.p_value[0] <= 1


@settings(max_examples=30)
@given(studies.filter(lambda rows: len(rows) >= 4), methods)
def test_names_of_groups_are_irrelevant(rows, method):
    y, v = arrays(rows)
    groups = ["a", "b"] * len(rows)
    spec = FitSpec(tau2=method)
    first = subgroup_analysis((y, v), groups[: len(rows)], spec)
    second = subgroup_analysis((y, v), groups[1 : len(rows) + 1], spec)
    close(first.q_between, second.q_between)
