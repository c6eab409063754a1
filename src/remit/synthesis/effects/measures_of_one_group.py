"""Measures of one group, at one occasion or two."""

from __future__ import annotations

from remit.synthesis.effects import change, paired, single_group, superiority
from remit.synthesis.effects.measure import (
    CORRECTED_SPREAD,
    HEDGES,
    LOG_SD,
    NO_ZERO,
    ONE_SPREAD,
    SAME_SIGN,
    SECOND_ORDER,
    Measure,
    measures_of,
)

__all__ = ["MEASURES_OF_ONE_GROUP"]

_pairs = measures_of("paired 2x2", "ai", "bi", "ci", "di")
_rate = measures_of("rate", "xi", "ti")
_share = measures_of("proportion", "xi", "mi")
_mean = measures_of("mean", "mi", "sdi", "ni")
_change = measures_of("change", "m1i", "m2i", "sd1i", "sd2i", "ni", "ri")
_CELLS = ("ai", "bi", "ci", "di")

MEASURES_OF_ONE_GROUP: tuple[Measure, ...] = (
    _pairs("MPRD", "risk difference of matched pairs", paired.marginal_risk_difference),
    _pairs(
        "MPRR",
        "log risk ratio of matched pairs",
        paired.marginal_log_risk_ratio,
        takes=("ai", "bi", "ci"),
        scale="log",
    ),
    _pairs(
        "MPOR",
        "marginal log odds ratio of matched pairs",
        paired.marginal_log_odds_ratio,
        scale="log",
    ),
    _pairs(
        "MPORM",
        "marginal log odds ratio of matched pairs, from margins and phi",
        paired.marginal_log_odds_ratio_from_margins,
        takes=(*_CELLS, "ri"),
        scale="log",
        needs=NO_ZERO,
    ),
    _pairs(
        "MPORC",
        "conditional log odds ratio of matched pairs",
        paired.conditional_log_odds_ratio,
        takes=("bi", "ci"),
        scale="log",
        needs=NO_ZERO,
    ),
    _pairs(
        "MPPETO",
        "conditional log odds ratio of matched pairs by Peto's method",
        paired.matched_peto_log_odds_ratio,
        takes=("bi", "ci"),
        scale="log",
        needs="It needs a discordant pair.",
    ),
    _mean("MN", "mean", single_group.raw_mean),
    _mean("MNLN", "log mean", single_group.log_mean, scale="log", needs="It needs a mean above 0."),
    _mean(
        "SDLN",
        "log SD",
        single_group.log_sd,
        takes=("sdi", "ni"),
        scale="log",
        correction=LOG_SD,
        needs=ONE_SPREAD,
    ),
    _mean(
        "CVLN",
        "log coefficient of variation",
        single_group.log_cv,
        scale="log",
        correction=LOG_SD,
        needs="It needs a mean and an SD above 0 and at least 2 people.",
    ),
    _share("PR", "proportion", single_group.proportion, vtypes=("LS", "UB")),
    _share("PLN", "log proportion", single_group.log_proportion, scale="log", needs=NO_ZERO),
    _share(
        "PLO", "logit of a proportion", single_group.logit_proportion, scale="logit", needs=NO_ZERO
    ),
    _share(
        "PRZ",
        "probit of a proportion",
        single_group.probit_proportion,
        scale="probit",
        needs=NO_ZERO,
    ),
    _share(
        "PAS",
        "arcsine root of a proportion",
        single_group.arcsine_proportion,
        scale="arcsine root",
        adds=False,
    ),
    _share(
        "PFT",
        "Freeman-Tukey double arcsine of a proportion",
        single_group.freeman_tukey_proportion,
        scale="Freeman-Tukey",
        adds=False,
    ),
    _rate("IR", "rate", single_group.rate),
    _rate("IRLN", "log rate", single_group.log_rate, scale="log", needs=NO_ZERO),
    _rate("IRS", "root of a rate", single_group.square_root_rate, scale="square root", adds=False),
    _rate(
        "IRFT",
        "Freeman-Tukey transform of a rate",
        single_group.freeman_tukey_rate,
        scale="Freeman-Tukey",
        adds=False,
    ),
    _change("MC", "mean change", change.mean_change),
    _change(
        "SMCC",
        "mean change over the SD of the changes",
        change.change_by_change_sd,
        takes=("d", "ni"),
        correction=HEDGES,
        needs=CORRECTED_SPREAD,
    ),
    _change(
        "SMCR",
        "mean change over the SD of occasion 1",
        change.change_by_raw_sd,
        takes=("m1i", "m2i", "sd1i", "ni", "ri"),
        correction=HEDGES,
        needs=CORRECTED_SPREAD,
    ),
    _change(
        "SMCRH",
        "mean change over the SD of occasion 1, for unequal SDs",
        change.change_by_raw_sd_unequal,
        correction=HEDGES,
        needs=CORRECTED_SPREAD,
    ),
    _change(
        "SMCRPH",
        "mean change over the mean SD, for unequal SDs",
        change.change_by_mean_sd_unequal,
        correction=HEDGES,
        needs=ONE_SPREAD,
    ),
    _change(
        "ROMC",
        "log ratio of means of two occasions",
        change.log_ratio_of_change,
        scale="log",
        correction=SECOND_ORDER,
        needs=SAME_SIGN,
    ),
    _change(
        "VRC",
        "log ratio of SDs of two occasions",
        change.log_variability_ratio_of_change,
        takes=("sd1i", "sd2i", "ni", "ri"),
        scale="log",
        needs=ONE_SPREAD,
    ),
    _change(
        "CVRC",
        "log ratio of coefficients of variation of two occasions",
        change.log_cv_ratio_of_change,
        scale="log",
        correction=SECOND_ORDER,
        needs=SAME_SIGN,
    ),
    _change(
        "CLESCN",
        "normal probability of superiority of two occasions",
        superiority.superiority_from_change,
        needs=ONE_SPREAD,
    ),
    _change(
        "AUCCN",
        "normal area under the curve of two occasions",
        superiority.superiority_from_change,
        needs=ONE_SPREAD,
    ),
)
