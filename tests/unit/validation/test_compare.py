"""Two results agree number by number, whatever shape they come in."""

import math

import numpy as np
import pytest
from validation.compare import Finding, Tolerance, compare, plain
from validation.contract import Matrix, Result

from remit.core.estimate import NotEstimable

DEFAULT = Tolerance()


def findings(ours, theirs, tolerance=DEFAULT):
    return list(compare(plain(ours), theirs, lambda key: tolerance))


def agrees(ours, theirs, tolerance=DEFAULT):
    (finding,) = findings({"key": ours}, {"key": theirs}, tolerance)
    return finding.agrees


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (1.0, 1.0 + 5e-7),
        (np.array([1.0, 2.0]), [1.0, 2.0]),
        (1.0, [1.0]),
        (np.array([1.0]), 1.0),
        (np.array([1.0, 2.0]), {"a": 1.0, "b": 2.0}),
        ({"a": 1.0, "b": 2.0}, {"a": 1.0, "b": 2.0}),
        (Matrix(np.eye(2)), {"rows": ["a", "b"], "cols": None, "values": [[1, 0], [0, 1]]}),
        (np.eye(2), {"rows": None, "cols": None, "values": [[1, 0], [0, 1]]}),
        (None, None),
        (NotEstimable(reason="one study"), None),
        (NotEstimable(reason="one study"), [None, "NaN"]),
        (float("nan"), "NaN"),
        (np.array([1.0, np.nan]), [1.0, None]),
        (math.inf, "Inf"),
        (-math.inf, "-Inf"),
        (1e-14, 0),
        (True, True),
        (1, True),
        ("REML", "REML"),
    ],
)
def test_agree(ours, theirs):
    assert all(finding.agrees for finding in findings({"key": ours}, {"key": theirs}))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (1.0, 1.0 + 2e-6),
        (-1.0, 1.0),
        (1.0, None),
        (None, 1.0),
        (math.inf, 1.0),
        (1.0, "Inf"),
        (math.inf, "-Inf"),
        (np.array([1.0, 2.0]), [1.0]),
        (np.array([1.0, 2.0]), [2.0, 1.0]),
        ("REML", "DL"),
        (1e-9, 0),
        (Matrix(np.eye(2)), {"rows": None, "cols": None, "values": [[1, 0], [1, 1]]}),
    ],
)
def test_differ(ours, theirs):
    assert not agrees(ours, theirs)


def test_the_absolute_tolerance_is_for_numbers_near_zero():
    assert agrees(1e-20, 1e-30)
    assert not agrees(1e-20, 1e-30, Tolerance(absolute=0.0))


def test_worst_number_is_named():
    (finding,) = findings({"x": np.array([1.0, 2.2, 3.0])}, {"x": [1.0, 2.0, 3.0]})
    assert finding == Finding("x", finding.error, False, "2.2", "2", finding.gap)
    assert finding.error == pytest.approx(0.1, rel=1e-12)
    assert finding.gap == pytest.approx(0.2, rel=1e-12)


def test_only_what_remit_gives_is_compared():
    found = findings({"a": 1.0}, {"a": 1.0, "b": 2.0})
    assert [finding.key for finding in found] == ["a"]


def test_keys_without_a_reference_are_named():
    assert findings({"aa": 1.0}, {"a": 1.0}) == ["aa"]
    assert findings({"aa": NotEstimable(reason="none")}, {"a": 1.0}) == []


def test_nested_keys_have_paths():
    found = findings({"fit": {"se": 1.0, "x": 2.0}}, {"fit": {"se": 1.0}})
    assert [f if isinstance(f, str) else f.key for f in found] == ["fit.se", "fit.x"]


def test_results_of_adapters_are_their_values():
    assert findings({"fit": Result(values={"se": 1.0})}, {"fit": {"se": 1.0}})[0].agrees


def test_lists_of_parts_are_compared_in_order():
    theirs = [{"a": 1.0}, {"a": 2.0}]
    found = findings([{"a": 1.0}, {"a": 3.0}], theirs)
    assert [(f.key, f.agrees) for f in found] == [("[1].a", True), ("[2].a", False)]
    assert not findings([{"a": 1.0}], theirs)[-1].agrees
