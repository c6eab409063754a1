"""All estimators of tau2 with a design matrix against 50-digit matrix algebra written apart."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from remit.synthesis.models import FitSpec, design_tau2, fit_linear
from remit.synthesis.models.fit_spec import TAU2_CODES

DIGITS = 50


@pytest.fixture(autouse=True)
def _fifty_digits():
    with mp.workdps(DIGITS):
        yield


def sets():
    """60 sets: with and without intercept, variances over up to eight decades, any scale."""
    rng = np.random.default_rng(11)
    found = []
    for i in range(60):
        k = int(rng.integers(5, 10))
        p = 1 + i % 3
        columns = [np.ones(k), np.arange(k) % 2.0, rng.normal(size=k)][:p]
        x = np.column_stack(columns[1:] if i % 4 == 3 and p > 1 else columns)
        decades = (0.0, 2.0, 4.0, 8.0)[i % 4]
        v = 10 ** rng.uniform(-decades / 2, decades / 2, k)
        y = rng.normal(0, np.sqrt(v + rng.choice([0.0, 0.3, 3.0]) ** 2)) + (i % 5 == 0) * 50
        scale = 10.0 ** rng.uniform(-8, 8) if i % 7 == 0 else 1.0
        found.append((x, y * scale, v * scale**2))
    return found


SETS = sets()


class Algebra:
    """y, X and V as 50-digit matrices."""

    def __init__(self, x, y, v):
        self.x = mp.matrix(x.tolist())
        self.y = mp.matrix([float(a) for a in y])
        self.v = [mp.mpf(float(a)) for a in v]
        self.k, self.p = x.shape

    def projection(self, a):
        """Return P = A - A X (X'AX)^-1 X'A."""
        a = mp.diag(a)
        return a - a * self.x * (self.x.T * a * self.x) ** -1 * self.x.T * a

    def at(self, t):
        return self.projection([1 / (s + t) for s in self.v])

    def q(self, p):
        return (self.y.T * p * self.y)[0]

    def trace(self, p, v=None):
        return mp.fsum(p[i, i] * (v[i] if v else 1) for i in range(self.k))

    def score(self, t, method):
        p = self.at(t)
        rest = p * self.y
        trace = self.trace(p) if method == "REML" else mp.fsum(1 / (s + t) for s in self.v)
        return (rest.T * rest)[0] - trace


def moment(algebra, method):
    """Textbook formulas; the value may be below zero."""
    k, p, v = algebra.k, algebra.p, algebra.v
    w = [1 / s for s in v]
    total = mp.fsum(w)
    if method in ("DL", "HS", "HSk"):
        projection = algebra.projection(w)
        q = algebra.q(projection)
        if method == "DL":
            return (q - (k - p)) / algebra.trace(projection)
        return (q * (mp.mpf(k) / (k - p) if method == "HSk" else 1) - k) / total
    if method == "SJ":
        mean = mp.fsum(algebra.y) / k
        start = mp.fsum((a - mean) ** 2 for a in algebra.y) / k
        return start * algebra.q(algebra.at(start)) / (k - p)
    start = max(mp.mpf(0), moment(algebra, "DL")) if method == "DL2" else None
    a = [1 / (s + start) for s in v] if method == "DL2" else [mp.mpf(1)] * k
    projection = algebra.projection(a)
    return (algebra.q(projection) - algebra.trace(projection, v)) / algebra.trace(projection)


@pytest.mark.parametrize("method", ["DL", "DL2", "HE", "HS", "HSk", "SJ"])
def test_moments(method):
    at_zero = 0
    for x, y, v in SETS:
        found = design_tau2(y, v, x, method)
        exact = moment(Algebra(x, y, v), method)
        at_zero += exact <= 0
        assert found.status.at_boundary == (exact < 0)
        # q and its expectation are subtracted: the error is relative to the expectation, which
        # for the unweighted HE with variances over eight decades is that of the largest
        size = abs(exact) + (max(v) if method == "HE" else min(v)) * x.shape[0]
        assert abs(found.tau2 - max(exact, 0)) <= mp.mpf(10) ** -11 * size, (method, x, y, v)
    assert method == "SJ" or 5 < at_zero < 55


@pytest.mark.parametrize("method", ["ML", "REML", "PM", "EB", "PMM"])
def test_roots(method):
    inner = 0
    for x, y, v in SETS:
        algebra = Algebra(x, y, v)
        found = design_tau2(y, v, x, method)
        if method in ("ML", "REML"):

            def equation(t, algebra=algebra):
                return algebra.score(t, method)
        else:
            target = algebra.k - algebra.p
            if method == "PMM":
                half = mp.mpf(target) / 2
                target = 2 * mp.findroot(
                    lambda h, half=half: mp.gammainc(half, 0, h, regularized=True) - 0.5, half
                )

            def equation(t, algebra=algebra, target=target):
                return algebra.q(algebra.at(t)) - target

        if found.tau2 == 0:
            assert equation(mp.mpf(0)) <= 0 or found.status.several_modes
            continue
        inner += 1
        # the equation changes its sign within ten digits of the estimate
        t, step = mp.mpf(found.tau2), mp.mpf(10) ** -10
        assert equation(t * (1 - step)) > 0 > equation(t * (1 + step)), (method, x, y, v)
    assert 15 < inner < 60


def test_standard_error_and_heterogeneity():
    for x, y, v in SETS:
        algebra = Algebra(x, y, v)
        fit = fit_linear(y, v, x)
        at_tau2, at_zero = algebra.at(mp.mpf(fit.tau2_value)), algebra.at(mp.mpf(0))
        squares = mp.fsum(at_tau2[i, j] ** 2 for i in range(algebra.k) for j in range(algebra.k))
        df = algebra.k - algebra.p
        for found, exact in (
            (fit.se_tau2, mp.sqrt(2 / squares)),
            (fit.typical_variance, df / algebra.trace(at_zero)),
        ):
            assert abs(found / exact - 1) < mp.mpf(10) ** -11  # sums of positive terms
        assert abs(fit.q_e - algebra.q(at_zero)) < mp.mpf(10) ** -11 * (df + algebra.q(at_zero))


@pytest.mark.parametrize("method", TAU2_CODES)
@pytest.mark.parametrize("factor", [1e-8, 7.0, 1e8])
def test_rescaling(method, factor):
    x, y, v = SETS[5]
    plain, scaled = (fit_linear(y * f, v * f**2, x, FitSpec(tau2=method)) for f in (1.0, factor))
    # the inputs are rounded once by the rescaling, so a few units in the last places may differ
    assert scaled.tau2_value == pytest.approx(plain.tau2_value * factor**2, rel=1e-11)
    assert scaled.coef == pytest.approx(plain.coef * factor, rel=1e-11)
    assert scaled.se_tau2 == pytest.approx(plain.se_tau2 * factor**2, rel=1e-11)
    assert scaled.i2 == pytest.approx(plain.i2, rel=1e-11)


@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("p", [1, 3])
def test_many_studies_are_scanned_in_groups(method, p):
    """5,000 studies: the exact score changes its sign within ten digits of the estimate."""
    rng = np.random.default_rng(4)
    k = 5000
    x = np.column_stack([np.ones(k), rng.normal(size=k), np.arange(k) % 2.0])[:, :p]
    v = 10 ** rng.uniform(-3, 0, k)
    y = x.sum(axis=1) + rng.normal(0, np.sqrt(v + 0.02))
    found = design_tau2(y, v, x, method).tau2

    def score(t):
        w = 1 / (v + t)
        inverse = np.linalg.inv((x * w[:, None]).T @ x)
        rest = y - x @ (inverse @ ((x * w[:, None]).T @ y))
        trace = w.sum() - np.trace(inverse @ ((x * (w * w)[:, None]).T @ x)) * (method == "REML")
        return np.sum((w * rest) ** 2) - trace

    assert score(found * (1 - 1e-9)) > 0 > score(found * (1 + 1e-9))
    assert found == pytest.approx(0.02, rel=0.2)
