"""How much do true effects differ between studies? Estimators of tau2.

Method codes are metafor's. The likelihood methods return the exact global optimum over
tau2 >= 0, and the others the exact root of their equation; a stopped iteration is not used.
"""

from __future__ import annotations

from typing import Any

from remit.core.checks import check_choice
from remit.core.estimate import NotEstimable
from remit.synthesis.heterogeneity import ONE_STUDY
from remit.synthesis.models.design import check_design
from remit.synthesis.models.estimate import solve_tau2
from remit.synthesis.models.standard_form import standard_form
from remit.synthesis.models.tau2_estimate import SolverStatus, Tau2Estimate
from remit.synthesis.q_statistic import check_studies

__all__ = ["TAU2_METHODS", "SolverStatus", "Tau2Estimate", "estimate_tau2"]

TAU2_METHODS = ("DL", "PM", "ML", "REML", "DL2", "HE", "HS", "HSk", "SJ", "EB", "PMM")


def estimate_tau2(effect: Any, variance: Any, method: str) -> Tau2Estimate | NotEstimable:
    """Estimate the between-study variance.

    Parameters
    ----------
    effect, variance : (k,) array-like
        Study effects and sampling variances (squared units of the effect).
    method : str
        One of `TAU2_METHODS`; sources in `remit.synthesis.models.design_tau2`, which is the same
        with a design matrix.

    Returns
    -------
    Tau2Estimate or NotEstimable
        The latter with a single study.

    Raises
    ------
    InputError
        If the studies cannot be pooled, see `check_studies`.
    SpecError
        If the method is unknown.
    """
    check_choice("tau2", method, TAU2_METHODS)
    y, v = check_studies(effect, variance)
    if y.size == 1:
        return ONE_STUDY
    form = standard_form(check_design(None, y.size, None), y, v)
    value, status = solve_tau2(form, method)
    return Tau2Estimate(tau2=value * form.scale, method=method, status=status)
