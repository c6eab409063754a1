"""Effect sizes against metafor's escalc and against worked examples of handbooks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from remit.synthesis.effects import (
    aggregate_effects,
    covariance_from_correlation,
    crossover_effects,
    design_effect,
    effect_sizes,
    effects_from_intervals,
    for_clusters,
    hazard_ratios_from_p,
    paired_correlation,
    paired_se,
    table_from_margins,
)

VALUES = json.loads(
    (Path(__file__).parents[1] / "values" / "effect_sizes.json").read_text(encoding="utf-8")
)
CASES = [
    pytest.param(group, case, id=case["id"])
    for group in VALUES["groups"]
    for case in group["cases"]
]
BCG = next(group for group in VALUES["groups"] if group["name"] == "bcg")
NORMAND = next(group for group in VALUES["groups"] if group["name"] == "normand1999")


def columns(group):
    return dict(zip(group["arguments"], np.array(group["rows"]).T, strict=True))


def numbers(values):
    return np.array([np.nan if value is None else value for value in values])


@pytest.mark.parametrize(("group", "case"), CASES)
def test_metafor(group, case):
    result = effect_sizes(case["measure"], **columns(group), **case["options"])
    # closed forms; the unbiased variances of correlations and of SMD cancel four digits, and
    # differences of nearly equal risks two
    assert result.effect == pytest.approx(
        numbers(case["effect"]), rel=1e-12, abs=1e-15, nan_ok=True
    )
    assert result.variance == pytest.approx(numbers(case["variance"]), rel=1e-10, nan_ok=True)


def test_the_cases_are_there():
    assert len(CASES) > 120


def test_smd_from_t_statistics():
    """d is t sqrt(1/n1 + 1/n2), so that t and d give one answer."""
    sizes = columns(NORMAND)
    got = effect_sizes("SMD", ti=(np.arange(1, 10) - 4) / 2, n1i=sizes["n1i"], n2i=sizes["n2i"])
    d = (np.arange(1, 10) - 4) / 2 * np.sqrt(1 / sizes["n1i"] + 1 / sizes["n2i"])
    direct = effect_sizes("SMD", di=d, n1i=sizes["n1i"], n2i=sizes["n2i"])
    assert got.effect == pytest.approx(direct.effect, rel=1e-15, abs=1e-15)  # the same arithmetic


def test_smd_from_a_p_value():
    """escalc(measure="SMD", pi=-0.018, n1i=20, n2i=20), printed -0.7664 in metafor's help page."""
    got = effect_sizes("SMD", pi=[-0.018], n1i=[20], n2i=[20])
    assert got.effect[0] == pytest.approx(-0.7664, abs=5e-5)  # four decimals


def test_correlation_from_a_p_value():
    """escalc(measure="COR", pi=-0.07, ni=30), printed -0.3354 in metafor's help page."""
    got = effect_sizes("COR", pi=[-0.07], ni=[30])
    assert got.effect[0] == pytest.approx(-0.3354, abs=5e-5)  # four decimals


def test_morris_2008_pre_post_with_control():
    """Difference of two SMCR with the SD before; four decimals at metafor-project.org."""
    treated = effect_sizes(
        "SMCR",
        m1i=[38.5, 26.8, 0.7, 75.9, 36.0],
        m2i=[30.6, 23.5, 0.5, 53.4, 35.6],
        sd1i=[15.0, 3.1, 0.1, 14.5, 4.7],
        ni=[20, 50, 9, 10, 14],
        ri=[0.47, 0.64, 0.77, 0.89, 0.44],
    )
    control = effect_sizes(
        "SMCR",
        m1i=[19.7, 25.3, 0.6, 60.7, 33.4],
        m2i=[23.1, 24.9, 0.6, 55.7, 34.8],
        sd1i=[13.8, 4.1, 0.2, 17.3, 3.1],
        ni=[20, 42, 9, 11, 14],
        ri=[0.47, 0.64, 0.77, 0.89, 0.44],
    )
    effect = treated.effect - control.effect
    variance = treated.variance + control.variance
    assert effect == pytest.approx([0.7421, 0.9524, 1.8054, 1.1514, 0.5050], abs=5e-5)
    assert variance == pytest.approx([0.1138, 0.0426, 0.2833, 0.1458, 0.1667], abs=5e-5)


def test_handbook_crossover():
    """Cochrane Handbook 5.1, 16.4.6.4: 10 people, 7.0 (2.38) and 6.5 (2.21), SD diff 2 or r .68."""
    data = {"m1i": [7.0], "sd1i": [2.38], "m2i": [6.5], "sd2i": [2.21], "ni": [10]}
    # printed with three decimals
    assert crossover_effects(**data, sd_difference=[2.0]).std_error[0] == pytest.approx(
        0.632, abs=5e-4
    )
    assert crossover_effects(**data, ri=[0.68]).std_error[0] == pytest.approx(0.583, abs=5e-4)
    smd = crossover_effects(**data, ri=[0.68], standardized=True)
    assert smd.effect[0] == pytest.approx(0.218, abs=5e-4)
    assert smd.std_error[0] == pytest.approx(0.256, abs=5e-4)
    assert paired_se(2.38, 2.21, 0.68, 10) == pytest.approx(0.583, abs=5e-4)
    assert paired_correlation(2 / np.sqrt(10), 2.38, 2.21, 10) == pytest.approx(0.6225, abs=5e-5)


def test_handbook_cluster_trial():
    """30/200 against 45/200 in clusters of 20 with ICC .05: design effect 1.95 (Handbook 23.1)."""
    factor = design_effect(20, 0.05)
    assert float(factor) == pytest.approx(1.95, rel=1e-15)
    plain = effect_sizes("RR", ai=[30], n1i=[200], ci=[45], n2i=[200])
    assert plain.std_error[0] == pytest.approx(0.213, abs=5e-4)  # three decimals, metafor 3.8-1
    assert for_clusters(plain, factor).std_error[0] == pytest.approx(0.298, abs=5e-4)


def test_tierney_2007_p_value():
    """Two-sided p = 0.075 is z = 1.78 (Tierney 2007, Trials 8:16; Wang & Zeng 2013, 14:391)."""
    got = hazard_ratios_from_p(
        p_value=[0.075], favours_first=[True], events_first=[100], events_second=[100]
    )
    assert got.effect[0] * np.sqrt(50) == pytest.approx(-1.78, abs=5e-3)  # two decimals
    assert got.variance[0] == pytest.approx(1 / 50, rel=1e-15)


def test_hackshaw_interval():
    """Odds ratio 1.18 (0.90 to 1.54) of Hackshaw 1998; conv.wald of metafor 5.0-1."""
    got = effects_from_intervals("OR", estimate=[1.18], ci_low=[0.90], ci_high=[1.54])
    # closed forms
    assert got.effect[0] == pytest.approx(0.16551443847757333, rel=1e-12)
    assert got.variance[0] == pytest.approx(0.018777, abs=5e-7)


def test_tables_come_back_from_phi_and_odds_ratio():
    counts = columns(BCG)
    ai, bi, ci, di = (counts[name] for name in ("ai", "bi", "ci", "di"))
    phi = effect_sizes("PHI", **counts).effect
    margins = {"ni": ai + bi + ci + di, "n1i": ai + bi, "n2i": ai + ci}
    for given in ({"phi": phi}, {"odds_ratio": ai * di / (bi * ci)}):
        table = table_from_margins(**margins, **given)
        assert np.array_equal(np.array(table), np.array([ai, bi, ci, di]))


def test_aggregated_effects():
    """First study of dat.assink2016: aggregate(d, cluster=study, rho=.6) of metafor 5.0-1."""
    effect = [0.9066, 0.4295, 0.2679, 0.2078, 0.0526, -0.0507]
    variance = [0.0740, 0.0398, 0.0481, 0.0239, 0.0331, 0.0886]
    covariance = covariance_from_correlation(variance, ["s"] * 6, 0.6)
    got = aggregate_effects(effect, covariance, ["s"] * 6)
    assert got.effect[0] == pytest.approx(0.162877, abs=5e-7)  # six decimals
    assert got.variance[0] == pytest.approx(0.019697, abs=5e-7)
