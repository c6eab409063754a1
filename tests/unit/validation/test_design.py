"""Design matrices have R's columns and metafor's names."""

import numpy as np
import pytest
from validation.contract import Frame
from validation.rcalls import Evaluator, Scope


class NoFunctions:
    def parameters(self, function, first):
        raise AssertionError(function)

    def call(self, function, args, first):
        raise AssertionError(function)


def design(text):
    data = Frame(
        {
            "x": np.array([1.0, 2.0, 3.0, 4.0]),
            "g": np.array(["b", "a", "c", "a"], dtype=object),
            "h": np.array([2.0, 1.0, 2.0, 1.0]),
            "t": np.array([True, False, True, True]),
        }
    )
    return Evaluator(NoFunctions()).run(text, Scope(before=data)).design()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("~ x", ["intrcpt", "x"]),
        ("~ 1", ["intrcpt"]),
        ("~ x - 1", ["x"]),
        ("~ 0 + x", ["x"]),
        ("~ g", ["intrcpt", "gb", "gc"]),
        ("~ factor(h)", ["intrcpt", "factor(h)2"]),
        ("~ factor(g) - 1", ["factor(g)a", "factor(g)b", "factor(g)c"]),
        ("~ t", ["intrcpt", "tTRUE"]),
        ("~ x * g", ["intrcpt", "x", "gb", "gc", "x:gb", "x:gc"]),
        ("~ I((x-2)^2) + pmin(x,3)", ["intrcpt", "I((x - 2)^2)", "pmin(x, 3)"]),
        ("~ I(x-2.5)", ["intrcpt", "I(x - 2.5)"]),
    ],
)
def test_names(text, names):
    assert design(text).cols == names


def test_values():
    found = design("~ x * g").values
    expected = [[1, 1, 1, 0, 1, 0], [1, 2, 0, 0, 0, 0], [1, 3, 0, 1, 0, 3], [1, 4, 0, 0, 0, 0]]
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(design("~ I((x-2)^2)").values[:, 1], [1, 0, 1, 4])
