"""Where a constant is added to counts of 0."""

from __future__ import annotations

import numpy as np
import pytest

from remit.core.errors import SpecError
from remit.synthesis.effects.zero_cells import add_to_zeros


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("none", [0, 3]),
        ("only0", [0.5, 3]),
        ("if0all", [0.5, 3.5]),
        ("all", [0.5, 3.5]),
    ],
)
def test_a_constant_goes_where_it_is_sent(to, expected):
    columns = {"a": np.array([0.0, 3.0]), "b": np.array([2.0, 2.0])}
    changed, where = add_to_zeros(columns, add=0.5, to=to)
    assert changed["a"].tolist() == expected
    assert (changed["b"] - columns["b"] > 0).tolist() == where.tolist()
    assert columns["a"].tolist() == [0, 3]


def test_if0all_without_a_zero_adds_nothing():
    changed, where = add_to_zeros({"a": np.array([1.0, 2.0])}, add=0.5, to="if0all")
    assert changed["a"].tolist() == [1, 2]
    assert not where.any()


def test_an_unknown_place_is_refused():
    with pytest.raises(SpecError, match="only0"):
        add_to_zeros({"a": np.array([1.0])}, add=0.5, to="somewhere")
