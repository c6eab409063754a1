"""What a figure cannot be made of is refused in words that say what it can be made of."""

from dataclasses import replace

import pytest

import remit
from remit.core.errors import SpecError
from remit.synthesis.influence import cumulative, gosh, influence, leave_one_out, normal_quantiles
from remit.synthesis.models import FitSpec, fit_linear
from remit.synthesis.moderators import meta_regression, subgroup_analysis
from remit.synthesis.rare import mantel_haenszel
from remit.workbench.figures.scale import named_scale, scale_of

Y, V = [-1.2, -0.4, -0.9, -2.0, 0.3], [0.25, 0.09, 0.16, 0.64, 0.2]
DOSE = [1.0, 2.0, 3.0, 4.0, 6.0]
COUNTS = {"ai": [1, 4, 5], "bi": [9, 6, 5], "ci": [2, 6, 8], "di": [8, 4, 2]}


@pytest.fixture(scope="module")
def effects():
    rows = tuple(
        remit.StudyEffect(study=f"s{i}", label=f"S {i}", effect=y, variance=v, columns={})
        for i, (y, v) in enumerate(zip(Y, V, strict=True))
    )
    return remit.EffectSet(measure="MD", unit="points", rows=rows)


@pytest.fixture(scope="module")
def result(effects):
    return remit.pool(effects, remit.RandomEffects())


class TestTau2Profile:
    def test_common_effect(self, effects):
        said = "found a common-effect model, which has no tau2, expected a random-effects fit"
        with pytest.raises(SpecError, match=said):
            remit.plot_tau2_profile(remit.pool(effects, remit.CommonEffect()))
        with pytest.raises(SpecError, match=said):
            remit.plot_tau2_profile(fit_linear(Y, V, spec=FitSpec(tau2="EE")))

    def test_given_or_not_by_likelihood(self, effects):
        with pytest.raises(SpecError, match=r"tau2 = 0.1, which was given and not estimated"):
            remit.plot_tau2_profile(remit.pool(effects, remit.RandomEffects(tau2=0.1)))
        with pytest.raises(SpecError, match="by DL, which does not maximise a likelihood"):
            remit.plot_tau2_profile(fit_linear(Y, V, spec=FitSpec(tau2="DL")))

    def test_one_study(self, effects):
        one = remit.EffectSet(measure="MD", unit="points", rows=effects.rows[:1])
        with pytest.raises(SpecError, match="no tau2"):
            remit.plot_tau2_profile(remit.pool(one, remit.RandomEffects()))

    def test_of_a_meta_regression(self, effects):
        fit = meta_regression(effects, "dose", {"dose": DOSE}).fit
        assert remit.plot_tau2_profile(fit).layout.dots[0].y < 100


@pytest.mark.parametrize("name", ["plot_forest", "plot_funnel", "plot_radial", "plot_drapery"])
class TestPooled:
    def test_another_thing(self, name, effects):
        with pytest.raises(SpecError, match="found an EffectSet, expected the result of pool"):
            getattr(remit, name)(effects)

    def test_model_with_moderators(self, name, effects):
        fit = meta_regression(effects, "dose", {"dose": DOSE}).fit
        with pytest.raises(SpecError, match=r"a model with moderators.* plot_bubble shows"):
            getattr(remit, name)(fit)

    def test_measure_that_is_not_the_result_s(self, name, result):
        with pytest.raises(SpecError, match="expected 'MD', the measure of the result"):
            getattr(remit, name)(result, measure="RR")
        with pytest.raises(SpecError, match="a code of a measure, such as MD"):
            getattr(remit, name)(fit_linear(Y, V), measure="risk ratio")


class TestForest:
    def test_subgroups_need_their_studies(self, effects):
        analysis = subgroup_analysis(effects, ["a", "a", "b", "b", "b"])
        with pytest.raises(SpecError, match="the studies that were analysed"):
            remit.plot_forest(analysis)
        with pytest.raises(remit.InputError, match="found 2 studies, expected those of the sub"):
            remit.plot_forest(analysis, (Y[:2], V[:2]))

    def test_columns(self, effects, result):
        with pytest.raises(SpecError, match="found 'dose', expected none: the studies have no"):
            remit.plot_forest(result, columns=("dose",))
        rows = tuple(replace(row, columns={"dose": f"{row.label[-1]} mg"}) for row in effects.rows)
        known = remit.EffectSet(measure="MD", unit="points", rows=rows)
        pooled = remit.pool(known, remit.RandomEffects())
        with pytest.raises(SpecError, match="found 'route', expected one of dose"):
            remit.plot_forest(pooled, columns=("route",))
        texts = [text.text for text in remit.plot_forest(pooled, columns=("dose",)).layout.texts]
        assert {"dose", "0 mg", "4 mg"} <= set(texts)

    def test_subgroups_of_arrays(self):
        analysis = subgroup_analysis((Y, V), ["a", "a", "b", "b", "b"], tau2="common")
        plot = remit.plot_forest(analysis, (Y, V), measure="MD")
        assert len(plot.layout.intervals) == 5

    def test_what_belongs_to_subgroups_only(self, effects, result):
        with pytest.raises(SpecError, match=r"argument 'effects'.*with a PooledResult"):
            remit.plot_forest(result, effects)
        with pytest.raises(SpecError, match=r"argument 'overall'.*with a LeaveOneOut"):
            remit.plot_forest(leave_one_out(effects), overall=result)
        with pytest.raises(SpecError, match=r"argument 'columns'.*with a Cumulative"):
            remit.plot_forest(cumulative(effects), columns=("dose",))


class TestLabbe:
    def test_counts(self, effects):
        ratios = remit.effect_sizes("RR", **COUNTS).to_set("log risk ratio")
        pooled = remit.pool(ratios, remit.RandomEffects())
        with pytest.raises(SpecError, match="the 2x2 tables of the studies"):
            remit.plot_labbe(pooled)
        with pytest.raises(remit.InputError, match="found no di"):
            remit.plot_labbe(pooled, {name: COUNTS[name] for name in ("ai", "bi", "ci")})
        with pytest.raises(remit.InputError, match="found 2 studies, expected 3"):
            remit.plot_labbe(pooled, {name: column[:2] for name, column in COUNTS.items()})
        with pytest.raises(SpecError, match="the result holds the counts"):
            remit.plot_labbe(mantel_haenszel("RR", **COUNTS), COUNTS)
        totals = {"ai": [1, 4, 5], "n1i": [10] * 3, "ci": [2, 6, 8], "n2i": [10] * 3}
        one, other = remit.plot_labbe(pooled, totals), remit.plot_labbe(pooled, COUNTS)
        assert one.layout.dots == other.layout.dots

    def test_another_measure(self, result):
        with pytest.raises(SpecError, match="the measure MD, expected OR, RR or RD"):
            remit.plot_labbe(result, COUNTS)
        rates = mantel_haenszel("IRR", x1i=[1, 4], t1i=[9, 6], x2i=[2, 6], t2i=[8, 4])
        with pytest.raises(SpecError, match="the measure IRR"):
            remit.plot_labbe(rates)


class TestOthers:
    def test_baujat(self):
        fit = fit_linear(Y, V)
        with pytest.raises(SpecError, match="found an Influence, expected the points of baujat"):
            remit.plot_baujat(influence(fit))
        with pytest.raises(SpecError, match="points of a standardised residual"):
            remit.plot_baujat(normal_quantiles(fit))

    def test_baujat_names_studies_without_a_point(self, effects):
        data = {"route": ["iv", "iv", "iv", "iv", "oral"]}
        regression = meta_regression(effects, "route", data)
        plot = remit.plot_baujat(regression.fit)
        assert len(plot.layout.dots) == 4
        assert "(no point: S 4)" in " ".join(text.text for text in plot.layout.texts)

    def test_bubble(self, effects, result):
        data = {"dose": DOSE, "route": ["iv", "im", "oral", "iv", "im"]}
        with pytest.raises(SpecError, match="expected the result of meta_regression"):
            remit.plot_bubble(result, "dose")
        with pytest.raises(SpecError, match="found 'year', expected one of dose"):
            remit.plot_bubble(meta_regression(effects, "dose", data), "year")
        with pytest.raises(SpecError, match="'route' with 2 columns"):
            remit.plot_bubble(meta_regression(effects, "route", data), "route")
        curved = meta_regression(effects, "dose + I(dose^2)", data)
        with pytest.raises(SpecError, match="'dose', which is also in I"):
            remit.plot_bubble(curved, "dose")

    def test_gosh(self, effects):
        alone = gosh(effects, subsets=2, seed=12)
        with pytest.raises(SpecError, match="expected the result of gosh"):
            remit.plot_gosh(alone.pooled)

    def test_drapery_of_a_profile_likelihood(self, effects):
        spec = remit.RandomEffects(tau2="ML", interval="profile likelihood")
        with pytest.raises(SpecError, match="an interval by profile likelihood"):
            remit.plot_drapery(remit.pool(effects, spec))

    def test_drapery_leaves_a_bootstrap_out(self, effects):
        spec = remit.RandomEffects(interval="z", prediction="bootstrap")
        layout = remit.plot_drapery(remit.pool(effects, spec)).layout
        assert "effect in a new study" not in {text.text for text in layout.texts}


class TestScale:
    @pytest.mark.parametrize(
        ("code", "label", "ratio", "null"),
        [
            ("RR", "Risk ratio", True, 1.0),
            ("HR", "Hazard ratio", True, 1.0),
            ("MD", "Mean difference, points", False, 0.0),
            ("PLO", "Proportion", False, None),
            ("MNLN", "Mean", True, None),
            ("ZCOR", "Correlation", False, 0.0),
            ("AUC", "Area under the curve, points", False, 0.5),
            ("own", "Own, points", False, 0.0),
        ],
    )
    def test_label_axis_and_null(self, code, label, ratio, null):
        scale = scale_of(code, "points")
        assert (scale.shown_label, scale.ratio, scale.shown_null) == (label, ratio, null)

    def test_without_a_name(self):
        assert named_scale("").plane_label == "Effect"


def test_files(result, tmp_path):
    plot = remit.plot_forest(result)
    for suffix, start in ((".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")):
        path = tmp_path / f"forest{suffix}"
        plot.savefig(path, dpi=40)
        assert path.read_bytes().startswith(start)
    with pytest.raises(SpecError, match=r"\.png, \.svg or \.pdf"):
        plot.savefig(tmp_path / "forest.txt")
    assert len(plot.draw().axes) == 1
