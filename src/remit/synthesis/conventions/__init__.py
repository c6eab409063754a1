"""What each program does unless told otherwise, and why two programs disagree."""

from remit.synthesis.conventions.compare import (
    ConventionAnswer,
    ConventionComparison,
    compare_conventions,
)
from remit.synthesis.conventions.counts import effects_by_convention
from remit.synthesis.conventions.named import CONVENTIONS, convention
from remit.synthesis.conventions.rules import Choice, Convention, ZeroCells

__all__ = [
    "CONVENTIONS",
    "Choice",
    "Convention",
    "ConventionAnswer",
    "ConventionComparison",
    "ZeroCells",
    "compare_conventions",
    "convention",
    "effects_by_convention",
]
