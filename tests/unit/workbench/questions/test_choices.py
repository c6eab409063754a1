"""Every pooled question shows what other defensible choices would have given."""

from __future__ import annotations

import pytest

from remit.plots.specification_curve import SpecificationCurveLayout
from remit.report.document import Figure, Prose, Table
from remit.synthesis.data import EffectSet, StudyEffect
from remit.synthesis.multiverse import Alternative, Axis, multiverse
from remit.workbench.figures.specification_curve import DRAWN
from remit.workbench.questions.choice_blocks import ChoiceWords, choice_blocks
from remit.workbench.settings import QuestionHead

TRIALS = {"two-2020": (-1.5, "high"), "three-2021": (-0.4, ""), "four-2022": (-2.0, "")}
HEAD = QuestionHead(id="q", kind="between-arms", title="Title", asks="What?", cautions=())
WORDS = ChoiceWords(effect="difference", unit="points")


def add_study(folder, study, rob=""):
    folder.add("studies", 2, study=study, cohort=study, short_name=study, rob_overall=rob)
    for row in (2, 3):
        folder.add("arms", row, study=study)


@pytest.fixture
def four_trials(folder):
    for study, (estimate, rob) in TRIALS.items():
        add_study(folder, study, rob)
        low, high = str(estimate - 1.3), str(estimate + 1.3)
        folder.add("contrasts", 2, study=study, estimate=str(estimate), ci_low=low, ci_high=high)
    folder.add(
        "contrasts", 5, estimate="-3.0", ci_low="-4.3", ci_high="-1.7", reading="alternative"
    )
    folder.text(
        "review.toml",
        "[assumptions.weight_kg]",
        '[[possible_overlap]]\nstudies = ["three-2021", "four-2022"]\nwhy = "same clinic"\n\n'
        "[assumptions.weight_kg]",
    )
    return folder


def answer(folder, key):
    return next(a for a in folder.review().answers if a.id == key)


def axes_of(data):
    return {axis["name"]: axis["alternatives"] for axis in data["axes"]}


class TestBetweenArms:
    def test_the_axes(self, four_trials):
        data = answer(four_trials, "placebo").data["comparisons"][0]
        axes = axes_of(data["choices"])
        assert axes["Reading of four-2022"] == ["primary", "alternative"]
        assert axes["High risk of bias"] == ["counted", "without two-2020"]
        overlap = axes["Possible overlap of three-2021, four-2022"]
        assert overlap == ["all counted", "only three-2021, the largest"]
        assert len(axes["Studies left out"]) == 5
        assert axes["Estimator of τ²"] == ["REML", "DL", "PM"]
        assert axes["Interval"] == ["Hartung-Knapp with floor", "normal"]
        assert {axis["name"] for axis in data["choices"]["idle"]} == {
            "Medians",
            "Plus-minus of unnamed kind",
            "Time in the window",
            "Mean of an arm, where both are printed",
        }

    def test_the_reported_one_is_the_pooled_one(self, four_trials):
        data = answer(four_trials, "placebo").data["comparisons"][0]
        verse, pooled = data["choices"], data["pooled"]
        # 1e-9: the batch and the single fit take other ways to the same root
        assert verse["effect"][verse["reported"]] == pytest.approx(pooled["effect"], rel=1e-9)

    def test_they_reach_the_page(self, four_trials):
        blocks = answer(four_trials, "placebo").blocks
        figure = next(b for b in blocks if isinstance(b, Figure) and "choices" in b.id)
        assert figure.id == "placebo-placebo-choices"
        captions = [b.caption for b in blocks if isinstance(b, Table)]
        assert captions[0].startswith("Which choice moves the answer most")
        assert captions[1].startswith("One choice changed at a time")

    def test_the_other_reading_is_believed(self, four_trials):
        verse = answer(four_trials, "placebo").data["comparisons"][0]["choices"]
        names = list(axes_of(verse))
        j = names.index("Reading of four-2022")
        here = verse["choices"][verse["reported"]]
        other = [*here[:j], 1, *here[j + 1 :]]
        moved = verse["effect"][verse["choices"].index(other)]
        assert moved < verse["effect"][verse["reported"]]  # -3.0 in the place of -2.0

    def test_what_the_review_chooses(self, four_trials):
        four_trials.text("review.toml", '"REML", "DL", "PM"', '"SJ"')
        four_trials.text("review.toml", "leave_one_out = true", "leave_one_out = false")
        axes = axes_of(answer(four_trials, "placebo").data["comparisons"][0]["choices"])
        assert axes["Estimator of τ²"] == ["REML", "SJ"]
        assert "Studies left out" not in axes

    def test_two_trials_have_none(self, folder):
        add_study(folder, "two-2020")
        folder.add("contrasts", 2, study="two-2020")
        found = answer(folder, "placebo")
        assert found.data["comparisons"][0]["choices"] is None
        assert not any("choices" in b.id for b in found.blocks if isinstance(b, Figure))


def test_a_pooled_share(folder):
    counts = {"example-2024": (12, 30), "two-2020": (15, 30), "three-2021": (11, 30)}
    for study, (events, n) in counts.items():
        if study != "example-2024":
            add_study(folder, study)
        given = {"outcome": "responder", "scale": "", "kind": "value", "mean": "", "sd": ""}
        given |= {"definition": "drop-50-percent", "events": str(events), "n": str(n)}
        folder.add("outcomes", 2, study=study, **given)
        if study == "two-2020":
            given |= {"n": "24", "reading": "alternative"}
            folder.add("outcomes", 2, study=study, **given)
    folder.text(
        "review.toml",
        "[[question]]",
        '[[question]]\nid = "share"\nkind = "responders"\ntitle = "Share"\nasks = "How many?"\n'
        'outcome = "responder"\nend = ["60-min"]\n'
        'definitions = [{ code = "drop-50-percent", name = "half" }]\n\n[[question]]',
    )
    found = answer(folder, "share")
    (definition,) = found.data["definitions"]
    verse = definition["choices"]
    axes = axes_of(verse)
    assert axes["Reading of two-2020"] == ["primary", "alternative"]
    assert len(axes["Model"]) == 3
    reported = verse["effect"][verse["reported"]]
    assert reported == definition["pooled"]["proportion"]["value"]
    assert max(verse["n"]) == 90
    assert 84 in verse["n"]  # 15 of 24 believed
    text = next(b.text for b in found.blocks if isinstance(b, Prose))
    assert "intervals leave out" not in text  # a share has no value of no difference


def many(size):
    """A multiverse of so many analyses of three studies."""
    effects = EffectSet(
        measure="MD",
        unit="points",
        rows=tuple(
            StudyEffect(study=s, label=s, effect=e, variance=1.0, columns={})
            for s, e in (("a", -1.0), ("b", 0.5), ("c", 0.7))
        ),
    )
    half = size // 2
    shift = Axis(
        name="shift",
        stage="data",
        alternatives=tuple(Alternative(label=str(i), value=i / half) for i in range(half)),
    )
    ends = Axis(
        name="interval",
        stage="model",
        alternatives=tuple(Alternative(label=i, value={"interval": i}) for i in ("HKSJ", "z")),
    )

    def build(values):
        rows = tuple(
            StudyEffect(
                study=r.study,
                label=r.label,
                effect=r.effect + values["shift"],
                variance=1.0,
                columns={},
            )
            for r in effects.rows
        )
        return EffectSet(measure="MD", unit="points", rows=rows)

    return multiverse((shift, ends), build)


def curve(verse):
    figure = next(b for b in choice_blocks(HEAD, verse, WORDS) if isinstance(b, Figure))
    assert isinstance(figure.wide, SpecificationCurveLayout)
    return figure


def test_of_many_analyses_some_are_drawn_and_it_is_said():
    figure = curve(many(4 * DRAWN))
    assert "Of 2,400 analyses, one in 4 is drawn." in figure.caption
    assert DRAWN <= len(figure.wide.order) <= DRAWN + 3
    # pairs that differ in the interval alone stand side by side: each must be drawn about equally
    strokes = [row for row in figure.wide.rows if row[0] == "interval"]
    assert [choice for _, choice in strokes] == ["HKSJ", "z"]
    heights = dict(zip(figure.wide.rows, figure.wide.row_heights, strict=True))
    counts = [
        sum(
            r.x0 == r.x1 and abs((r.y0 + r.y1) / 2 - heights[row]) < 1e-6 for r in figure.wide.rules
        )
        for row in strokes
    ]
    assert min(counts) > 0.4 * sum(counts)


def test_of_few_analyses_all_are_drawn():
    figure = curve(many(100))
    assert "is drawn" not in figure.caption
    assert len(figure.wide.order) == 100


def test_what_the_intervals_hold_is_said():
    text = next(b.text for b in choice_blocks(HEAD, many(100), WORDS) if isinstance(b, Prose))
    assert "of them lie wholly above 0" in text or "All intervals hold 0." in text
    assert "100 in all" in text
