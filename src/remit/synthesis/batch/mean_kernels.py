"""Weighted sums of many sets of studies at once, each with its own tau2.

Arrays are (k, m): studies down, sets across, so that every sum runs along contiguous rows. A
study that a set lacks has an infinite variance and hence no weight. The most precise study of
each set stands first and is the origin of the effects, which keeps all digits where it carries
nearly all weight (see `remit.synthesis.models.standard_form`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remit.synthesis.batch.search import BoolArray, FloatArray, IntArray, Sums

__all__ = [
    "MeanBatch",
    "WeightedMean",
    "mean_batch",
    "pair_weights",
    "pair_weights_of_sums",
    "weighted_mean",
]

_EXPONENT_STEPS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeightedMean:
    """Means of m sets with weights 1/(variance + tau2); all arrays are (m,).

    Attributes
    ----------
    mean, total : array
        Weighted mean, less the origin, and sum of the weights.
    q : array
        Weighted sum of squares about the mean.
    """

    mean: FloatArray
    total: FloatArray
    q: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeanBatch:
    """Sets of studies in standard form, with what does not depend on tau2.

    Attributes
    ----------
    y, v : (k, m) array
        Effects less their origin, and variances; 0 and infinity where a set has no study.
    present : (k, m) boolean array
        Where a set has a study.
    n, df : (m,) array
        Number of studies, as floats, and one less.
    origin, root : (m,) array
        Effect of the first study, and units of the effect per unit of ``y``.
    least, largest : (m,) array
        Bounds of the variances.
    spread, total_spread : (m,) array
        Unweighted sum of squares about the plain mean (twice, as there is no design).
    """

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

    def take(self, columns: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return effects and variances of these sets."""
        if columns.size == self.n.size and np.array_equal(columns, np.arange(columns.size)):
            return self.y, self.v  # all of them: no copy
        return np.take(self.y, columns, axis=1), np.take(self.v, columns, axis=1)

    def sums(self, columns: IntArray, tau2: FloatArray, *, reml: bool) -> Sums:
        """Return what the score is made of (Viechtbauer 2005, eqs 12 and 14)."""
        y, v = self.take(columns)
        w = v + tau2
        np.reciprocal(w, out=w)
        total = w.sum(axis=0)
        u = y - np.einsum("km,km->m", w, y) / total
        u *= w
        fit = np.einsum("km,km->m", u, u)
        u -= u[0].copy()  # u'Pu does not change, and its mean keeps all digits
        u -= np.einsum("km,km->m", w, u) / total
        fit3 = np.einsum("km,km,km->m", w, u, u)
        if reml:
            trace, trace2 = pair_weights(w)
        else:
            trace, trace2 = total, np.einsum("km,km->m", w, w)
        return Sums(fit=fit, fit3=fit3, trace=trace, trace2=trace2)

    def at(self, columns: IntArray, tau2: FloatArray) -> WeightedMean:
        """Return the weighted means."""
        y, v = self.take(columns)
        return weighted_mean(y, 1.0 / (v + tau2))

    def residual(self, columns: IntArray, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return y'Py and y'PPy."""
        y, v = self.take(columns)
        w = 1.0 / (v + tau2)
        rest = y - np.einsum("km,km->m", w, y) / w.sum(axis=0)
        q = np.einsum("km,km,km->m", w, rest, rest)
        rest *= w
        return q, np.einsum("km,km->m", rest, rest)

    def q(self, a: FloatArray) -> FloatArray:
        """Return y'Py for weights ``a``, (k, m)."""
        return weighted_mean(self.y, a).q

    def traces(self, a: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return tr(P) and tr(PP) for weights ``a``."""
        return pair_weights(a)

    def noise(self, a: FloatArray) -> FloatArray:
        """Return tr(PV)."""
        av = a * np.where(self.present, self.v, 0.0)
        return np.asarray((av * (1.0 - a / a.sum(axis=0))).sum(axis=0))

    def products(self, a: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return tr(PVPV) and tr(PVP)."""
        v = np.where(self.present, self.v, 0.0)
        share = a / a.sum(axis=0)
        av = a * v
        inner, plain = np.einsum("km,km->m", share, av), np.einsum("km,km->m", share, a)
        kept = av * (1.0 - 2.0 * share)
        both = np.einsum("km,km->m", kept, av) + inner * inner
        return both, np.einsum("km,km->m", kept, a) + inner * plain

    def log_likelihood(self, columns: IntArray, tau2: FloatArray, *, reml: bool) -> FloatArray:
        """Return the profiled log-likelihood less a constant."""
        y, v = self.take(columns)
        found = weighted_mean(y, 1.0 / (v + tau2))
        noise = np.log(np.where(np.isfinite(v), v + tau2, 1.0)).sum(axis=0)
        extra = np.log(found.total) if reml else 0.0
        return np.asarray(-0.5 * (noise + found.q + extra))


def pair_weights(a: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return tr(P) and tr(PP) for weights (k, m), the largest of each set first.

    No difference is taken between nearly equal terms, even where one study has all the weight.
    """
    squares = a[1:] * a[1:]
    cubes = np.einsum("km,km->m", squares, a[1:])
    return pair_weights_of_sums(a[0], a[1:].sum(axis=0), squares.sum(axis=0), cubes)


def pair_weights_of_sums(
    first: FloatArray, others: FloatArray, squares: FloatArray, cubes: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the same from the largest weight and the sums of powers of the others, (m,) each."""
    total = first + others
    first_square = first * first
    pairs = 2.0 * first * others + (others * others - squares)
    inner = first_square * others**2 + squares * (2.0 * first_square + squares)
    return pairs / total, squares - 2.0 * cubes / total + inner / (total * total)


def weighted_mean(y: FloatArray, w: FloatArray) -> WeightedMean:
    """Return the means of the columns of ``y`` with weights ``w``, both (k, m)."""
    total = w.sum(axis=0)
    mean = np.einsum("km,km->m", w, y) / total
    rest = y - mean
    return WeightedMean(mean=mean, total=total, q=np.einsum("km,km,km->m", w, rest, rest))


def mean_batch(effect: FloatArray, variance: FloatArray, present: BoolArray) -> MeanBatch:
    """Bring sets of studies into standard form.

    Parameters
    ----------
    effect, variance : (m, k) array
        Studies of m sets, all usable where ``present``.
    present : (m, k) boolean array
        Which set has which study; at least one each.
    """
    here = np.array(present.T, order="C")  # a copy: its rows are exchanged below
    v = np.where(here, variance.T, np.inf)
    y = np.where(here, effect.T, 0.0)
    n = here.sum(axis=0).astype(np.float64)
    across = np.arange(n.size)
    first = np.argmin(v, axis=0)
    for array in (v, y, here):
        chosen = array[first, across]
        array[first, across] = array[0]
        array[0] = chosen
    origin = y[0].copy()
    largest = np.where(here, v, 0.0).max(axis=0)
    root = 2.0 ** np.round(_EXPONENT_STEPS * (np.log2(v[0]) + np.log2(largest)))
    y -= origin
    y /= root
    y[~here] = 0.0
    v /= root
    v /= root
    deviation = np.where(here, y - y.sum(axis=0) / n, 0.0)
    spread = np.einsum("km,km->m", deviation, deviation)
    return MeanBatch(
        y=y,
        v=v,
        present=here,
        n=n,
        df=n - 1.0,
        origin=origin,
        root=root,
        least=v[0].copy(),
        largest=largest / root / root,
        spread=spread,
        total_spread=spread,
    )
