"""Few and rare events: Mantel-Haenszel, Peto, mixed models of counts, beta-binomial, arcsine."""

from remit.synthesis.rare.arcsine import arcsine_difference
from remit.synthesis.rare.beta_binomial import beta_binomial
from remit.synthesis.rare.beta_binomial_result import BetaBinomialResult
from remit.synthesis.rare.chi_square import ChiSquareTest
from remit.synthesis.rare.glmm import glmm
from remit.synthesis.rare.glmm_result import GlmmResult
from remit.synthesis.rare.mantel_haenszel import mantel_haenszel
from remit.synthesis.rare.peto import peto
from remit.synthesis.rare.summed_result import MantelHaenszelResult, PetoResult
from remit.synthesis.rare.tables import Counts

__all__ = [
    "BetaBinomialResult",
    "ChiSquareTest",
    "Counts",
    "GlmmResult",
    "MantelHaenszelResult",
    "PetoResult",
    "arcsine_difference",
    "beta_binomial",
    "glmm",
    "mantel_haenszel",
    "peto",
]
