"""Weighted least squares of many sets of studies at once, each with its own design and tau2.

Arrays are (k, m), designs (p, k, m): sets run across, so that every sum runs along contiguous
rows. A study that a set lacks has an infinite variance, no weight and a design of zeros.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remit.synthesis.batch.search import BoolArray, FloatArray, IntArray, Sums

__all__ = ["DesignBatch", "Projection", "design_batch"]

_DOMINANT = 0.01  # 1 - h below this has lost two digits
_LOSS = 1e3  # weight of such studies over tr(P) from which on too many digits are lost
_RANK = 1e-10  # see `remit.synthesis.models.design`


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Projection:
    """Weighted least squares of m sets.

    Attributes
    ----------
    basis : (p, k, m) array
        Orthonormal basis of the weighted design.
    triangle : (p, p, m) array
        Upper triangle R with basis R = weighted design.
    inside : (p, m) array
        Coordinates of the weighted effects in the basis.
    rest : (k, m) array
        What of the weighted effects is outside it.
    short : (m,) boolean array
        Where a column follows from those before it.
    """

    basis: FloatArray
    triangle: FloatArray
    inside: FloatArray
    rest: FloatArray
    short: BoolArray

    def inverse_triangle(self) -> FloatArray:
        """Return the inverse of R, (p, p, m), by back substitution."""
        r = self.triangle
        p, m = r.shape[1], r.shape[2]
        inverse = np.zeros((p, p, m))
        for j in range(p):
            inverse[j, j] = 1.0 / r[j, j]
            for i in range(j - 1, -1, -1):
                sums = np.zeros(m)
                for between in range(i + 1, j + 1):
                    sums += r[i, between] * inverse[between, j]
                inverse[i, j] = -sums / r[i, i]
        return inverse


def project(x: FloatArray, y: FloatArray, root: FloatArray) -> Projection:
    """Orthonormalise the weighted design by modified Gram-Schmidt, each column twice.

    Parameters
    ----------
    x, y, root : (p, k, m), (k, m), (k, m) arrays
        Design, effects, roots of the weights.
    """
    p, _, m = x.shape
    basis = np.empty_like(x)
    triangle = np.zeros((p, p, m))
    short = np.zeros(m, dtype=bool)
    for j in range(p):
        column = root * x[j]
        length = np.sqrt(np.einsum("km,km->m", column, column))
        for _ in range(2 if j else 0):  # twice is enough (Giraud 2005)
            for i in range(j):
                part = np.einsum("km,km->m", basis[i], column)
                column -= part * basis[i]
                triangle[i, j] += part
        rest = np.sqrt(np.einsum("km,km->m", column, column))
        gone = rest <= _RANK * length
        short |= gone
        triangle[j, j] = np.where(gone, 1.0, rest)
        basis[j] = np.where(gone, 0.0, column / triangle[j, j])
    inside, rest = _outside(basis, root * y)
    return Projection(basis=basis, triangle=triangle, inside=inside, rest=rest, short=short)


def _outside(basis: FloatArray, vector: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the coordinates of each vector in its basis, and what lies outside it."""
    inside = np.zeros((basis.shape[0], basis.shape[2]))
    for _ in range(2):
        for j in range(basis.shape[0]):
            part = np.einsum("km,km->m", basis[j], vector)
            vector = vector - part * basis[j]
            inside[j] += part
    return inside, vector


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DesignBatch:
    """Sets of studies with designs, and what does not depend on tau2.

    Attributes
    ----------
    x : (p, k, m) array
        Designs.
    y, v, present, n, df, root, least, largest, spread, total_spread
        As in `remit.synthesis.batch.mean_kernels.MeanBatch`; ``df`` is n - p.
    origin : (m,) array
        What was taken from all effects of a set.
    short : (m,) boolean array
        Sets of which the design has not full rank.
    """

    x: FloatArray
    y: FloatArray
    v: FloatArray
    present: BoolArray
    n: FloatArray
    df: FloatArray
    origin: FloatArray
    root: FloatArray
    least: FloatArray
    largest: FloatArray
    spread: FloatArray
    total_spread: FloatArray
    short: BoolArray

    def take(self, columns: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return designs, effects and variances of these sets."""
        if columns.size == self.n.size and np.array_equal(columns, np.arange(columns.size)):
            return self.x, self.y, self.v
        return (
            np.take(self.x, columns, axis=2),
            np.take(self.y, columns, axis=1),
            np.take(self.v, columns, axis=1),
        )

    def projection(self, columns: IntArray, tau2: FloatArray) -> Projection:
        """Return the fit with weights 1/(variance + tau2)."""
        x, y, v = self.take(columns)
        return project(x, y, np.sqrt(1.0 / (v + tau2)))

    def sums(self, columns: IntArray, tau2: FloatArray, *, reml: bool) -> Sums:
        """Return what the score is made of (Harville 1977, sec. 4)."""
        x, y, v = self.take(columns)
        w = 1.0 / (v + tau2)
        root = np.sqrt(w)
        found = project(x, y, root)
        u = root * found.rest
        fit = np.einsum("km,km->m", u, u)
        pu = _outside(found.basis, root * u)[1]
        fit3 = np.einsum("km,km->m", pu, pu)
        if reml:
            trace, trace2 = _traces(w, found.basis)
        else:
            trace, trace2 = w.sum(axis=0), np.einsum("km,km->m", w, w)
        return Sums(fit=fit, fit3=fit3, trace=trace, trace2=trace2)

    def residual(self, columns: IntArray, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return y'Py and y'PPy."""
        x, y, v = self.take(columns)
        w = 1.0 / (v + tau2)
        rest = project(x, y, np.sqrt(w)).rest
        return np.einsum("km,km->m", rest, rest), np.einsum("km,km,km->m", w, rest, rest)

    def log_likelihood(self, columns: IntArray, tau2: FloatArray, *, reml: bool) -> FloatArray:
        """Return the profiled log-likelihood less a constant."""
        v = self.take(columns)[2]
        found = self.projection(columns, tau2)
        value = np.log(np.where(np.isfinite(v), v + tau2, 1.0)).sum(axis=0)
        value += np.einsum("km,km->m", found.rest, found.rest)
        if reml:
            value += 2.0 * np.log(np.einsum("iim->im", found.triangle)).sum(axis=0)
        return np.asarray(-0.5 * value)

    def q(self, a: FloatArray) -> FloatArray:
        """Return y'Py for weights ``a``, (k, m)."""
        rest = project(self.x, self.y, np.sqrt(a)).rest
        return np.asarray(np.einsum("km,km->m", rest, rest))

    def traces(self, a: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return tr(P) and tr(PP) for weights ``a``."""
        return _traces(a, self._basis(a))

    def noise(self, a: FloatArray) -> FloatArray:
        """Return tr(PV)."""
        basis = self._basis(a)
        outside = 1.0 - np.einsum("pkm,pkm->km", basis, basis)
        return np.asarray(np.einsum("km,km,km->m", a, self._finite(), outside))

    def products(self, a: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return tr(PVPV) and tr(PVP)."""
        basis = self._basis(a)
        kept = 1.0 - 2.0 * np.einsum("pkm,pkm->km", basis, basis)
        av = a * self._finite()
        inner = np.einsum("pkm,km,qkm->pqm", basis, av, basis)
        plain = np.einsum("pkm,km,qkm->pqm", basis, a, basis)
        both = np.einsum("km,km,km->m", av, av, kept) + np.einsum("pqm,pqm->m", inner, inner)
        mixed = np.einsum("km,km,km->m", av, a, kept) + np.einsum("pqm,pqm->m", inner, plain)
        return both, mixed

    def imprecise(self) -> BoolArray:
        """Tell for which sets tr(P) would lose too many digits, as one study has most weight."""
        w = 1.0 / self.v
        basis = self._basis(w)
        rest = 1.0 - np.einsum("pkm,pkm->km", basis, basis)
        lost = np.where(rest < _DOMINANT, w, 0.0).sum(axis=0)
        return np.asarray(lost > _LOSS * np.einsum("km,km->m", w, rest))

    def _basis(self, a: FloatArray) -> FloatArray:
        return project(self.x, self.y, np.sqrt(a)).basis

    def _finite(self) -> FloatArray:
        return np.where(self.present, self.v, 0.0)


def _traces(w: FloatArray, basis: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return tr(P) and tr(PP)."""
    h = np.einsum("pkm,pkm->km", basis, basis)
    kept = w * (1.0 - h)
    h *= w
    cross = -np.einsum("km,km->m", h, h)
    for i in range(basis.shape[0]):
        weighted = w * basis[i]
        for j in range(i + 1):
            part = np.einsum("km,km->m", weighted, basis[j])
            cross += (1.0 if i == j else 2.0) * part * part
    return kept.sum(axis=0), np.einsum("km,km->m", kept, kept) + np.maximum(cross, 0.0)


def design_batch(
    x: FloatArray, effect: FloatArray, variance: FloatArray, present: BoolArray, *, center: bool
) -> DesignBatch:
    """Bring sets of studies with designs into standard form.

    Parameters
    ----------
    x : (m, k, p) array
        Designs.
    effect, variance : (m, k) array
        Studies, all usable where ``present``.
    present : (m, k) boolean array
        Which set has which study; more than p each.
    center : bool
        Whether there is an intercept, so that effects may be counted from one of them.
    """
    here = np.ascontiguousarray(present.T)
    design = np.where(here, np.ascontiguousarray(x.transpose(2, 1, 0)), 0.0)
    v = np.where(here, variance.T, np.inf)
    y = np.where(here, effect.T, 0.0)
    n = here.sum(axis=0).astype(np.float64)
    least, largest = v.min(axis=0), np.where(here, v, 0.0).max(axis=0)
    root = 2.0 ** np.round(0.25 * (np.log2(least) + np.log2(largest)))
    origin = np.zeros(n.size)
    if center:
        origin = y[np.argmin(v, axis=0), np.arange(n.size)]
        y -= origin
    y = np.where(here, y / root, 0.0)
    even = project(design, y, here.astype(np.float64))
    deviation = np.where(here, y - y.sum(axis=0) / n, 0.0)
    return DesignBatch(
        x=design,
        y=y,
        v=v / root / root,
        present=here,
        n=n,
        df=n - float(x.shape[2]),
        origin=origin,
        root=root,
        least=least / root / root,
        largest=largest / root / root,
        spread=np.einsum("km,km->m", even.rest, even.rest),
        total_spread=np.einsum("km,km->m", deviation, deviation),
        short=even.short,
    )
