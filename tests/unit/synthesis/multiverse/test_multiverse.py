"""Every combination is pooled as it would be alone."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.synthesis.data import EffectSet, ProportionSet, StudyCount, StudyEffect
from remit.synthesis.multiverse import Alternative, Axis, multiverse, multiverse_of_shares
from remit.synthesis.pool import pool
from remit.synthesis.proportions import pool_proportions
from remit.synthesis.spec import RandomEffects

# the batch and the single fit take other ways to the same root
WAYS = 1e-9

EFFECTS = {"a": -1.0, "b": -0.2, "c": -0.9, "d": 0.3, "e": -2.2}
VARIANCES = {"a": 0.1, "b": 0.3, "c": 0.05, "d": 0.2, "e": 0.4}


def axis(name, stage, *alternatives, chosen=0):
    return Axis(
        name=name,
        stage=stage,
        alternatives=tuple(Alternative(label=str(a), value=v) for a, v in alternatives),
        chosen=chosen,
    )


SPREAD = axis("spread", "data", (1, 1.0), (2, 2.0), (3, 3.0), chosen=1)
SIZE = axis("size", "data", ("as printed", 10), ("doubled", 20))
LEFT = axis("left out", "studies", ("none", ()), ("a", ("a",)), ("e", ("e",)))
TAU2 = axis("tau2", "model", *((m, {"tau2": m}) for m in ("REML", "DL", "PM")))
ENDS = axis("interval", "model", ("HKSJ", {"interval": "HKSJ"}), ("z", {"interval": "z"}))


def effect_set(scale=1.0, names="abcde", n=10):
    return EffectSet(
        measure="MD",
        unit="points",
        rows=tuple(
            StudyEffect(
                study=s, label=s, effect=EFFECTS[s], variance=scale * VARIANCES[s], n=n, columns={}
            )
            for s in names
        ),
    )


def build(values):
    return effect_set(values["spread"])


@pytest.fixture(scope="module")
def verse():
    return multiverse((SPREAD, LEFT, TAU2, ENDS), build)


def test_each_combination_is_pooled_as_it_would_be_alone(verse):
    assert len(verse) == 3 * 3 * 3 * 2
    seen = set()
    for i, places in enumerate(verse.choices.tolist()):
        spread, left, tau2, ends = (
            a.alternatives[p].value for a, p in zip(verse.axes, places, strict=True)
        )
        names = [s for s in "abcde" if s not in left]
        alone = pool(effect_set(spread, names), RandomEffects(**tau2, **ends))
        assert verse.effect[i] == pytest.approx(alone.effect, rel=WAYS)
        assert verse.ci_low[i] == pytest.approx(alone.interval.low, rel=WAYS)
        assert verse.ci_high[i] == pytest.approx(alone.interval.high, rel=WAYS)
        assert (verse.k[i], verse.n[i]) == (len(names), 10 * len(names))
        seen.add(tuple(places))
    assert seen == set(itertools.product(range(3), range(3), range(3), range(2)))


def test_the_reported_one_is_marked(verse):
    assert verse.labels(verse.reported) == ("2", "none", "REML", "HKSJ")
    assert sum(row["reported"] for row in verse.to_rows()) == 1


def test_moves_are_ranges_over_one_axis_with_all_others_held(verse):
    """By loops over plain dictionaries, another way than the code's."""
    table = {
        tuple(p): (e, lo, hi)
        for p, e, lo, hi in zip(
            verse.choices.tolist(), verse.effect, verse.ci_low, verse.ci_high, strict=True
        )
    }
    names = [a.name for a in verse.axes]
    for move in verse.moves:
        j = names.index(move.axis)
        groups = {}
        for places, numbers in table.items():
            groups.setdefault(places[:j] + places[j + 1 :], []).append(numbers)
        ranges = np.array([np.ptp(np.array(group), axis=0) for group in groups.values()])
        found = [
            (move.median, move.largest),
            (move.low_median, move.low_largest),
            (move.high_median, move.high_largest),
        ]
        for pair, column in zip(found, ranges.T, strict=True):
            assert pair == (np.median(column), column.max())
    most = [max(m.median, m.low_median, m.high_median) for m in verse.moves]
    assert most == sorted(most, reverse=True)
    by_name = {m.axis: m for m in verse.moves}
    assert by_name["interval"].median == 0.0  # the interval does not move the estimate
    assert by_name["interval"].high_median > 0.0


def test_single_changes_differ_from_the_reported_one_on_one_axis(verse):
    changes = verse.single_changes
    assert len(changes) == 3 + 3 + 3 + 2
    for change in changes:
        other = verse.labels(change.place)
        here = verse.labels(verse.reported)
        differing = [a.name for a, x, y in zip(verse.axes, other, here, strict=True) if x != y]
        assert differing == ([] if change.reported else [change.axis])


def test_shares_on_either_side(verse):
    assert verse.below == np.mean(verse.ci_high < 0)
    assert verse.above == 0.0
    assert verse.distinct <= len(verse)


def test_axes_that_change_nothing_are_left_out_and_named():
    nobody = axis("overlap", "studies", ("counted", ()), ("without z", ("z",)))
    label = axis("label", "data", ("x", 1), ("y", 2))
    found = multiverse((SPREAD, label, nobody, TAU2), build)
    assert [a.name for a in found.axes] == ["spread", "tau2"]
    assert [a.name for a in found.idle] == ["label", "overlap"]
    assert len(found) == 9
    assert "changes nothing: label" in found.summary()


def test_an_axis_that_matters_only_beside_another_choice_stays():
    def either(values):
        return effect_set(values["spread"] if values["use"] else 1.0)

    use = axis("use", "data", ("no", False), ("yes", True))
    found = multiverse((replace(SPREAD, chosen=0), use), either, RandomEffects(interval="z"))
    assert [a.name for a in found.axes] == ["spread", "use"]
    assert len(found) == 6
    assert found.distinct == 3


def test_studies_left_out_twice_count_once_and_too_few_have_no_answer():
    one = axis("first", "studies", ("none", ()), ("a, b", ("a", "b")))
    two = axis("second", "studies", ("none", ()), ("b, c", ("b", "c")), ("all", tuple("abcde")))
    found = multiverse((one, two), lambda _: effect_set(), least=3)
    assert sorted(found.k.tolist()) == [3, 3, 5]
    assert found.without_answer == {"fewer than 3 are left": 3}
    assert [c.place is None for c in found.single_changes] == [False, False, False, False, True]


def test_without_the_reported_combination():
    all_out = axis("left out", "studies", ("all", tuple("abcde")), ("a", ("a",)))
    found = multiverse((all_out,), lambda _: effect_set())
    assert found.reported is None
    assert found.single_changes == ()
    assert "reported" not in found.summary()
    assert [row["reported"] for row in found.to_rows()] == [False]


def test_nothing_to_pool_is_an_error():
    with pytest.raises(InputError, match="fewer than 6 are left"):
        multiverse((SPREAD,), build, least=6)


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ((SPREAD, replace(LEFT, name="spread")), "a name that an earlier axis has"),
        ((replace(SPREAD, chosen=3),), "a place from 0 to 2"),
        ((replace(SPREAD, alternatives=()),), "no alternative"),
        ((axis("spread", "data", (1, 1.0), (1, 2.0)),), "a label twice"),
        ((replace(SPREAD, stage="later"),), "one of data, studies, model"),
        ((SPREAD, axis("tau2", "model", ("x", {"tau2": "X"}))), "'X'"),
        ((SPREAD, axis("tau2", "model", ("x", "DL"))), "a dictionary of arguments"),
        ((SPREAD, axis("tau2", "model", ("x", {"tau": "DL"}))), "arguments of RandomEffects"),
        (
            (
                SPREAD,
                axis("ends", "model", ("x", {"tau2": "ML", "interval": "profile likelihood"})),
            ),
            "the interval 'profile likelihood'",
        ),
    ],
)
def test_what_makes_no_grid(axes, message):
    with pytest.raises(SpecError, match=message):
        multiverse(axes, build)


def test_too_many_combinations_are_refused_before_any_is_made():
    many = tuple(axis(f"axis {i}", "data", *((j, j) for j in range(11))) for i in range(6))
    with pytest.raises(SpecError, match="1,771,561 combinations"):
        multiverse(many, build)


def test_choices_must_not_change_the_measure():
    def other(values):
        found = effect_set()
        return replace(found, measure="SMD") if values["size"] == 20 else found

    with pytest.raises(SpecError, match="MD in points and to SMD in points"):
        multiverse((SIZE,), other)


def test_progress_reaches_its_end():
    told = []
    multiverse((SPREAD, LEFT, TAU2), build, progress=lambda *pair: told.append(pair))
    assert told == [(9, 27), (18, 27), (27, 27)]


def test_it_survives_json(verse):
    data = verse.to_dict()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["axes"][0] == {
        "name": "spread",
        "stage": "data",
        "alternatives": ["1", "2", "3"],
        "chosen": "2",
    }


COUNTS = {"a": (12, 20), "b": (30, 41), "c": (9, 11), "d": (50, 60)}


class TestShares:
    def counts(self, other=False):
        given = COUNTS | ({"c": (9, 14)} if other else {})
        return ProportionSet(
            definition="better",
            rows=tuple(
                StudyCount(study=s, label=s, events=e, n=n, columns={})
                for s, (e, n) in given.items()
            ),
        )

    def test_each_combination_is_pooled_as_it_would_be_alone(self):
        reading = axis("reading of c", "data", ("9 of 11", False), ("9 of 14", True))
        model = axis("model", "model", *((m, m) for m in ("logit-normal", "one share")))
        left = axis("left out", "studies", ("none", ()), ("d", ("d",)))
        found = multiverse_of_shares(
            (reading, left, model), lambda v: self.counts(v["reading of c"])
        )
        assert len(found) == 8
        assert found.null is None
        assert (found.below, found.above) == (0.0, 0.0)
        for i, row in enumerate(found.to_rows()):
            whole = self.counts(row["reading of c"] == "9 of 14")
            kept = tuple(r for r in whole.rows if row["left out"] == "none" or r.study != "d")
            if row["model"] == "one share":
                events, n = sum(r.events for r in kept), sum(r.n for r in kept)
                assert found.effect[i] == events / n
                assert found.n[i] == n
            else:
                alone = pool_proportions(replace(whole, rows=kept)).proportion
                assert found.effect[i] == alone.value
                assert found.ci_low[i] == alone.interval.low

    def test_the_mean_share_of_the_beta_binomial_lies_between_the_studies(self):
        model = axis("model", "model", ("mean", "beta-binomial"))
        found = multiverse_of_shares((model,), lambda _: self.counts())
        shares = [e / n for e, n in COUNTS.values()]
        assert (
            min(shares) < found.ci_low[0] < found.effect[0] < found.ci_high[0] < max(shares) + 0.1
        )

    def test_what_is_refused(self):
        model = axis("model", "model", ("x", "probit"))
        with pytest.raises(SpecError, match="one of logit-normal"):
            multiverse_of_shares((model,), lambda _: self.counts())
        other = axis("other", "model", ("x", "one share"))
        with pytest.raises(SpecError, match="two axes of models"):
            multiverse_of_shares((model, other), lambda _: self.counts())
