"""GOSH, specification curve, profile of tau2 and drapery as numbers."""

import math
import re
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.core.errors import InputError
from remit.plots.drapery import DraperyLayout, drapery_layout
from remit.plots.drawing import draw
from remit.plots.gosh import GoshLayout, gosh_layout
from remit.plots.plane import PlaneLayout
from remit.plots.specification_curve import (
    Specification,
    SpecificationCurveLayout,
    specification_curve_layout,
)
from remit.plots.svg import figure_svg
from remit.plots.tau2_profile import Tau2ProfileLayout, tau2_profile_layout

# Places are sums and products of a few doubles near 500: rounding stays far below this.
PLACE = 1e-9


def check_texts(layout: PlaneLayout) -> None:
    for mark in layout.texts:
        assert mark.box.inside(layout.width, layout.height, slack=0.01), mark
    for a, b in combinations(layout.texts, 2):
        assert not a.box.overlaps(b.box), (a.text, b.text)


def gosh(**changes: Any) -> GoshLayout:
    usual: dict[str, Any] = {"effect": [-1.0, -0.5, -0.5, 0.0], "i2": [0.0, 50.0, 50.0, 100.0]}
    return gosh_layout(**usual | changes)


def curve(**changes: Any) -> SpecificationCurveLayout:
    listed = [
        specification(0.3, "REML", "r = 0.5"),
        specification(-0.1, "DL", "r = 0.5"),
        specification(0.1, "REML", "r = 0.7"),
    ]
    usual: dict[str, Any] = {"specifications": listed, "axes": ["Estimator", "Correlation"]}
    return specification_curve_layout(**usual | changes)


def specification(estimate: float, *choices: str) -> Specification:
    return Specification(
        estimate=estimate, ci_low=estimate - 0.2, ci_high=estimate + 0.4, choices=choices
    )


def profile(**changes: Any) -> Tau2ProfileLayout:
    usual: dict[str, Any] = {"tau2": [0.0, 0.5, 1.0], "log_likelihood": [-3.0, -1.0, -2.0]}
    return tau2_profile_layout(**usual | {"estimate": 0.5, "highest": -1.0} | changes)


def drapery(**changes: Any) -> DraperyLayout:
    usual: dict[str, Any] = {"effect": [-1.0, 0.5], "std_error": [0.5, 0.25]}
    return drapery_layout(**usual | {"centre": 0.1, "centre_std_error": 0.2} | changes)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-5, 5), st.floats(0.01, 3)), min_size=1, max_size=25),
    st.booleans(),
    st.text(max_size=60),
)
def test_texts_of_drapery_and_gosh_lie_on_the_canvas_and_apart(
    studies: list[tuple[float, float]], ratio: bool, label: str
) -> None:
    ys, ses = [y for y, _ in studies], [se for _, se in studies]
    check_texts(
        drapery(
            effect=ys,
            std_error=ses,
            centre=ys[0],
            prediction_std_error=ses[0],
            ratio=ratio,
            x_label=label,
        )
    )
    check_texts(gosh(effect=ys, i2=[30 * se for se in ses], ratio=ratio, y_label=label))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-3, 3), st.text(max_size=60), st.sampled_from(["DL", "REML"])),
        min_size=1,
        max_size=20,
    ),
    st.text(min_size=1, max_size=120),
)
def test_texts_of_the_curve_lie_on_the_canvas_and_apart(
    rows: list[tuple[float, str, str]], axis: str
) -> None:
    listed = [specification(y, a, b) for y, a, b in rows]
    layout = curve(specifications=listed, axes=[axis, axis + "x"], chosen=0)
    check_texts(layout)
    assert len(layout.rows) == len({a for _, a, _ in rows}) + len({b for _, _, b in rows})


def test_rows_stand_in_the_order_given_and_only_of_choices_made() -> None:
    layout = curve(alternatives=[["SJ", "DL", "REML"], ["r = 0.7", "r = 0.5"]])
    assert layout.rows == (
        ("Estimator", "DL"),
        ("Estimator", "REML"),
        ("Correlation", "r = 0.7"),
        ("Correlation", "r = 0.5"),
    )


def test_on_a_phone_long_names_are_cut_and_nothing_leaves_the_canvas() -> None:
    long = [specification(0.1, "a plus-minus of which nobody says what it is", "r = 0.5")]
    layout = curve(specifications=long, narrow=True)
    check_texts(layout)
    assert layout.width < curve(specifications=long).width
    assert any(t.text.endswith("…") for t in layout.texts)


def test_curve_is_sorted_and_marks_stand_in_the_rows_chosen() -> None:
    layout = curve(chosen=0)
    assert layout.order == (1, 2, 0)
    for i, (dot, estimate) in enumerate(zip(layout.dots, (-0.1, 0.1, 0.3), strict=False)):
        assert (dot.x, dot.y) == pytest.approx(layout.frame.at(i, estimate), abs=PLACE)
    assert all(a.x < b.x for a, b in pairwise(layout.dots[:3]))
    assert layout.rows == (
        ("Estimator", "REML"),
        ("Estimator", "DL"),
        ("Correlation", "r = 0.5"),
        ("Correlation", "r = 0.7"),
    )
    strokes = {
        (round(rule.x0, 6), round((rule.y0 + rule.y1) / 2, 6))
        for rule in layout.rules
        if rule.x0 == rule.x1 and rule.y0 > layout.frame.y.right
    }
    wanted = {
        (round(layout.frame.x.place(i), 6), round(layout.row_heights[row], 6))
        for i, row in ((0, 1), (0, 2), (1, 0), (1, 3), (2, 0), (2, 2))
    }
    assert strokes == wanted


def test_curve_intervals_reach_their_ends() -> None:
    layout = curve(null=None)
    first = layout.curves[0].points
    assert first[0] == pytest.approx(layout.frame.at(0, -0.3), abs=PLACE)
    assert first[1] == pytest.approx(layout.frame.at(0, 0.3), abs=PLACE)


def crowd(count: int) -> SpecificationCurveLayout:
    tau2, correlation = ("DL", "PM", "REML"), ("r = 0.3", "r = 0.5", "r = 0.7")
    listed = [
        specification(math.sin(i), tau2[i % 3], correlation[i // 3 % 3]) for i in range(count)
    ]
    return curve(specifications=listed, chosen=5)


def test_a_thousand_analyses_are_few_shapes_in_a_small_file() -> None:
    figure = draw(crowd(1000))
    svg = figure_svg(figure, title="Curve", description="Of a thousand.", css_prefix="c")
    # each of six rows is a line and at most three runs of strokes; frame, key and dots are few
    assert svg.count("<path") < 60
    assert len(svg) < 60_000  # 4000 strokes and dots of about ten characters, and the texts


def test_joined_strokes_lie_where_the_layout_has_them() -> None:
    layout = crowd(300)
    svg = figure_svg(draw(layout), title="Curve", description="d", css_prefix="c")
    drawn = np.array([ends for data in re.findall(r'<path d="([^"]*)"', svg) for ends in ups(data)])
    wanted = np.array([(m.x0, m.y0, m.y1) for m in layout.rules if m.x0 == m.x1])
    assert len(wanted) > 600
    off = np.abs(drawn[None, :, :] - wanted[:, None, :]).max(axis=2).min(axis=1)
    assert off.max() < 0.0051  # a path has hundredths of a point, so half of one is lost


def ups(data: str) -> list[tuple[float, float, float]]:
    """Return place and ends of the upright lines of a path of straight lines."""
    found, x, y = [], 0.0, 0.0
    for kind, numbers in re.findall(r"([MLmvhl])([^a-zA-Z]*)", data):
        steps = [float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", numbers)]
        to = {"h": [x + steps[0], y], "v": [x, y + steps[0]]}.get(kind)
        if to is None:
            to = steps if kind in "ML" else [x + steps[0], y + steps[1]]
        if kind in "Lv" and to[0] == x:
            found.append((x, y, to[1]))
        x, y = to
    return found


def test_gosh_cells_hold_their_subsets_and_darken_with_them() -> None:
    layout = gosh()
    assert (layout.cells, layout.subsets) == (3, 4)
    cells = layout.areas[:3]
    for cell, (effect, i2) in zip(cells, ((-1.0, 0.0), (-0.5, 50.0), (0.0, 100.0)), strict=True):
        x, y = layout.frame.at(effect, i2)
        xs, ys = [p[0] for p in cell.points], [p[1] for p in cell.points]
        assert min(xs) - PLACE <= x <= max(xs) + PLACE
        assert min(ys) - PLACE <= y <= max(ys) + PLACE
    assert cells[1].alpha == 1.0
    assert cells[0].alpha == cells[2].alpha < 1.0


def test_gosh_bars_lie_outside_the_plot_and_off_the_texts() -> None:
    layout = gosh(effect=[-1.0] * 5, i2=[100.0] * 5, whole=(-1.0, 90.0))
    above, beside = layout.areas[layout.cells : layout.cells + 2]
    assert max(y for _, y in above.points) < layout.frame.y.left
    assert min(x for x, _ in beside.points) > layout.frame.x.right
    assert max(x for x, _ in beside.points) < layout.width
    labels = [t for t in layout.texts if t.box.bottom < layout.frame.y.left]
    assert max(t.box.bottom for t in labels) <= min(y for _, y in above.points)
    dot = layout.dots[0]
    assert (dot.x, dot.y) == pytest.approx(layout.frame.at(-1.0, 90.0), abs=PLACE)


def test_profile_has_its_threshold_and_drops() -> None:
    layout = profile(interval=(0.2, 0.9))
    # half of 3.841458820694124, the 95th percentile of chi-squared with 1 df (qchisq in R)
    assert layout.threshold == pytest.approx(-1.0 - 1.920729410347062, abs=1e-12)
    assert (layout.dots[0].x, layout.dots[0].y) == pytest.approx(layout.frame.at(0.5, -1.0))
    drops = [c.points for c in layout.curves[2:4]]
    assert [d[0][0] for d in drops] == pytest.approx([layout.frame.x.place(v) for v in (0.2, 0.9)])
    beyond = profile(interval=(0.2, 7.0))
    assert len(beyond.curves) == len(layout.curves) - 1
    check_texts(layout)


def test_drapery_curves_peak_at_the_estimate_and_cross_at_the_interval() -> None:
    layout = drapery()
    frame = layout.frame
    for line, centre, error in zip(layout.curves, (-1.0, 0.5, 0.1), (0.5, 0.25, 0.2), strict=False):
        assert min(line.points, key=lambda p: p[1]) == pytest.approx(frame.at(centre, 1.0))
        # the 95% interval ends at 1.959963984540054 errors (qnorm(0.975) in R), where p is 0.05
        x, y = frame.at(centre + 1.959963984540054 * error, 0.05)
        after = [p for p in line.points if p[0] >= frame.x.place(centre)]
        left, right = next((a, b) for a, b in pairwise(after) if a[0] <= x <= b[0])
        share = (x - left[0]) / (right[0] - left[0])
        # a chord of a convex curve of 120 pieces: within a twentieth of a point
        assert left[1] + share * (right[1] - left[1]) == pytest.approx(y, abs=0.05)


def test_drapery_curves_by_t_cross_at_the_interval_by_t() -> None:
    layout = drapery(df=[3.0, None], centre_df=1.0, null=None)
    frame = layout.frame
    # quantiles of R at 0.975: t with 3 degrees of freedom, normal, t with 1
    factors = (3.182446305284263, 1.959963984540054, 12.706204736432095)
    centres, errors = (-1.0, 0.5, 0.1), (0.5, 0.25, 0.2)
    for line, centre, error, factor in zip(layout.curves, centres, errors, factors, strict=False):
        xs, ys = zip(*line.points, strict=True)
        height = np.interp(frame.x.place(centre + factor * error), xs, ys)
        # a chord of a convex curve of 240 pieces lies a little above it
        assert height == pytest.approx(frame.at(0.0, 0.05)[1], abs=0.1)
    assert not any(curve.dashed for curve in layout.curves)


LAYOUTS = [gosh(whole=(-0.5, 50.0)), curve(chosen=1), profile(), drapery()]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_they_can_be_drawn(layout: Any) -> None:
    figure = draw(layout)
    assert figure.get_size_inches()[0] * 72 == pytest.approx(layout.width)
    written = {t.get_text() for t in figure.axes[0].texts}
    assert written == {t.text for t in layout.texts if t.text}


def test_what_can_not_be_drawn_is_named() -> None:
    with pytest.raises(InputError, match="expected percent, 0 to 100"):
        gosh(i2=[0.0, 50.0, 50.0, 130.0])
    with pytest.raises(InputError, match="no analyses"):
        curve(specifications=[])
    with pytest.raises(InputError, match="1 choices, expected one for each of 2 axes"):
        curve(specifications=[specification(0.1, "REML")])
    with pytest.raises(InputError, match="chosen: found 3"):
        curve(chosen=3)
    with pytest.raises(InputError, match="found nan"):
        curve(specifications=[specification(math.nan, "REML", "r = 0.5")])
    with pytest.raises(InputError, match="does not increase"):
        profile(tau2=[0.0, 1.0, 0.5])
    with pytest.raises(InputError, match="prediction_std_error 1"):
        drapery(prediction_std_error=0.0)
    with pytest.raises(InputError, match="df: found 1 values, expected 2"):
        drapery(df=[4.0])


def test_intervals_grow_pale_and_dots_small_where_analyses_are_many() -> None:
    many = [specification(i / 500, "DL", "r = 0.5") for i in range(500)]
    few, crowded = curve(), curve(specifications=many, chosen=250)
    assert few.curves[0].role == "muted"
    assert {c.role for c in crowded.curves[:500]} == {"rule", "second"}
    assert crowded.dots[250].radius > 2 * crowded.dots[0].radius
