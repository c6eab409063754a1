"""Figures on two axes as numbers: texts on the canvas and apart, points where the numbers say."""

import math
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.core.errors import InputError, SpecError
from remit.plots.baujat import BaujatLayout, baujat_layout
from remit.plots.bubble import BubbleLayout, RegressionBand, bubble_layout
from remit.plots.drawing import draw
from remit.plots.funnel import FunnelLayout, funnel_layout
from remit.plots.labbe import LabbeLayout, labbe_layout
from remit.plots.plane import PlaneLayout
from remit.plots.radial import RadialLayout, radial_layout

EFFECT = [-0.9, -0.4, 0.1, -1.3]
ERROR = [0.5, 0.2, 0.4, 0.25]

# Places are sums and products of a few doubles near 400: rounding stays far below this.
PLACE = 1e-9


def check_texts(layout: PlaneLayout) -> None:
    for mark in layout.texts:
        assert mark.box.inside(layout.width, layout.height, slack=0.01), mark
    for a, b in combinations(layout.texts, 2):
        assert not a.box.overlaps(b.box), (a.text, b.text)


def funnel(**changes: Any) -> FunnelLayout:
    usual: dict[str, Any] = {"effect": EFFECT, "std_error": ERROR, "centre": -0.6}
    return funnel_layout(**usual | changes)


def radial(**changes: Any) -> RadialLayout:
    usual: dict[str, Any] = {"effect": EFFECT, "std_error": ERROR, "centre": -0.6}
    return radial_layout(**usual | changes)


def labbe(**changes: Any) -> LabbeLayout:
    usual: dict[str, Any] = {"risk_control": [0.2, 0.4, 0.0], "risk_treated": [0.1, 0.3, 0.05]}
    return labbe_layout(**usual | {"weight": [4.0, 1.0, 2.0]} | changes)


def baujat(**changes: Any) -> BaujatLayout:
    usual: dict[str, Any] = {"q_share": [0.1, 2.0, 1.0], "influence": [0.0, 0.5, 0.2]}
    return baujat_layout(**usual | {"labels": ["A 2001", "B 2002", "C 2003"]} | changes)


def bubble(**changes: Any) -> BubbleLayout:
    band = RegressionBand(at=[0, 10], fitted=[0, -1], ci_low=[-0.5, -2], ci_high=[0.5, 0])
    usual: dict[str, Any] = {"moderator": [2.0, 8.0], "effect": [0.2, -1.5], "weight": [1.0, 4.0]}
    return bubble_layout(**usual | {"band": band} | changes)


effects = st.lists(st.tuples(st.floats(-5, 5), st.floats(1e-3, 5)), min_size=1, max_size=30)
SCALES = st.sampled_from([1e-8, 1.0, 1e4])


@settings(max_examples=40, deadline=None)
@given(effects, SCALES, st.booleans(), st.text(max_size=60))
def test_texts_of_funnel_and_radial_lie_on_the_canvas_and_apart(
    studies: list[tuple[float, float]], scale: float, ratio: bool, label: str
) -> None:
    ys, ses = [scale * y for y, _ in studies], [scale * se for _, se in studies]
    check_texts(funnel(effect=ys, std_error=ses, centre=ys[0], ratio=ratio, x_label=label))
    check_texts(radial(effect=ys, std_error=ses, centre=ys[0], ratio=ratio, scale_label=label))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(1e-3, 1e3), st.text(max_size=40)),
        min_size=1,
        max_size=25,
    )
)
def test_texts_of_the_others_lie_on_the_canvas_and_apart(
    rows: list[tuple[float, float, float, str]],
) -> None:
    a, b, weight, labels = (list(column) for column in zip(*rows, strict=True))
    check_texts(labbe(risk_control=a, risk_treated=b, weight=weight, pooled=0.3, measure="OR"))
    check_texts(baujat(q_share=a, influence=b, labels=labels))
    check_texts(bubble(moderator=a, effect=b, weight=weight))


def test_funnel_points_stand_at_effect_and_error() -> None:
    layout = funnel(filled_effect=[0.3], filled_std_error=[0.5])
    for dot, y, se in zip(layout.dots, [*EFFECT, 0.3], [*ERROR, 0.5], strict=False):
        assert dot.x == pytest.approx(layout.frame.x.place(y), abs=PLACE)
        assert dot.y == pytest.approx(layout.frame.y.place(se), abs=PLACE)
    assert (layout.studies, layout.filled) == (4, 1)
    assert [d.hollow for d in layout.dots[:5]] == [False] * 4 + [True]
    assert layout.frame.y.place(0.0) == layout.frame.y.left


def test_funnel_limits_are_at_the_normal_quantile() -> None:
    layout = funnel(level=0.9)
    (_, low), (_, high) = (c.points for c in layout.curves[1:3])
    most = layout.frame.y.high
    # 1.6448536269514722 is the 95th percentile of the normal distribution (qnorm(0.95) in R)
    for point, side in ((low, -1), (high, 1)):
        wanted = layout.frame.x.project(-0.6 + side * 1.6448536269514722 * most)
        assert point[0] == pytest.approx(wanted, abs=1e-8)


def test_funnel_contours_meet_at_the_null_and_widen_with_p() -> None:
    layout = funnel(null=0.2)
    triangles = [a.points for a in layout.areas[1:] if len(a.points) >= 3][:5]
    apex = (layout.frame.x.place(0.2), layout.frame.y.left)
    for corners in triangles:
        assert min(math.dist(apex, corner) for corner in corners) < PLACE
    widths = [max(x for x, _ in t) - min(x for x, _ in t) for t in triangles]
    assert widths == sorted(widths, reverse=True)
    assert len(funnel(contours=False).areas) == 0


def test_funnel_contour_of_a_null_far_off_is_cut_at_the_plot() -> None:
    layout = funnel(null=50.0)
    assert len([a for a in layout.areas if a.alpha == 1.0 and len(a.points) > 4]) == 0
    check_texts(layout)


def test_ratio_axis_shows_ratios_at_their_logarithm() -> None:
    layout = funnel(ratio=True)
    (one,) = [t for t in layout.texts if t.text == "1"]
    assert one.x == pytest.approx(layout.frame.x.place(0.0), abs=PLACE)


@pytest.mark.parametrize("ratio", [True, False])
@pytest.mark.parametrize("effect", [0.0, 1e-30, 1e3, -5e4])
def test_effects_too_close_or_too_far_for_ticks_are_drawn_without_them(
    effect: float, ratio: bool
) -> None:
    effects, errors = [effect, effect], [1e-40, 1e-40]
    check_texts(funnel(effect=effects, std_error=errors, centre=effect, null=effect, ratio=ratio))
    check_texts(radial(effect=effects, std_error=errors, centre=effect, ratio=ratio))


def test_radial_points_and_scale() -> None:
    layout = radial()
    for dot, y, se in zip(layout.dots, EFFECT, ERROR, strict=False):
        assert (dot.x, dot.y) == pytest.approx(layout.frame.at(1 / se, y / se), abs=PLACE)
    # only the last lies more than 1.96 errors from -0.6: (-1.3 + 0.6)/0.25 = -2.8
    assert layout.outside == (3,)
    assert [d.hollow for d in layout.dots[:4]] == [False, False, False, True]
    (mark,) = [t for t in layout.texts if t.text == "0" and t.x > layout.frame.x.right]
    _, zero = layout.frame.at(0.0, 0.0)
    # the label's baseline lies 0.36 of its size, 2.52 points, under its tick
    assert mark.y == pytest.approx(zero + 2.52, abs=PLACE)


def test_radial_precision_holds_the_variance_between_studies() -> None:
    layout = radial(tau2=0.11)
    x, y = layout.frame.at(1 / 0.6, -0.9 / 0.6)  # sqrt(0.25 + 0.11) = 0.6
    assert (layout.dots[0].x, layout.dots[0].y) == pytest.approx((x, y), abs=PLACE)


def test_labbe_points_areas_and_curve() -> None:
    layout = labbe(pooled=math.log(0.5), measure="OR")
    first = layout.dots[0]
    assert (first.x, first.y) == pytest.approx(layout.frame.at(0.2, 0.1), abs=PLACE)
    assert (layout.dots[1].radius / first.radius) ** 2 == pytest.approx(0.25, abs=1e-12)
    # odds ratio 0.5 turns a risk of 0.3 into (0.5 * 3/7)/(1 + 0.5 * 3/7) = 3/17
    wanted = layout.frame.at(0.3, 3 / 17)
    assert min(math.dist(wanted, p) for p in layout.curves[1].points) < 1e-8
    assert layout.frame.x.right - layout.frame.x.left > 0


def test_labbe_curve_of_a_ratio_stops_at_the_end_of_the_plot() -> None:
    layout = labbe(pooled=math.log(3), measure="RR")
    top = layout.frame.y.left
    assert min(y for _, y in layout.curves[1].points) >= top
    assert max(x for x, _ in layout.curves[1].points) < layout.frame.x.right / 2


def test_baujat_names_the_extreme_study_first() -> None:
    layout = baujat()
    assert layout.named == 3
    crowded = baujat(q_share=[1.0] * 30, influence=[1.0] * 30, labels=[f"S {i}" for i in range(30)])
    assert 0 < crowded.named < 30
    check_texts(crowded)
    names = [t for t in layout.texts if t.text == "B 2002"]
    assert abs(names[0].y - layout.dots[1].y) < 10


def test_bubble_band_and_areas() -> None:
    layout = bubble()
    frame = layout.frame
    assert layout.areas[0].points[0] == pytest.approx(frame.at(0, 0.5), abs=PLACE)
    assert layout.areas[0].points[-1] == pytest.approx(frame.at(0, -0.5), abs=PLACE)
    small, large = layout.dots[:2]
    assert (small.x, small.y) == pytest.approx(frame.at(2.0, 0.2), abs=PLACE)
    assert (large.radius / small.radius) ** 2 == pytest.approx(4.0, abs=1e-12)


@pytest.mark.parametrize("layout", [funnel(), radial(), labbe(), baujat(), bubble()])
def test_they_can_be_drawn(layout: Any) -> None:
    figure = draw(layout)
    assert figure.get_size_inches()[0] * 72 == pytest.approx(layout.width)
    written = {t.get_text() for t in figure.axes[0].texts}
    assert written == {t.text for t in layout.texts}


def test_what_can_not_be_drawn_is_named() -> None:
    with pytest.raises(InputError, match=r"std_error 2: found 0\.0"):
        funnel(std_error=[0.5, 0.0, 0.4, 0.25])
    with pytest.raises(InputError, match="effect 1: found nan"):
        radial(effect=[np.nan, 1.0, 2.0, 3.0])
    with pytest.raises(InputError, match="radial plot, tau2"):
        radial(tau2=-0.1)
    with pytest.raises(InputError, match="4 effect, 1 std_error"):
        funnel(std_error=[0.5])
    with pytest.raises(InputError, match="risk_control 1: found 20"):
        labbe(risk_control=[20.0, 0.3, 0.2])
    with pytest.raises(InputError, match="weight 2: found -1"):
        labbe(weight=[4.0, -1.0, 2.0])
    with pytest.raises(InputError, match="weights that are all 0"):
        labbe(weight=[0.0, 0.0, 0.0])
    with pytest.raises(InputError, match="1 labels for 3 studies"):
        baujat(labels=["A"])
    with pytest.raises(InputError, match="1 or more"):
        bubble(moderator=[], effect=[], weight=[])
    with pytest.raises(SpecError, match=r"0\.95"):
        funnel(level=95)
