"""How far the answer would move."""

from __future__ import annotations

import numpy as np
import pytest

from remit.core.estimate import NotEstimable
from remit.core.place import Place
from remit.evidence.plausibility import ArmNumbers, NumberColumn, StudyRow
from remit.synthesis.spec import RandomEffects
from remit.workbench.plausible import (
    guess_trial,
    people_with_moves,
    pooled_rows,
    rows_with_moves,
)

PAIN = (
    ((3.1, 2.2, 40), (4.0, 2.1, 41)),
    ((3.6, 1.8, 25), (4.4, 2.0, 24)),
    ((2.9, 2.5, 60), (4.1, 2.4, 58)),
    ((3.3, 1.9, 33), (4.2, 2.2, 35)),
    ((2.4, 2.0, 51), (3.9, 2.3, 49)),
)


def rows(*more):
    made = []
    for i, arms in enumerate((*PAIN, *more)):
        place = Place(file="t.csv", row=i + 2)
        parts = tuple(
            ArmNumbers(
                name=f"arm {j}", place=place, mean=m, sd=sd, n=n,
                columns={"mean": f"mean{j}", "sd": f"sd{j}", "n": f"n{j}"},
            )
            for j, (m, sd, n) in enumerate(arms)
        )  # fmt: skip
        made.append(StudyRow(study=f"S{i}", place=place, arms=parts))
    return made


def test_both_answers_are_those_of_the_two_tables():
    wrong = rows(((1.2, 0.30, 49), (4.1, 0.32, 49)))
    right = rows(((1.2, 2.10, 49), (4.1, 2.24, 49)))
    found = rows_with_moves(wrong, "MD")
    assert [s.check for s in found] == ["se-for-sd"]
    move = found[0].moves
    assert move.as_it_stands == pooled_rows(wrong, "MD", RandomEffects())
    # 0.30 * sqrt(49) is 2.10 to the last digit but one
    assert move.corrected.value == pytest.approx(
        pooled_rows(right, "MD", RandomEffects()).value, rel=1e-10
    )
    assert move.by == move.corrected.value - move.as_it_stands.value
    assert "MD of 6 studies" in found[0].message


def test_a_row_left_out():
    found = rows_with_moves(rows(PAIN[2]), "MD")
    assert [s.check for s in found] == ["same-numbers"]
    assert found[0].moves.corrected == pooled_rows(rows(), "MD", RandomEffects())


def test_nothing_to_pool():
    assert isinstance(pooled_rows([], "MD", RandomEffects()), NotEstimable)


def table(stored_as, seed=3):
    rng = np.random.default_rng(seed)
    n = 140
    ill = rng.normal(0, 1, n)
    group = np.arange(n) % 2
    f1 = np.clip(np.round(15 + 6 * ill + rng.normal(0, 2, n)), 1, 28)
    f5 = np.clip(np.round(14 + 6 * ill - 3 * group + rng.normal(0, 2, n)), 1, 28)
    pk5 = np.round(20 + 8 * ill + rng.normal(0, 4, n), 1)
    gone = rng.random(n) < 0.25
    f5[gone], pk5[gone] = stored_as, np.nan
    made = {"group": group, "pk5": pk5, "f1": f1, "f5": f5}
    return [
        NumberColumn(
            name=name,
            values=tuple(None if np.isnan(x) else float(x) for x in values),
            rows=tuple(range(2, n + 2)),
        )
        for name, values in made.items()
    ]


def test_the_trial_with_and_without_its_drop_outs():
    found = people_with_moves(table(0.0), file="trial.csv")
    assert [(s.check, s.study, s.severity) for s in found] == [("stored-zeros", "f5", "likely")]
    move = found[0].moves
    assert move.what == "Difference in f5 between the groups of group, adjusted for f1"
    # by numpy alone, from the table in which they are blank
    blank = {
        c.name: np.array([np.nan if x is None else x for x in c.values]) for c in table(np.nan)
    }
    kept = ~np.isnan(blank["f5"])
    X = np.column_stack([np.ones(kept.sum()), blank["group"][kept], blank["f1"][kept]])
    beta = np.linalg.lstsq(X, blank["f5"][kept], rcond=None)[0]
    assert move.corrected.value == pytest.approx(beta[1], rel=1e-9)  # closed form
    assert abs(move.by) > 0.3
    assert "as it stands" in found[0].message


def test_a_table_without_groups_has_no_answer():
    columns = [c for c in table(0.0) if c.name != "group"]
    assert guess_trial(columns, "f5") is None
    found = people_with_moves(columns)
    assert [(s.check, s.moves) for s in found] == [("stored-zeros", None)]
