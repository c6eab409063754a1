"""Contour lines and round levels against R 4.2.2 (contourLines and pretty)."""

from __future__ import annotations

import numpy as np
import pytest

from remit.synthesis.bias.contours import contour_lines, pretty_levels

AXIS = np.linspace(0.0, 1.0, 6)
HEIGHTS = (
    np.sin(5 * AXIS)[:, None] + 4.0 * (AXIS - 0.3)[None, :] ** 2 - AXIS[:, None] * AXIS[None, :]
)
# x <- seq(0, 1, length = 6); z <- outer(x, x, function(a, b) sin(5*a) + (b-.3)^2*4 - a*b)
# for (q in contourLines(x, x, z, levels = ...)) c(length(q$x), sum(q$x), sum(q$y), sum(q$x*q$y))
LINES = {
    0.25: [
        (4, 0.107560046124223, 1.2, 0.0325432896906646),
        (9, 5.86575663381407, 4.71772300201299, 3.30815367880635),
    ],
    1.0: [
        (4, 1.22222791461082, 0.246577038306117, 0.0762451503437915),
        (8, 3.00227712585838, 5.79685996486383, 2.33028313089672),
    ],
}


@pytest.mark.parametrize("level", LINES)
def test_lines_have_the_vertices_of_r(level):
    lines = contour_lines(AXIS, AXIS, HEIGHTS, level)
    found = sorted((len(p), *p.sum(axis=0), float(p[:, 0] @ p[:, 1])) for p in lines)
    assert np.array(found) == pytest.approx(np.array(LINES[level]), rel=1e-13)  # digits printed


def test_a_saddle_is_cut_from_top_to_bottom():
    # contourLines(1:3, 1:3, matrix(c(0, 1, 0, 1, 0, 1, 0, 1, 0), 3), levels = 0.4): one line in
    # each corner and a closed one in the middle, whose first vertex R repeats
    heights = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    places = np.arange(1.0, 4.0)
    lines = contour_lines(places, places, heights, 0.4)
    found = sorted((len(p), *p.sum(axis=0).round(12).tolist()) for p in lines)
    assert found == [(2, 2.4, 2.4), (2, 2.4, 5.6), (2, 5.6, 2.4), (2, 5.6, 5.6), (4, 8.0, 8.0)]


@pytest.mark.parametrize(
    ("low", "high", "count", "first", "step", "size"),
    [
        (0.0013, 0.0192, 10, 0.0, 0.002, 11),
        (-7.0, 23.0, 10, -10.0, 5.0, 8),
        (0.0283, 0.2137, 10, 0.02, 0.02, 11),
        (HEIGHTS.min(), HEIGHTS.max(), 4, -2.0, 1.0, 6),
    ],
)
def test_levels_are_those_of_pretty(low, high, count, first, step, size):
    want = first + step * np.arange(size)
    # rounding of a few multiples
    assert pretty_levels(low, high, count) == pytest.approx(want, rel=1e-14, abs=1e-15)
