"""How do study effects depend on a design, in each of many sets of studies: fits by the batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, fdtrc, ndtr, stdtr

from remit.core.checks import lock
from remit.core.errors import InputError
from remit.core.estimate import NotEstimable
from remit.synthesis.batch.design_kernels import DesignBatch, design_batch
from remit.synthesis.batch.inputs import checked_batch, fit_spec_of
from remit.synthesis.batch.status import BatchStatus, batch_status
from remit.synthesis.batch.tau2 import given_or_estimated
from remit.synthesis.exits import finite_or_none
from remit.synthesis.models.design import intercept_column
from remit.synthesis.models.fit_spec import FitSpec
from remit.synthesis.models.linear import fit_linear

__all__ = ["FittedMany", "fit_many"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
_CHUNK = 200_000  # numbers in the designs worked on at a time; about 30 MB
_PLAIN = ("coef", "std_error", "statistic", "p_value", "tau2", "q_e", "q_m", "q_m_p")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FittedMany:
    """Linear fits of B sets of studies.

    A number that does not exist is NaN, and ``status`` says why: everything of a set with no more
    studies than coefficients, or of which the design has not full rank; statistics where a
    standard error is 0.

    Attributes
    ----------
    spec : FitSpec
        How all sets were fitted.
    k : (B,) integer array
        Number of studies.
    coef, std_error, statistic, p_value : (B, p) array
        Coefficients and their tests of zero.
    coef_cov : (B, p, p) array
        Their covariances.
    tau2, q_e, variance_factor : (B,) array
        Residual between-study variance, residual Q, and the factor of ``knha`` and ``adhoc``.
    q_m, q_m_p : (B,) array
        Omnibus test of ``tested``, chi-squared or F as in `LinearFit`.
    tested : tuple of int
        Coefficients that it tests.
    status : (B,) integer array
        Values of `BatchStatus`.
    """

    spec: FitSpec
    tested: tuple[int, ...]
    k: npt.NDArray[np.int64]
    coef: FloatArray
    std_error: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    coef_cov: FloatArray
    tau2: FloatArray
    q_e: FloatArray
    variance_factor: FloatArray
    q_m: FloatArray
    q_m_p: FloatArray
    status: npt.NDArray[np.int8]

    def __len__(self) -> int:
        """Return the number of sets."""
        return int(self.k.size)

    def to_dict(self) -> dict[str, Any]:
        """Return the fits as plain data; what does not exist is None."""
        rows = [
            {
                "k": int(self.k[i]),
                **{name: _plain(getattr(self, name)[i]) for name in _PLAIN},
                "status": BatchStatus(int(self.status[i])).text,
            }
            for i in range(len(self))
        ]
        return {
            "kind": "remit.fitted-many",
            "version": 1,
            "spec": self.spec.to_dict(),
            "tested": list(self.tested),
            "rows": rows,
        }


def _plain(value: Any) -> Any:
    numbers = [finite_or_none(x) for x in np.atleast_1d(value)]
    return numbers if np.ndim(value) else numbers[0]


def fit_many(
    effects: Any,
    variances: Any,
    designs: Any,
    mask: Any = None,
    spec: FitSpec = FitSpec(),  # noqa: B008
    *,
    tested: tuple[int, ...] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> FittedMany:
    """Fit a linear model to each of many sets of studies.

    Parameters
    ----------
    effects, variances, mask
        As in `pool_many`.
    designs : (B, k, p) array-like
        Designs with their intercepts; (k, p) where all sets have the same.
    spec : FitSpec
        How to fit all of them; inverse-variance weights.
    tested : tuple of int, optional
        Coefficients of the omnibus test; by default all but the intercept.
    progress : callable, optional
        Called with the number of sets done and their total.

    Returns
    -------
    FittedMany
        The numbers that `fit_linear` gives for each set.

    Raises
    ------
    InputError, SpecError
        As `pool_many`, and if a design is not finite.
    """
    chosen = fit_spec_of(spec)
    x, y, v, present = _checked_designs(effects, variances, designs, mask)
    total, k, p = x.shape
    center = intercept_column(x[0]) if total and _same_intercept(x) else None
    columns = tested or tuple(i for i in range(p) if p == 1 or i != center)
    rows = max(1, _CHUNK // max(1, k * p))
    parts = []
    for i in range(0, max(1, total), rows):
        chunk = slice(i, min(total, i + rows))
        parts.append(
            _fit_chunk(x[chunk], y[chunk], v[chunk], present[chunk], chosen, columns, center)
        )
        if progress is not None:
            progress(chunk.stop, total)
    names = [field.name for field in fields(FittedMany) if field.name not in ("spec", "tested")]
    arrays: dict[str, Any] = {
        name: lock(np.concatenate([getattr(part, name) for part in parts])) for name in names
    }
    return FittedMany(spec=chosen, tested=columns, **arrays)


def _checked_designs(
    effects: Any, variances: Any, designs: Any, mask: Any
) -> tuple[FloatArray, FloatArray, FloatArray, BoolArray]:
    y, v, present = checked_batch(effects, variances, mask)
    x = np.asarray(designs, dtype=np.float64)
    x = x[None] if x.ndim == 2 else x
    if x.ndim != 3 or x.shape[1] != y.shape[1] or len({1, x.shape[0], y.shape[0]}) > 2:
        raise InputError.at(
            "argument 'designs'", found=f"shape {x.shape}", expected="(B, k, p) or (k, p)"
        )
    if not np.all(np.isfinite(x)):
        raise InputError.at("argument 'designs'", found="missing values", expected="numbers")
    total = y.shape[0] if x.shape[0] == 1 else x.shape[0]
    shape = (total, y.shape[1])
    y, v = np.broadcast_to(y, shape), np.broadcast_to(v, shape)
    return np.broadcast_to(x, (total, *x.shape[1:])), y, v, np.broadcast_to(present, shape)


def _same_intercept(x: FloatArray) -> bool:
    first = intercept_column(x[0])
    return first is not None and bool(np.ptp(x[:, :, first]) == 0)


def _fit_chunk(
    x: FloatArray,
    y: FloatArray,
    v: FloatArray,
    present: BoolArray,
    spec: FitSpec,
    tested: tuple[int, ...],
    center: int | None,
) -> FittedMany:
    p = x.shape[2]
    k = present.sum(axis=1)
    shapes = {"coef_cov": (p, p), **dict.fromkeys(("tau2", "q_e", "variance_factor"), ())}
    numbers = {
        name: np.full((k.size, *shapes.get(name, (p,))), np.nan)
        for name in ("coef", "coef_cov", "tau2", "q_e", "variance_factor")
    }
    status = np.full(k.size, BatchStatus.TOO_FEW, dtype=np.int8)
    enough = np.flatnonzero(k > p)
    if enough.size:
        batch = design_batch(
            x[enough], y[enough], v[enough], present[enough], center=center is not None
        )
        found, status[enough] = _fit_batch(batch, spec, center)
        for name, values in found.items():
            numbers[name][enough] = values
        for i in enough[batch.imprecise() & ~batch.short].tolist():
            _fit_alone(numbers, i, x[i], y[i], v[i], present[i], spec)
    tests = _tests(numbers, k - p, spec, tested)
    return FittedMany(spec=spec, tested=tested, k=k, status=status, **numbers, **tests)


def _fit_batch(
    batch: DesignBatch, spec: FitSpec, center: int | None
) -> tuple[dict[str, FloatArray], npt.NDArray[np.int8]]:
    every = np.arange(batch.n.size)
    unit = batch.root * batch.root
    optima = given_or_estimated(batch, spec, unit)
    best = batch.projection(every, optima.tau2)
    inverse = best.inverse_triangle()
    factor = np.ones(every.size)
    if spec.test in ("knha", "adhoc"):
        factor = np.einsum("km,km->m", best.rest, best.rest) / batch.df
        factor = np.maximum(1.0, factor) if spec.test == "adhoc" else factor
    coef = np.einsum("pqm,qm->mp", inverse, best.inside) * batch.root[:, None]
    if center is not None:
        coef[:, center] += batch.origin / batch.x[center].max(axis=0)
    cov = np.einsum("pqm,rqm->mpr", inverse, inverse) * (factor * unit)[:, None, None]
    numbers = {
        "coef": coef,
        "coef_cov": cov,
        "tau2": optima.tau2 * unit,
        "q_e": batch.residual(every, np.zeros(every.size))[0],
        "variance_factor": factor,
    }
    for values in numbers.values():
        values[batch.short] = np.nan
    status = batch_status(optima, spec)
    status[batch.short] = BatchStatus.NO_RANK
    return numbers, status


def _fit_alone(
    numbers: dict[str, FloatArray],
    i: int,
    x: FloatArray,
    y: FloatArray,
    v: FloatArray,
    present: BoolArray,
    spec: FitSpec,
) -> None:
    """Fit one set by the careful way, which keeps its digits where one study has most weight."""
    fit = fit_linear(y[present], v[present], x[present], spec)
    numbers["coef"][i], numbers["coef_cov"][i] = fit.coef, fit.coef_cov
    numbers["tau2"][i], numbers["variance_factor"][i] = fit.tau2_value, fit.variance_factor
    if not isinstance(fit.q_e, NotEstimable):
        numbers["q_e"][i] = fit.q_e


def _tests(
    numbers: dict[str, FloatArray],
    df: npt.NDArray[np.intp],
    spec: FitSpec,
    tested: tuple[int, ...],
) -> dict[str, FloatArray]:
    coef, cov = numbers["coef"], numbers["coef_cov"]
    error = np.sqrt(np.einsum("mpp->mp", cov))
    statistic = np.full_like(coef, np.nan)
    np.divide(coef, error, out=statistic, where=error > 0)
    normal = spec.test == "z"
    t_df = np.maximum(df, 1).astype(np.float64)
    size = -np.abs(statistic)
    p_value = 2.0 * (ndtr(size) if normal else stdtr(t_df[:, None], size))
    q_m = np.full(df.size, np.nan)
    some = np.flatnonzero(np.all(error[:, tested] > 0, axis=1))
    z, scale = statistic[some][:, tested], error[some][:, tested]
    inner = cov[np.ix_(some, np.array(tested), np.array(tested))] / (
        scale[:, :, None] * scale[:, None, :]
    )
    if some.size:
        q_m[some] = np.einsum("mp,mp->m", z, np.linalg.solve(inner, z[:, :, None])[:, :, 0])
    m = len(tested)
    q_m_p = chdtrc(float(m), q_m)
    if not normal:
        q_m /= m
        q_m_p = fdtrc(float(m), t_df, q_m)
    return {
        "std_error": error,
        "statistic": statistic,
        "p_value": p_value,
        "q_m": q_m,
        "q_m_p": q_m_p,
    }
