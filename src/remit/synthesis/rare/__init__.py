"""Few and rare events: Mantel-Haenszel, Peto, mixed models of counts, beta-binomial, arcsine."""

from remit.synthesis.rare.chi_square import ChiSquareTest
from remit.synthesis.rare.glmm import glmm
from remit.synthesis.rare.glmm_result import GlmmResult
from remit.synthesis.rare.mantel_haenszel import mantel_haenszel
from remit.synthesis.rare.peto import peto
from remit.synthesis.rare.summed_result import MantelHaenszelResult, PetoResult

__all__ = [
    "ChiSquareTest",
    "GlmmResult",
    "MantelHaenszelResult",
    "PetoResult",
    "glmm",
    "mantel_haenszel",
    "peto",
]
