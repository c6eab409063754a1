from __future__ import annotations

import json

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.synthesis.batch import BatchStatus, pool_many, pool_stream
from remit.synthesis.models import FitSpec, fit_linear
from remit.synthesis.pool import CommonEffect, RandomEffects, pool_arrays

METHODS = ("EE", "DL", "DL2", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM")
EXACT = 1e-10  # two solvers to rounding error; the p value of a large statistic loses some digits


def sets(seed, shape, spread=1.0):
    rng = np.random.default_rng(seed)
    v = np.exp(rng.normal(-1, spread, shape))
    return rng.normal(0.3, np.sqrt(v + rng.choice([0, 0.1, 2], (shape[0], 1)))), v


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("test", ["z", "t", "knha", "adhoc"])
def test_batch_equals_single_fits(method, test):
    y, v = sets(1, (12, 6), spread=2.0)
    mask = np.random.default_rng(2).random(y.shape) < 0.8
    mask[:, :2] = True
    spec = FitSpec(tau2=method, test=test)
    found = pool_many(y, v, mask, spec)
    for i in range(12):
        fit = fit_linear(y[i][mask[i]], v[i][mask[i]], None, spec)
        scale = max(fit.tau2_value, 1e-3 * v[i].min())  # tau2 near 0 is known to its variances
        assert abs(found.tau2[i] - fit.tau2_value) < EXACT * scale
        for name in ("i2", "h2"):
            assert getattr(found, name)[i] == pytest.approx(getattr(fit, name), rel=EXACT)
        assert found.q[i] == pytest.approx(fit.q_e, rel=EXACT)
        assert found.q_p[i] == pytest.approx(fit.q_e_p, rel=EXACT)
        assert found.effect[i] == pytest.approx(fit.coef[0], rel=EXACT)
        for name in ("std_error", "p_value", "ci_low", "ci_high"):
            assert getattr(found, name)[i] == pytest.approx(getattr(fit, name)[0], rel=EXACT)
        if method != "EE":
            assert found.se_tau2[i] == pytest.approx(fit.se_tau2, rel=EXACT)
    assert found.k.tolist() == mask.sum(axis=1).tolist()


@pytest.mark.parametrize(
    "spec",
    [
        CommonEffect(level=0.9),
        RandomEffects(),
        RandomEffects(tau2="PM", interval="z"),
        RandomEffects(tau2="DL", interval="HKSJ", floor=False, level=0.8),
        RandomEffects(interval="t"),
    ],
)
def test_specs_of_pool_mean_the_same(spec):
    y, v = sets(3, (5, 4))
    found = pool_many(y, v, None, spec)
    for i in range(5):
        one = pool_arrays(y[i], v[i], spec)
        assert found.effect[i] == pytest.approx(one.effect, rel=EXACT)
        assert found.ci_low[i] == pytest.approx(one.interval.low, rel=EXACT)
        assert found.ci_high[i] == pytest.approx(one.interval.high, rel=EXACT)
        assert found.p_value[i] == pytest.approx(one.p_value, rel=EXACT)


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
@pytest.mark.parametrize("method", ["ML", "REML", "PM", "DL"])
def test_scale_of_the_effects_does_not_matter(method, scale):
    y, v = sets(4, (20, 5))
    plain = pool_many(y, v, None, FitSpec(tau2=method))
    found = pool_many(y * scale, v * scale**2, None, FitSpec(tau2=method))
    np.testing.assert_allclose(found.tau2 / scale**2, plain.tau2, rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(found.p_value, plain.p_value, rtol=1e-9)


def test_one_study_with_all_the_weight():
    y = np.array([[0.1, 0.5, -0.4, 2.0]])
    v = np.array([[1e-14, 1.0, 2.0, 0.5]])
    for method in METHODS:
        found = pool_many(y, v, None, FitSpec(tau2=method))
        fit = fit_linear(y[0], v[0], None, FitSpec(tau2=method))
        assert found.tau2[0] == pytest.approx(fit.tau2_value, rel=EXACT)
        assert found.q[0] == pytest.approx(fit.q_e, rel=EXACT)
        if method != "EE":
            # here tau2's variance is a difference of sums that the study dominates
            assert found.se_tau2[0] == pytest.approx(fit.se_tau2, rel=1e-6)


def test_several_peaks_are_found_and_said():
    # two precise studies that agree and two imprecise ones far from them: the likelihood of tau2
    # is high at 0 and again where tau2 spans the gap
    y, v = np.array([[0.0, 0.02, 9.0, -8.0]]), np.array([[1e-4, 1e-4, 20.0, 20.0]])
    candidates = np.random.default_rng(0).uniform(0.5, 2, (400, 4))
    found = pool_many(y * candidates, np.broadcast_to(v, (400, 4)), None, FitSpec())
    marked = np.flatnonzero(found.status == BatchStatus.SEVERAL_PEAKS)
    assert marked.size
    for i in marked:
        fit = fit_linear(y[0] * candidates[i], v[0], None, FitSpec())
        assert fit.tau2.status.several_modes
        assert found.tau2[i] == pytest.approx(fit.tau2_value, rel=EXACT)


def test_status_of_small_and_equal_sets():
    y = np.array([[0.5, 9.0, 9.0], [0.5, 0.7, 0.0], [0.2, 0.2, 0.2], [0.0, 0.0, 0.0]])
    v = np.ones((4, 3))
    mask = np.array([[1, 0, 0], [1, 1, 0], [1, 1, 1], [0, 0, 0]], dtype=bool)
    found = pool_many(y, v, mask, RandomEffects())
    assert found.status.tolist() == [
        BatchStatus.ONE_STUDY,
        BatchStatus.AT_ZERO,
        BatchStatus.AT_ZERO,
        BatchStatus.NO_STUDY,
    ]
    assert found.effect[0] == 0.5
    assert found.ci_high[0] == pytest.approx(0.5 + 1.959963984540054, rel=1e-14)
    assert np.isnan(found.tau2[[0, 3]]).all()
    assert np.isnan(found.effect[3])
    assert "1: no study" in found.summary()


def test_identical_effects_have_no_p_without_the_floor():
    found = pool_many(np.full((1, 3), 0.2), np.ones((1, 3)), None, FitSpec(test="knha"))
    assert found.std_error[0] == 0
    assert np.isnan(found.p_value[0])
    assert found.to_rows()[0]["p_value"] is None


def test_two_studies():
    found = pool_many([[0.0, 1.0]], [[0.01, 0.01]], None, FitSpec())
    # by hand: with equal variances REML is the sample variance 0.5 less the sampling variance
    assert found.tau2[0] == pytest.approx(0.49, rel=1e-12)


def test_shared_studies_are_broadcast():
    y, v = np.array([0.1, 0.4, 0.9]), np.array([0.1, 0.2, 0.3])
    mask = np.array([[True, True, False], [True, True, True]])
    found = pool_many(y, v, mask, FitSpec())
    again = pool_many([y, y], [v, v], mask, FitSpec())
    assert found.effect.tolist() == again.effect.tolist()
    assert len(found) == 2


def test_the_callers_arrays_are_not_touched():
    y, v = np.array([[0.3, 0.1]]), np.array([[0.2, 0.1]])
    mask = np.array([[True, False]])
    pool_many(y, v, mask)
    assert mask.tolist() == [[True, False]]
    assert y.tolist() == [[0.3, 0.1]]
    assert v.tolist() == [[0.2, 0.1]]


def test_chunks_do_not_change_the_answer(monkeypatch):
    y, v = sets(5, (50, 4))
    whole = pool_many(y, v)
    steps = []
    monkeypatch.setattr("remit.synthesis.batch.pool._CHUNK", 28)
    parts = pool_many(y, v, progress=lambda done, total: steps.append((done, total)))
    np.testing.assert_allclose(parts.ci_low, whole.ci_low, rtol=1e-13)
    assert steps[0] == (7, 50)
    assert steps[-1] == (50, 50)


def test_stream_yields_batch_after_batch():
    y, v = sets(6, (10, 4))
    mask = np.ones((5, 4), dtype=bool)
    found = list(pool_stream([(y[:5], v[:5]), (y[5:], v[5:], mask)], FitSpec()))
    whole = pool_many(y, v, None, FitSpec())
    together = np.concatenate([part.effect for part in found])
    np.testing.assert_allclose(together, whole.effect, rtol=1e-13)


def test_empty_batch():
    found = pool_many(np.zeros((0, 3)), np.ones((0, 3)))
    assert len(found) == 0
    assert found.to_dict()["rows"] == []


@pytest.mark.parametrize(
    ("y", "v", "named"),
    [
        ([[1.0, np.nan]], [[1.0, 1.0]], "set 1, study 2"),
        ([[1.0, 1.0]], [[1.0, 0.0]], "set 1, study 2"),
        ([[1.0, 1.0]], [[-1.0, 1.0]], "set 1, study 1"),
        ([[1.0, 1.0]], [[np.inf, 1.0]], "set 1, study 1"),
    ],
)
def test_unusable_studies_are_named(y, v, named):
    with pytest.raises(InputError, match=named):
        pool_many(y, v)
    outside = np.array([[named.endswith("2"), named.endswith("1")]])
    assert pool_many(y, v, outside).k[0] == 1  # outside the set it does no harm


def test_many_unusable_studies_are_counted():
    with pytest.raises(InputError, match="and 7 more"):
        pool_many(np.ones((3, 4)), np.zeros((3, 4)))


@pytest.mark.parametrize(
    ("y", "v", "mask", "error"),
    [
        (np.ones((2, 3)), np.ones((2, 4)), None, InputError),
        (np.ones((2, 3)), np.ones((2, 3)), np.ones((2, 2), dtype=bool), InputError),
        (np.ones((2, 3)), np.ones((2, 3)), np.ones((2, 3)), InputError),
        ([["a", "b"]], [[1, 2]], None, InputError),
        (np.ones(3), np.ones(1), None, InputError),
    ],
)
def test_shapes_are_checked(y, v, mask, error):
    with pytest.raises(error):
        pool_many(y, v, mask)


def test_own_weights_are_refused():
    with pytest.raises(SpecError, match="fit_linear"):
        pool_many(np.ones((1, 3)), np.ones((1, 3)), None, FitSpec(weights="equal"))


def test_result_is_locked_and_leaves_as_plain_data():
    y, v = sets(7, (3, 4))
    found = pool_many(y, v)
    with pytest.raises(ValueError, match="read-only"):
        found.effect[0] = 1.0
    assert len(json.loads(json.dumps(found.to_dict()))["rows"]) == 3
