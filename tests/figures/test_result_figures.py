"""Figures of results show the results' numbers: those of metafor 3.8-1 for the BCG trials.

The trials are those of Colditz et al. (1994, JAMA 271:698), as in metafor's ``dat.bcg``. Values of
metafor are from ``escalc(measure="RR")`` and ``rma(yi, vi, test="adhoc")`` unless another call
stands beside them.
"""

import math
import re
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from remit.core.errors import SpecError
from remit.plots.axis import Axis
from remit.plots.drawing import Plot
from remit.plots.forest import ForestLayout
from remit.synthesis.bias import trim_and_fill
from remit.synthesis.data import EffectSet
from remit.synthesis.effects import effect_sizes
from remit.synthesis.influence import baujat, cumulative, gosh, leave_one_out
from remit.synthesis.models import FitSpec, LinearFit, fit_linear
from remit.synthesis.moderators import meta_regression, subgroup_analysis
from remit.synthesis.multiverse import Alternative, multiverse
from remit.synthesis.multiverse import Axis as ChoiceAxis
from remit.synthesis.pool import pool
from remit.synthesis.pooled import PooledResult
from remit.synthesis.rare import mantel_haenszel, peto
from remit.synthesis.spec import CommonEffect, RandomEffects
from remit.workbench.figures import (
    plot_baujat,
    plot_bubble,
    plot_drapery,
    plot_forest,
    plot_funnel,
    plot_gosh,
    plot_labbe,
    plot_radial,
    plot_specification_curve,
    plot_tau2_profile,
)

BCG: dict[str, Any] = {
    "ai": [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27],
    "bi": [119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886],
    "ci": [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29],
    "di": [128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825],
}
LATITUDE = [44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33]
YEAR = [1948, 1949, 1960, 1977, 1973, 1953, 1973, 1980, 1968, 1961, 1974, 1969, 1976]
GROUPS = ["random"] * 4 + ["alternate"] * 2 + ["random"] * 3 + ["systematic"] * 4
MEAN, LOW, HIGH = -0.7145323484, -1.1084437230, -0.3206209737
PI_LOW, PI_HIGH, TAU2 = -1.9960170, 0.5669523, 0.313243326

# metafor stops its REML iterations when tau2 changes by less than 1e-5; an axis is some 300 points
# long for some four units, so the numbers of the two agree to well within this, in points
PEER = 1e-3
# places are sums and products of a few doubles near 500
PLACE = 1e-9


@pytest.fixture(scope="module")
def effects() -> EffectSet:
    return effect_sizes("RR", **BCG).to_set("log risk ratio")


@pytest.fixture(scope="module")
def result(effects: EffectSet) -> PooledResult:
    return pool(effects, RandomEffects(measure="RR"))


@pytest.fixture(scope="module")
def fit(effects: EffectSet) -> LinearFit:
    return fit_linear(effects.effect, effects.variance, spec=FitSpec(test="adhoc"))


def ratio(axis: Axis, log_value: float) -> float:
    """Return the place of the logarithm of a ratio on a log axis."""
    return axis.project(math.exp(log_value))


def ends(layout: ForestLayout, i: int = -1) -> tuple[float, float, float]:
    """Return the left end, middle and right end of a diamond."""
    summary = layout.summaries[i]
    assert summary.x is not None
    xs = [x for x, _ in summary.diamond]
    return min(xs), summary.x, max(xs)


def words(plot: Plot[Any]) -> str:
    return " | ".join(mark.text for mark in plot.layout.texts)


class TestForest:
    @pytest.mark.parametrize("kind", ["pool", "fit_linear"])
    def test_diamond_and_prediction_are_those_of_the_result(self, result, fit, kind):
        plot = plot_forest(result) if kind == "pool" else plot_forest(fit, measure="RR")
        layout, axis = plot.layout, plot.layout.axis
        assert axis.log
        wanted = tuple(ratio(axis, v) for v in (LOW, MEAN, HIGH))
        assert ends(layout) == pytest.approx(wanted, abs=PEER)
        prediction = layout.summaries[0].prediction
        assert prediction is not None
        assert prediction.x_low == pytest.approx(ratio(axis, PI_LOW), abs=PEER)
        assert prediction.x_high == pytest.approx(ratio(axis, PI_HIGH), abs=PEER)
        assert layout.null_x == pytest.approx(axis.place(1.0), abs=PLACE)

    def test_squares_intervals_and_weights_are_those_of_the_studies(self, result):
        layout = plot_forest(result).layout
        axis = layout.axis
        assert len(layout.intervals) == 13
        for shown, row in zip(layout.intervals, result.rows, strict=True):
            half = 1.959963984540054 * row.std_error  # qnorm(0.975)
            assert shown.label == row.label
            assert shown.x == pytest.approx(ratio(axis, row.effect), abs=PLACE)
            assert shown.x_low == pytest.approx(axis.place(math.exp(row.effect - half)), abs=PLACE)
            assert shown.x_high == pytest.approx(axis.place(math.exp(row.effect + half)), abs=PLACE)
        areas = np.array([shown.side**2 for shown in layout.intervals])
        assert areas / areas.max() == pytest.approx(result.weights / result.weights.max())
        assert "10.2%" in words(plot_forest(result))  # TPT Madras, weights(res)[8] = 10.17

    def test_the_choice_of_interval_shows(self, effects):
        normal = pool(effects, RandomEffects(interval="z", prediction="z", level=0.9))
        plot = plot_forest(normal)
        axis = plot.layout.axis
        # the same with level=90 and test="z"
        wanted = tuple(ratio(axis, v) for v in (-1.0102466530, MEAN, -0.4188180438))
        assert ends(plot.layout) == pytest.approx(wanted, abs=PEER)
        assert "Effect (90% CI)" in words(plot)
        assert "normal" in words(plot)

    def test_common_effect_has_no_prediction_and_says_what_it_is(self, effects):
        plot = plot_forest(pool(effects, CommonEffect()))
        assert plot.layout.summaries[0].prediction is None
        assert "Common effect, normal" in words(plot)
        assert "152.2, df = 12, p < 0.001" in words(plot)  # rma(yi, vi, method="EE")

    def test_proportions_are_transformed_back_and_have_no_null(self):
        shares = effect_sizes("PLO", xi=[10, 20, 3], ni=[20, 30, 30]).to_set("logit")
        layout = plot_forest(pool(shares, RandomEffects())).layout
        assert not layout.axis.log
        assert layout.null_x is None
        wanted = [layout.axis.place(share) for share in (10 / 20, 20 / 30, 3 / 30)]
        assert [shown.x for shown in layout.intervals] == pytest.approx(wanted, abs=PLACE)

    def test_one_study_has_no_diamond(self, effects):
        one = EffectSet(measure="RR", unit="", rows=effects.rows[:1])
        layout = plot_forest(pool(one, RandomEffects())).layout
        assert layout.summaries == ()
        assert len(layout.intervals) == 1

    def test_left_out(self, effects):
        plot = plot_forest(leave_one_out(effects), measure="RR")
        layout = plot.layout
        # leave1out(res), the eighth row
        shown, axis = layout.intervals[7], layout.axis
        assert shown.label == "without study 8"
        assert shown.x == pytest.approx(ratio(axis, -0.794767611), abs=PEER)
        assert shown.x_low == pytest.approx(ratio(axis, -1.195996442), abs=PEER)
        assert shown.x_high == pytest.approx(ratio(axis, -0.393538780), abs=PEER)
        wanted = tuple(ratio(axis, v) for v in (LOW, MEAN, HIGH))
        assert ends(layout) == pytest.approx(wanted, abs=PEER)

    def test_cumulative(self, effects):
        plot = plot_forest(cumulative(effects, order=YEAR), measure="RR")
        layout = plot.layout
        assert len(layout.intervals) == 13
        assert layout.summaries == ()
        # cumul(res, order=year), the fourth row
        assert layout.intervals[3].x == pytest.approx(ratio(layout.axis, -1.00109370), abs=PEER)
        assert layout.intervals[3].x_low == pytest.approx(ratio(layout.axis, -1.70849664), abs=PEER)

    def test_subgroups(self, effects, result):
        analysis = subgroup_analysis(effects, GROUPS)
        plot = plot_forest(analysis, effects, overall=result)
        layout = plot.layout
        assert [shown.label for shown in layout.intervals][:3] == ["study 1", "study 2", "study 3"]
        assert len(layout.summaries) == 4
        for i, group in enumerate(analysis.groups):
            interval = group.effect.interval
            edges = (interval.low, group.effect.value, interval.high)
            wanted = tuple(layout.axis.place(math.exp(v)) for v in edges)
            assert ends(layout, i) == pytest.approx(wanted, abs=PLACE)
        assert ends(layout)[1] == pytest.approx(ratio(layout.axis, MEAN), abs=PEER)
        assert f"χ² = {analysis.q_between:.2f}, df = 2" in words(plot)
        random = [i for i, name in enumerate(GROUPS) if name == "random"]
        alone = pool(
            EffectSet(measure="RR", unit="", rows=tuple(effects.rows[i] for i in random)),
            RandomEffects(),
        )
        for weight in alone.weights:
            assert f"{weight:.1f}%" in words(plot)

    def test_studies_without_a_group_are_listed(self, effects):
        groups = [None, *GROUPS[1:]]
        plot = plot_forest(subgroup_analysis(effects, groups), effects)
        assert "Not in the analysis" in words(plot)
        assert "study 1" in words(plot)


class TestFunnel:
    def test_studies_centre_and_limits(self, result):
        layout = plot_funnel(result).layout
        frame = layout.frame
        assert layout.studies == 13
        for dot, row in zip(layout.dots, result.rows, strict=False):
            assert (dot.x, dot.y) == pytest.approx(frame.at(row.effect, row.std_error), abs=PLACE)
        assert layout.curves[0].points[0][0] == pytest.approx(frame.x.place(MEAN), abs=PEER)

    def test_trim_and_fill(self, effects):
        filled = trim_and_fill(effects.effect, effects.variance, side="right")
        layout = plot_funnel(filled, measure="RR").layout
        assert (layout.studies, layout.filled) == (13, 1)
        # trimfill(rma(yi, vi), side="right"): the pooled effect, and the study that it adds
        at = layout.frame.at(0.3104030240, math.sqrt(0.2230172476))
        assert (layout.dots[13].x, layout.dots[13].y) == pytest.approx(at, abs=PEER)
        assert layout.dots[13].hollow
        centre = layout.frame.x.place(-0.6570828008)
        assert layout.curves[0].points[0][0] == pytest.approx(centre, abs=PEER)

    def test_measures_of_one_group_have_no_contours(self):
        shares = effect_sizes("PLO", xi=[10, 20, 3], ni=[20, 30, 30]).to_set("logit")
        plot = plot_funnel(pool(shares, RandomEffects()))
        assert plot.layout.areas == ()
        assert "Logit of a proportion" in words(plot)


def test_radial(result):
    layout = plot_radial(result).layout
    line = layout.curves[0].points
    most = layout.frame.x.high
    assert line[1] == pytest.approx(layout.frame.at(most, MEAN * most), abs=PEER)
    for dot, row in zip(layout.dots, result.rows, strict=False):
        precision = 1 / math.sqrt(row.variance + TAU2)
        at = layout.frame.at(precision, row.effect * precision)
        assert (dot.x, dot.y) == pytest.approx(at, abs=PEER)


class TestLabbe:
    def test_risks_weights_and_the_pooled_ratio_of_mantel_haenszel(self):
        layout = plot_labbe(mantel_haenszel("RR", **BCG)).layout
        for i, dot in enumerate(layout.dots[:13]):
            a, b, c, d = (BCG[name][i] for name in ("ai", "bi", "ci", "di"))
            at = layout.frame.at(c / (c + d), a / (a + b))
            assert (dot.x, dot.y) == pytest.approx(at, abs=PLACE)
        # rma.mh(measure="RR"): a log ratio of -0.4537096047
        line = layout.curves[1].points
        assert line[-1] == pytest.approx(layout.frame.at(0.4, 0.4 * math.exp(-0.4537096047)))

    def test_pool_needs_the_counts(self, result):
        layout = plot_labbe(result, BCG).layout
        line = layout.curves[1].points
        assert line[-1] == pytest.approx(layout.frame.at(0.4, 0.4 * math.exp(MEAN)), abs=PEER)
        assert layout.dots[7].radius == max(dot.radius for dot in layout.dots[:13])

    def test_peto_is_an_odds_ratio(self):
        found = peto(**BCG)
        plot = plot_labbe(found)
        assert "pooled odds ratio" in words(plot)
        last = plot.layout.curves[1].points[-1]
        odds = math.exp(found.effect.value) * 0.4 / 0.6
        assert last == pytest.approx(plot.layout.frame.at(0.4, odds / (1 + odds)), abs=PLACE)

    def test_trials_without_weight_are_shown(self):
        tables = {"ai": [1, 4, 5], "bi": [9, 6, 5], "ci": [0, 6, 8], "di": [10, 4, 2]}
        found = mantel_haenszel("RR", **tables)
        assert found.weights[0] == 0.0
        assert plot_labbe(found).layout.trials == 3


def test_baujat(effects):
    layout = plot_baujat(baujat(effects)).layout
    # baujat(rma(yi, vi, method="EE")), the eighth row
    at = layout.frame.at(49.36768627, 34.87951031)
    assert (layout.dots[7].x, layout.dots[7].y) == pytest.approx(at, abs=1e-6)


def test_bubble(effects):
    regression = meta_regression(effects, "latitude", {"latitude": LATITUDE})
    layout = plot_bubble(regression, "latitude", measure="RR").layout
    # metafor's predict at latitudes 13 and 55, with mods=~ablat and control=list(threshold=1e-12)
    frame, line = layout.frame, layout.curves[1].points
    assert line[0] == pytest.approx(frame.at(13, -0.126854215), abs=PEER)
    assert line[-1] == pytest.approx(frame.at(55, -1.349126666), abs=PEER)
    band = layout.areas[0].points
    assert band[0] == pytest.approx(frame.at(13, 0.205029934), abs=PEER)
    assert band[-1] == pytest.approx(frame.at(13, -0.458738365), abs=PEER)
    for dot, x, y in zip(layout.dots, LATITUDE, effects.effect, strict=False):
        assert (dot.x, dot.y) == pytest.approx(frame.at(x, y), abs=PLACE)


def test_bubble_holds_other_terms_at_their_means(effects):
    data = {"latitude": LATITUDE, "year": YEAR}
    regression = meta_regression(effects, "latitude + year", data)
    layout = plot_bubble(regression, "latitude").layout
    given = {"latitude": [13, 55], "year": [float(np.mean(YEAR))] * 2}
    wanted = regression.predict(given).effect
    line = layout.curves[1].points
    # a mean taken in another order, and points of an axis
    assert line[0] == pytest.approx(layout.frame.at(13, wanted[0]), abs=1e-6)
    assert line[-1] == pytest.approx(layout.frame.at(55, wanted[1]), abs=1e-6)


def test_specification_curve(effects):
    estimators = tuple(Alternative(label=c, value={"tau2": c}) for c in ("REML", "DL"))
    left = tuple(Alternative(label=n or "none", value=(n,)) for n in ("", effects.rows[0].study))
    verse = multiverse(
        [
            ChoiceAxis(name="Estimator", stage="model", alternatives=estimators),
            ChoiceAxis(name="Left out", stage="studies", alternatives=left),
        ],
        lambda _: effects,
    )
    layout = plot_specification_curve(verse).layout
    estimates = np.sort(verse.effect)
    for i, (dot, estimate) in enumerate(zip(layout.dots, estimates, strict=False)):
        assert (dot.x, dot.y) == pytest.approx(layout.frame.at(i, float(estimate)))
    assert layout.rows[:2] == (("Left out", "none"), ("Left out", effects.rows[0].study))
    with pytest.raises(SpecError, match="the result of multiverse"):
        plot_specification_curve(effects)


def test_gosh(effects):
    few = EffectSet(measure="RR", unit="", rows=effects.rows[:6])
    found = gosh(few, RandomEffects(interval="z"))
    layout = plot_gosh(found, measure="RR").layout
    assert layout.subsets == 2**6 - 1 - 6
    whole = pool(few, RandomEffects(interval="z"))
    at = layout.frame.at(whole.effect, whole.i2)
    assert (layout.dots[0].x, layout.dots[0].y) == pytest.approx(at, abs=1e-6)


@pytest.mark.parametrize("kind", ["pool", "fit_linear"])
def test_tau2_profile(result, fit, kind):
    layout = plot_tau2_profile(result if kind == "pool" else fit).layout
    frame = layout.frame
    assert layout.threshold == pytest.approx(-1.920729410347062)  # qchisq(0.95, 1) / 2
    assert (layout.dots[0].x, layout.dots[0].y) == pytest.approx(frame.at(TAU2, 0.0), abs=PEER)
    # confint(rma(yi, vi), type="PL"); metafor searches each end to 1e-4 of tau2 or so
    limits = [curve.points[0][0] for curve in layout.curves[2:4]]
    wanted = [frame.x.place(v) for v in (0.115239400, 0.964666425)]
    assert limits == pytest.approx(wanted, abs=0.02)
    # the curve crosses the threshold there
    xs, ys = zip(*layout.curves[1].points, strict=True)
    assert np.interp(limits, xs, ys) == pytest.approx(
        [frame.at(0.1, layout.threshold)[1]] * 2, abs=0.05
    )


@pytest.mark.parametrize(
    "spec",
    [
        RandomEffects(),
        RandomEffects(interval="z", prediction="z"),
        RandomEffects(interval="Kenward-Roger", prediction="HTS k-2"),
        RandomEffects(interval="t", prediction="HTS k-1"),
        CommonEffect(),
    ],
)
def test_drapery_curves_cross_where_the_intervals_end(effects, spec):
    few = EffectSet(measure="RR", unit="", rows=effects.rows[:5])
    found = pool(few, spec)
    layout = plot_drapery(found).layout
    frame, shown = layout.frame, [found.interval]
    if isinstance(spec, RandomEffects):
        shown.append(found.prediction)
    for curve, interval in zip(layout.curves[5:], shown, strict=False):
        xs, ys = (np.array(v) for v in zip(*curve.points, strict=True))
        for end in (interval.low, interval.high):
            if frame.x.shows(end):
                # chords of a convex curve of 240 pieces lie a little above it
                height = np.interp(frame.x.place(end), xs, ys)
                assert height == pytest.approx(frame.at(0.0, 0.05)[1], abs=0.25)
    assert frame.x.shows(found.interval.low)
    assert frame.x.shows(found.interval.high)


PLOTS = {
    "forest": lambda e, r, f: plot_forest(r),
    "subgroups": lambda e, r, f: plot_forest(subgroup_analysis(e, GROUPS), e, overall=r),
    "funnel": lambda e, r, f: plot_funnel(r),
    "radial": lambda e, r, f: plot_radial(f, measure="RR"),
    "labbe": lambda e, r, f: plot_labbe(r, BCG),
    "baujat": lambda e, r, f: plot_baujat(f),
    "drapery": lambda e, r, f: plot_drapery(f, measure="RR"),
    "profile": lambda e, r, f: plot_tau2_profile(f),
}


@pytest.mark.parametrize("name", PLOTS)
def test_texts_lie_apart_and_a_file_is_the_same_each_time(name, effects, result, fit, tmp_path):
    made = [PLOTS[name](effects, result, fit) for _ in range(2)]
    layout = made[0].layout
    for mark in layout.texts:
        assert mark.box.inside(layout.width, layout.height, slack=0.01), mark
    for a, b in combinations(layout.texts, 2):
        assert not a.box.overlaps(b.box), (a.text, b.text)
    for i, plot in enumerate(made):
        plot.savefig(tmp_path / f"{i}.svg")
    assert (tmp_path / "0.svg").read_bytes() == (tmp_path / "1.svg").read_bytes()
    svg = made[0].to_svg()
    assert svg == made[1].to_svg() == made[1]._repr_svg_()
    assert f'<title id="{re.search(r"f[0-9a-f]{10}", svg)[0]}-title">' in svg
    assert made[0].alt in svg
