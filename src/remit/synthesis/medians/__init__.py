"""From a median with its quartiles or range to a mean and an SD."""

from remit.synthesis.medians.normal import mean_from_five_numbers, sd_from_five_numbers
from remit.synthesis.medians.skewness import SkewnessTest, skewness_test

__all__ = [
    "SkewnessTest",
    "mean_from_five_numbers",
    "sd_from_five_numbers",
    "skewness_test",
]
