"""Combined p values: identities, worked values, and bounds refused."""

from __future__ import annotations

import math

import pytest

from remit.core.errors import InputError
from remit.synthesis.combine import fisher, stouffer


def test_one_study_is_itself():
    assert stouffer([0.03], [1]).p_value == pytest.approx(0.03, rel=1e-12)  # inverse and back
    assert fisher([0.03]).p_value == pytest.approx(0.03, rel=1e-12)  # chi-squared with 2 df


def test_two_equal_studies():
    """Two studies at z = 1.959964 give z times sqrt(2)."""
    found = stouffer([0.05, 0.05], [1, 1])
    assert found.z == pytest.approx(1.959963984540054 * math.sqrt(2), rel=1e-12)
    assert not found.weighted


def test_opposite_directions_cancel_for_stouffer_only():
    assert stouffer([0.01, 0.01], [1, -1]).p_value == pytest.approx(1.0)
    assert fisher([0.01, 0.01]).p_value < 0.01


def test_fisher_by_hand():
    """Chi-squared with 4 df has upper tail exp(-x/2) (1 + x/2)."""
    half = -math.log(0.1 * 0.2)
    found = fisher([0.1, 0.2])
    assert (found.df, found.k) == (4, 2)
    assert found.chi2 == pytest.approx(2 * half, rel=1e-13)
    assert found.p_value == pytest.approx(math.exp(-half) * (1 + half), rel=1e-12)


def test_weights():
    heavy = stouffer([0.01, 0.5], [1, -1], weights=[10.0, 1.0])
    assert heavy.weighted
    assert heavy.z > stouffer([0.01, 0.5], [1, -1]).z
    equal = stouffer([0.01, 0.5], [1, -1], weights=[3.0, 3.0])
    assert equal.z == pytest.approx(stouffer([0.01, 0.5], [1, -1]).z, rel=1e-13)


def test_tiny_p_keeps_its_digits():
    # 1 - p/2 rounds to 1; the lower tail does not. Reference: R, -qnorm(0.5e-40)
    assert stouffer([1e-40], [1]).z == pytest.approx(13.3626066361088, rel=1e-13)
    assert stouffer([1e-40], [1]).p_value == pytest.approx(1e-40, rel=1e-10)


@pytest.mark.parametrize("combine", [lambda p, **more: stouffer(p, [1] * len(p), **more), fisher])
def test_bounds_are_refused(combine):
    with pytest.raises(InputError, match=r"study 2: found p < 0.001.*cannot be combined"):
        combine([0.03, 0.001], operators=["=", "<"])
    with pytest.raises(InputError, match=r"found <0\.001"):
        combine([0.03, "<0.001"])
    for bad in (0.0, 1.5, math.nan, -0.1):
        with pytest.raises(InputError, match="study 1"):
            combine([bad])
    with pytest.raises(InputError, match="at least one"):
        combine([])
    with pytest.raises(InputError, match="1 operators"):
        combine([0.1, 0.2], operators=["="])


def test_directions_and_weights_are_checked():
    with pytest.raises(InputError, match="directions"):
        stouffer([0.1, 0.2], [1])
    with pytest.raises(InputError, match="directions"):
        stouffer([0.1, 0.2], [1, 0])
    with pytest.raises(InputError, match="weights"):
        stouffer([0.1, 0.2], [1, 1], weights=[1.0, 0.0])
    with pytest.raises(InputError, match="weights"):
        stouffer([0.1, 0.2], [1, 1], weights=[1.0])


def test_to_dict():
    assert fisher([0.1]).to_dict()["method"] == "Fisher 1932"
    assert stouffer([0.1], [1]).to_dict()["k"] == 1
