"""Clusters, crossovers and paired standard errors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.synthesis.effects import (
    crossover_effects,
    design_effect,
    effect_sizes,
    effective_n,
    for_clusters,
    paired_correlation,
    paired_se,
    paired_se_from_interval,
    paired_se_from_p,
    period_adjusted_difference,
)


def test_design_effects():
    assert list(design_effect([20, 1], [0.05, 0.5])) == pytest.approx([1.95, 1.0])  # by hand
    assert float(design_effect(20, 0.05, cv=0.5)) == pytest.approx(1 + 24 * 0.05)  # by hand
    assert float(effective_n(200, 1.95)) == pytest.approx(200 / 1.95)
    for bad in ({"cluster_size": 0.5, "icc": 0.1}, {"cluster_size": 5, "icc": 1.1}):
        with pytest.raises(InputError):
            design_effect(**bad)
    with pytest.raises(InputError, match="cv"):
        design_effect(5, 0.1, cv=-1)
    with pytest.raises(InputError, match="factor"):
        effective_n(200, 0.9)


def test_clusters_inflate_the_variance_and_say_so():
    plain = effect_sizes("RD", ai=[3, 4], n1i=[30, 30], ci=[6, 6], n2i=[30, 30], control=["p", "p"])
    got = for_clusters(plain, [1.0, 4.0])
    assert list(got.variance) == pytest.approx(list(plain.variance * [1, 4]))
    assert got.covariance[0, 1] == pytest.approx(2 * plain.covariance[0, 1])
    assert "design effect" in got.notes[1][-1].text
    assert got.notes[0] == plain.notes[0]
    with pytest.raises(InputError, match="factor"):
        for_clusters(plain, 0.5)


def test_one_standard_error_by_four_ways():
    error = paired_se(2.4, 2.2, 0.6, 12)
    assert paired_correlation(error, 2.4, 2.2, 12) == pytest.approx(0.6, rel=1e-12)
    t = 2.2009851600829497  # 97.5 % point of t with 11 df, printed in every table as 2.201
    low, high = 1 - t * error, 1 + t * error
    # limited by the quantile function
    assert paired_se_from_interval(low, high, 12) == pytest.approx(error, rel=1e-10)
    assert paired_se_from_p(t * error, 0.05, 12) == pytest.approx(error, rel=1e-10)


def test_paired_numbers_that_cannot_be():
    with pytest.raises(InputError, match="go"):
        paired_correlation(5.0, 2.4, 2.2, 12)
    with pytest.raises(InputError, match="p_value"):
        paired_se_from_p(1.0, 0.0, 12)
    with pytest.raises(InputError, match="difference"):
        paired_se_from_p(0.0, 0.5, 12)
    with pytest.raises(InputError, match="'n'"):
        paired_se_from_p(1.0, 0.5, 1)
    with pytest.raises(InputError, match="correlation"):
        paired_se(1.0, 1.0, 1.5, 10)
    with pytest.raises(SpecError, match="level"):
        paired_se_from_interval(0, 1, 10, level=95)


def test_period_adjustment_is_a_two_sample_t_test_of_half_the_differences():
    """A by-hand crossover: everybody gains 2 from A over B and 1 from period 1 over 2."""
    got = period_adjusted_difference(
        mean_ab=3.0, sd_ab=1.0, n_ab=4, mean_ba=-1.0, sd_ba=1.0, n_ba=4
    )
    assert (got.difference, got.period_effect, got.df, got.n) == (2.0, 1.0, 6, 8)
    assert got.std_error == pytest.approx(0.5 * math.sqrt(0.5))
    assert got.to_dict()["difference"] == 2.0
    # as many in each sequence and no period effect: the plain paired difference
    plain = period_adjusted_difference(
        mean_ab=2.0, sd_ab=1.0, n_ab=4, mean_ba=-2.0, sd_ba=1.0, n_ba=4
    )
    assert plain.std_error == pytest.approx(1.0 / math.sqrt(8))
    with pytest.raises(InputError, match="n_ab"):
        period_adjusted_difference(mean_ab=1, sd_ab=1, n_ab=1, mean_ba=1, sd_ba=1, n_ba=1)


def test_crossover_rows():
    data = {
        "m1i": [7.0, 7.0, 7.0],
        "sd1i": [2.38] * 3,
        "m2i": [6.5] * 3,
        "sd2i": [2.21] * 3,
        "ni": [10] * 3,
    }
    got = crossover_effects(
        **data, ri=[0.68, 0.68, None], sd_difference=[2.0, None, None], assumed_r=True
    )
    assert got.measure == "MD"
    assert list(got.usable) == [True, True, False]
    assert [row[0].kind for row in got.notes] == ["used", "assumed", "set-aside"]
    assert got.variance[0] == pytest.approx(0.4)  # 2^2 / 10
    assert np.array_equal(got.n, [10, 10, 10])
    with pytest.raises(InputError, match="study 1, argument 'correlation'"):
        crossover_effects(**data, sd_difference=[9.0, 2.0, 2.0])
    with pytest.raises(InputError, match="study 2, argument 'sd1i'"):
        crossover_effects(**{**data, "sd1i": [2, 0, 2]}, ri=0.5)
