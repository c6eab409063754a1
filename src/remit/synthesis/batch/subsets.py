"""Weighted sums of many subsets of the same studies.

The studies stand once, (k,), and a (k, m) mask of zeros and ones says which subset has which.
Sums with weights that do not depend on the subset are then one matrix product, where
`remit.synthesis.batch.mean_kernels` goes through the numbers of every set. Sums of squares are
taken about the mean of each subset, and no difference between nearly equal sums is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remit.synthesis.batch.mean_kernels import WeightedMean, pair_weights_of_sums
from remit.synthesis.batch.search import BoolArray, FloatArray, Optima
from remit.synthesis.batch.tau2 import given

__all__ = ["SUBSET_METHODS", "SubsetBatch", "subset_batch"]

SUBSET_METHODS = ("EE", "DL")  # tau2 in closed form from sums with weights 1/variance


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubsetBatch:
    """Subsets of k studies; arrays are (m,) unless said otherwise.

    Attributes
    ----------
    mask : (k, m) array
        1 where a subset has a study, else 0; the most precise study stands first.
    here : (m, k) boolean array
        The same.
    y, v : (k,) array
        Effects less their origin, and variances.
    df : array
        Number of studies less one, as floats.
    origin, root : float
        Effect of the most precise study, and units of the effect per unit of ``y``.
    plain : WeightedMean
        With weights 1/variance.
    """

    mask: FloatArray
    here: BoolArray
    y: FloatArray
    v: FloatArray
    df: FloatArray
    origin: float
    root: float
    plain: WeightedMean

    def at(self, tau2: FloatArray) -> WeightedMean:
        """Return the means with weights 1/(variance + tau2)."""
        w = self.v[:, None] + tau2
        np.divide(self.mask, w, out=w)
        total, mean = w.sum(axis=0), self.y @ w
        mean /= total
        rest = self.y[:, None] - mean
        return WeightedMean(mean=mean, total=total, q=np.einsum("km,km,km->m", w, rest, rest))

    def traces(self) -> tuple[FloatArray, FloatArray]:
        """Return tr(P) and tr(PP) with weights 1/variance, as `pair_weights`."""
        w = 1.0 / self.v
        first = self.here.argmax(axis=1)
        others = self.mask.copy()
        others[first, np.arange(first.size)] = 0.0
        total, squares, cubes = np.vstack((w, w * w, w**3)) @ others
        return pair_weights_of_sums(w[first], total, squares, cubes)

    def dersimonian_laird(self, trace: FloatArray, trace2: FloatArray) -> tuple[Optima, FloatArray]:
        """Return tau2 and its standard error.

        Sources in `remit.synthesis.models.design_tau2` and `remit.synthesis.models.tau2_error`.
        """
        tau2 = np.maximum(0.0, (self.plain.q - self.df) / trace)
        variance = 2.0 * self.df + 4.0 * tau2 * trace + 2.0 * tau2**2 * trace2
        return given(tau2), np.sqrt(variance) / trace


def subset_batch(effect: FloatArray, variance: FloatArray, present: BoolArray) -> SubsetBatch:
    """Bring subsets of the same studies into standard form.

    Parameters
    ----------
    effect, variance : (k,) array
        The studies, all usable where ``present``.
    present : (m, k) boolean array
        Which subset has which study; at least one each.
    """
    usable = np.flatnonzero(np.isfinite(effect) & np.isfinite(variance) & (variance > 0))
    order = usable[np.argsort(variance[usable], kind="stable")]
    y, v = effect[order], variance[order]
    origin = float(y[0])
    root = float(2.0 ** np.round(0.25 * (np.log2(v[0]) + np.log2(v[-1]))))
    y, v = (y - origin) / root, v / root / root
    w = 1.0 / v
    here = present[:, order]
    mask = here.T.astype(np.float64, order="C")
    n, total, mean = np.vstack((np.ones_like(w), w, w * y)) @ mask
    mean /= total
    rest = y[:, None] - mean
    rest *= rest
    rest *= mask
    return SubsetBatch(
        mask=mask,
        here=here,
        y=y,
        v=v,
        df=n - 1.0,
        origin=origin,
        root=root,
        plain=WeightedMean(mean=mean, total=total, q=w @ rest),
    )
