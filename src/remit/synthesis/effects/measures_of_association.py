"""Measures of association and of reliability."""

from __future__ import annotations

from remit.synthesis.effects import association, correlations, point_biserial, reliability
from remit.synthesis.effects.measure import NO_ZERO, SAMPLING, SPREAD, Measure, measures_of

__all__ = ["MEASURES_OF_ASSOCIATION"]

_table = measures_of("2x2", "ai", "bi", "ci", "di")
_means = measures_of("two means", "m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
_correlation = measures_of("correlation", "ri", "ni")
_regression = measures_of("regression", "ti", "ni", "mi")
_reliability = measures_of("reliability", "ai", "mi", "ni")
_D = ("d", "n1i", "n2i")

MEASURES_OF_ASSOCIATION: tuple[Measure, ...] = (
    _table("PHI", "phi coefficient", association.phi_coefficient, vtypes=SAMPLING, adds=False),
    _table(
        "ZPHI",
        "Fisher's z of the phi coefficient",
        association.phi_fisher_z,
        vtypes=SAMPLING,
        scale="Fisher's z",
        adds=False,
    ),
    _table("YUQ", "Yule's Q", association.yules_q, needs=NO_ZERO),
    _table("YUY", "Yule's Y", association.yules_y, needs=NO_ZERO),
    _means(
        "RPB",
        "point-biserial correlation",
        point_biserial.point_biserial,
        takes=_D,
        vtypes=SAMPLING,
        needs=SPREAD,
    ),
    _means(
        "ZPB",
        "Fisher's z of the point-biserial correlation",
        point_biserial.point_biserial_fisher_z,
        takes=_D,
        vtypes=SAMPLING,
        scale="Fisher's z",
        needs=SPREAD,
    ),
    _means("RBIS", "biserial correlation", point_biserial.biserial, takes=_D, needs=SPREAD),
    _means(
        "ZBIS",
        "Fisher's z of the biserial correlation",
        point_biserial.biserial_fisher_z,
        takes=_D,
        scale="Fisher's z",
        needs="It needs a biserial correlation inside -1 to 1.",
    ),
    _correlation("COR", "correlation", correlations.correlation, vtypes=("LS", "UB", "AV")),
    _correlation(
        "UCOR",
        "correlation corrected for bias",
        correlations.unbiased_correlation,
        vtypes=("LS", "UB", "AV"),
        needs="It needs at least 4 people.",
    ),
    _correlation(
        "ZCOR",
        "Fisher's z of a correlation",
        correlations.fisher_z,
        scale="Fisher's z",
        needs="It needs at least 4 people and a correlation inside -1 to 1.",
    ),
    _regression("PCOR", "partial correlation", correlations.partial_correlation),
    _regression(
        "ZPCOR",
        "Fisher's z of a partial correlation",
        correlations.partial_fisher_z,
        scale="Fisher's z",
    ),
    _regression(
        "SPCOR",
        "semi-partial correlation",
        correlations.semipartial_correlation,
        takes=("ti", "ni", "mi", "r2i"),
    ),
    _regression(
        "ZSPCOR",
        "Fisher's z of a semi-partial correlation",
        correlations.semipartial_fisher_z,
        takes=("ti", "ni", "mi", "r2i"),
        scale="Fisher's z",
    ),
    _regression("R2", "R squared", correlations.r_squared, takes=("r2i", "ni")),
    _regression(
        "ZR2",
        "Fisher's z of R",
        correlations.r_squared_fisher_z,
        takes=("r2i", "ni"),
        scale="Fisher's z of R",
    ),
    _reliability("ARAW", "Cronbach's alpha", reliability.alpha),
    _reliability(
        "AHW",
        "Cronbach's alpha, Hakstian-Whalen transform",
        reliability.alpha_hakstian_whalen,
        scale="cube root of 1 - alpha",
    ),
    _reliability(
        "ABT",
        "Cronbach's alpha, Bonett transform",
        reliability.alpha_bonett,
        scale="minus log of 1 - alpha",
    ),
)
