"""Hazard ratios from printed survival results."""

from __future__ import annotations

import numpy as np
import pytest

from remit.core.errors import InputError
from remit.synthesis.effects import (
    effects_from_intervals,
    hazard_ratios_from_logrank,
    hazard_ratios_from_p,
)


def test_logrank():
    got = hazard_ratios_from_logrank(
        observed_minus_expected=[-5.0, None, 2.0], logrank_variance=[10.0, 4.0, 0.0]
    )
    assert got.effect[0] == -0.5
    assert got.variance[0] == 0.1
    assert list(got.usable) == [True, False, False]
    assert got.shown(got.effect)[0] == pytest.approx(np.exp(-0.5), rel=1e-15)
    with pytest.raises(InputError, match="study 1"):
        hazard_ratios_from_logrank(observed_minus_expected=[1.0], logrank_variance=[-1.0])


def test_p_takes_the_best_information_of_each_study():
    z = 1.959963984540054  # 97.5 % point of the normal distribution
    got = hazard_ratios_from_p(
        p_value=[0.05] * 4,
        favours_first=[True, True, False, True],
        events=[None, 100, 100, None],
        events_first=[40, None, None, None],
        events_second=[60, None, None, None],
        n_first=[100, 200, None, None],
        n_second=[100, 100, None, None],
        labels=["A", "B", "C", "D"],
    )
    v = np.array([24.0, 100 * 200 * 100 / 300**2, 25.0])
    # limited by the quantile function
    assert got.effect[:3] == pytest.approx(np.array([-1, -1, 1]) * z / np.sqrt(v), rel=1e-12)
    assert got.variance[:3] == pytest.approx(1 / v, rel=1e-14)
    assert [row[0].kind for row in got.notes] == ["converted", "converted", "assumed", "set-aside"]
    assert not got.usable[3]
    assert np.isnan(got.n[2])


def test_what_p_values_cannot_be():
    with pytest.raises(InputError, match="B, argument 'p_value'"):
        hazard_ratios_from_p(
            p_value=[0.1, 0.0], favours_first=[True, True], events=[10, 10], labels=["A", "B"]
        )
    with pytest.raises(InputError, match="argument 'events'"):
        hazard_ratios_from_p(p_value=[0.1], favours_first=[True], events=[-1])
    with pytest.raises(InputError, match="'p_value': found 2 values, expected 3"):
        hazard_ratios_from_p(p_value=[0.1, 0.2], favours_first=[True] * 3, events=[1, 2])


def test_intervals():
    got = effects_from_intervals(
        "HR",
        estimate=[0.5, None, 0.9, 0.5, 0.5],
        ci_low=[0.25, 0.25, 0.3, None, 0.5],
        ci_high=[1.0, 1.0, 1.0, 1.0, 0.5],
    )
    assert got.effect[1] == pytest.approx(got.effect[0], rel=1e-15)  # the middle on the log scale
    assert list(got.usable) == [True, True, True, False, False]
    assert [row[-1].kind for row in got.notes] == [
        "converted",
        "converted",
        "caution",
        "set-aside",
        "set-aside",
    ]
    plain = effects_from_intervals("MD", estimate=[1.0], ci_low=[-1.0], ci_high=[3.0], log=False)
    assert plain.std_error[0] == pytest.approx(2 / 1.959963984540054, rel=1e-12)


@pytest.mark.parametrize("row", [(2.0, 0.5, 1.0), (0.5, 1.0, 0.2), (-0.5, -1.0, -0.2)])
def test_intervals_that_cannot_be(row):
    estimate, low, high = row
    with pytest.raises(InputError, match="Pickering"):
        effects_from_intervals(
            "HR", estimate=[estimate], ci_low=[low], ci_high=[high], labels=["Pickering 2020"]
        )
