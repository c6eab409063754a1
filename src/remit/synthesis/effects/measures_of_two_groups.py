"""Measures that compare two groups of different people."""

from __future__ import annotations

from remit.synthesis.effects import binary, means, rates, standardized, superiority
from remit.synthesis.effects.measure import (
    HEDGES,
    LOG_SD,
    NO_ZERO,
    SAME_SIGN,
    SECOND_ORDER,
    SPREAD,
    Measure,
    measures_of,
)

__all__ = ["MEASURES_OF_TWO_GROUPS"]

_table = measures_of("2x2", "ai", "bi", "ci", "di")
_rates = measures_of("two rates", "x1i", "t1i", "x2i", "t2i")
_means = measures_of("two means", "m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
_superiority = measures_of("superiority", "ai", "n1i", "n2i")
_D = ("d", "n1i", "n2i")

MEASURES_OF_TWO_GROUPS: tuple[Measure, ...] = (
    _table("OR", "log odds ratio", binary.log_odds_ratio, scale="log", needs=NO_ZERO),
    _table(
        "RR",
        "log risk ratio",
        binary.log_risk_ratio,
        vtypes=("LS", "AV"),
        scale="log",
        needs=NO_ZERO,
    ),
    _table("RD", "risk difference", binary.risk_difference, vtypes=("LS", "UB", "AV")),
    _table(
        "AS",
        "difference of arcsine roots of risks",
        binary.arcsine_difference,
        scale="difference of transforms",
        adds=False,
    ),
    _table(
        "PETO",
        "log odds ratio by Peto's method",
        binary.peto_log_odds_ratio,
        scale="log",
        needs="It is not defined when nobody, or everybody, has the event.",
    ),
    _table("PBIT", "difference of probits of risks", binary.probit_difference, needs=NO_ZERO),
    _table(
        "OR2D",
        "standardized mean difference from the odds ratio (logistic)",
        binary.odds_ratio_to_smd_logistic,
        needs=NO_ZERO,
    ),
    _table(
        "OR2DL",
        "standardized mean difference from the odds ratio (logistic)",
        binary.odds_ratio_to_smd_logistic,
        needs=NO_ZERO,
    ),
    _table(
        "OR2DN",
        "standardized mean difference from the odds ratio (normal)",
        binary.odds_ratio_to_smd_normal,
        needs=NO_ZERO,
    ),
    _rates("IRR", "log rate ratio", rates.log_rate_ratio, scale="log", needs=NO_ZERO),
    _rates("IRD", "rate difference", rates.rate_difference),
    _rates(
        "IRSD",
        "difference of root rates",
        rates.square_root_rate_difference,
        scale="difference of transforms",
        adds=False,
    ),
    _means("MD", "mean difference", means.mean_difference, vtypes=("LS", "HO")),
    _means(
        "SMD",
        "standardized mean difference",
        standardized.smd,
        takes=_D,
        vtypes=("LS", "LS2", "UB", "AV", "H0"),
        correction=HEDGES,
        needs=SPREAD,
    ),
    _means(
        "SMDH",
        "standardized mean difference for unequal SDs",
        standardized.smd_unequal,
        correction=HEDGES,
        needs=SPREAD,
    ),
    _means(
        "SMD1",
        "mean difference over the SD of group 2",
        standardized.glass_delta,
        takes=("m1i", "n1i", "m2i", "sd2i", "n2i"),
        correction=HEDGES,
        needs="It needs an SD above 0 and at least 3 people in group 2.",
    ),
    _means(
        "SMD1H",
        "mean difference over the SD of group 2, for unequal SDs",
        standardized.glass_delta_unequal,
        correction=HEDGES,
        needs="It needs SDs above 0 and at least 3 people in group 2.",
    ),
    _means(
        "ROM",
        "log ratio of means",
        means.log_ratio_of_means,
        vtypes=("LS", "HO", "AV", "AVHO"),
        scale="log",
        correction=SECOND_ORDER,
        needs=SAME_SIGN,
    ),
    _means(
        "CVR",
        "log ratio of coefficients of variation",
        means.log_cv_ratio,
        scale="log",
        correction=SECOND_ORDER,
        needs=SAME_SIGN,
    ),
    _means(
        "VR",
        "log ratio of SDs",
        means.log_variability_ratio,
        takes=("sd1i", "n1i", "sd2i", "n2i"),
        scale="log",
        correction=LOG_SD,
        needs=SPREAD,
    ),
    _means(
        "D2OR",
        "log odds ratio from the standardized mean difference (logistic)",
        standardized.smd_to_log_odds_logistic,
        takes=_D,
        scale="log",
        needs=SPREAD,
    ),
    _means(
        "D2ORL",
        "log odds ratio from the standardized mean difference (logistic)",
        standardized.smd_to_log_odds_logistic,
        takes=_D,
        scale="log",
        needs=SPREAD,
    ),
    _means(
        "D2ORN",
        "log odds ratio from the standardized mean difference (normal)",
        standardized.smd_to_log_odds_normal,
        takes=_D,
        scale="log",
        needs=SPREAD,
    ),
    _superiority("CLES", "probability of superiority", superiority.superiority),
    _superiority("AUC", "area under the curve", superiority.superiority),
    _means(
        "CLESN",
        "normal probability of superiority",
        superiority.superiority_from_means,
        needs=SPREAD,
    ),
    _means("AUCN", "normal area under the curve", superiority.superiority_from_means, needs=SPREAD),
)
