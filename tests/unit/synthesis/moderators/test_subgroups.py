from __future__ import annotations

import json

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.models import FitSpec, fit_linear
from remit.synthesis.moderators import subgroup_analysis
from remit.synthesis.pool import CommonEffect, RandomEffects, pool_arrays

Y = np.array([0.2, 0.5, -0.1, 0.9, 0.4, 1.1, 0.7])
V = np.array([0.04, 0.1, 0.06, 0.2, 0.03, 0.1, 0.08])
GROUPS = ["oral", "iv", "oral", "iv", "oral", "iv", "iv"]


def test_groups_keep_their_order_and_their_numbers():
    found = subgroup_analysis((Y, V), GROUPS, RandomEffects())
    assert [group.name for group in found.groups] == ["oral", "iv"]
    rows = [i for i, group in enumerate(GROUPS) if group == "iv"]
    one = pool_arrays(Y[rows], V[rows], RandomEffects())
    group = found.group("iv")
    assert group.studies == tuple(rows)
    assert group.k == 4
    assert group.effect.value == pytest.approx(one.effect, rel=1e-12)
    assert group.effect.interval.low == pytest.approx(one.interval.low, rel=1e-10)
    assert group.effect.interval.method == "t with 3 df"
    with pytest.raises(InputError, match="oral, iv"):
        found.group("nasal")


def test_order_of_studies_changes_no_group():
    order = np.array([3, 6, 0, 5, 1, 4, 2])
    found = subgroup_analysis((Y, V), GROUPS)
    other = subgroup_analysis((Y[order], V[order]), [GROUPS[i] for i in order])
    assert other.q_between == pytest.approx(found.q_between, rel=1e-10)
    for name in ("oral", "iv"):
        assert other.group(name).effect.value == pytest.approx(
            found.group(name).effect.value, rel=1e-12
        )


def test_common_effect_splits_q():
    found = subgroup_analysis((Y, V), GROUPS, CommonEffect())
    total = fit_linear(Y, V, None, FitSpec(tau2="EE")).q_e
    within = sum(group.q for group in found.groups)
    assert found.q_between + within == pytest.approx(total, rel=1e-12)


def test_one_tau2_is_a_regression_on_the_groups():
    found = subgroup_analysis((Y, V), GROUPS, FitSpec(), tau2="common")
    design = np.column_stack((np.ones(7), [group == "iv" for group in GROUPS]))
    fit = fit_linear(Y, V, design)
    assert found.q_between == pytest.approx(fit.q_m, rel=1e-12)
    assert found.p_between == pytest.approx(fit.q_m_p, rel=1e-10)
    assert found.df2_between is None
    assert found.tau2_common == pytest.approx(fit.tau2_value, rel=1e-10)
    assert found.r2 == pytest.approx(fit.r2, rel=1e-8, abs=1e-12)
    assert isinstance(found.groups[0].tau2, NotEstimable)


def test_single_study_in_a_group_is_shown_and_said():
    found = subgroup_analysis((Y, V), ["a"] * 6 + ["alone"])
    alone = found.group("alone")
    assert alone.effect.value == 0.7
    assert alone.effect.interval.method == "normal"
    assert isinstance(alone.tau2, NotEstimable)
    assert isinstance(alone.q_p, NotEstimable)
    assert any("alone" in note.text for note in found.notes)
    assert found.q_between > 0


def test_studies_without_a_group_are_set_aside():
    for sharing in ("separate", "common"):
        groups = [*GROUPS[:-1], None]
        found = subgroup_analysis((Y, V), groups, tau2=sharing)
        assert found.set_aside == ("study 7",)
        assert "study 7" in found.summary()
        assert found.group("iv").k == 3


def test_difference_of_groups_without_error_is_not_estimable():
    found = subgroup_analysis(
        ([0.1, 0.1, 0.5, 0.7], [0.1] * 4), ["a", "a", "b", "b"], FitSpec(test="knha")
    )
    assert isinstance(found.q_between, NotEstimable)
    assert isinstance(found.group("a").p_value, NotEstimable)
    assert "not estimable" in found.summary()


def test_wrong_input():
    with pytest.raises(InputError, match="7 studies"):
        subgroup_analysis((Y, V), GROUPS[:3])
    with pytest.raises(InputError, match="at least two"):
        subgroup_analysis((Y, V), ["same"] * 7)
    with pytest.raises(SpecError, match="separate, common"):
        subgroup_analysis((Y, V), GROUPS, tau2="both")


def test_plain_exits():
    for sharing in ("separate", "common"):
        found = subgroup_analysis((Y, V), GROUPS, tau2=sharing)
        plain = json.loads(json.dumps(found.to_dict()))
        assert plain["tau2_sharing"] == sharing
        assert plain["groups"][0]["name"] == "oral"
    assert "F(1, 5)" in found.summary()
