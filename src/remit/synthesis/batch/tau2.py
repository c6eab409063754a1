"""How much do true effects differ, in each of many sets of studies: all estimators of tau2.

The formulas, their sources and their results are those of `remit.synthesis.models.design_tau2`.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from remit.core.numerics import chi2_quantile
from remit.synthesis.batch.roots import falling_roots
from remit.synthesis.batch.search import (
    BoolArray,
    FloatArray,
    IntArray,
    Optima,
    Sums,
    likelihood_optima,
)
from remit.synthesis.models.fit_spec import FitSpec

__all__ = ["Batch", "batch_tau2", "batch_tau2_error", "given", "given_or_estimated"]


class Batch(Protocol):
    """Sets of studies with their sums; see `remit.synthesis.batch.mean_kernels.MeanBatch`."""

    @property
    def v(self) -> FloatArray:
        """Sampling variances, (k, m)."""

    @property
    def present(self) -> BoolArray:
        """Where a set has a study, (k, m)."""

    @property
    def n(self) -> FloatArray:
        """Number of studies, (m,)."""

    @property
    def df(self) -> FloatArray:
        """Number of studies less that of coefficients, (m,)."""

    @property
    def least(self) -> FloatArray:
        """Least variance, (m,)."""

    @property
    def largest(self) -> FloatArray:
        """Largest variance, (m,)."""

    @property
    def spread(self) -> FloatArray:
        """Unweighted residual sum of squares, (m,)."""

    @property
    def total_spread(self) -> FloatArray:
        """Unweighted sum of squares about the plain mean, (m,)."""

    def sums(self, columns: IntArray, tau2: FloatArray, *, reml: bool) -> Sums:
        """Return what the score is made of."""

    def residual(self, columns: IntArray, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return y'Py and y'PPy."""

    def log_likelihood(self, columns: IntArray, tau2: FloatArray, *, reml: bool) -> FloatArray:
        """Return the profiled log-likelihood less a constant."""

    def q(self, a: FloatArray) -> FloatArray:
        """Return y'Py for weights ``a``, (k, m)."""

    def traces(self, a: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return tr(P) and tr(PP) for weights ``a``."""

    def noise(self, a: FloatArray) -> FloatArray:
        """Return tr(PV)."""

    def products(self, a: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return tr(PVPV) and tr(PVP)."""


def given_or_estimated(batch: Batch, spec: FitSpec, unit: FloatArray) -> Optima:
    """Return tau2 of each set in the units of the batch, estimated or as the spec gives it."""
    if isinstance(spec.tau2, str) and not spec.common_effect:
        return batch_tau2(batch, spec.tau2)
    return given(np.zeros(unit.size) if isinstance(spec.tau2, str) else float(spec.tau2) / unit)


def given(tau2: FloatArray) -> Optima:
    """Return values that were not searched for."""
    false = np.zeros(tau2.size, dtype=bool)
    return Optima(tau2=tau2, several=false, converged=~false)


def batch_tau2(batch: Batch, method: str) -> Optima:
    """Estimate tau2 of each set, in the units of the batch; each must have studies to spare."""
    if method in ("ML", "REML"):
        reml = method == "REML"
        return likelihood_optima(
            lambda columns, tau2: batch.sums(columns, tau2, reml=reml),
            lambda columns, tau2: batch.log_likelihood(columns, tau2, reml=reml),
            least=batch.least,
            largest=batch.largest,
            spread=batch.spread,
            df=batch.df,
        )
    if method in ("PM", "EB", "PMM"):
        return _q_roots(batch, method)
    return given(np.maximum(0.0, _moments(batch, method)))


def batch_tau2_error(batch: Batch, method: str, tau2: FloatArray) -> FloatArray:
    """Return the standard error of tau2, see `remit.synthesis.models.tau2_error`."""
    every, n, df = np.arange(tau2.size), batch.n, batch.df
    if method in ("ML", "REML"):
        sums = batch.sums(every, tau2, reml=method == "REML")
        return np.asarray(np.sqrt(2.0 / sums.trace2))
    if method in ("PM", "EB", "PMM"):
        total = (1.0 / (batch.v + tau2)).sum(axis=0)
        return np.asarray(np.sqrt(2.0 * n * n / df) / total)
    a = _moment_weights(batch, method)
    trace, trace2 = batch.traces(a)
    noise, mixed = (df, trace) if method in ("DL", "HS", "HSk") else batch.products(a)
    root = np.sqrt(2.0 * noise + 4.0 * tau2 * mixed + 2.0 * tau2**2 * trace2)
    if method == "SJ":
        return np.asarray(batch.total_spread / n / df * root)
    if method in ("HS", "HSk"):
        root = root / a.sum(axis=0)
        return np.asarray(root if method == "HS" else n / df * root)
    return np.asarray(root / trace)


def _moment_weights(batch: Batch, method: str) -> FloatArray:
    if method == "DL2":
        return 1.0 / (batch.v + np.maximum(0.0, _moments(batch, "DL")))
    if method == "HE":
        return batch.present.astype(np.float64)
    if method == "SJ":
        return 1.0 / (batch.v + batch.total_spread / batch.n)
    return 1.0 / batch.v


def _moments(batch: Batch, method: str) -> FloatArray:
    """Equate a weighted sum of squares to its expectation, before any cut at 0."""
    n, df = batch.n, batch.df
    a = _moment_weights(batch, method)
    q = batch.q(a)
    if method == "HS":
        return np.asarray((q - n) / a.sum(axis=0))
    if method == "HSk":
        return np.asarray((n / df * q - n) / a.sum(axis=0))
    if method == "SJ":
        return np.asarray(batch.total_spread / n * q / df)
    expected = df if method == "DL" else batch.noise(a)
    return np.asarray((q - expected) / batch.traces(a)[0])


def _q_roots(batch: Batch, method: str) -> Optima:
    """Solve Q(tau2) = target, which falls strictly, by Newton steps on 1/Q."""
    target = batch.df
    if method == "PMM":
        sizes, place = np.unique(target, return_inverse=True)
        target = np.array([chi2_quantile(0.5, df) for df in sizes.tolist()])[place]

    def step(columns: IntArray, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        q, fall = batch.residual(columns, tau2)
        excess = q / target[columns] - 1.0
        return excess, excess * q / fall

    every = np.arange(batch.n.size)
    tau2 = np.zeros(every.size)
    converged = np.ones(every.size, dtype=bool)
    open_ = every[batch.spread > 0]
    if open_.size:
        value, newton = step(open_, tau2[open_])
        high = batch.spread[open_] / target[open_] - batch.least[open_]  # Q <= S/(least + tau2)
        inside = (value > 0) & (high > 0)
        open_ = open_[inside]
        top = high[inside] * (1.0 + 1e-9)
        root, reached = falling_roots(
            step, open_, tau2[open_], top, newton[inside], batch.least[open_]
        )
        tau2[open_] = root
        converged[open_[~reached]] = False
    return Optima(tau2=tau2, several=np.zeros(every.size, dtype=bool), converged=converged)
