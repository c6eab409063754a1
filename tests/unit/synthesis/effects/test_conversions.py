"""Conversions, tables, dependent effects and the exact factors."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.synthesis.effects import (
    aggregate_effects,
    covariance_from_correlation,
    delta_method,
    effect_sizes,
    hedges_factor,
    log_odds_to_smd,
    odds_ratio_to_risk_ratio,
    r_to_smd,
    smd_to_log_odds,
    smd_to_r,
    table_from_margins,
)
from remit.synthesis.effects.scales import (
    SCALES,
    freeman_tukey_proportion_back,
    freeman_tukey_rate_back,
)


def test_borenstein_2009_worked_numbers():
    """Introduction to Meta-Analysis, ch. 7: ln OR 0.9069, v 0.0676; d 0.5, v 0.0205; r 0.5."""
    d, variance = log_odds_to_smd(0.9069, 0.0676)
    assert float(d) == pytest.approx(0.5000, abs=5e-5)  # four decimals
    assert float(variance) == pytest.approx(0.0205, abs=5e-5)
    back, _ = smd_to_log_odds(0.5, 0.0205)
    assert float(back) == pytest.approx(0.9069, abs=5e-5)
    d_from_r, v = r_to_smd(0.50, 0.0058)
    assert float(d_from_r) == pytest.approx(1.1547, abs=5e-5)
    assert float(v) == pytest.approx(0.0550, abs=5e-5)


def test_r_and_back():
    r, variance = smd_to_r([0.8], [0.05], [40], [40])
    d, back = r_to_smd(r, variance)
    assert d == pytest.approx([0.8], rel=1e-14)
    assert back == pytest.approx([0.05], rel=1e-14)
    with pytest.raises(InputError, match="position 2"):
        r_to_smd([0.5, 1.0], [0.1, 0.1])


def test_normal_and_logistic_factors():
    assert float(smd_to_log_odds(1.0, 1.0, "normal").effect) == 1.65
    assert float(smd_to_log_odds(1.0, 1.0).effect) == pytest.approx(1.81, abs=5e-3)  # Chinn 2000
    with pytest.raises(SpecError, match="distribution"):
        smd_to_log_odds(1.0, 1.0, "probit")


def test_risk_ratio_behind_an_odds_ratio():
    # 3/4 against 1/2: odds ratio 3, risk ratio 1.5
    assert float(odds_ratio_to_risk_ratio(3.0, 0.5)) == 1.5
    with pytest.raises(InputError, match="control_risk"):
        odds_ratio_to_risk_ratio(3.0, 50)


@pytest.mark.parametrize(
    ("there", "back", "value"),
    [
        ("log", "exp", 2.0),
        ("sqrt", "square", 2.0),
        ("logit", "expit", 0.3),
        ("atanh", "tanh", 0.3),
    ],
)
def test_transformations_undo_each_other(there, back, value):
    y, v = delta_method(*delta_method([value], [0.04], there), back)
    assert y == pytest.approx([value], rel=1e-14)
    assert v == pytest.approx([0.04], rel=1e-14)


def test_hedges_factor_is_exact():
    mpmath.mp.dps = 40
    for m in (1.5, 2.0, 5.0, 38.0, 39.999, 40.0, 41.5, 300.0, 1e4, 1e9):
        half = mpmath.mpf(m) / 2
        exact = mpmath.gammaprod([half], [half - mpmath.mpf(1) / 2]) / mpmath.sqrt(half)
        # log-gamma of numbers up to 20 is good to 40, hence 1e-14
        assert float(hedges_factor(np.array([m]))[0]) == pytest.approx(float(exact), rel=2e-14)
    assert np.isnan(hedges_factor(np.array([1.0, 0.0]))).all()


@pytest.mark.parametrize(("r", "n"), [(0.05, 326), (0.9, 5), (0.0, 8), (-0.4, 60), (0.3, 4000)])
def test_unbiased_correlation_is_exact(r, n):
    mpmath.mp.dps = 40
    rho, size = mpmath.mpf(r), mpmath.mpf(n)
    half = mpmath.mpf(1) / 2
    u = rho * mpmath.hyp2f1(half, half, (size - 2) / 2, 1 - rho**2)
    series = mpmath.hyp2f1(1, 1, size / 2, 1 - rho**2)
    v = u**2 - 1 + (size - 3) / (size - 2) * (1 - rho**2) * series
    got = effect_sizes("UCOR", ri=[r], ni=[n], vtype="UB")
    assert got.effect[0] == pytest.approx(float(u), rel=1e-14, abs=0)
    # sums of up to 200 terms, and differences that leave a tenth of them
    assert got.variance[0] == pytest.approx(float(v), rel=2e-13, abs=0)


@pytest.mark.parametrize("n", [4, 5, 6, 7, 12, 30, 31, 32, 33, 60, 200, 202, 300, 5000, 20_000])
def test_the_variance_of_correlations_near_one_keeps_its_digits(n):
    # r as it is held, so that 1 - r is exact; n = 4 has no variance at r = 0
    correlations = [0.01, 0.1, 0.5, 0.7, 0.7072, 0.9, 0.99, 0.999999, 0.9999999, 0.99999999]
    correlations += [0.999999999, 1 - 2**-50, -0.999999]
    sizes = np.full(len(correlations), float(n))
    unbiased = effect_sizes("UCOR", ri=correlations, ni=sizes, vtype="UB").variance
    usual = effect_sizes("UCOR", ri=correlations, ni=sizes).variance
    raw = effect_sizes("COR", ri=correlations, ni=sizes).variance
    with mpmath.workdps(60):
        half, size = mpmath.mpf(1) / 2, mpmath.mpf(n)
        for i, r in enumerate(correlations):
            rho = mpmath.mpf(r)
            u = rho * mpmath.hyp2f1(half, half, (size - 2) / 2, 1 - rho**2)
            series = mpmath.hyp2f1(1, 1, size / 2, 1 - rho**2)
            v = u**2 - 1 + (size - 3) / (size - 2) * (1 - rho**2) * series
            # sums of up to 200 terms, and differences that leave a tenth of them
            assert unbiased[i] == pytest.approx(float(v), rel=2e-13, abs=0)
            assert usual[i] == pytest.approx(float((1 - u**2) ** 2 / (size - 1)), rel=2e-13, abs=0)
            # a product of four
            assert raw[i] == pytest.approx(float((1 - rho**2) ** 2 / (size - 1)), rel=1e-14, abs=0)


@pytest.mark.parametrize(
    ("r", "n", "variance"),
    [
        # worked out with 60 digits from the decimals, to the digits shown
        (0.999999, 30, 1.26275e-13),
        (0.9999999, 30, 1.263e-15),
        (0.99999999, 30, 1.263e-17),
        (0.999999999, 300, 1.33e-20),
    ],
)
def test_the_unbiased_variance_is_no_rounding_error(r, n, variance):
    got = effect_sizes("UCOR", ri=[r], ni=[n], vtype="UB")
    assert got.usable[0]
    assert got.variance[0] == pytest.approx(variance, rel=3e-3)  # 1.33 has three digits


def test_freeman_tukey_comes_back():
    x, n = np.array([0.0, 3.0, 20.0]), 20.0
    forward = effect_sizes("PFT", xi=x, ni=n).effect
    # Miller's formula is the exact inverse up to rounding
    assert freeman_tukey_proportion_back(forward, n) == pytest.approx(x / n, abs=1e-7)
    assert list(freeman_tukey_proportion_back(np.array([-1.0, 3.0]), n)) == [0.0, 1.0]
    rates = effect_sizes("IRFT", xi=x, ti=7.0).effect
    assert freeman_tukey_rate_back(rates, 7.0) == pytest.approx(x / 7.0, abs=1e-12)


@pytest.mark.parametrize(
    ("code", "data", "shown"),
    [
        ("PLO", {"xi": [3], "ni": [10]}, 0.3),
        ("PRZ", {"xi": [3], "ni": [10]}, 0.3),
        ("PAS", {"xi": [3], "ni": [10]}, 0.3),
        ("IRS", {"xi": [3], "ti": [10]}, 0.3),
        ("ZCOR", {"ri": [0.3], "ni": [10]}, 0.3),
        ("ZR2", {"r2i": [0.3], "ni": [10]}, 0.3),
        ("AHW", {"ai": [0.3], "mi": [4], "ni": [10]}, 0.3),
        ("ABT", {"ai": [0.3], "mi": [4], "ni": [10]}, 0.3),
        ("MN", {"mi": [0.3], "sdi": [4], "ni": [10]}, 0.3),
    ],
)
def test_scales_lead_back(code, data, shown):
    got = effect_sizes(code, **data)
    assert got.shown(got.effect)[0] == pytest.approx(shown, rel=1e-13)  # elementary functions
    assert got.scale in SCALES


def test_tables_that_do_not_exist():
    table = table_from_margins(ni=[20], n1i=[10], n2i=[5], phi=[0.95])
    assert np.isnan(table.ai[0])
    assert table_from_margins(ni=[20], n1i=[10], n2i=[5], odds_ratio=[1e9]).ai[0] == 5
    for both in ({}, {"phi": [0.1], "odds_ratio": [1.0]}):
        with pytest.raises(SpecError, match="one of them"):
            table_from_margins(ni=[20], n1i=[10], n2i=[5], **both)


def test_dependent_effects():
    v = covariance_from_correlation([1.0, 4.0, 9.0], ["a", "a", "b"], 0.5)
    assert v[0, 1] == 1.0
    assert v[0, 2] == 0.0
    mean = aggregate_effects([1.0, 1.0, 3.0], v, ["a", "a", "b"])
    assert mean.cluster == ("a", "b")
    assert list(mean.effect) == pytest.approx([1.0, 3.0])
    assert mean.variance[1] == pytest.approx(9.0)
    for bad in ({"correlation": 2.0}, {"variance": [-1.0, 1.0, 1.0]}, {"cluster": ["a"]}):
        given = {"variance": [1.0, 4.0, 9.0], "cluster": ["a", "a", "b"], "correlation": 0.5}
        with pytest.raises(InputError):
            covariance_from_correlation(**{**given, **bad})
    with pytest.raises(InputError, match="cluster 'a'"):
        aggregate_effects([1.0, 1.0], np.ones((2, 2)), ["a", "a"])
    with pytest.raises(InputError, match="covariance"):
        aggregate_effects([1.0], np.ones((2, 2)), ["a"])
