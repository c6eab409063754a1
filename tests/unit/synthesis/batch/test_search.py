"""The proofs of the search against brute force: a dense scan of the score."""

from __future__ import annotations

import numpy as np
import pytest

from remit.synthesis.batch.mean_kernels import mean_batch
from remit.synthesis.batch.roots import falling_roots
from remit.synthesis.batch.search import likelihood_optima


@pytest.mark.parametrize("reml", [True, False])
def test_no_point_of_a_dense_scan_is_likelier(reml):
    rng = np.random.default_rng(11)
    v = np.exp(rng.normal(0, 3, (60, 5)))
    y = rng.normal(0, np.sqrt(v + rng.choice([0, 1, 20], (60, 1))))
    batch = mean_batch(y, v, np.ones(y.shape, dtype=bool))
    found = likelihood_optima(
        lambda sets, tau2: batch.sums(sets, tau2, reml=reml),
        lambda sets, tau2: batch.log_likelihood(sets, tau2, reml=reml),
        least=batch.least,
        largest=batch.largest,
        spread=batch.spread,
        df=batch.n - 1.0,
    )
    every = np.arange(60)
    best = batch.log_likelihood(every, found.tau2, reml=reml)
    assert found.converged.all()
    assert found.several.any()  # otherwise nothing here is put to the test
    for tau2 in np.concatenate(([0.0], np.geomspace(1e-8, 1e6, 2000))):
        other = batch.log_likelihood(every, np.full(60, tau2), reml=reml)
        assert np.all(other <= best + 1e-9 * np.abs(best))  # rounding of sums of logarithms


def test_falling_roots_of_known_functions():
    shift = np.array([0.5, 3.0, 1e-9])

    def function(columns, x):
        return shift[columns] - x**3, (shift[columns] - x**3) / (3 * x**2)

    root, reached = falling_roots(
        function,
        np.arange(3),
        np.full(3, 1e-12),
        np.full(3, 10.0),
        np.full(3, np.inf),
        np.zeros(3),
    )
    assert reached.all()
    np.testing.assert_allclose(root, np.cbrt(shift), rtol=1e-12)
