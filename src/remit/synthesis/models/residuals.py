"""How far are single studies from the model: residuals and shrunken effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import lock
from remit.core.errors import InputError, SpecError
from remit.core.notes import Note
from remit.core.numerics import critical_value
from remit.synthesis.models.fit_notes import NO_SPREAD, deletion_notes
from remit.synthesis.models.linear import fit_linear
from remit.synthesis.models.linear_fit import LinearFit
from remit.synthesis.models.weighted import leverage_complement, weighted_fit

__all__ = [
    "Residuals",
    "Shrunken",
    "blup",
    "pearson_residuals",
    "ranef",
    "residual_cov",
    "rstandard",
    "rstudent",
]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Residuals:
    """Residuals of k studies.

    Attributes
    ----------
    labels : tuple of str
        Studies.
    residual, std_error, z : (k,) array
        Residual, its standard error, their ratio; NaN-free: a study that the model cannot do
        without is in ``undefined`` and has a z of 0.
    undefined : tuple of str
        Studies without which the model cannot be fitted, or that it fits exactly, or without
        which the others agree exactly and ``knha`` leaves no standard error.
    notes : tuple of Note
        What the reader must be told.
    """

    labels: tuple[str, ...]
    residual: FloatArray
    std_error: FloatArray
    z: FloatArray
    undefined: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per study."""
        return [
            {
                "label": self.labels[i],
                "residual": float(self.residual[i]),
                "std_error": float(self.std_error[i]),
                "z": float(self.z[i]),
            }
            for i in range(len(self.labels))
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the residuals as a plain dictionary."""
        return {
            "rows": self.to_rows(),
            "undefined": list(self.undefined),
            "notes": [note.to_dict() for note in self.notes],
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shrunken:
    """Best linear unbiased predictions for k studies.

    Attributes
    ----------
    labels : tuple of str
        Studies.
    effect, std_error, pi_low, pi_high : (k,) array
        Prediction, its standard error and interval.
    level : float
        Coverage.
    """

    labels: tuple[str, ...]
    effect: FloatArray
    std_error: FloatArray
    pi_low: FloatArray
    pi_high: FloatArray
    level: float

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per study."""
        names = ("effect", "std_error", "pi_low", "pi_high")
        return [
            {"label": label, **{name: float(getattr(self, name)[i]) for name in names}}
            for i, label in enumerate(self.labels)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the predictions as a plain dictionary."""
        return {"level": self.level, "rows": self.to_rows()}


def rstandard(fit: LinearFit) -> Residuals:
    """Return internally standardised residuals: e / sqrt of the diagonal of (I - H) V (I - H)'.

    V is the diagonal matrix of variance plus tau2 and H the hat matrix (Viechtbauer & Cheung
    2010, eq. 6). A study with hat value 1 has none.
    """
    total = fit.total_variance
    if fit.spec.weights == "inverse-variance":
        weighted = weighted_fit(fit.design, fit.effect, 1.0 / total)
        variance = total * leverage_complement(fit.design, 1.0 / total, weighted.basis)
    else:
        bread = _bread(fit)
        # the diagonal of (I - H) V (I - H)' with H = X bread
        middle = (bread * total) @ bread.T
        own = np.sum(fit.design * bread.T, axis=1)
        variance = total * (1.0 - 2.0 * own) + np.einsum(
            "ki,ij,kj->k", fit.design, middle, fit.design
        )
    exact = variance <= 1e-14 * total
    error = np.sqrt(np.where(exact, 0.0, variance))
    return _residuals(fit, fit.residual.copy(), error, exact)


def rstudent(fit: LinearFit) -> Residuals:
    """Return externally standardised residuals: each study against a fit without it.

    tau2 is estimated anew; the variance of y_i - x_i b_(i) is v_i + tau2_(i) + x_i Cov(b_(i)) x_i'
    (Viechtbauer & Cheung 2010, eq. 7), its first part times the Hartung-Knapp factor where the
    fit has one, as metafor does. A factor below 1 makes studies that agree look like outliers,
    which the notes say.
    """
    k = fit.k
    residual, error, factor = fit.residual.copy(), np.zeros(k), np.full(k, np.nan)
    undefined = np.zeros(k, dtype=bool)
    for i in range(k):
        keep = np.arange(k) != i
        try:
            other = fit_linear(
                fit.effect[keep], fit.variance[keep], fit.design[keep], fit.spec.without(i)
            )
        except InputError:
            undefined[i] = True
            continue
        x = fit.design[i]
        residual[i] = fit.effect[i] - float(x @ other.coef)
        factor[i] = other.variance_factor
        undefined[i] = factor[i] <= NO_SPREAD
        own = factor[i] * (fit.variance[i] + other.tau2_value)
        error[i] = np.sqrt(own + float(x @ other.coef_cov @ x))
    notes = deletion_notes(fit.spec, fit.labels, factor)
    return _residuals(fit, residual, error, undefined, notes)


def pearson_residuals(fit: LinearFit) -> FloatArray:
    """Return residuals over the root of variance plus tau2, (k,)."""
    return lock(fit.residual / np.sqrt(fit.total_variance))


def residual_cov(fit: LinearFit) -> FloatArray:
    """Return the covariance (I - H) V (I - H)' of the residuals, (k, k)."""
    bread = _bread(fit)
    outside = np.eye(fit.k) - fit.design @ bread
    return lock((outside * fit.total_variance) @ outside.T)


def blup(fit: LinearFit, level: float | None = None) -> Shrunken:
    """Return the studies' own true effects, shrunken towards the model (Raudenbush & Bryk 1985).

    With s = tau2/(tau2 + v): s y + (1 - s) x'b, variance s v + (1 - s)^2 Var(x'b).
    """
    share = _share(fit)
    effect = share * fit.effect + (1.0 - share) * fit.fitted
    spread = _fitted_variance(fit)
    return _shrunken(fit, effect, share * fit.variance + (1.0 - share) ** 2 * spread, level)


def ranef(fit: LinearFit, level: float | None = None) -> Shrunken:
    """Return the studies' deviations from the model, shrunken towards 0.

    With s as for `blup`: s (y - x'b), variance s v + s^2 Var(x'b); 0 under a common effect.
    """
    share = _share(fit)
    variance = share * fit.variance + share**2 * _fitted_variance(fit)
    return _shrunken(fit, share * fit.residual, variance, level)


def _bread(fit: LinearFit) -> FloatArray:
    """Return (X'AX)^-1 X'A, (p, k), with the weights of the fit as A."""
    a = fit.weights
    used = weighted_fit(fit.design, fit.effect, a)
    bread: FloatArray = used.inverse @ (fit.design * a[:, None]).T
    return bread


def _residuals(
    fit: LinearFit,
    residual: FloatArray,
    error: FloatArray,
    undefined: npt.NDArray[np.bool_],
    notes: tuple[Note, ...] = (),
) -> Residuals:
    z = np.zeros(fit.k)
    np.divide(residual, error, out=z, where=~undefined & (error > 0))
    return Residuals(
        labels=fit.labels,
        residual=lock(residual),
        std_error=lock(error),
        z=lock(z),
        undefined=tuple(fit.labels[i] for i in np.flatnonzero(undefined)),
        notes=notes,
    )


def _share(fit: LinearFit) -> FloatArray:
    if fit.spec.weights != "inverse-variance":
        raise SpecError.at(
            "argument 'fit'",
            found="a fit with weights of its own",
            expected="inverse-variance weights",
            hint="Shrunken effects are not defined for other weights.",
        )
    return fit.tau2_value / fit.total_variance


def _fitted_variance(fit: LinearFit) -> FloatArray:
    variance: FloatArray = np.sum((fit.design @ fit.coef_cov) * fit.design, axis=1)
    return variance


def _shrunken(
    fit: LinearFit, effect: FloatArray, variance: FloatArray, level: float | None
) -> Shrunken:
    level = fit.spec.level if level is None else level
    error = np.sqrt(variance)
    half = critical_value(level, fit.df) * error
    return Shrunken(
        labels=fit.labels,
        effect=lock(effect),
        std_error=lock(error),
        pi_low=lock(effect - half),
        pi_high=lock(effect + half),
        level=level,
    )
