"""Pooled results against worked examples of other programs and papers, to the printed digits."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from remit.synthesis import heterogeneity as het
from remit.synthesis.pool import RandomEffects, pool_arrays

VALUES = Path(__file__).parents[1] / "values" / "worked_pools.json"
EXAMPLES = json.loads(VALUES.read_text(encoding="utf-8"))
CASES = [
    pytest.param(example, check, id=f"{example['name']}-{i}")
    for example in EXAMPLES
    for i, check in enumerate(example["checks"])
]
# printed with four or five decimals of inputs printed with four to six: half a unit of the
# fourth decimal, and a little for what rounding of the inputs does
PRINTED = 1e-4


@pytest.mark.parametrize(("example", "check"), CASES)
def test_worked_example(example, check):
    y, se = np.array(example["studies"]).T
    found = pool_arrays(y, se**2, RandomEffects(**check["spec"]))
    assert found.effect == pytest.approx(check["effect"], abs=PRINTED)
    numbers = {"std_error": found.std_error, "p_value": found.p_value, "tau2": found.tau2.tau2}
    for key in numbers.keys() & check.keys():
        assert numbers[key] == pytest.approx(check[key], abs=PRINTED), key
    pairs = {
        "ci": found.interval,
        "prediction": found.prediction,
        "tau2_interval": het.q_profile(y, se**2),
    }
    for key in pairs.keys() & check.keys():
        assert (pairs[key].low, pairs[key].high) == pytest.approx(check[key], abs=PRINTED), key
    q, typical = het.q_test(y, se**2), het.typical_variance(se**2)
    shares = {
        "q": (q.q, 0.005),
        "i2": (het.i2_from_tau2(found.tau2.tau2, typical), 0.05),
        "i2_from_q": (het.i2_from_q(q.q, q.df), 0.05),
    }
    for key in shares.keys() & check.keys():
        value, printed = shares[key]
        # half a unit of the last printed digit, one digit fewer than the rest
        assert value == pytest.approx(check[key], abs=printed), key
