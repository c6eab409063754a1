"""Subsets of the same studies, by sums over the mask, against the same sets pooled one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from remit.synthesis.batch import BatchStatus, pool_many
from remit.synthesis.models import FitSpec, fit_linear

SUBSETS = np.array(list(itertools.product([False, True], repeat=5))[1:])
STUDIES = {
    "alike": ([0.3, 0.1, 0.6, 0.9, -0.4], [0.1, 0.2, 0.15, 0.4, 0.3]),
    "far from zero": ([1000.3, 1000.1, 1000.6, 1000.9, 999.6], [0.1, 0.2, 0.15, 0.4, 0.3]),
    "one has all the weight": ([0.1, 0.5, -0.4, 2.0, 0.3], [1e-14, 1.0, 2.0, 0.5, 0.7]),
    "two are equal": ([0.2, 0.2, 0.6, 0.9, -0.4], [0.1, 0.1, 0.15, 0.4, 0.3]),
}


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("test", ["z", "t", "knha", "adhoc"])
@pytest.mark.parametrize("method", ["EE", "DL"])
def test_each_subset_is_the_fit_of_its_studies(method, test, name):
    y, v = (np.array(values) for values in STUDIES[name])
    spec = FitSpec(tau2=method, test=test)
    found = pool_many(y, v, SUBSETS, spec)
    for i in np.flatnonzero(SUBSETS.sum(axis=1) > 1):
        fit = fit_linear(y[SUBSETS[i]], v[SUBSETS[i]], None, spec)
        # a few roundings of effects of this size, and of a tau2 that is a difference from Q
        tiny = 1e-14 * np.abs(y).max()
        assert found.effect[i] == pytest.approx(fit.coef[0], rel=1e-12, abs=tiny)
        assert found.q[i] == pytest.approx(fit.q_e, rel=1e-9, abs=1e-14)
        assert found.tau2[i] == pytest.approx(fit.tau2_value, rel=1e-9, abs=1e-14)
        assert found.std_error[i] == pytest.approx(fit.std_error[0], rel=1e-9, abs=tiny)
        if method == "DL":
            # where one study dominates, a difference of sums; see test_pool_many
            assert found.se_tau2[i] == pytest.approx(fit.se_tau2, rel=1e-6)
        assert found.i2[i] == pytest.approx(fit.i2, rel=1e-9, abs=1e-10)


@pytest.mark.parametrize("method", ["EE", "DL"])
def test_a_study_that_no_subset_has_need_not_be_usable(method):
    y, v = np.array([0.3, np.nan, 0.6, 0.9]), np.array([0.1, 0.2, 0.15, -1.0])
    mask = np.array([[True, False, True, False], [False, False, True, False], [False] * 4])
    found = pool_many(y, v, mask, FitSpec(tau2=method))
    fit = fit_linear(y[mask[0]], v[mask[0]], None, FitSpec(tau2=method))
    assert found.effect[0] == pytest.approx(fit.coef[0], rel=1e-14)
    assert found.k.tolist() == [2, 1, 0]
    assert found.status[1:].tolist() == [BatchStatus.ONE_STUDY, BatchStatus.NO_STUDY]
    assert found.effect[1] == 0.6
