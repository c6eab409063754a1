"""ML, REML and PM against a slow 50-digit recomputation written independently of the package."""

from __future__ import annotations

import math

import mpmath as mp
import numpy as np
import pytest

from remit.synthesis.tau2 import Tau2Estimate, estimate_tau2

DIGITS = 50
BCG_COUNTS = (
    (4, 119, 11, 128),
    (6, 300, 29, 274),
    (3, 228, 11, 209),
    (62, 13536, 248, 12619),
    (33, 5036, 47, 5761),
    (180, 1361, 372, 1079),
    (8, 2537, 10, 619),
    (505, 87886, 499, 87892),
    (29, 7470, 45, 7232),
    (17, 1699, 65, 1600),
    (186, 50448, 141, 27197),
    (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
)


def bcg():
    """Log risk ratios of the 13 BCG vaccine trials (Colditz 1994)."""
    a, b, c, d = np.array(BCG_COUNTS, dtype=float).T
    return np.log(a / (a + b)) - np.log(c / (c + d)), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


def log_likelihood(y, v, t, restricted):
    """The density itself, not its derivative: textbook normal likelihood in mpmath."""
    w = [1 / (mp.mpf(float(x)) + t) for x in v]
    total = mp.fsum(w)
    mean = mp.fsum(a * mp.mpf(float(b)) for a, b in zip(w, y, strict=True)) / total
    value = mp.fsum(mp.log(a) for a in w)
    value -= mp.fsum(a * (mp.mpf(float(b)) - mean) ** 2 for a, b in zip(w, y, strict=True))
    return (value - (mp.log(total) if restricted else 0)) / 2


def score(y, v, t, restricted):
    """Derivative of `log_likelihood`, in the matrix form y'P P y - tr(P) (or tr(W) for ML)."""
    w = [1 / (mp.mpf(float(x)) + t) for x in v]
    total = mp.fsum(w)
    mean = mp.fsum(a * mp.mpf(float(b)) for a, b in zip(w, y, strict=True)) / total
    fit = mp.fsum((a * (mp.mpf(float(b)) - mean)) ** 2 for a, b in zip(w, y, strict=True))
    trace = total - (mp.fsum(a * a for a in w) / total if restricted else 0)
    return fit - trace


def exact_optimum(y, v, restricted):
    """Global maximum over tau2 >= 0: a dense table of log-likelihoods, then 50-digit bisection."""
    scale = float(np.ptp(y)) ** 2 + float(np.max(v))
    grid = np.concatenate(([0.0], np.geomspace(1e-5 * float(np.min(v)), 50 * scale, 3000)))
    w = 1 / (v[None, :] + grid[:, None])
    mean = (w * y).sum(1) / w.sum(1)
    table = np.log(w).sum(1) - (w * (y - mean[:, None]) ** 2).sum(1)
    table = 0.5 * (table - (np.log(w.sum(1)) if restricted else 0))
    inner = np.flatnonzero((table[1:-1] >= table[:-2]) & (table[1:-1] >= table[2:])) + 1
    candidates = [mp.mpf(0)]
    for i in {*inner.tolist(), 1}:
        low, high = mp.mpf(float(grid[i - 1])), mp.mpf(float(grid[i + 1]))
        if score(y, v, low, restricted) > 0 > score(y, v, high, restricted):
            candidates.append(
                mp.findroot(
                    lambda t: score(y, v, t, restricted),
                    (low, high),
                    solver="anderson",
                    tol=mp.mpf(10) ** -90,
                    maxsteps=400,
                    verify=False,
                )
            )
    return max(candidates, key=lambda t: log_likelihood(y, v, t, restricted))


def exact_paule_mandel(y, v):
    """Root of Q(tau2) = k - 1 in 50 digits."""

    def excess(t):
        w = [1 / (mp.mpf(float(x)) + t) for x in v]
        mean = mp.fsum(a * mp.mpf(float(b)) for a, b in zip(w, y, strict=True)) / mp.fsum(w)
        q = mp.fsum(a * (mp.mpf(float(b)) - mean) ** 2 for a, b in zip(w, y, strict=True))
        return q - (len(y) - 1)

    if excess(mp.mpf(0)) <= 0:
        return mp.mpf(0)
    high = mp.mpf(float(np.sum((y - y.mean()) ** 2)))
    return mp.findroot(excess, (0, high), solver="anderson", tol=mp.mpf(10) ** -90, verify=False)


def awkward_sets():
    """200 sets: 2 to 15 studies, variances over up to six decades, clusters, ties, outliers."""
    rng = np.random.default_rng(20240607)
    sets = []
    for i in range(200):
        k = int(rng.integers(2, 16))
        decades = rng.choice([0.0, 1.0, 3.0, 6.0])
        v = 10 ** rng.uniform(-decades / 2, decades / 2, k)
        tau = rng.choice([0.0, 0.1, 1.0, 10.0])
        y = rng.normal(0, np.sqrt(v + tau**2))
        if i % 5 == 1:  # two far clusters, which give several peaks
            y = y + rng.choice([0.0, 8.0], k) * np.sqrt(np.median(v))
        elif i % 5 == 2:
            y = np.round(y, 1)
        elif i % 5 == 3:
            y[0] += 100 * np.sqrt(v[0])
        elif i % 5 == 4:
            factor = 10.0 ** rng.uniform(-8, 8)
            y, v = y * factor, v * factor**2
        sets.append((y, v))
    return sets


@pytest.fixture(autouse=True)
def _fifty_digits():
    with mp.workdps(DIGITS):
        yield


def check(y, v, method):
    found = estimate_tau2(y, v, method)
    assert isinstance(found, Tau2Estimate)
    assert found.status.converged
    exact = exact_paule_mandel(y, v) if method == "PM" else exact_optimum(y, v, method == "REML")
    assert (found.tau2 == 0) == (exact == 0), (method, y, v)
    if exact:
        # ten digits of the estimate itself: brackets are closed to four units in the last place,
        # and the sums of the score lose at most a few digits more
        assert abs(mp.mpf(found.tau2) / exact - 1) < mp.mpf(10) ** -10, (method, y, v)
    return found


@pytest.mark.parametrize("method", ["ML", "REML", "PM"])
def test_bcg(method):
    assert check(*bcg(), method).tau2 > 0.27


@pytest.mark.parametrize("method", ["ML", "REML", "PM"])
def test_awkward_sets(method):
    found = [check(y, v, method) for y, v in awkward_sets()]
    # the sets are not all of one kind
    assert 20 < sum(x.tau2 == 0 for x in found) < 180
    if method != "PM":
        assert any(x.status.several_modes for x in found)


@pytest.mark.parametrize("method", ["DL", "PM", "ML", "REML"])
@pytest.mark.parametrize("factor", [1e-8, 3e-4, 7.0, 1e8])
def test_rescaling_effects_rescales_tau2(method, factor):
    y, v = bcg()
    v = v * np.geomspace(1e-3, 1e3, v.size)  # variances that differ by a factor of a million
    plain = estimate_tau2(y, v, method)
    scaled = estimate_tau2(y * factor, v * factor**2, method)
    # the inputs are rounded once by the rescaling, so a few units in the last places may differ
    assert math.isclose(scaled.tau2, plain.tau2 * factor**2, rel_tol=1e-12)
