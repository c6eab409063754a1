from __future__ import annotations

import json

import numpy as np
import pytest

from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.synthesis.batch import BatchStatus, fit_many
from remit.synthesis.models import FitSpec, fit_linear

METHODS = ("EE", "DL", "DL2", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM")
EXACT = 1e-9  # two solvers to rounding error; leverages of 0.99 cost two digits


def sets(seed, rows, k, p):
    rng = np.random.default_rng(seed)
    v = np.exp(rng.normal(-1, 1, (rows, k)))
    x = rng.normal(size=(rows, k, p))
    x[:, :, 0] = 1.0
    return 5.0 + rng.normal(0, np.sqrt(v + 0.3)), v, x


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("test", ["z", "knha", "adhoc"])
def test_batch_equals_single_fits(method, test):
    y, v, x = sets(1, 8, 9, 3)
    mask = np.random.default_rng(2).random(y.shape) < 0.8
    mask[:, :5] = True
    spec = FitSpec(tau2=method, test=test)
    found = fit_many(y, v, x, mask, spec)
    for i in range(8):
        here = mask[i]
        fit = fit_linear(y[i][here], v[i][here], x[i][here], spec)
        scale = max(fit.tau2_value, 1e-3 * v[i].min())  # tau2 near 0 is known to its variances
        assert abs(found.tau2[i] - fit.tau2_value) < EXACT * scale
        for name in ("coef", "std_error", "p_value", "coef_cov"):
            np.testing.assert_allclose(getattr(found, name)[i], getattr(fit, name), rtol=EXACT)
        for name in ("q_e", "q_m", "q_m_p", "variance_factor"):
            assert getattr(found, name)[i] == pytest.approx(getattr(fit, name), rel=EXACT)


def test_without_an_intercept_all_columns_are_tested():
    y, v, x = sets(3, 4, 8, 2)
    x = x + np.random.default_rng(4).normal(size=x.shape)
    found = fit_many(y, v, x, None, FitSpec())
    fit = fit_linear(y[0], v[0], x[0], FitSpec())
    assert found.tested == (0, 1)
    assert found.q_m[0] == pytest.approx(fit.q_m, rel=EXACT)


def test_one_design_for_all():
    y, v, x = sets(5, 6, 8, 2)
    shared = fit_many(y, v, x[0], None, FitSpec())
    given = fit_many(y, v, np.broadcast_to(x[0], x.shape), None, FitSpec())
    assert shared.coef.tolist() == given.coef.tolist()


def test_one_study_with_most_weight_keeps_its_digits():
    y, v, x = sets(6, 3, 7, 2)
    v[:, 2] = 1e-9
    found = fit_many(y, v, x, None, FitSpec())
    for i in range(3):
        fit = fit_linear(y[i], v[i], x[i], FitSpec())
        assert found.tau2[i] == pytest.approx(fit.tau2_value, rel=1e-10)
        assert not isinstance(fit.q_e, NotEstimable)


def test_sets_that_cannot_be_fitted_say_why():
    y, v, x = sets(7, 2, 5, 2)
    x[0, :, 1] = 3.0
    mask = np.ones((2, 5), dtype=bool)
    mask[1, 2:] = False
    found = fit_many(y, v, x, mask, FitSpec())
    assert found.status.tolist() == [BatchStatus.NO_RANK, BatchStatus.TOO_FEW]
    assert np.isnan(found.coef).all()
    assert json.loads(json.dumps(found.to_dict()))["rows"][0]["coef"] == [None, None]


def test_chunks_do_not_change_the_answer(monkeypatch):
    y, v, x = sets(8, 20, 6, 2)
    whole = fit_many(y, v, x, None, FitSpec())
    steps = []
    monkeypatch.setattr("remit.synthesis.batch.fit._CHUNK", 60)
    parts = fit_many(
        y, v, x, None, FitSpec(), progress=lambda done, total: steps.append((done, total))
    )
    np.testing.assert_allclose(parts.coef, whole.coef, rtol=1e-12)
    assert steps[-1] == (20, 20)


def test_designs_are_checked():
    y, v, x = sets(9, 3, 5, 2)
    with pytest.raises(InputError, match="designs"):
        fit_many(y, v, x[:, :4], None, FitSpec())
    with pytest.raises(InputError, match="designs"):
        fit_many(y, v, x[:2], None, FitSpec())
    x[0, 0, 1] = np.nan
    with pytest.raises(InputError, match="missing"):
        fit_many(y, v, x, None, FitSpec())
    with pytest.raises(SpecError):
        fit_many(y, v, x, None, FitSpec(weights="equal"))
