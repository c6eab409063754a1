"""What is the effect, in each of many sets of studies: pooling by the batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtr, stdtr

from remit.core.checks import lock
from remit.core.numerics import critical_value
from remit.synthesis.batch.inputs import Spec, checked_batch, fit_spec_of
from remit.synthesis.batch.mean_kernels import MeanBatch, mean_batch, pair_weights
from remit.synthesis.batch.status import BatchStatus, batch_status
from remit.synthesis.batch.tau2 import batch_tau2_error, given_or_estimated
from remit.synthesis.exits import finite_or_none
from remit.synthesis.models.fit_spec import FitSpec
from remit.synthesis.spec import RandomEffects

__all__ = ["PooledMany", "pool_many", "pool_stream"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
_CHUNK = 100_000  # studies worked on at a time; about 20 MB, and fastest
_NUMBERS = (
    "effect",
    "std_error",
    "statistic",
    "p_value",
    "ci_low",
    "ci_high",
    "tau2",
    "se_tau2",
    "i2",
    "h2",
    "q",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledMany:
    """Pooled effects of B sets of studies; every array is (B,).

    A number that does not exist is NaN, and ``status`` says why: everything of a set without
    studies; tau2, Q and what follows from them of a single study; the standard error of a tau2
    that was not estimated; statistic and p where the standard error is 0.

    Attributes
    ----------
    spec : FitSpec
        How all sets were pooled.
    k : integer array
        Number of studies.
    effect, std_error, statistic, p_value, ci_low, ci_high : array
        Pooled effect, its test of zero and interval.
    tau2, se_tau2 : array
        Between-study variance and its standard error.
    i2, h2 : array
        From tau2 and the typical variance; from Q under a common effect. I2 in per cent.
    q : array
        Cochran's Q, with k - 1 degrees of freedom.
    status : integer array
        Values of `BatchStatus`.
    """

    spec: FitSpec
    k: IntArray
    effect: FloatArray
    std_error: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    tau2: FloatArray
    se_tau2: FloatArray
    i2: FloatArray
    h2: FloatArray
    q: FloatArray
    status: npt.NDArray[np.int8]

    def __len__(self) -> int:
        """Return the number of sets."""
        return int(self.k.size)

    @property
    def q_p(self) -> FloatArray:
        """P value of Cochran's Q, (B,)."""
        found = np.full(self.k.size, np.nan)
        some = self.k > 1
        found[some] = chdtrc(self.k[some] - 1.0, self.q[some])
        return found

    def summary(self) -> str:
        """Return the batch as text."""
        lines = [f"{len(self)} sets pooled by {self.spec.tau2}, test {self.spec.test}"]
        counts = np.bincount(self.status, minlength=len(BatchStatus))
        lines += [f"{counts[s]}: {s.text}" for s in BatchStatus if counts[s]]
        return "\n".join(lines)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per set; what does not exist is None."""
        return [
            {
                "k": int(self.k[i]),
                **{name: finite_or_none(getattr(self, name)[i]) for name in _NUMBERS},
                "status": BatchStatus(int(self.status[i])).text,
            }
            for i in range(len(self))
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the whole batch as plain data."""
        return {
            "kind": "remit.pooled-many",
            "version": 1,
            "spec": self.spec.to_dict(),
            "rows": self.to_rows(),
        }


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
    total, k = present.shape
    rows = max(1, _CHUNK // max(1, k))
    parts = []
    for i in range(0, max(1, total), rows):
        chunk = slice(i, min(total, i + rows))
        parts.append(_pool_chunk(y[chunk], v[chunk], present[chunk], chosen))
        if progress is not None:
            progress(chunk.stop, total)
    return _joined(parts, chosen)


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


def _pool_chunk(y: FloatArray, v: FloatArray, present: BoolArray, spec: FitSpec) -> PooledMany:
    k = present.sum(axis=1)
    numbers = {name: np.full(k.size, np.nan) for name in _NUMBERS}
    status = np.full(k.size, BatchStatus.NO_STUDY, dtype=np.int8)
    one, several = np.flatnonzero(k == 1), np.flatnonzero(k > 1)
    if one.size:
        only = np.argmax(present[one], axis=1)
        numbers["effect"][one] = y[one, only]
        numbers["std_error"][one] = np.sqrt(v[one, only])
        status[one] = BatchStatus.ONE_STUDY
    if several.size:
        rows: Any = slice(None) if several.size == k.size else several
        batch = mean_batch(y[rows], v[rows], present[rows])
        found, status[rows] = _pool_batch(batch, spec)
        for name, values in found.items():
            numbers[name][rows] = values
    _tests(numbers, k, spec)
    return PooledMany(spec=spec, k=k.astype(np.int64), status=status, **numbers)


def _pool_batch(
    batch: MeanBatch, spec: FitSpec
) -> tuple[dict[str, FloatArray], npt.NDArray[np.int8]]:
    """Return the numbers but for tests and intervals, and the status, of sets of two or more."""
    every = np.arange(batch.n.size)
    unit = batch.root * batch.root
    optima = given_or_estimated(batch, spec, unit)
    error = np.full(every.size, np.nan)
    if isinstance(spec.tau2, str) and not spec.common_effect:
        error = batch_tau2_error(batch, spec.tau2, optima.tau2)
    plain, df = batch.at(every, np.zeros(every.size)), batch.n - 1.0
    best = batch.at(every, optima.tau2) if np.any(optima.tau2) else plain
    factor = np.ones(every.size)
    if spec.test in ("knha", "adhoc"):
        factor = np.sqrt(best.q / df)
        if spec.test == "adhoc":
            factor = np.maximum(1.0, factor)
    if spec.common_effect:
        positive = np.where(plain.q > 0, plain.q, 1.0)
        i2, h2 = np.maximum(0.0, 100.0 * (plain.q - df) / positive), plain.q / df
    else:
        typical = df / pair_weights(1.0 / batch.v)[0]
        i2, h2 = 100.0 * optima.tau2 / (optima.tau2 + typical), 1.0 + optima.tau2 / typical
    numbers = {
        "effect": batch.origin + best.mean * batch.root,
        "std_error": factor * batch.root / np.sqrt(best.total),
        "tau2": optima.tau2 * unit,
        "se_tau2": error * unit,
        "i2": i2,
        "h2": h2,
        "q": plain.q,
    }
    return numbers, batch_status(optima, spec)


def _tests(numbers: dict[str, FloatArray], k: npt.NDArray[np.intp], spec: FitSpec) -> None:
    """Fill in statistic, p value and interval; a single study has the normal ones."""
    effect, error = numbers["effect"], numbers["std_error"]
    statistic = numbers["statistic"]
    np.divide(effect, error, out=statistic, where=error > 0)
    size = -np.abs(statistic)
    half = critical_value(spec.level) * error
    if spec.test == "z":
        numbers["p_value"] = 2.0 * ndtr(size)
    else:
        df = np.where(k > 1, k - 1.0, np.inf)
        some = k > 1
        numbers["p_value"] = 2.0 * ndtr(size)
        numbers["p_value"][some] = 2.0 * stdtr(df[some], size[some])
        sizes, place = np.unique(df[some], return_inverse=True)
        factors = np.array([critical_value(spec.level, one) for one in sizes.tolist()])
        half[some] = factors[place] * error[some] if sizes.size else half[some]
    numbers["ci_low"], numbers["ci_high"] = effect - half, effect + half


def _joined(parts: list[PooledMany], spec: FitSpec) -> PooledMany:
    names = [field.name for field in fields(PooledMany) if field.name != "spec"]
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts])
        if len(parts) > 1
        else getattr(parts[0], name)
        for name in names
    }
    locked: dict[str, Any] = {name: lock(column) for name, column in columns.items()}
    return PooledMany(spec=spec, **locked)
