"""Which model is to be preferred: tests of coefficients, contrasts and nested models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import lock
from remit.core.errors import InputError, SpecError
from remit.core.estimate import NotEstimable
from remit.core.numerics import chi2_upper_tail, f_upper_tail, normal_two_sided, t_two_sided
from remit.synthesis.exits import plain
from remit.synthesis.models.linear_fit import FitStatistics, LinearFit

__all__ = [
    "ContrastTest",
    "ModelComparison",
    "VarianceInflation",
    "compare_fits",
    "contrast_test",
    "vif",
    "wald_test",
]

FloatArray = npt.NDArray[np.float64]
_LIKELIHOOD = ("ML", "REML", "EE", "FE", "CE")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContrastTest:
    """Linear combinations of coefficients, tested one by one and together.

    Attributes
    ----------
    contrast : (m, p) array
        One combination per row.
    estimate, std_error, statistic, p_value : (m,) array
        Combination less its value under the hypothesis, with its test.
    q_m, q_m_p : float or NotEstimable
        Test of all together, chi-squared or F; not estimable where they depend on each other.
    q_m_df : int
        Number of combinations.
    df : float or None
        Degrees of freedom of t and denominator of F; None for normal and chi-squared.
    """

    contrast: FloatArray
    estimate: FloatArray
    std_error: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    q_m: float | NotEstimable
    q_m_p: float | NotEstimable
    q_m_df: int
    df: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return the tests as a plain dictionary."""
        names = ("contrast", "estimate", "std_error", "statistic", "p_value")
        arrays = {name: getattr(self, name).tolist() for name in names}
        rest = {name: plain(getattr(self, name)) for name in ("q_m", "q_m_p", "q_m_df", "df")}
        return arrays | rest


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelComparison:
    """Likelihood-ratio test of two nested models.

    Attributes
    ----------
    full, reduced : FitStatistics
        Fit of the two, by one likelihood.
    likelihood : str
        ``ML`` or ``REML``.
    ratio : float
        Twice the difference of the log-likelihoods, at least 0.
    df : int
        Difference in the number of parameters.
    p_value : float
        Upper tail of chi-squared; conservative by half where only tau2 is tested, which then
        lies at the edge of its range under the hypothesis.
    tau2_full, tau2_reduced : float
        Residual heterogeneity.
    r2 : float or NotEstimable
        Share of the reduced model's tau2 that the full one explains, per cent, at least 0.
    """

    full: FitStatistics
    reduced: FitStatistics
    likelihood: str
    ratio: float
    df: int
    p_value: float
    tau2_full: float
    tau2_reduced: float
    r2: float | NotEstimable

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as a plain dictionary."""
        names = ("full", "reduced", "likelihood", "ratio", "df", "p_value", "tau2_full")
        return {name: plain(getattr(self, name)) for name in (*names, "tau2_reduced", "r2")}


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceInflation:
    """How much the variance of coefficients grows by their overlap with the other columns.

    Attributes
    ----------
    columns : tuple of int
        Coefficients taken together.
    names : tuple of str
        Their names.
    vif : float
        Generalised variance inflation factor (Fox & Monette 1992); 1 without overlap.
    sif : float
        vif^(1/(2 m)) for m columns: factor on the standard error.
    """

    columns: tuple[int, ...]
    names: tuple[str, ...]
    vif: float
    sif: float

    def to_dict(self) -> dict[str, Any]:
        """Return the factor as a plain dictionary."""
        return {
            "columns": list(self.columns),
            "names": list(self.names),
            "vif": self.vif,
            "sif": self.sif,
        }


def contrast_test(fit: LinearFit, contrast: Any, value: Any = 0.0) -> ContrastTest:
    """Test linear combinations of the coefficients by Wald's test.

    Parameters
    ----------
    fit : LinearFit
        The model.
    contrast : (m, p) or (p,) array-like
        One combination per row.
    value : float or (m,) array-like
        What each equals under the hypothesis.

    Raises
    ------
    InputError
        If the contrast has another number of columns, or a row of zeros.
    """
    rows = np.atleast_2d(np.array(contrast, dtype=np.float64))
    if rows.ndim != 2 or rows.shape[1] != fit.p or np.any(np.all(rows == 0, axis=1)):
        raise InputError.at(
            "argument 'contrast'",
            found=f"shape {rows.shape}",
            expected=f"rows of {fit.p} numbers, not all 0",
        )
    m = rows.shape[0]
    estimate = rows @ fit.coef - np.broadcast_to(np.asarray(value, dtype=np.float64), (m,))
    cov = rows @ fit.coef_cov @ rows.T
    error = np.sqrt(np.maximum(np.diag(cov), 0.0))
    if np.any(error == 0):
        raise InputError.at("argument 'fit'", found="standard errors of 0", expected="above 0")
    z = estimate / error
    p = [normal_two_sided(t) if fit.df is None else t_two_sided(t, fit.df) for t in z.tolist()]
    q_m, q_m_p = _together(z, cov / np.outer(error, error), fit.df)
    return ContrastTest(
        contrast=lock(rows),
        estimate=lock(estimate),
        std_error=lock(error),
        statistic=lock(z),
        p_value=lock(np.array(p)),
        q_m=q_m,
        q_m_p=q_m_p,
        q_m_df=m,
        df=fit.df,
    )


def wald_test(fit: LinearFit, columns: Any) -> ContrastTest:
    """Test that the coefficients at these positions are all zero."""
    chosen = list(columns)
    if not chosen or not all(isinstance(i, int) and 0 <= i < fit.p for i in chosen):
        raise InputError.at(
            "argument 'columns'", found=repr(chosen), expected=f"positions from 0 to {fit.p - 1}"
        )
    return contrast_test(fit, np.eye(fit.p)[chosen])


def _together(
    z: FloatArray, correlation: FloatArray, df: float | None
) -> tuple[float | NotEstimable, float | NotEstimable]:
    m = z.size
    if np.linalg.matrix_rank(correlation, tol=1e-10) < m:
        none = NotEstimable(reason="The combinations depend on each other.")
        return none, none
    q = float(z @ np.linalg.solve(correlation, z))
    if df is None:
        return q, chi2_upper_tail(q, m)
    return q / m, f_upper_tail(q / m, m, df)


def compare_fits(first: LinearFit, second: LinearFit) -> ModelComparison:
    """Compare two nested models of the same effects by the likelihood-ratio test.

    Parameters
    ----------
    first, second : LinearFit
        In either order; the one with more parameters counts as the full model.

    Raises
    ------
    InputError
        If the effects differ.
    SpecError
        If the fits are not by ML, REML or a common effect, mix ML and REML, have the same
        number of parameters, or are by REML with different designs.
    """
    if not (
        np.array_equal(first.effect, second.effect)
        and np.array_equal(first.variance, second.variance)
    ):
        raise InputError.at(
            "argument 'second'", found="other effects", expected="the effects of the first fit"
        )
    full, reduced = (first, second) if first.parameters > second.parameters else (second, first)
    likelihood = _shared_likelihood(full, reduced)
    better, worse = (full.reml, reduced.reml) if likelihood == "REML" else (full.ml, reduced.ml)
    if isinstance(better, NotEstimable) or isinstance(worse, NotEstimable):
        raise SpecError.at("argument 'first'", found="a saturated model", expected="k > p")
    ratio, df = 2.0 * (better.loglik - worse.loglik), full.parameters - reduced.parameters
    r2: float | NotEstimable = NotEstimable(reason="The reduced model has no heterogeneity.")
    if reduced.tau2_value > 0:
        r2 = max(0.0, 100.0 * (1.0 - full.tau2_value / reduced.tau2_value))
    return ModelComparison(
        full=better,
        reduced=worse,
        likelihood=likelihood,
        ratio=max(0.0, ratio),
        df=df,
        p_value=chi2_upper_tail(max(0.0, ratio), df),
        tau2_full=full.tau2_value,
        tau2_reduced=reduced.tau2_value,
        r2=r2,
    )


def _shared_likelihood(full: LinearFit, reduced: LinearFit) -> str:
    codes = {fit.spec.tau2 for fit in (full, reduced) if isinstance(fit.spec.tau2, str)}
    problem = ""
    if not codes <= set(_LIKELIHOOD):
        problem = "tau2 by " + ", ".join(sorted(codes - set(_LIKELIHOOD)))
    elif {"ML", "REML"} <= codes:
        problem = "one fit by ML and one by REML"
    elif full.parameters == reduced.parameters:
        problem = "models with the same number of parameters"
    elif "REML" in codes and not np.array_equal(full.design, reduced.design):
        problem = "REML fits with different designs, whose likelihoods cannot be compared"
    if problem:
        raise SpecError.at(
            "argument 'first'",
            found=problem,
            expected="nested fits by ML, or by REML with one design",
        )
    return "REML" if "REML" in codes else "ML"


def vif(fit: LinearFit, groups: Any = None) -> tuple[VarianceInflation, ...]:
    """Return variance inflation factors, the intercept left out.

    det(R11) det(R22)/det(R) with R the correlation matrix of the coefficients beside the
    intercept, R11 that of the group and R22 that of the rest (Fox & Monette 1992, eq. 7).

    Parameters
    ----------
    fit : LinearFit
        With moderators.
    groups : list of list of int, optional
        Positions of the coefficients to take together; by default each alone.

    Raises
    ------
    InputError
        If there is no moderator, or a group names the intercept or no coefficient.
    """
    others = [i for i in range(fit.p) if i != fit.intercept]
    if not others:
        raise InputError.at("argument 'fit'", found="no moderator", expected="at least one")
    chosen = [[i] for i in others] if groups is None else [list(group) for group in groups]
    if any(not group or not set(group) <= set(others) for group in chosen):
        raise InputError.at(
            "argument 'groups'", found=repr(chosen), expected=f"positions among {others}"
        )
    cov = fit.coef_cov[np.ix_(others, others)]
    error = np.sqrt(np.diag(cov))
    correlation = cov / np.outer(error, error)
    found = []
    for group in chosen:
        inside = [others.index(i) for i in group]
        outside = [i for i in range(len(others)) if i not in inside]
        parts = _log_det(correlation, inside) + _log_det(correlation, outside)
        factor = float(np.exp(parts - _log_det(correlation, list(range(len(others))))))
        found.append(
            VarianceInflation(
                columns=tuple(group),
                names=tuple(fit.names[i] for i in group),
                vif=factor,
                sif=factor ** (0.5 / len(group)),
            )
        )
    return tuple(found)


def _log_det(matrix: FloatArray, rows: list[int]) -> float:
    return float(np.linalg.slogdet(matrix[np.ix_(rows, rows)])[1]) if rows else 0.0
