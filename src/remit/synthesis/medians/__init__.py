"""From a median with its quartiles or range to a mean and an SD."""

from remit.synthesis.medians.estimate import MedianEstimate
from remit.synthesis.medians.methods import (
    MEDIAN_METHODS,
    MedianMethod,
    mean_from_median,
    sd_from_median,
)
from remit.synthesis.medians.normal import mean_from_five_numbers, sd_from_five_numbers
from remit.synthesis.medians.skewness import SkewnessTest, skewness_test

__all__ = [
    "MEDIAN_METHODS",
    "MedianEstimate",
    "MedianMethod",
    "SkewnessTest",
    "mean_from_five_numbers",
    "mean_from_median",
    "sd_from_five_numbers",
    "sd_from_median",
    "skewness_test",
]
