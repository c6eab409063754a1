"""Which studies move the fit: what changes when each is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import chdtr

from remit.core.checks import lock
from remit.core.errors import InputError
from remit.core.estimate import NotEstimable
from remit.core.notes import Note
from remit.synthesis.batch import BatchStatus, fit_many
from remit.synthesis.exits import finite_or_none, number_text
from remit.synthesis.models.fit_notes import NO_SPREAD, deletion_notes
from remit.synthesis.models.linear import fit_linear
from remit.synthesis.models.linear_fit import LinearFit
from remit.synthesis.models.weighted import weighted_fit

__all__ = ["Deletions", "Influence", "deletions", "influence"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
_COLUMNS = (
    "rstudent",
    "dffits",
    "cook_distance",
    "cov_ratio",
    "tau2_deleted",
    "q_e_deleted",
    "hat",
    "weight",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Deletions:
    """Fits without each study in turn; rows of studies that the model needs are NaN.

    Attributes
    ----------
    coef : (k, p) array
        Coefficients.
    coef_cov : (k, p, p) array
        Their covariances.
    tau2, q_e, variance_factor : (k,) array
        Residual heterogeneity, its Q, and the factor of ``knha`` and ``adhoc``.
    fitted, fitted_variance : (k,) array
        The study's effect as the others predict it, and the variance of that.
    """

    coef: FloatArray
    coef_cov: FloatArray
    tau2: FloatArray
    q_e: FloatArray
    variance_factor: FloatArray
    fitted: FloatArray
    fitted_variance: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Influence:
    """How much each of k studies moves a fit.

    NaN stands for studies in ``undefined``, and in ``rstudent``, ``dffits`` and ``dfbetas`` for
    those without which the others agree exactly and ``knha`` leaves no standard error.

    Attributes
    ----------
    labels, names : tuple of str
        Studies; coefficients.
    rstudent : (k,) array
        Effect less its prediction from the other studies, over its standard error.
    dffits : (k,) array
        Change of the study's fitted effect in standard errors.
    cook_distance : (k,) array
        Squared change of the coefficients in ``tested``, in units of their covariance.
    cov_ratio : (k,) array
        Determinant of that covariance without the study over that with it; above 1 the study
        makes the fit more precise.
    tau2_deleted, q_e_deleted : (k,) array
        tau2 and residual Q without the study.
    hat, weight : (k,) array
        Hat value; share of the weight, per cent.
    dfbetas : (k, p) array
        Change of each coefficient in standard errors.
    influential : (k,) boolean array
        |DFFITS| > 3 sqrt(p/(k - p)), Cook's distance beyond the median of chi-squared, hat value
        > 3 p/k, or a |DFBETAS| > 1 (Viechtbauer & Cheung 2010, as metafor marks them).
    tested : tuple of int
        Coefficients behind Cook's distance and the covariance ratio.
    undefined : tuple of str
        Studies without which the model cannot be fitted.
    notes : tuple of Note
        What the reader must be told.
    """

    labels: tuple[str, ...]
    names: tuple[str, ...]
    rstudent: FloatArray
    dffits: FloatArray
    cook_distance: FloatArray
    cov_ratio: FloatArray
    tau2_deleted: FloatArray
    q_e_deleted: FloatArray
    hat: FloatArray
    weight: FloatArray
    dfbetas: FloatArray
    influential: BoolArray
    tested: tuple[int, ...]
    undefined: tuple[str, ...]
    notes: tuple[Note, ...] = ()

    def summary(self) -> str:
        """Return the influential studies as text."""
        marked = np.flatnonzero(self.influential).tolist()
        lines = [f"{len(marked)} of {len(self.labels)} studies are influential"]
        lines += [
            f"{self.labels[i]}: DFFITS {number_text(self.dffits[i])}, Cook's distance "
            f"{number_text(self.cook_distance[i])}, hat {number_text(self.hat[i])}, "
            f"studentised residual {number_text(self.rstudent[i])}"
            for i in marked
        ]
        lines += [f"{label}: the model cannot be fitted without it" for label in self.undefined]
        lines += [f"Note ({note.kind}): {note.text}" for note in self.notes]
        return "\n".join(lines)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per study; what does not exist is None."""
        return [
            {
                "label": label,
                **{name: finite_or_none(getattr(self, name)[i]) for name in _COLUMNS},
                "dfbetas": {
                    name: finite_or_none(x)
                    for name, x in zip(self.names, self.dfbetas[i], strict=True)
                },
                "influential": bool(self.influential[i]),
            }
            for i, label in enumerate(self.labels)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "kind": "remit.influence",
            "version": 1,
            "tested": [self.names[i] for i in self.tested],
            "undefined": list(self.undefined),
            "notes": [note.to_dict() for note in self.notes],
            "rows": self.to_rows(),
        }


def influence(fit: LinearFit, tested: tuple[int, ...] | None = None) -> Influence:
    """Return deletion diagnostics of a fit (Viechtbauer & Cheung 2010).

    tau2 is estimated anew without each study. With H the hat matrix, V_(i) = diag(v + tau2_(i))
    and b_(i) the coefficients without study i: DFFITS = x_i'(b - b_(i)) over the root of the i-th
    diagonal element of H V_(i) H' (h_i (v_i + tau2_(i)) with inverse-variance weights; ibid. eq.
    8), DFBETAS with the standard errors of all studies at tau2_(i) (eq. 10), Cook's distance
    (b - b_(i))' Cov(b)^-1 (b - b_(i)) (eq. 9), covariance ratio det Cov(b_(i)) / det Cov(b)
    (eq. 11). ``knha`` and ``adhoc`` multiply the variances of the fit without the study, and its
    own in ``rstudent``, by their factor, as metafor does; a note tells where one is below 1.

    Parameters
    ----------
    fit : LinearFit
        The model, with two studies or more.
    tested : tuple of int, optional
        Coefficients for Cook's distance and the covariance ratio; by default all.

    Raises
    ------
    InputError
        If there is one study, ``tested`` names no coefficient, or ``knha`` has standard errors
        of 0.
    """
    if fit.k < 2:
        raise InputError.at("argument 'fit'", found="one study", expected="at least two")
    if fit.variance_factor <= NO_SPREAD:
        raise InputError.at(
            "argument 'fit'",
            found="effects that agree exactly, so that test='knha' has standard errors of 0",
            expected="standard errors above 0",
            hint="Fit again with test='adhoc'.",
        )
    chosen = tested or tuple(range(fit.p))
    if not set(chosen) <= set(range(fit.p)):
        raise InputError.at(
            "argument 'tested'", found=repr(chosen), expected=f"positions from 0 to {fit.p - 1}"
        )
    without = deletions(fit)
    lost = np.isnan(without.fitted)
    factor = np.where(without.variance_factor <= NO_SPREAD, np.nan, without.variance_factor)
    shift = fit.coef - without.coef
    spread, coef_spread = _full_spread(fit, without.tau2)
    x = fit.design
    dffits = np.sum(x * shift, axis=1) / np.sqrt(factor * spread)
    dfbetas = shift / np.sqrt(factor[:, None] * coef_spread)
    part = np.array(chosen)
    cov = fit.coef_cov[np.ix_(part, part)]
    cook = np.sum(shift[:, part] * np.linalg.solve(cov, shift[:, part].T).T, axis=1)
    other_cov = np.where(lost[:, None, None], cov, without.coef_cov[:, part[:, None], part])
    ratio = np.where(lost, np.nan, np.linalg.det(other_cov) / np.linalg.det(cov))
    error = np.sqrt(factor * (fit.variance + without.tau2) + without.fitted_variance)
    return Influence(
        labels=fit.labels,
        names=fit.names,
        rstudent=lock((fit.effect - without.fitted) / error),
        dffits=lock(dffits),
        cook_distance=lock(cook),
        cov_ratio=lock(ratio),
        tau2_deleted=lock(without.tau2),
        q_e_deleted=lock(without.q_e),
        hat=fit.hat,
        weight=fit.weights,
        dfbetas=lock(dfbetas),
        influential=_influential(fit, dffits, cook, dfbetas, len(chosen)),
        tested=chosen,
        undefined=tuple(fit.labels[i] for i in np.flatnonzero(lost)),
        notes=deletion_notes(fit.spec, fit.labels, without.variance_factor),
    )


def deletions(fit: LinearFit) -> Deletions:
    """Fit the model without each study in turn."""
    k, p = fit.k, fit.p
    if fit.spec.weights == "inverse-variance" and k - 1 > p:
        found = fit_many(fit.effect, fit.variance, fit.design, ~np.eye(k, dtype=bool), fit.spec)
        coef, cov, tau2 = found.coef.copy(), found.coef_cov.copy(), found.tau2.copy()
        q_e, factor = found.q_e.copy(), found.variance_factor.copy()
        failed = found.status == BatchStatus.NO_RANK
        tau2[failed] = q_e[failed] = np.nan
    else:
        coef, cov, tau2, q_e, factor = _one_by_one(fit)
    x = fit.design
    return Deletions(
        coef=coef,
        coef_cov=cov,
        tau2=tau2,
        q_e=q_e,
        variance_factor=factor,
        fitted=np.sum(x * coef, axis=1),
        fitted_variance=np.einsum("kp,kpq,kq->k", x, cov, x),
    )


def _one_by_one(
    fit: LinearFit,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    k, p = fit.k, fit.p
    coef, cov = np.full((k, p), np.nan), np.full((k, p, p), np.nan)
    tau2, q_e, factor = (np.full(k, np.nan) for _ in range(3))
    for i in range(k):
        kept = np.arange(k) != i
        try:
            other = fit_linear(
                fit.effect[kept], fit.variance[kept], fit.design[kept], fit.spec.without(i)
            )
        except InputError:
            continue
        coef[i], cov[i], tau2[i] = other.coef, other.coef_cov, other.tau2_value
        q_e[i] = 0.0 if isinstance(other.q_e, NotEstimable) else other.q_e
        factor[i] = other.variance_factor
    return coef, cov, tau2, q_e, factor


def _full_spread(fit: LinearFit, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what DFFITS and DFBETAS are divided by: variances of all studies at each tau2_(i).

    (k,) diagonal elements of H V_(i) H', and (k, p) variances of the coefficients.
    """
    x, v = fit.design, fit.variance
    if fit.spec.weights == "inverse-variance":
        coef_spread = np.full((fit.k, fit.p), np.nan)
        for i in np.flatnonzero(~np.isnan(tau2)):
            coef_spread[i] = np.diag(weighted_fit(x, fit.effect, 1.0 / (v + tau2[i])).inverse)
        return fit.hat * (v + tau2), coef_spread
    used = weighted_fit(x, fit.effect, fit.weights)
    bread = used.inverse @ (x * fit.weights[:, None]).T
    total = v + tau2[:, None]
    return np.sum((x @ bread) ** 2 * total, axis=1), total @ (bread**2).T


def _influential(
    fit: LinearFit, dffits: FloatArray, cook: FloatArray, dfbetas: FloatArray, m: int
) -> BoolArray:
    k, p = fit.k, fit.p
    far = 3.0 * np.sqrt(p / (k - p)) if k > p else np.inf
    marked: BoolArray = np.abs(np.nan_to_num(dffits)) > far
    marked |= chdtr(float(m), np.nan_to_num(cook)) > 0.5
    marked |= fit.hat > 3.0 * p / k
    marked |= np.any(np.abs(np.nan_to_num(dfbetas)) > 1.0, axis=1)
    marked.setflags(write=False)
    return marked
