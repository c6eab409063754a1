"""Bayesian meta-regression without sampling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice, check_level
from remit.core.errors import InputError
from remit.synthesis.bayes.hierarchical import make_model
from remit.synthesis.bayes.mixture import NormalMixture, make_mixture
from remit.synthesis.bayes.pool import read_effects
from remit.synthesis.bayes.prior import NormalPrior, TauPrior
from remit.synthesis.bayes.result import WHICH
from remit.synthesis.bayes.summaries import PosteriorSummary, summarise_mixture
from remit.synthesis.bayes.tau_posterior import TauPosterior, tau_posterior
from remit.synthesis.bayes.tau_summary import no_moment, summarise_tau
from remit.synthesis.data import EffectSet

__all__ = ["BayesRegression", "bayes_regress"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BayesRegression:
    """Posterior of the coefficients of a meta-regression, by quadrature over tau.

    Attributes
    ----------
    names : tuple of str
        Of the coefficients.
    coefficients : tuple of PosteriorSummary
        In the order of ``names``.
    tau : PosteriorSummary
        Residual heterogeneity.
    tau_prior : TauPrior
        Its prior.
    coefficient_priors : tuple of NormalPrior or None
        None is flat.
    level : float
        Coverage of all intervals.
    k : int
        Number of studies.
    quadrature_error : float
        Estimated relative error of the integral over tau.
    posterior : TauPosterior
        The quadrature itself.
    """

    names: tuple[str, ...]
    coefficients: tuple[PosteriorSummary, ...]
    tau: PosteriorSummary
    tau_prior: TauPrior
    coefficient_priors: tuple[NormalPrior | None, ...]
    level: float
    k: int
    quadrature_error: float
    posterior: TauPosterior

    def at(self, design_row: Any, of: str = "mean") -> PosteriorSummary:
        """Return the posterior at a row of the design, of the mean or of a new study's effect."""
        check_choice("of", of, WHICH)
        x = np.asarray(design_row, dtype=np.float64)
        if x.shape != (len(self.names),) or not np.all(np.isfinite(x)):
            raise InputError.at(
                "argument 'design_row'",
                found=repr(design_row)[:80],
                expected=f"{len(self.names)} finite numbers: {', '.join(self.names)}",
            )
        return _summary(self.posterior, x, self.level, new=of == "new-study")

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result as plain data that survives JSON unchanged."""
        pairs = zip(self.names, self.coefficients, strict=True)
        return {
            "kind": "remit.bayes-regression",
            "version": 1,
            "k": self.k,
            "level": self.level,
            "tau_prior": self.tau_prior.to_dict(),
            "coefficient_priors": [
                None if prior is None else prior.to_dict() for prior in self.coefficient_priors
            ],
            "tau": self.tau.to_dict(),
            "coefficients": {name: summary.to_dict() for name, summary in pairs},
            "quadrature_error": self.quadrature_error,
        }


def bayes_regress(
    effects: EffectSet | tuple[Any, Any],
    design: Any,
    tau_prior: TauPrior,
    coefficient_priors: tuple[NormalPrior | None, ...] | None = None,
    names: tuple[str, ...] | None = None,
    level: float = 0.95,
) -> BayesRegression:
    """Fit a Bayesian random-effects meta-regression.

    Given tau it is normal regression; tau is integrated by quadrature (Roever & Friede 2023,
    Comput Methods Programs Biomed 229:107303).

    Parameters
    ----------
    effects : EffectSet, or a pair of (k,) array-likes
        Studies, or their effects and sampling variances.
    design : (k, p) array-like
        Design matrix, its intercept included.
    tau_prior : TauPrior
        Prior of the residual heterogeneity.
    coefficient_priors : tuple of NormalPrior or None, optional
        One per column; None is flat, as are all where left out.
    names : tuple of str, optional
        Names of the columns.
    level : float
        Coverage of all intervals as a proportion.

    Raises
    ------
    InputError
        If studies or design cannot be used, or a flat coefficient cannot be told from others.
    SpecError
        If the posterior is improper.
    """
    check_level(level)
    y, v, labels, _ = read_effects(effects)
    x = _check_design(design, labels)
    p = x.shape[1]
    priors = coefficient_priors or (None,) * p
    columns = names or tuple(f"x{j + 1}" for j in range(p))
    for name, given in (("coefficient_priors", priors), ("names", columns)):
        if len(given) != p:
            raise InputError.at(
                f"argument '{name}'", found=f"{len(given)}", expected=f"{p}, one per column"
            )
    order = np.lexsort((y, v))
    model = make_model(y[order], v[order], x[order], priors)
    rank = int(np.linalg.matrix_rank(model.x / np.max(np.abs(model.x), axis=0)))
    if rank < p:
        raise InputError.at(
            "argument 'design'",
            found=f"{p} columns of which {rank} differ",
            expected="columns none of which is a sum of others",
            hint="Leave a column out, or give each a normal prior.",
        )
    post = tau_posterior(model, tau_prior)
    return BayesRegression(
        names=columns,
        coefficients=tuple(_summary(post, unit, level, new=False) for unit in np.eye(p)),
        tau=summarise_tau(post, level),
        tau_prior=tau_prior,
        coefficient_priors=priors,
        level=level,
        k=y.size,
        quadrature_error=post.panels.error,
        posterior=post,
    )


def _check_design(design: Any, labels: tuple[str, ...]) -> FloatArray:
    x = np.asarray(design, dtype=np.float64)
    if x.ndim != 2 or x.shape[0] != len(labels) or x.shape[1] == 0:
        raise InputError.at(
            "argument 'design'",
            found=f"shape {x.shape}",
            expected=f"one row for each of {len(labels)} studies, and a column or more",
        )
    bad = np.flatnonzero(~np.all(np.isfinite(x), axis=1))
    if bad.size:
        raise InputError.at(
            f"argument 'design', {labels[bad[0]]}",
            found=repr(x[bad[0]].tolist()),
            expected="finite numbers",
        )
    if np.any(np.all(x == 0.0, axis=0)):
        raise InputError.at(
            "argument 'design'", found="a column of zeros", expected="columns that vary or are 1"
        )
    return x


def _mixture(post: TauPosterior, row: FloatArray, *, new: bool) -> NormalMixture:
    variance = np.einsum("p,mpq,q->m", row, post.cov, row)
    total = variance + (post.tau**2 if new else 0.0)
    return make_mixture(post.weight, post.mean @ row, np.sqrt(total))


def _summary(post: TauPosterior, row: FloatArray, level: float, *, new: bool) -> PosteriorSummary:
    bounded = not new and not post.model.flat
    mean = None if bounded else no_moment(post, 1)
    sd = None if bounded else no_moment(post, 2)
    return summarise_mixture(_mixture(post, row, new=new), 0.0, level, mean, sd)
