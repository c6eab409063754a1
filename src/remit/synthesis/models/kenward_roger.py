"""Small-sample inference on coefficients that allows for tau2 having been estimated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice, check_level, lock
from remit.core.estimate import NotEstimable
from remit.core.numerics import critical_value, t_two_sided
from remit.synthesis.models.linear_fit import LinearFit
from remit.synthesis.models.weighted import pp_trace, weighted_fit

__all__ = ["KenwardRoger", "kenward_roger"]

FloatArray = npt.NDArray[np.float64]
FORMS = ("Partlett-Riley", "Kenward-Roger")
_ONE = 1.0 - 1e-9  # two studies of equal variance have exactly one, but for rounding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KenwardRoger:
    """Coefficients with corrected standard errors and degrees of freedom.

    Attributes
    ----------
    coef, std_error, df, statistic, p_value, ci_low, ci_high : (p,) array
        By coefficient; each has its own degrees of freedom.
    coef_cov : (p, p) array
        Corrected covariance.
    level : float
        Coverage.
    form : str
        How the degrees of freedom were found.
    """

    coef: FloatArray
    std_error: FloatArray
    df: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    coef_cov: FloatArray
    level: float
    form: str

    def to_dict(self) -> dict[str, Any]:
        """Return the inference as a plain dictionary."""
        names = ("coef", "std_error", "df", "statistic", "p_value", "ci_low", "ci_high")
        arrays = {name: getattr(self, name).tolist() for name in (*names, "coef_cov")}
        return {"level": self.level, "form": self.form, **arrays}


def kenward_roger(
    fit: LinearFit, level: float | None = None, *, form: str = "Partlett-Riley"
) -> KenwardRoger | NotEstimable:
    """Correct standard errors and degrees of freedom after REML (Kenward & Roger 1997).

    With C = (X'WX)^-1 and the expected information tr(PP)/2 of tau2, the covariance is
    C + 2 I^-1 C (X'W^3X - X'W^2X C X'W^2X) C (Kenward & Roger 1997, eq. 5), and the degrees of
    freedom of one coefficient are 2 v^2 / (I^-1 (c'X'W^2X c)^2) with v = c_jj, c = the row of C.

    Parameters
    ----------
    fit : LinearFit
        By REML with inverse-variance weights.
    level : float, optional
        Coverage; by default that of the fit.
    form : str
        ``Partlett-Riley``: the corrected covariance also in the degrees of freedom (Partlett &
        Riley 2017, as R's meta has it). ``Kenward-Roger``: C there, as in the paper of 1997.

    Returns
    -------
    KenwardRoger or NotEstimable
        The latter for fits that are not by REML, and where tau2 is so uncertain that the degrees
        of freedom fall below one; its reason names what there is instead.
    """
    check_choice("form", form, FORMS)
    level = fit.spec.level if level is None else check_level(level)
    if fit.spec.tau2 != "REML" or isinstance(fit.tau2, NotEstimable):
        return NotEstimable(reason="The correction is defined for fits by REML.")
    if fit.spec.weights != "inverse-variance":
        return NotEstimable(reason="The correction is defined for inverse-variance weights.")
    x = fit.design
    one = weighted_fit(x, fit.effect, 1.0 / fit.total_variance)
    w, cov = one.weights, one.inverse
    inverse_information = 2.0 / pp_trace(x, one)
    second = (x * (w * w)[:, None]).T @ x
    third = (x * (w**3)[:, None]).T @ x
    corrected = cov + 2.0 * inverse_information * cov @ (third - second @ cov @ second) @ cov
    by_form = {
        name: _degrees_of_freedom(used, second, inverse_information)
        for name, used in zip(FORMS, (corrected, cov), strict=True)
    }
    df = by_form.pop(form)
    if np.any(df < _ONE):
        return _without_bounds(by_form)
    error = np.sqrt(np.diag(corrected))
    t = fit.coef / error
    half = np.array([critical_value(level, float(d)) for d in df]) * error
    p = np.array([t_two_sided(float(a), float(d)) for a, d in zip(t, df, strict=True)])
    return KenwardRoger(
        coef=fit.coef,
        std_error=lock(error),
        df=lock(df),
        statistic=lock(t),
        p_value=lock(p),
        ci_low=lock(fit.coef - half),
        ci_high=lock(fit.coef + half),
        coef_cov=lock(corrected),
        level=level,
        form=form,
    )


def _degrees_of_freedom(
    used: FloatArray, second: FloatArray, inverse_information: float
) -> FloatArray:
    gradient = np.einsum("ij,jk,ki->i", used, second, used)
    df: FloatArray = 2.0 * np.diag(used) ** 2 / (inverse_information * gradient**2)
    return df


def _without_bounds(others: dict[str, FloatArray]) -> NotEstimable:
    """Say that no degree of freedom is left, and what can be done."""
    instead = "the Hartung-Knapp interval (interval='HKSJ' of pool, test='adhoc' of a fit)"
    for form, df in others.items():
        if np.all(df >= _ONE):
            instead += f", or kenward_roger with form='{form}', which leaves {df.min():.1f}"
    return NotEstimable(
        reason=f"tau2 is so uncertain that less than one degree of freedom is left. Use {instead}."
    )
