from __future__ import annotations

import json

import numpy as np
import pytest

from remit.core.errors import InputError
from remit.synthesis.data import EffectSet, StudyEffect
from remit.synthesis.influence import cumulative, leave_one_out
from remit.synthesis.models import FitSpec
from remit.synthesis.pool import CommonEffect, RandomEffects, pool

Y = (0.2, 0.5, -0.1, 0.9)
V = (0.04, 0.1, 0.06, 0.2)


@pytest.fixture
def studies():
    rows = tuple(
        StudyEffect(study=f"s{i}", label=f"Study {i}", effect=y, variance=v, columns={})
        for i, (y, v) in enumerate(zip(Y, V, strict=True))
    )
    return EffectSet(measure="MD", unit="points", rows=rows)


def test_leave_one_out_names_the_study_left_out(studies):
    found = leave_one_out(studies, RandomEffects())
    assert found.labels == ("Study 0", "Study 1", "Study 2", "Study 3")
    others = EffectSet(measure="MD", unit="points", rows=studies.rows[1:])
    one = pool(others, RandomEffects())
    assert found.pooled.effect[0] == pytest.approx(one.effect, rel=1e-12)
    assert found.pooled.ci_low[0] == pytest.approx(one.interval.low, rel=1e-10)
    whole = pool(studies, RandomEffects())
    assert found.all_studies.effect[0] == pytest.approx(whole.effect, rel=1e-12)
    assert found.summary().startswith("without Study 0: ")
    assert json.loads(json.dumps(found.to_dict()))["rows"][3]["left_out"] == "Study 3"


def test_studies_that_turn_the_verdict_are_named():
    # all together exclude 0; without the last the interval includes it
    found = leave_one_out(([0.1, 0.1, 0.1, 0.5], [0.09, 0.09, 0.09, 0.02]), CommonEffect())
    assert found.changes_side == ("study 4",)


def test_two_studies_leave_one():
    found = leave_one_out(([0.1, 0.4], [0.2, 0.3]), RandomEffects())
    assert found.pooled.effect.tolist() == [0.4, 0.1]
    assert np.isnan(found.pooled.tau2).all()
    assert found.to_rows()[0]["tau2"] is None
    with pytest.raises(InputError, match="at least 2"):
        leave_one_out(([0.1], [0.2]))


def test_cumulative_sorts_by_any_column(studies):
    found = cumulative(studies, CommonEffect(), order=[2011, 2009, 2010, 2009])
    assert found.order == (1, 3, 2, 0)
    assert found.labels[0] == "Study 1"
    assert found.pooled.k.tolist() == [1, 2, 3, 4]
    assert found.pooled.effect[0] == 0.5
    by_hand = (0.5 / 0.1 + 0.9 / 0.2) / (1 / 0.1 + 1 / 0.2)
    assert found.pooled.effect[1] == pytest.approx(by_hand, rel=1e-14)
    assert cumulative(studies, CommonEffect(), order=list("dacb")).order == (1, 3, 2, 0)
    assert json.loads(json.dumps(found.to_dict()))["rows"][0]["added"] == "Study 1"
    assert "+ Study 1: 0.5" in found.summary()


def test_last_step_is_the_whole(studies):
    found = cumulative(studies, FitSpec())
    assert found.pooled.effect[-1] == pytest.approx(
        leave_one_out(studies, FitSpec()).all_studies.effect[0], rel=1e-12
    )


@pytest.mark.parametrize(
    ("order", "said"),
    [([1, 2], "2 values"), ([1, None, 2, 3], "study 2"), ([1, "a", 2, 3], "different kinds")],
)
def test_order_is_checked(studies, order, said):
    with pytest.raises(InputError, match=said):
        cumulative(studies, order=order)


def test_bad_study_is_named(studies):
    bad = StudyEffect(study="x", label="Broken 2020", effect=0.1, variance=0.0, columns={})
    with pytest.raises(InputError, match="Broken 2020"):
        leave_one_out(EffectSet(measure="MD", unit="p", rows=(*studies.rows, bad)))
