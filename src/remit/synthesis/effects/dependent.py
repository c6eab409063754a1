"""Several effects of one study: the covariance that a correlation implies, and their mean."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from remit.core.checks import float_vector
from remit.core.errors import InputError
from remit.synthesis.effects.kernel import FloatArray

__all__ = ["ClusterMeans", "aggregate_effects", "covariance_from_correlation"]


def covariance_from_correlation(
    variance: npt.ArrayLike, cluster: Sequence[Hashable], correlation: float
) -> FloatArray:
    """Return the (k, k) covariance of effects with one correlation within each cluster.

    r sqrt(v_i v_j) within, 0 between (the imputed matrix of Hedges, Tipton & Johnson 2010).

    Raises
    ------
    InputError
        If a variance is below 0, the lengths differ, or the correlation is not from -1 to 1.
    """
    v = float_vector("variance", variance)
    if not -1 <= correlation <= 1:
        raise InputError.at("argument 'correlation'", found=f"{correlation:g}", expected="-1 to 1")
    if len(cluster) != v.size:
        raise InputError.at("argument 'cluster'", found=f"{len(cluster)}", expected=f"{v.size}")
    if np.any(v < 0):
        raise InputError.at("argument 'variance'", found=f"{v.min():g}", expected="0 or more")
    codes = _codes(cluster)
    root = np.sqrt(v)
    matrix = np.where(codes[:, None] == codes[None, :], correlation * np.outer(root, root), 0.0)
    matrix[np.diag_indices(v.size)] = v
    return matrix


class ClusterMeans(NamedTuple):
    """One effect per cluster: names, effects (m,) and variances (m,)."""

    cluster: tuple[Hashable, ...]
    effect: FloatArray
    variance: FloatArray


def aggregate_effects(
    effect: npt.ArrayLike, covariance: FloatArray, cluster: Sequence[Hashable]
) -> ClusterMeans:
    """Return the best linear mean of each cluster's effects.

    w = V^-1 1 / (1' V^-1 1), variance 1/(1' V^-1 1) (Gleser & Olkin 2009), clusters in the order
    in which they come.

    Raises
    ------
    InputError
        If the covariance has another size, or that of a cluster is not positive definite.
    """
    y = float_vector("effect", effect)
    if covariance.shape != (y.size, y.size) or len(cluster) != y.size:
        raise InputError.at(
            "argument 'covariance'",
            found=f"shape {covariance.shape} and {len(cluster)} clusters",
            expected=f"{y.size} by {y.size}, and {y.size} names",
        )
    names = tuple(dict.fromkeys(cluster))
    codes = _codes(cluster)
    means, variances = [], []
    for number, name in enumerate(names):
        inside = np.flatnonzero(codes == number)
        try:
            factor = np.linalg.cholesky(covariance[np.ix_(inside, inside)])
        except np.linalg.LinAlgError as error:
            raise InputError.at(
                f"cluster {name!r}", found="a singular covariance", expected="a positive one"
            ) from error
        one = np.linalg.solve(factor, np.ones(inside.size))
        information = float(one @ one)
        means.append(float(one @ np.linalg.solve(factor, y[inside])) / information)
        variances.append(1 / information)
    return ClusterMeans(names, np.array(means), np.array(variances))


def _codes(cluster: Sequence[Hashable]) -> npt.NDArray[np.int_]:
    order = {name: number for number, name in enumerate(dict.fromkeys(cluster))}
    return np.array([order[name] for name in cluster], dtype=np.int_)
