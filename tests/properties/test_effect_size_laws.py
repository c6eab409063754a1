"""Laws that effect sizes keep whatever the data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.synthesis.effects import MEASURES, effect_sizes

cells = st.integers(0, 300)
tables = st.lists(st.tuples(cells, cells, cells, cells), min_size=1, max_size=6).map(
    lambda rows: dict(zip(("ai", "bi", "ci", "di"), np.array(rows).T, strict=True))
)
positive = st.floats(0.5, 50)
sizes = st.integers(3, 200)
arms = st.lists(
    st.tuples(positive, positive, sizes, positive, positive, sizes), min_size=1, max_size=6
).map(
    lambda rows: dict(
        zip(("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"), np.array(rows).T, strict=True)
    )
)
ANTISYMMETRIC = ["OR", "RR", "RD", "AS", "PETO", "PHI", "YUQ", "YUY", "PBIT", "OR2DN"]
OF_ARMS = ["MD", "SMD", "SMDH", "ROM", "CVR", "VR", "RPB", "D2OR"]


@pytest.mark.parametrize("code", ANTISYMMETRIC)
@given(data=tables)
def test_exchanging_the_groups_of_a_table_negates_the_effect(code, data):
    swapped = {"ai": data["ci"], "bi": data["di"], "ci": data["ai"], "di": data["bi"]}
    one, two = effect_sizes(code, **data), effect_sizes(code, **swapped)
    # sums and differences of the same terms; near 0 the terms' own rounding is left
    assert two.effect == pytest.approx(-one.effect, rel=1e-9, abs=1e-13, nan_ok=True)
    assert two.variance == pytest.approx(one.variance, rel=1e-9, abs=1e-13, nan_ok=True)


@pytest.mark.parametrize("code", OF_ARMS)
@given(data=arms)
def test_exchanging_the_arms_negates_the_effect(code, data):
    swapped = {name.replace("1i", "x"): column for name, column in data.items()}
    swapped = {
        name.replace("2i", "1i").replace("x", "2i"): column for name, column in swapped.items()
    }
    one, two = effect_sizes(code, **data), effect_sizes(code, **swapped)
    assert two.effect == pytest.approx(-one.effect, rel=1e-9, abs=1e-13, nan_ok=True)
    assert two.variance == pytest.approx(one.variance, rel=1e-9, nan_ok=True)


@given(data=arms, factor=st.sampled_from([1e-8, 0.1, 7.0, 1e8]))
def test_units(data, factor):
    """A change of units multiplies MD and leaves ratios and standardized differences alone."""
    scaled = {name: column * (1 if name[0] == "n" else factor) for name, column in data.items()}
    one, two = effect_sizes("MD", **data), effect_sizes("MD", **scaled)
    assert two.effect == pytest.approx(factor * one.effect, rel=1e-9, abs=1e-13 * factor)
    assert two.variance == pytest.approx(factor**2 * one.variance, rel=1e-9, abs=0)
    for code in ("SMD", "SMDH", "SMD1", "ROM", "CVR", "VR", "RBIS", "CLESN"):
        plain, other = effect_sizes(code, **data), effect_sizes(code, **scaled)
        assert other.effect == pytest.approx(plain.effect, rel=1e-9, abs=1e-12, nan_ok=True)
        assert other.variance == pytest.approx(plain.variance, rel=1e-9, nan_ok=True)


@given(data=tables, seed=st.integers(0, 100))
def test_the_order_of_studies_is_irrelevant(data, seed):
    order = np.random.default_rng(seed).permutation(len(data["ai"]))
    for code in ("OR", "RD", "PETO"):
        plain = effect_sizes(code, **data)
        other = effect_sizes(code, **{name: column[order] for name, column in data.items()})
        assert np.array_equal(other.effect, plain.effect[order], equal_nan=True)
        assert np.array_equal(other.variance, plain.variance[order], equal_nan=True)


@given(data=tables)
def test_every_row_has_a_number_or_a_reason(data):
    for code in ("OR", "RR", "RD", "AS", "PETO", "PHI", "YUQ", "YUY", "PBIT", "MPRD", "MPORC"):
        for to in ("only0", "none", "all"):
            got = effect_sizes(code, **data, to=to)
            for i in range(got.k):
                reasons = [note for note in got.notes[i] if note.kind == "set-aside"]
                assert bool(got.usable[i]) == (not reasons)
                if got.usable[i]:
                    assert np.isfinite(got.effect[i])
                    assert got.variance[i] > 0


@given(n=st.integers(4, 500), d=st.floats(-3, 3))
def test_hedges_g_is_smaller_than_d(n, d):
    g = effect_sizes("SMD", di=[d], n1i=[n], n2i=[n]).effect[0]
    assert abs(g) <= abs(d)
    plain = effect_sizes("SMD", di=[d], n1i=[n], n2i=[n], correct=False)
    assert plain.effect[0] == d


def test_the_two_scales_of_one_measure_agree():
    """OR2DL and D2ORL, PHI and the correlation of 0/1 data, are the same thing twice."""
    table = {"ai": [12], "bi": [30], "ci": [20], "di": [21]}
    smd = effect_sizes("OR2DL", **table)
    odds = effect_sizes("OR", **table)
    factor = np.pi / np.sqrt(3)
    assert smd.effect[0] * factor == pytest.approx(odds.effect[0], rel=1e-14)
    x = np.repeat([1, 1, 0, 0], [12, 30, 20, 21])
    y = np.repeat([1, 0, 1, 0], [12, 30, 20, 21])
    phi = effect_sizes("PHI", **table)
    assert phi.effect[0] == pytest.approx(np.corrcoef(x, y)[0, 1], rel=1e-13)
    assert set(MEASURES["PHI"].vtypes) == {"LS", "ST", "CS"}
