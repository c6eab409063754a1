"""Tests made from counts against meta 8.3-0, limit meta-analysis against metasens 1.5-2."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from remit.core.numerics import chi2_upper_tail
from remit.synthesis.bias import (
    copas,
    deeks_test,
    egger_test,
    harbord_test,
    limit_meta,
    macaskill_test,
    peters_test,
    pustejovsky_test,
    rank_test,
    schwarzer_test,
    selection_model,
    thompson_test,
)
from remit.synthesis.bias.copas_fit import CopasData, with_slope

VALUES = Path(__file__).parents[1] / "values"
REFERENCE = json.loads((VALUES / "small_study_effects.json").read_text(encoding="utf-8"))
BCG = REFERENCE["bcg"]["metabias"]
HACKSHAW = REFERENCE["hackshaw"]
# Colditz 1994: cases and people among the vaccinated, cases and people among the controls.
A = np.array([4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27])
N1 = np.array([123, 306, 231, 13598, 5069, 1541, 2545, 88391, 7499, 1716, 50634, 2498, 16913])
C = np.array([11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29])
N2 = np.array([139, 303, 220, 12867, 5808, 1451, 629, 88391, 7277, 1665, 27338, 2341, 17854])
LOG_OR = np.log(A * (N2 - C) / ((N1 - A) * C))
VARIANCE = 1 / A + 1 / (N1 - A) + 1 / C + 1 / (N2 - C)
REGRESSIONS = {
    "Harbord": lambda: harbord_test(A, N1, C, N2),
    "Peters": lambda: peters_test(A, N1, C, N2),
    "Deeks": lambda: deeks_test(A, N1, C, N2),
    "Egger": lambda: egger_test(LOG_OR, VARIANCE),
    "Macaskill": lambda: macaskill_test(LOG_OR, VARIANCE, N1 + N2),
    "Pustejovsky": lambda: pustejovsky_test(LOG_OR, VARIANCE, N1, N2),
}
RANKS = {
    "Begg": lambda: rank_test(LOG_OR, VARIANCE),
    "Schwarzer": lambda: schwarzer_test(A, N1, C, N2),
}


@pytest.mark.parametrize("name", REGRESSIONS)
def test_regressions(name):
    found, want = REGRESSIONS[name](), BCG[name]
    # closed forms; 1e-9 as predictors of very different size lose some digits
    assert found.slope.value == pytest.approx(want["bias"], rel=1e-9)
    assert found.slope.std_error == pytest.approx(want["se"], rel=1e-9)
    assert found.coef[0] == pytest.approx(want["intercept"], rel=1e-9)
    assert found.dispersion == pytest.approx(want["dispersion"], rel=1e-9)
    assert found.p_value == pytest.approx(want["p"], rel=1e-9)


def test_thompson_and_sharp():
    found, want = thompson_test(LOG_OR, VARIANCE), BCG["Thompson"]
    # 1e-6: meta estimates tau2 with metafor's default stopping rule
    assert found.slope.value == pytest.approx(want["bias"], rel=1e-6)
    assert found.slope.std_error == pytest.approx(want["se"], rel=1e-6)
    assert found.p_value == pytest.approx(want["p"], rel=1e-6)


@pytest.mark.parametrize("name", RANKS)
def test_rank_correlations(name):
    found, want = RANKS[name](), BCG[name]
    assert found.score == round(want["score"])
    assert found.score_std_error == pytest.approx(want["se"], rel=1e-12)  # a closed form
    assert found.p_normal == pytest.approx(want["p"], rel=1e-10)


@pytest.mark.parametrize("adjustment", ["beta0", "mulim", "betalim"])
def test_limit_meta_analysis(adjustment):
    want = HACKSHAW["limit"]
    # metasens's own tau2 is handed over, which leaves closed forms
    found = limit_meta(
        HACKSHAW["effect"], HACKSHAW["variance"], adjustment=adjustment, tau2=want["tau"] ** 2
    )
    assert found.effect.value == pytest.approx(want[adjustment]["effect"], rel=1e-10)
    assert found.effect.std_error == pytest.approx(want[adjustment]["se"], rel=1e-10)
    for name in ("alpha", "beta", "q", "q_small", "q_residual", "g2"):
        assert getattr(found, name) == pytest.approx(want[name], rel=1e-9)


STEPS = {"step.025": 0.025, "step.05.5": (0.05, 0.5), "step.4": (0.025, 0.1, 0.5)}


@pytest.mark.parametrize("case", HACKSHAW["selection"])
def test_selection_models(case):
    want = HACKSHAW["selection"][case]
    y, v = HACKSHAW["effect"], HACKSHAW["variance"]
    found = selection_model(
        y,
        v,
        "stepfun" if case in STEPS else case.split(".")[0],
        steps=STEPS.get(case),
        precision=np.sqrt(v) if case.endswith("prec") else None,
    )
    # metafor stops where the log-likelihood has settled to about 1e-7, its integrals to 1e-7
    assert found.loglik == pytest.approx(want["loglik"], abs=5e-7)
    assert found.loglik >= want["loglik"] - 1e-8
    assert found.lrt == pytest.approx(want["lrt"], abs=1e-6)
    # a log-likelihood that is flat to 1e-7 leaves a root of that in the estimates
    assert found.effect.value == pytest.approx(want["effect"], abs=2e-4)
    assert found.tau2 == pytest.approx(want["tau2"], abs=2e-4)
    if case != "halfnorm":  # metafor's numerical Hessian is off by 2 per cent there
        assert found.effect.std_error == pytest.approx(want["se"], rel=1e-3)


def test_copas():
    want = HACKSHAW["copas"]
    found = copas(HACKSHAW["effect"], HACKSHAW["variance"])
    points = found.points
    # the path is drawn on 400 maxima where metasens stops at a relative change of 2e-9
    assert [p.publication for p in points] == pytest.approx(want["publication"], rel=5e-6)
    assert [p.unpublished for p in points[1:]] == pytest.approx(want["unpublished"][1:], rel=2e-5)
    assert [p.effect.value for p in points] == pytest.approx(want["effect"], rel=2e-5)
    # metasens keeps rho among the free parameters at points 2 and 3, where it is at its bound
    assert [p.effect.std_error for p in points] == pytest.approx(want["se"], rel=7e-3)
    free = [place for place, p in enumerate(points) if not p.status.at_bounds]
    assert free == [0, 1, 4, 5, 6]
    for place in free:
        assert points[place].effect.std_error == pytest.approx(want["se"][place], rel=1e-5)
    # at point 1 metasens's test stays at rho = 0, where the likelihood has a lower summit
    y, v, pair = HACKSHAW["effect"], HACKSHAW["variance"], (points[1].gamma0, points[1].gamma1)
    parts = {"y": np.array(y), "v": np.array(v), "unit": 1.0}
    low = with_slope(CopasData(**parts, bound=1e-9), pair, left=True)
    high = with_slope(CopasData(**parts, bound=0.9999), pair, left=True)
    assert high.value > low.value + 0.1
    lrt = 2.0 * (low.value - points[1].loglik)
    assert chi2_upper_tail(lrt, 1) == pytest.approx(want["residual_p"][1], rel=2e-5)
    lrt = 2.0 * (high.value - points[1].loglik)
    assert points[1].residual_p == pytest.approx(chi2_upper_tail(lrt, 1), rel=1e-7)
    tested = [0, 2, 3, 4, 5, 6]
    for place in tested:
        assert points[place].residual_p == pytest.approx(want["residual_p"][place], rel=2e-5)
    assert found.chosen == 2
    assert found.adjusted.value == pytest.approx(want["adjusted"]["effect"], rel=2e-5)
    assert np.sqrt(points[2].tau2) == pytest.approx(want["adjusted"]["tau"], rel=2e-5)
