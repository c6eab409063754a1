"""Rows that share a control group: their covariance, notes and refusals."""

from __future__ import annotations

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.synthesis.effects import effect_sizes
from remit.synthesis.effects.shared_control import CONTROL_VARIANCE

MEANS = {
    "m1i": [5.0, 4.0, 6.0],
    "sd1i": [2.0, 2.1, 2.2],
    "n1i": [20, 21, 22],
    "m2i": [6.0, 6.0, 7.0],
    "sd2i": [2.5, 2.5, 2.0],
    "n2i": [18, 18, 30],
}
TABLES = {"ai": [4, 5, 6], "bi": [16, 15, 14], "ci": [9, 9, 3], "di": [11, 11, 17]}
RATES = {"x1i": [4, 5, 6], "t1i": [16, 15, 14], "x2i": [9, 9, 3], "t2i": [11, 11, 17]}
CONTROL = ["placebo", "placebo", None]


def test_mean_differences_share_the_variance_of_the_control_mean():
    got = effect_sizes("MD", **MEANS, control=CONTROL)
    assert got.covariance[0, 1] == pytest.approx(2.5**2 / 18, rel=1e-15)  # closed form
    assert got.covariance[0, 2] == got.covariance[1, 2] == 0.0
    assert np.array_equal(np.diag(got.covariance), got.variance)
    assert "Shares its control group 'placebo' with 1 other row:" in got.notes[0][-1].text
    assert got.notes[2] == ()


@pytest.mark.parametrize("code", list(CONTROL_VARIANCE))
def test_the_difference_of_two_rows_no_longer_depends_on_the_control(code):
    """var(y1) + var(y2) - 2 cov is that of arm 1 against arm 2, where the measure is additive."""
    data = (
        MEANS if "sd1i" in MEANS and code in ("MD", "ROM", "VR", "CVR", "SMD", "SMD1") else TABLES
    )
    if code.startswith("IR"):
        data = RATES
    got = effect_sizes(code, **data, control=CONTROL, correct=False)
    assert np.all(np.linalg.eigvalsh(got.covariance) > 0)
    if code in ("SMD", "SMD1"):
        return
    swapped = {name: np.array(column)[[0]] for name, column in data.items()}
    for one, two in (
        ("ai", "ci"),
        ("bi", "di"),
        ("x1i", "x2i"),
        ("t1i", "t2i"),
        ("m1i", "m2i"),
        ("sd1i", "sd2i"),
        ("n1i", "n2i"),
    ):
        if one in data:
            swapped[two] = np.array(data[one])[[1]]
    direct = effect_sizes(code, **swapped, correct=False)
    v = got.covariance
    # three sums of the same terms
    assert v[0, 0] + v[1, 1] - 2 * v[0, 1] == pytest.approx(direct.variance[0], rel=1e-12)


def test_gleser_and_olkin_for_standardized_means():
    got = effect_sizes("SMD", **MEANS, control=CONTROL)
    expected = 1 / 18 + got.effect[0] * got.effect[1] / (2 * (20 + 21 + 18))
    assert got.covariance[0, 1] == pytest.approx(expected, rel=1e-14)  # closed form


def test_a_corrected_row_keeps_the_matrix_positive():
    got = effect_sizes("OR", ai=[0, 5], bi=[20, 15], ci=[1, 1], di=[19, 19], control=["p", "p"])
    assert np.all(np.linalg.eigvalsh(got.covariance) > 0)


def test_different_data_under_one_name_are_refused():
    with pytest.raises(InputError, match="study 2, argument 'ci'"):
        effect_sizes("OR", ai=[1, 5], bi=[20, 15], ci=[1, 2], di=[19, 18], control=["p", "p"])
    with pytest.raises(SpecError, match="control"):
        effect_sizes("PETO", **TABLES, control=CONTROL)
    with pytest.raises(InputError, match="control"):
        effect_sizes("OR", **TABLES, control=["p"])
