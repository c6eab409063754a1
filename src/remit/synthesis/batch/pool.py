"""What is the effect, in each of many sets of studies: pooling by the batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, stdtr

from remit.core.checks import lock
from remit.core.numerics import critical_value
from remit.synthesis.batch.inputs import Spec, checked_batch, fit_spec_of
from remit.synthesis.batch.mean_kernels import (
    MeanBatch,
    WeightedMean,
    mean_batch,
    pair_weights,
)
from remit.synthesis.batch.pooled_many import NUMBERS, PooledMany
from remit.synthesis.batch.search import Optima
from remit.synthesis.batch.status import BatchStatus, batch_status
from remit.synthesis.batch.subsets import SUBSET_METHODS, SubsetBatch, subset_batch
from remit.synthesis.batch.tau2 import batch_tau2_error, given, given_or_estimated
from remit.synthesis.models.fit_spec import FitSpec
from remit.synthesis.spec import RandomEffects

__all__ = ["PooledMany", "pool_many", "pool_stream"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
_CHUNK = 100_000  # studies worked on at a time; about 20 MB, and fastest


def pool_many(
    effects: Any,
    variances: Any,
    mask: Any = None,
    spec: Spec = RandomEffects(),  # noqa: B008
    *,
    progress: Callable[[int, int], None] | None = None,
) -> PooledMany:
    """Pool many sets of studies at once.

    Parameters
    ----------
    effects, variances : (B, k) array-like
        Study effects and sampling variances, one set per row; (k,) where all sets draw on the
        same studies.
    mask : (B, k) boolean array-like, optional
        True where a set has the study; by default everywhere.
    spec : RandomEffects, CommonEffect or FitSpec
        How to pool all of them.
    progress : callable, optional
        Called with the number of sets done and their total.

    Returns
    -------
    PooledMany
        The numbers that `pool` and `fit_linear` give for each set. tau2 is the global optimum or
        the root, to rounding error, see `remit.synthesis.batch.search`. Beside the result no more
        than some 20 MB are needed, whatever the number of sets.

    Raises
    ------
    InputError
        If the shapes do not fit, or a study that a set has is not usable (set and study are named).
    SpecError
        If the spec has weights of the user's own.
    """
    chosen = fit_spec_of(spec)
    y, v, present = checked_batch(effects, variances, mask)
    shared = np.ndim(effects) == np.ndim(variances) == 1 and chosen.tau2 in SUBSET_METHODS
    total, k = present.shape
    rows = max(1, _CHUNK // max(1, k))
    pooled = _empty(total)
    for i in range(0, total, rows):
        chunk = slice(i, min(total, i + rows))
        part = {name: column[chunk] for name, column in pooled.items()}
        _pool_chunk(part, y[chunk], v[chunk], present[chunk], chosen, shared)
        if progress is not None:
            progress(chunk.stop, total)
    return PooledMany(spec=chosen, **{name: lock(column) for name, column in pooled.items()})


def pool_stream(
    chunks: Iterable[tuple[Any, Any] | tuple[Any, Any, Any]],
    spec: Spec = RandomEffects(),  # noqa: B008
) -> Iterator[PooledMany]:
    """Pool batch after batch, as they come, without keeping any.

    Parameters
    ----------
    chunks : iterable of (effects, variances) or (effects, variances, mask)
        Batches as for `pool_many`.
    spec : RandomEffects, CommonEffect or FitSpec
        How to pool all of them.
    """
    for chunk in chunks:
        mask = chunk[2] if len(chunk) == 3 else None
        yield pool_many(chunk[0], chunk[1], mask, spec)


def _empty(total: int) -> dict[str, Any]:
    """Return the columns of `PooledMany` for sets without studies."""
    return {
        **{name: np.full(total, np.nan) for name in NUMBERS},
        "k": np.zeros(total, dtype=np.int64),
        "status": np.full(total, BatchStatus.NO_STUDY, dtype=np.int8),
    }


def _pool_chunk(
    pooled: dict[str, Any],
    y: FloatArray,
    v: FloatArray,
    present: BoolArray,
    spec: FitSpec,
    shared: bool,
) -> None:
    """Fill in the columns of some sets."""
    k = (present @ np.ones(present.shape[1])).astype(np.int64)  # four times as fast as a sum
    pooled["k"][:] = k
    one, several = np.flatnonzero(k == 1), np.flatnonzero(k > 1)
    if one.size:
        only = np.argmax(present[one], axis=1)
        pooled["effect"][one] = y[one, only]
        pooled["std_error"][one] = np.sqrt(v[one, only])
        pooled["status"][one] = BatchStatus.ONE_STUDY
    if several.size:
        rows: Any = slice(None) if several.size == k.size else several
        if shared:
            found = _pool_subsets(subset_batch(y[0], v[0], present[rows]), spec)
        else:
            found = _pool_sets(mean_batch(y[rows], v[rows], present[rows]), spec)
        for name, values in found.items():
            pooled[name][rows] = values
    _tests(pooled, k, spec)


def _pool_sets(batch: MeanBatch, spec: FitSpec) -> dict[str, Any]:
    """Return all but tests and intervals, of sets of two or more."""
    every = np.arange(batch.n.size)
    optima = given_or_estimated(batch, spec, batch.root * batch.root)
    error = np.full(every.size, np.nan)
    if isinstance(spec.tau2, str) and not spec.common_effect:
        error = batch_tau2_error(batch, spec.tau2, optima.tau2)
    plain = batch.at(every, np.zeros(every.size))
    best = batch.at(every, optima.tau2) if np.any(optima.tau2) else plain
    trace = None if spec.common_effect else pair_weights(1.0 / batch.v)[0]
    return _columns(batch, spec, optima, error, plain, best, trace)


def _pool_subsets(batch: SubsetBatch, spec: FitSpec) -> dict[str, Any]:
    """Return the same of subsets of the same studies."""
    if spec.common_effect:
        zero = np.zeros(batch.df.size)
        optima, error = given(zero), np.full(zero.size, np.nan)
        return _columns(batch, spec, optima, error, batch.plain, batch.plain, None)
    trace, trace2 = batch.traces()
    optima, error = batch.dersimonian_laird(trace, trace2)
    best = batch.at(optima.tau2)
    return _columns(batch, spec, optima, error, batch.plain, best, trace)


def _columns(
    batch: MeanBatch | SubsetBatch,
    spec: FitSpec,
    optima: Optima,
    tau2_error: FloatArray,
    plain: WeightedMean,
    best: WeightedMean,
    trace: FloatArray | None,
) -> dict[str, Any]:
    """Turn sums at tau2 = 0 and at the estimate into the columns of `PooledMany`."""
    df, unit = batch.df, batch.root * batch.root
    factor = np.ones(df.size)
    if spec.test in ("knha", "adhoc"):
        factor = np.sqrt(best.q / df)
        if spec.test == "adhoc":
            factor = np.maximum(1.0, factor)
    if trace is None:
        positive = np.where(plain.q > 0, plain.q, 1.0)
        i2, h2 = np.maximum(0.0, 100.0 * (plain.q - df) / positive), plain.q / df
    else:
        typical = df / trace
        i2, h2 = 100.0 * optima.tau2 / (optima.tau2 + typical), 1.0 + optima.tau2 / typical
    return {
        "effect": batch.origin + best.mean * batch.root,
        "std_error": factor * batch.root / np.sqrt(best.total),
        "tau2": optima.tau2 * unit,
        "se_tau2": tau2_error * unit,
        "i2": i2,
        "h2": h2,
        "q": plain.q,
        "status": batch_status(optima, spec),
    }


def _tests(pooled: dict[str, Any], k: npt.NDArray[np.intp], spec: FitSpec) -> None:
    """Fill in statistic, p value and interval; a single study has the normal ones."""
    effect, error = pooled["effect"], pooled["std_error"]
    statistic = pooled["statistic"]
    np.divide(effect, error, out=statistic, where=error > 0)
    size = -np.abs(statistic)
    half = critical_value(spec.level) * error
    p_value = 2.0 * ndtr(size)
    some = k > 1
    if spec.test != "z" and np.any(some):
        df, place = np.unique(k[some] - 1, return_inverse=True)
        p_value[some] = 2.0 * stdtr(k[some] - 1.0, size[some])
        factors = np.array([critical_value(spec.level, one) for one in df.tolist()])
        half[some] = factors[place] * error[some]
    pooled["p_value"][:] = p_value
    pooled["ci_low"][:], pooled["ci_high"][:] = effect - half, effect + half
