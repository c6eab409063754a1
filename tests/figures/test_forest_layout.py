"""Forest plots as numbers: nothing clipped, areas by weight, arrows where intervals go on."""

import math
from itertools import combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from remit.core.errors import InputError, SpecError
from remit.plots.forest import (
    ForestGroup,
    ForestLayout,
    ForestRow,
    ForestSpec,
    ForestSummary,
    draw_forest,
    forest_layout,
)

SPEC = ForestSpec(
    axis_label="Mean difference in pain, 0–10 scale",
    favours_low="favours ketamine",
    favours_high="favours placebo",
    column_titles=("Ketamine\nn, mean (SD)", "Placebo\nn, mean (SD)"),
    effect_title="MD (95% CI)",
)
SUMMARY = ForestSummary(
    label="Random effects (REML, Hartung–Knapp)",
    effect=-1,
    ci_low=-1.6,
    ci_high=-0.4,
    pi_low=-2.8,
    pi_high=0.8,
    heterogeneity="τ² = 0.41, I² = 52% (0 to 81), Q = 14.6, df = 7, p = 0.042",
)


def row(i: int = 0, effect: float = -1.0, half: float = 0.8, **more: object) -> ForestRow:
    fields: dict[str, object] = {
        "label": f"Study {i}",
        "columns": ("28, 4.2 (2.1)", "27, 5.3 (2.4)"),
        "effect": effect,
        "ci_low": effect - half,
        "ci_high": effect + half,
        "weight": 0.1,
    }
    return ForestRow(**{**fields, **more})  # type: ignore[arg-type]


def assert_nothing_clipped_or_overlapping(layout: ForestLayout) -> None:
    boxes = [(mark, mark.box) for mark in layout.texts if mark.text]
    for mark, box in boxes:
        assert box.inside(layout.width, layout.height), mark
        assert mark.size >= 7
    for (a, box_a), (b, box_b) in combinations(boxes, 2):
        assert not box_a.overlaps(box_b), (a, b)


numbers = st.floats(-20, 20)


@st.composite
def rows(draw: st.DrawFn) -> ForestRow:
    label = draw(st.text(max_size=70))
    style = draw(st.sampled_from(["observed", "assumed", "set-aside"]))
    if draw(st.integers(0, 4)) == 0:
        return ForestRow(label=label, text=draw(st.text(max_size=90)), style=style)
    effect = draw(numbers)
    return ForestRow(
        label=label,
        sublabel=draw(st.text("abcdefgh ", max_size=60)),
        columns=("28, 4.2 (2.1)",),
        effect=effect,
        ci_low=effect - draw(st.floats(0, 300)),
        ci_high=effect + draw(st.floats(0, 300)),
        weight=draw(st.none() | st.floats(0, 1)),
        style=style,
    )


#: The label of its lowest tick is wider than the margin beside it.
LONG_LABEL = ForestRow(label="", columns=("28",), effect=0.0, ci_low=-0.001163, ci_high=0.0)


@settings(max_examples=60, deadline=None)
@example([LONG_LABEL], False, "narrow", "")
@given(
    st.lists(rows(), min_size=1, max_size=8),
    st.booleans(),
    st.sampled_from(["wide", "narrow"]),
    st.text(max_size=80),
)
def test_every_text_lies_on_the_canvas(
    listed: list[ForestRow], pooled: bool, width: str, title: str
) -> None:
    groups = [
        ForestGroup(
            title=title,
            rows=tuple(listed),
            summary=SUMMARY if pooled else None,
            footnote="No common diamond: the comparators are not alike. " * 3,
        )
    ]
    spec = ForestSpec(
        axis_label="Mean difference " * 6,
        favours_low="favours dopamine antagonists",
        favours_high="favours ketamine at a sub-anaesthetic dose",
        column_titles=SPEC.column_titles,
        width=width,  # type: ignore[arg-type]
    )
    layout = forest_layout(groups, spec)
    for mark in layout.texts:
        assert mark.box.inside(layout.width, layout.height), mark
    marked = [i.label for i in layout.intervals]
    expected = [r for r in listed if r.effect is not None]
    assert len(marked) == len(expected)


@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("count", [1, 8, 60])
def test_one_to_sixty_rows_fit_without_touching(count: int, width: str) -> None:
    names = ["Benish 2019", "Rafiei Sarvari, Baigrezaii, Nazarianpirdosti, Meysami & others 2022"]
    listed = tuple(row(i, -1 + 0.03 * i, label=names[i % 7 == 2]) for i in range(count))
    groups = [ForestGroup(title="Ketamine against placebo", rows=listed, summary=SUMMARY)]
    spec = ForestSpec(
        axis_label=SPEC.axis_label,
        favours_low=SPEC.favours_low,
        favours_high=SPEC.favours_high,
        column_titles=SPEC.column_titles,
        width=width,  # type: ignore[arg-type]
    )
    layout = forest_layout(groups, spec)
    assert_nothing_clipped_or_overlapping(layout)
    assert len(layout.intervals) == count
    assert layout.width == pytest.approx(518.4 if width == "wide" else 300)


def test_long_names_are_kept_whole() -> None:
    name = "Rafiei Sarvari, Baigrezaii, Nazarianpirdosti, Meysami & others 2022 b"
    layout = forest_layout([ForestGroup(title="", rows=(row(label=name),))], SPEC)
    left = " ".join(t.text for t in layout.texts if t.x == 6 and t.text != "Study")
    assert left.startswith(name)


@given(st.lists(st.floats(0.001, 1), min_size=2, max_size=20))
def test_areas_are_in_proportion_to_weights(weights: list[float]) -> None:
    listed = tuple(row(i, weight=w) for i, w in enumerate(weights))
    layout = forest_layout([ForestGroup(title="", rows=listed)], SPEC)
    ratios = [i.side**2 / w for i, w in zip(layout.intervals, weights, strict=True)]
    # one square root and its square: rounding only
    assert ratios == pytest.approx([ratios[0]] * len(ratios), rel=1e-9)


@given(st.lists(st.tuples(numbers, st.floats(0, 60), st.floats(0, 60)), min_size=1, max_size=10))
def test_arrows_stand_exactly_where_an_interval_leaves_the_axis(
    triples: list[tuple[float, float, float]],
) -> None:
    listed = tuple(
        row(i, e, ci_low=e - below, ci_high=e + above)
        for i, (e, below, above) in enumerate(triples)
    )
    layout = forest_layout([ForestGroup(title="", rows=listed)], SPEC)
    for placed, given_row in zip(layout.intervals, listed, strict=True):
        assert given_row.ci_low is not None
        assert given_row.ci_high is not None
        assert placed.arrow_low == (given_row.ci_low < layout.axis.low)
        assert placed.arrow_high == (given_row.ci_high > layout.axis.high)
        assert layout.axis.left <= placed.x_low <= placed.x_high <= layout.axis.right


def test_given_limits_make_arrows_and_drop_the_square_off_the_axis() -> None:
    listed = (row(0, -1, 0.5), row(1, -1, 5), row(2, 8, 1))
    spec = ForestSpec(axis_label="MD", column_titles=SPEC.column_titles, limits=(-3, 3))
    inside, long, off = forest_layout([ForestGroup(title="", rows=listed)], spec).intervals
    assert (inside.arrow_low, inside.arrow_high) == (False, False)
    assert (long.arrow_low, long.arrow_high) == (True, True)
    assert (off.x, off.arrow_low, off.arrow_high) == (None, False, True)


def test_rows_keep_their_order_from_top_to_bottom() -> None:
    groups = [
        ForestGroup(title="B", rows=(row(3), row(1)), summary=SUMMARY),
        ForestGroup(title="A", rows=(row(2), row(0))),
    ]
    layout = forest_layout(groups, SPEC)
    assert [i.label for i in layout.intervals] == ["Study 3", "Study 1", "Study 2", "Study 0"]
    heights = [i.y for i in layout.intervals]
    assert heights == sorted(heights)
    assert heights[1] < layout.summaries[0].y < heights[2]


def test_a_group_without_a_summary_has_no_diamond() -> None:
    layout = forest_layout([ForestGroup(title="", rows=(row(), row(1)))], SPEC)
    assert layout.summaries == ()


def test_the_diamond_spans_the_interval_and_peaks_at_the_estimate() -> None:
    layout = forest_layout([ForestGroup(title="", rows=(row(),), summary=SUMMARY)], SPEC)
    (summary,) = layout.summaries
    xs = [x for x, _ in summary.diamond]
    place = layout.axis.place
    # the same linear map evaluated twice: rounding only
    assert min(xs) == pytest.approx(place(-1.6), abs=1e-9)
    assert max(xs) == pytest.approx(place(-0.4), abs=1e-9)
    top = min(summary.diamond, key=lambda point: point[1])
    assert top[0] == pytest.approx(place(-1), abs=1e-9)
    assert summary.prediction is not None
    assert summary.prediction.y > summary.y


def test_a_diamond_that_leaves_the_axis_is_cut_and_has_arrows() -> None:
    wide = ForestSummary(label="k = 2", effect=-1, ci_low=-math.inf, ci_high=40)
    layout = forest_layout([ForestGroup(title="", rows=(row(), row(1)), summary=wide)], SPEC)
    (summary,) = layout.summaries
    assert summary.arrow_low
    assert summary.arrow_high
    assert {min(x for x, _ in summary.diamond), max(x for x, _ in summary.diamond)} == {
        layout.axis.left,
        layout.axis.right,
    }


def test_a_row_without_an_estimate_has_its_words_in_place_of_the_plot() -> None:
    words = "p < 0.001, favours ketamine; no estimate readable"
    bare = ForestRow(label="Kaube 2000", text=words)
    layout = forest_layout([ForestGroup(title="", rows=(row(), bare))], SPEC)
    (mark,) = [t for t in layout.texts if t.text == words]
    assert mark.x == layout.axis.left
    assert mark.role == "muted"
    assert layout.null_x is not None
    crossing = [
        r for r in layout.rules if r.x0 == r.x1 == layout.null_x and r.y0 < mark.y - 1 < r.y1
    ]
    assert crossing == []


def test_without_any_estimate_there_is_no_axis() -> None:
    layout = forest_layout([ForestGroup(title="", rows=(ForestRow(label="a"),))], SPEC)
    assert layout.ticks == ()
    assert not any(r.x0 == r.x1 for r in layout.rules)
    assert "favours" not in " ".join(t.text for t in layout.texts)
    assert any(t.text == "not estimable" for t in layout.texts)


def test_effects_are_aligned_on_their_decimals() -> None:
    listed = (row(0, -1.25, 10), row(1, 0.5, 1))
    layout = forest_layout([ForestGroup(title="", rows=listed)], SPEC)
    marks = {t.text: t for t in layout.texts}
    assert marks["−1.25"].x == marks["0.50"].x
    assert marks["(−11.25"].x == marks["(−0.50"].x
    assert marks["8.75)"].x == marks["1.50)"].x


def test_notes_explain_only_the_marks_that_occur() -> None:
    plain = forest_layout([ForestGroup(title="", rows=(row(),))], SPEC)
    mixed = forest_layout([ForestGroup(title="", rows=(row(), row(1, style="assumed")))], SPEC)
    assert not any("Hollow" in t.text for t in plain.texts)
    assert any("Hollow" in t.text for t in mixed.texts)


def test_ratios_stand_on_a_log_axis() -> None:
    spec = ForestSpec(axis_label="Risk ratio", null=1, log=True)
    listed = tuple(
        ForestRow(label=str(e), effect=e, ci_low=e / 3, ci_high=e * 3) for e in (0.5, 1.0, 2.0)
    )
    a, b, c = forest_layout([ForestGroup(title="", rows=listed)], spec).intervals
    assert a.x is not None
    assert b.x is not None
    assert c.x is not None
    # equal ratios are equally far apart: rounding of logarithms only
    assert b.x - a.x == pytest.approx(c.x - b.x, abs=1e-9)


@pytest.mark.parametrize(
    "bad",
    [
        ForestRow(label="x", effect=1.0),
        ForestRow(label="x", effect=1.0, ci_low=2.0, ci_high=3.0),
        ForestRow(label="x", effect=math.nan, ci_low=0.0, ci_high=3.0),
        ForestRow(label="x", effect=1.0, ci_low=0.0, ci_high=3.0, weight=40.0),
        ForestRow(label="x", columns=("1", "2", "3")),
    ],
)
def test_rows_that_cannot_be_drawn_are_named(bad: ForestRow) -> None:
    with pytest.raises(InputError, match="forest row 'x'"):
        forest_layout([ForestGroup(title="", rows=(bad,))], SPEC)


def test_no_rows_and_wrong_limits_are_said() -> None:
    with pytest.raises(InputError, match="no rows"):
        forest_layout([ForestGroup(title="", rows=())], SPEC)
    good = [ForestGroup(title="", rows=(row(columns=()),))]
    with pytest.raises(SpecError, match="limits"):
        forest_layout(good, ForestSpec(axis_label="", limits=(3, 1)))
    ratio = ForestRow(label="x", effect=1.0, ci_low=0.5, ci_high=2.0)
    with pytest.raises(SpecError, match="log axis"):
        forest_layout(
            [ForestGroup(title="", rows=(ratio,))], ForestSpec(axis_label="", log=True, null=0)
        )


def test_the_drawing_has_the_size_and_the_texts_of_the_layout() -> None:
    layout = forest_layout([ForestGroup(title="A", rows=(row(),), summary=SUMMARY)], SPEC)
    figure = draw_forest(layout)
    width, height = figure.get_size_inches()
    assert (width * 72, height * 72) == pytest.approx((layout.width, layout.height))
    drawn = sorted(text.get_text() for text in figure.axes[0].texts)
    assert drawn == sorted(t.text for t in layout.texts if t.text)
