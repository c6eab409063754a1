"""Exact Bayesian random effects: tau by quadrature, everything else in closed form."""

from remit.synthesis.bayes.empirical import empirical_tau_prior
from remit.synthesis.bayes.few import FewStudies, few_studies
from remit.synthesis.bayes.pool import bayes_pool
from remit.synthesis.bayes.prior import NormalPrior, TauPrior
from remit.synthesis.bayes.regression import BayesRegression, bayes_regress
from remit.synthesis.bayes.result import BayesResult
from remit.synthesis.bayes.summaries import BayesFactor, PosteriorSummary

__all__ = [
    "BayesFactor",
    "BayesRegression",
    "BayesResult",
    "FewStudies",
    "NormalPrior",
    "PosteriorSummary",
    "TauPrior",
    "bayes_pool",
    "bayes_regress",
    "empirical_tau_prior",
    "few_studies",
]
