"""Tables with one row per person: zeros of drop-outs, impossible values, doubles, dates."""

from __future__ import annotations

import numpy as np
import pytest

from remit.core.errors import InputError
from remit.evidence.plausibility import NumberColumn, category_column, check_people
from remit.evidence.plausibility.number_column import name_stem, name_time
from remit.evidence.plausibility.stored_zeros import hypergeometric_tail


def column(name, values, **given):
    rows = tuple(range(2, len(values) + 2))
    known = tuple(None if x is None or np.isnan(x) else float(x) for x in values)
    return NumberColumn(name=name, values=known, rows=rows, **given)


def trial(people=160, seed=4):
    """Headache days and scores at baseline, 3 and 12 months; nobody left. Invented."""
    rng = np.random.default_rng(seed)
    ill = rng.normal(0, 1, people)
    days = [np.clip(np.round(15 + 6 * ill + rng.normal(0, 3, people)), 1, 28) for _ in range(3)]
    score = [np.round(26 + 11 * ill + rng.normal(0, 6, people), 2) for _ in range(3)]
    return [*days], [np.maximum(s, 0.25) for s in score]


def left(score, share=0.25, seed=9):
    """Blank the scores of those who left, who stay away."""
    rng = np.random.default_rng(seed)
    gone3 = rng.random(score[0].size) < share * 0.75
    gone12 = gone3 | (rng.random(score[0].size) < share * 0.4)
    for s, gone in zip(score[1:], (gone3, gone12), strict=True):
        s[gone] = np.nan
    return gone3, gone12


def columns(days, score):
    return [
        *(column(f"days_{m}m", d) for m, d in zip((0, 3, 12), days, strict=True)),
        *(column(f"score_{m}m", s) for m, s in zip((0, 3, 12), score, strict=True)),
    ]


def checks(found):
    return [(s.check, s.severity, s.study) for s in found]


def test_drop_outs_stored_as_zero():
    days, score = trial()
    gone3, gone12 = left(score)
    days[1][gone3], days[2][gone12] = 0, 0
    found = check_people(columns(days, score), file="trial.csv")
    assert checks(found) == [
        ("stored-zeros", "likely", "days_12m"),
        ("stored-zeros", "likely", "days_3m"),
    ]
    last = found[0]
    assert {c.place.row for c in last.changes} == {int(i) + 2 for i in np.flatnonzero(gone12)}
    assert all(c.was == 0 and c.becomes is None for c in last.changes)
    assert "score_12m is blank" in last.odd
    assert "as ill as the others" in last.because
    assert "as people who left" in last.because


def test_drop_outs_that_are_blank_in_both():
    days, score = trial()
    gone3, gone12 = left(score)
    days[1][gone3], days[2][gone12] = np.nan, np.nan
    assert check_people(columns(days, score)) == ()


def test_no_score_because_there_were_no_headaches():
    # those with fewest days at baseline got to 0, and were not asked how bad it was
    days, score = trial()
    well = days[0] < 10
    days[2][well], score[2][well] = 0, np.nan
    found = check_people(columns(days, score))
    assert checks(found) == [("stored-zeros", "worth a look", "days_12m")]
    assert "was not asked where days_12m is 0" in found[0].because


def test_honest_zeros_beside_a_few_blanks():
    # many are free of pain; those without the second score are not so more often
    rng = np.random.default_rng(1)
    pain = np.where(rng.random(200) < 0.6, 0, rng.integers(1, 8, 200)).astype(float)
    cough = rng.integers(0, 4, 200).astype(float)
    cough[rng.random(200) < 0.1] = np.nan
    assert check_people([column("pain30", pain), column("cough30", cough)]) == ()


def test_a_yes_or_no_may_be_no_where_follow_up_is_blank():
    rng = np.random.default_rng(2)
    answered = (rng.random(150) < 0.8).astype(float)
    score = np.where(answered == 1, rng.normal(20, 5, 150).round(1), np.nan)
    assert check_people([column("answered", answered), column("score", score)]) == ()


def test_tail_of_the_hypergeometric():
    # R: phyper(3, 5, 15, 6, lower.tail = FALSE) is 0.01393705; by hand
    # (C(5,4) C(15,2) + C(5,5) C(15,1)) / C(20,6) = (525 + 15) / 38760
    assert hypergeometric_tail(4, 5, 6, 20) == pytest.approx(540 / 38760, rel=1e-10)


@pytest.mark.parametrize(
    ("name", "stem", "time"),
    [("f5", "f", "5"), ("pain_12m", "pain", "12 m"), ("pacu30min_throatPain", "pacu throat pain",
     "30 min"), ("week4", "week", "week 4"), ("days_3m", "days", "days 3 m"),
     ("Score", "score", "")],
)  # fmt: skip
def test_names(name, stem, time):
    assert (name_stem(name), name_time(name)) == (stem, time)


def test_pain_of_14_on_a_scale_of_ten():
    # pain levels of a diary export: 9, 0, 7, 5, blank, 6, 14
    found = check_people([column("Pain Level", [9, 0, 7, 5, np.nan, 6, 14])])
    assert checks(found) == [("outside-scale", "likely", "Pain Level")]
    assert found[0].place.row == 8


def test_ends_in_the_header_are_sure():
    found = check_people([column("Headache (0-10)", [9, 0, 7, 5, 62, 6, 3])])
    assert checks(found) == [("outside-scale", "sure", "Headache (0-10)")]
    assert found[0].changes[0].becomes == pytest.approx(6.2)


@pytest.mark.parametrize(
    ("name", "values"),
    [("pain", [9, 0, 7, 5, 10, 6, 3]), ("pain", [90, 0, 70, 55, 62, 6, 33]),
     ("attacks", [9, 0, 7, 5, 14, 6, 3]), ("tablets 1-2", [1, 2, 1, 2])],
)  # fmt: skip
def test_values_that_can_be(name, values):
    assert check_people([column(name, values)]) == ()


def test_u160_items_stored_from_one():
    rng = np.random.default_rng(3)
    items = [column(f"isi{i}", rng.integers(0, 5, 60)) for i in range(1, 7)]
    shifted = column("isi7", rng.integers(0, 5, 60) + 1)
    found = check_people([*items, shifted])
    assert checks(found) == [("begins-at-one", "likely", "isi7")]
    assert found[0].changes[0].becomes == found[0].changes[0].was - 1
    told = column("item", rng.integers(0, 5, 60) + 1, low=0.0, high=4.0)
    assert checks(check_people([told])) == [("begins-at-one", "sure", "item")]


def test_a_far_value_and_a_zero_that_cannot_be():
    rng = np.random.default_rng(5)
    weight = rng.normal(70, 9, 80).round(1)
    weight[7] = 712.0
    age = rng.normal(45, 8, 80).round()
    age[11] = 0
    found = check_people([column("weight", weight), column("age", age)])
    assert [(s.check, s.place.row) for s in found] == [("far-value", 9), ("zeros-far-off", 13)]
    assert found[0].changes[0].becomes == pytest.approx(71.2)


def test_skewed_amounts_are_left_alone():
    rng = np.random.default_rng(6)
    for _ in range(30):
        tablets = np.round(rng.lognormal(1.5, 0.8, 100))
        assert check_people([column("tablets", tablets)]) == ()


def people(n=60, seed=7):
    rng = np.random.default_rng(seed)
    return [
        column("age", rng.integers(20, 70, n)),
        column("days_0m", rng.integers(4, 28, n)),
        column("score_0m", rng.normal(25, 9, n).round(1)),
        column("score_3m", rng.normal(20, 9, n).round(1)),
        column("tablets", rng.integers(0, 20, n)),
    ]


def test_one_person_entered_twice():
    from dataclasses import replace

    made = [replace(c, values=(*c.values[:-1], c.values[3])) for c in people()]
    found = check_people(made)
    assert checks(found) == [("same-person", "likely", "row 61")]
    assert found[0].other_places[0].row == 5
    # another sex tells them apart
    sex = category_column("sex", [*["f", "m"] * 29, "f", "f"], made[0].rows)
    assert check_people([*made, sex]) == ()


def test_people_without_complaints_are_alike_and_not_the_same():
    rng = np.random.default_rng(8)
    ill = rng.random(150) < 0.3
    made = [column(f"pain{i}", np.where(ill, rng.integers(1, 9, 150), 0)) for i in range(8)]
    assert [s for s in check_people(made) if s.check == "same-person"] == []


def test_one_id_in_two_rows():
    ids = [f"P{i:02}" for i in range(59)] + ["P07"]
    found = check_people(people(), ids=ids)
    assert checks(found) == [("id-twice", "likely", "P07")]


def test_a_follow_up_before_the_baseline():
    start = np.arange(20) * 3.0
    end = start + 84
    end[4] -= 365
    found = check_people(
        [column("start", start, kind="date"), column("end", end, kind="date")], file="t.csv"
    )
    assert checks(found) == [("date-order", "likely", "row 6")]
    assert found[0].odd == "end lies 281 days before start"


def test_dates_in_any_order():
    rng = np.random.default_rng(9)
    a, b = rng.integers(0, 300, 30), rng.integers(0, 300, 30)
    assert check_people([column("a", a, kind="date"), column("b", b, kind="date")]) == ()


def test_columns_of_different_lengths():
    with pytest.raises(InputError, match="columns of 2 and 3 rows"):
        check_people([column("a", [1, 2, 3]), column("b", [1, 2])])
    with pytest.raises(InputError, match="one row number per value"):
        NumberColumn(name="a", values=(1.0,), rows=(2, 3))
    with pytest.raises(InputError, match="finite"):
        NumberColumn(name="a", values=(1.0, float("nan")), rows=(2, 3))
