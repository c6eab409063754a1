"""Which points do the Baujat, normal quantile and radial figures show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from remit.core.checks import check_choice, lock
from remit.core.errors import InputError
from remit.synthesis.data import EffectSet
from remit.synthesis.exits import finite_or_none
from remit.synthesis.influence.diagnostics import deletions
from remit.synthesis.models.fit_spec import FitSpec
from remit.synthesis.models.linear import fit_linear
from remit.synthesis.models.linear_fit import LinearFit
from remit.synthesis.models.residuals import rstandard, rstudent
from remit.synthesis.studies import studies_of

__all__ = ["StudyPoints", "baujat", "normal_quantiles", "radial_points"]

FloatArray = npt.NDArray[np.float64]
_SMALL = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyPoints:
    """One point per study.

    Attributes
    ----------
    labels : tuple of str
        Studies.
    x, y : (k,) array
        Coordinates; NaN for a study without which the model cannot be fitted.
    x_meaning, y_meaning : str
        What they are, for the axes.
    """

    labels: tuple[str, ...]
    x: FloatArray
    y: FloatArray
    x_meaning: str
    y_meaning: str

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dictionary per study."""
        return [
            {"label": label, "x": finite_or_none(self.x[i]), "y": finite_or_none(self.y[i])}
            for i, label in enumerate(self.labels)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the points as plain data."""
        return {
            "kind": "remit.study-points",
            "version": 1,
            "x_meaning": self.x_meaning,
            "y_meaning": self.y_meaning,
            "rows": self.to_rows(),
        }


def baujat(
    studies: EffectSet | tuple[Any, Any] | LinearFit,
    spec: FitSpec = FitSpec(tau2="EE"),  # noqa: B008
) -> StudyPoints:
    """Return the points of a Baujat plot (Baujat, Mahe, Pignon & Hill 2002).

    x: squared Pearson residual, the study's contribution to Q under a common effect. y: squared
    change of its fitted effect when it is left out, over the variance of the prediction from the
    other studies.

    Parameters
    ----------
    studies : EffectSet, pair of (k,) arrays, or LinearFit
        Studies, their effects and variances, or a model that was fitted to them.
    spec : FitSpec
        How to pool studies that are not fitted yet; the paper has a common effect.

    Raises
    ------
    InputError
        If there are fewer than two studies, or one cannot be pooled.
    """
    fit = studies if isinstance(studies, LinearFit) else _fit(studies, spec)
    if fit.k < 2:
        raise InputError.at("argument 'studies'", found="one study", expected="at least two")
    without = deletions(fit)
    plain = fit.p == 1 and fit.intercept is not None
    common = "contribution to heterogeneity" if fit.spec.common_effect else ""
    return StudyPoints(
        labels=fit.labels,
        x=lock(fit.residual**2 / fit.total_variance),
        y=lock((without.fitted - fit.fitted) ** 2 / without.fitted_variance),
        x_meaning=common or "squared Pearson residual",
        y_meaning="influence on the " + ("overall result" if plain else "fitted value"),
    )


def _fit(studies: EffectSet | tuple[Any, Any], spec: FitSpec) -> LinearFit:
    found = studies_of(studies, least=2)
    return fit_linear(found.effect, found.variance, None, spec, labels=found.labels)


def normal_quantiles(fit: LinearFit, residuals: str = "rstandard") -> StudyPoints:
    """Return standardised residuals against the normal quantiles of their ranks.

    The plotting positions are (i - a)/(k + 1 - 2a) with a = 3/8 up to ten studies and 1/2 beyond
    (Blom 1958; R's ``ppoints``). Studies whose residual is not defined are left out.

    Parameters
    ----------
    fit : LinearFit
        The model.
    residuals : str
        ``rstandard`` or ``rstudent``.
    """
    check_choice("residuals", residuals, ("rstandard", "rstudent"))
    found = rstandard(fit) if residuals == "rstandard" else rstudent(fit)
    kept = [i for i, label in enumerate(found.labels) if label not in found.undefined]
    z = found.z[kept]
    n = z.size
    offset = 0.375 if n <= _SMALL else 0.5
    place = np.empty(n)
    place[np.argsort(z, kind="stable")] = np.arange(1, n + 1)
    return StudyPoints(
        labels=tuple(found.labels[i] for i in kept),
        x=lock(ndtri((place - offset) / (n + 1.0 - 2.0 * offset))),
        y=lock(z.copy()),
        x_meaning="normal quantile",
        y_meaning="standardised residual",
    )


def radial_points(fit: LinearFit) -> StudyPoints:
    """Return the points of a radial (Galbraith) plot: precision, and effect over standard error.

    Galbraith 1988; under random effects the standard error includes tau2.
    """
    error = np.sqrt(fit.total_variance)
    return StudyPoints(
        labels=fit.labels,
        x=lock(1.0 / error),
        y=lock(fit.effect / error),
        x_meaning="precision",
        y_meaning="standardised effect",
    )
