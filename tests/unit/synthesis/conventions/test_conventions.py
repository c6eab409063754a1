"""Conventions: what they set, and how their differences are told."""

from __future__ import annotations

import dataclasses
import json

import pytest

import remit
from remit.core.errors import InputError, SpecError
from remit.synthesis.conventions import (
    CONVENTIONS,
    compare_conventions,
    convention,
    effects_by_convention,
)
from remit.synthesis.data import EffectSet, StudyEffect
from remit.synthesis.effects import effect_sizes
from remit.synthesis.pool import pool

TOPICS = {
    "tau2",
    "tau2 interval",
    "interval",
    "floor",
    "prediction",
    "I2",
    "zero cells",
    "double zero",
}
TABLES = {"ai": [0, 3, 0, 12], "bi": [20, 17, 25, 28], "ci": [2, 1, 0, 9], "di": [18, 22, 25, 31]}


def studies(pairs) -> EffectSet:
    rows = tuple(
        StudyEffect(study=f"s{i}", label=f"Trial {i}", effect=y, variance=v, columns={})
        for i, (y, v) in enumerate(pairs, start=1)
    )
    return EffectSet(measure="MD", unit="points", rows=rows)


SPREAD = studies([(-0.2, 0.04), (-0.9, 0.01), (-0.4, 0.02)])


def topics(made) -> list[str]:
    return [difference.topic for difference in made.differences]


class TestConvention:
    @pytest.mark.parametrize("name", CONVENTIONS)
    def test_every_choice_is_told_with_its_source(self, name):
        rules = CONVENTIONS[name]
        assert set(rules.choices) == TOPICS
        assert all(choice.rule and choice.source for choice in rules.choices.values())
        assert convention(name) == rules.spec
        json.dumps(rules.to_dict(), allow_nan=False)

    def test_what_could_not_be_read_is_said(self):
        assert CONVENTIONS["revman-2025"].not_read == ("floor", "prediction")
        assert CONVENTIONS["metafor"].not_read == ()

    def test_a_choice_can_be_changed(self):
        spec = convention("metafor", interval="HKSJ", prediction="HKSJ k-1", level=0.9)
        assert (spec.interval, spec.level, spec.tau2) == ("HKSJ", 0.9, "REML")
        assert CONVENTIONS["metafor"].spec.level == 0.95

    def test_unknown_names(self):
        with pytest.raises(SpecError, match="'RevMan', expected one of metafor, revman-2025"):
            convention("RevMan")
        with pytest.raises(SpecError, match="argument 'method'"):
            convention("meta", method="DL")

    def test_frozen(self):
        with pytest.raises(dataclasses.FrozenInstanceError):
            CONVENTIONS["meta"].name = "other"

    def test_the_public_names(self):
        assert remit.convention is convention
        assert remit.compare_conventions is compare_conventions


class TestComparison:
    def test_each_answer_is_the_pooled_result_of_its_convention(self):
        made = compare_conventions(SPREAD)
        assert [answer.convention.name for answer in made.answers] == list(CONVENTIONS)
        for answer in made.answers:
            alone = pool(SPREAD, convention(answer.convention.name))
            assert answer.result.to_dict() == alone.to_dict()

    def test_sentences_name_programs_rules_and_numbers(self):
        made = compare_conventions(SPREAD)
        assert topics(made) == ["Confidence interval", "Prediction interval", "I2"]
        words = {d.topic: d.sentence for d in made.differences}
        assert "metafor, meta and stata use the normal distribution" in words["Confidence interval"]
        assert (
            "stata uses t with k - 2 df and the usual standard error (-5.569 to 4.521)"
            in (words["Prediction interval"])
        )
        assert "meta takes I2 from Q (86.1%)" in words["I2"]

    def test_two_names_and_a_level(self):
        made = compare_conventions(SPREAD, names=("metafor", "stata"), level=0.9)
        assert topics(made) == ["Prediction interval"]
        assert {a.result.interval.level for a in made.answers} == {0.9}

    def test_two_studies(self):
        made = compare_conventions(studies([(0.1, 0.04), (0.9, 0.01)]))
        words = {d.topic: d.sentence for d in made.differences}
        assert "none: With two studies" in words["Prediction interval"]
        assert made.to_rows()[3]["prediction_low"] is None

    def test_one_study_is_the_same_in_all(self):
        made = compare_conventions(studies([(0.1, 0.04)]))
        assert made.differences == ()
        assert "All conventions give the same answer." in made.summary()

    def test_identical_effects(self):
        made = compare_conventions(studies([(0.3, 0.04), (0.3, 0.01), (0.3, 0.02)]))
        rows = {row["convention"]: row for row in made.to_rows()}
        assert rows["revman-2025"]["ci_low"] == pytest.approx(0.3)  # without a floor, width 0
        assert rows["meta"]["ci_low"] < 0.3 < rows["meta"]["ci_high"]
        assert {row["i2"] for row in rows.values()} == {0.0}

    @pytest.mark.parametrize("scale", [1e-8, 1e8])
    def test_scale_changes_no_topic(self, scale):
        pairs = [(-0.2 * scale, 0.04 * scale**2), (-0.9 * scale, 0.01 * scale**2)]
        pairs.append((-0.4 * scale, 0.02 * scale**2))
        made = compare_conventions(studies(pairs))
        assert topics(made) == topics(compare_conventions(SPREAD))
        # rounding of the scaled inputs
        assert made.answers[2].i2 == pytest.approx(compare_conventions(SPREAD).answers[2].i2)

    def test_no_study(self):
        with pytest.raises(InputError, match="none to pool"):
            compare_conventions(studies([]))

    def test_wrong_use(self):
        with pytest.raises(SpecError, match="at least two"):
            compare_conventions(SPREAD, names=("meta",))
        with pytest.raises(SpecError, match=r"Did you mean 0\.95"):
            compare_conventions(SPREAD, level=95)

    def test_exits(self):
        made = compare_conventions(SPREAD)
        assert json.loads(json.dumps(made.to_dict(), allow_nan=False)) == made.to_dict()
        assert [row["convention"] for row in made.to_rows()] == list(CONVENTIONS)
        summary = made.summary()
        assert summary.startswith("MD in points, by 4 conventions")
        assert "Assumed for revman-2025, not read: floor, prediction." in summary


class TestZeroCells:
    def test_denominators_and_double_zeros_are_explained(self):
        effects = effect_sizes("RR", **TABLES).to_set("log risk ratio")
        made = compare_conventions(effects, counts=TABLES)
        assert topics(made)[:2] == ["Studies", "Effect"]
        words = {d.topic: d.sentence for d in made.differences}
        assert "metafor and stata keep studies without events" in words["Studies"]
        assert "revman-2025 and meta leave out" in words["Studies"]
        assert "out of n + 1" in words["Effect"]
        assert "out of n + 0.5" in words["Effect"]

    def test_odds_ratios_have_no_denominator(self):
        effects = effect_sizes("OR", **TABLES).to_set("log odds ratio")
        made = compare_conventions(effects, counts=TABLES)
        assert all("denominator" not in d.sentence for d in made.differences)
        assert all("n + 0.5" not in d.sentence for d in made.differences)

    def test_totals_serve_as_well_as_cells(self):
        totals = {"ai": TABLES["ai"], "n1i": [20, 20, 25, 40], "ci": TABLES["ci"]}
        totals["n2i"] = [20, 23, 25, 40]
        for rules in CONVENTIONS.values():
            one = effects_by_convention("RR", rules, TABLES)
            other = effects_by_convention("RR", rules, totals)
            assert one.effect.tolist() == other.effect.tolist()
            assert one.variance.tolist() == other.variance.tolist()

    def test_two_studies_of_one_name_stay_apart(self):
        found = effects_by_convention("OR", CONVENTIONS["meta"], TABLES, labels=["A"] * 4)
        assert len(found.rows) == 3
        assert len(set(found.effect.tolist())) == 3

    def test_without_zeros_all_agree(self):
        counts = {"ai": [4, 6], "bi": [16, 14], "ci": [8, 7], "di": [12, 13]}
        sets = [effects_by_convention("RR", rules, counts) for rules in CONVENTIONS.values()]
        assert len({tuple(one.effect) for one in sets}) == 1

    def test_nothing_but_double_zeros(self):
        counts = {"ai": [0, 0], "bi": [20, 30], "ci": [0, 0], "di": [22, 31]}
        effects = effect_sizes("OR", **counts).to_set("log odds ratio")
        made = compare_conventions(effects, counts=counts)
        assert [a.convention.name for a in made.answers] == ["metafor", "stata"]
        assert set(made.no_answer) == {"revman-2025", "meta"}
        assert "meta has no answer: it leaves out studies without events" in made.summary()
        with pytest.raises(InputError, match="none that can be pooled"):
            compare_conventions(effects, counts=counts, names=("meta", "revman-2025"))

    def test_a_missing_count_is_set_aside(self):
        counts = {"ai": [4, None], "bi": [16, 14], "ci": [0, 7], "di": [12, 13]}
        for rules in CONVENTIONS.values():
            found = effects_by_convention("RR", rules, counts)
            assert (len(found.rows), len(found.set_aside)) == (1, 1)

    def test_another_measure(self):
        with pytest.raises(SpecError, match="argument 'measure'"):
            effects_by_convention("RD", CONVENTIONS["meta"], TABLES)
