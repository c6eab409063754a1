"""Published distributions of heterogeneity in Cochrane reviews: the tables themselves.

Each pair is location and scale of log(tau^2).

Turner 2012
    Turner, Davey, Clarke, Thompson, Higgins, Int J Epidemiol 2012;41:818-827: log-normal, log
    odds ratios, 14,886 meta-analyses. The general setting is on p. 993 of Turner 2015 too.
Turner 2015
    Turner, Jackson, Wei, Thompson, Higgins, Stat Med 2015;34:984-998, table IV: log-normal, log
    odds ratios.
Rhodes 2015
    Rhodes, Turner, Higgins, J Clin Epidemiol 2015;68:52-60, table 3 and tables A.3.1 and A.3.2:
    Student t with 5 degrees of freedom, standardised mean differences, 6,492 meta-analyses. The
    general setting is at the start of sec. 3.3.

The numbers are those that the R packages bayesmeta and rnmamod (Turner 2015, Rhodes 2015) and gemtc
(Turner 2012) give for these tables. bayesmeta and rnmamod agree but for one sign (Rhodes, cancer,
resource use, against placebo: 0.01 and -0.01; only 0.01 fits the rest of its column).
"""

from __future__ import annotations

__all__ = [
    "RHODES_2015",
    "RHODES_2015_ANY",
    "RHODES_2015_COMPARISONS",
    "RHODES_2015_DOUBTS",
    "RHODES_2015_OUTCOMES",
    "TURNER_2012",
    "TURNER_2012_COMPARISONS",
    "TURNER_2012_OUTCOMES",
    "TURNER_2015",
    "TURNER_2015_COMPARISONS",
    "TURNER_2015_OUTCOMES",
    "TURNER_ANY",
]

Row = tuple[tuple[float, float], ...]
_PLACEBO = "pharmacological vs placebo"
_DRUGS = "pharmacological vs pharmacological"
_ANY_OTHER = "non-pharmacological"

TURNER_ANY = (-2.56, 1.74)

TURNER_2012_COMPARISONS = (_PLACEBO, _DRUGS, _ANY_OTHER)
TURNER_2012_OUTCOMES = ("all-cause mortality", "semi-objective", "subjective")
TURNER_2012: tuple[Row, ...] = (
    ((-4.06, 1.45), (-4.27, 1.48), (-3.93, 1.51)),
    ((-3.02, 1.85), (-3.23, 1.88), (-2.89, 1.91)),
    ((-2.13, 1.58), (-2.34, 1.62), (-2.01, 1.64)),
)

TURNER_2015_COMPARISONS = (
    _PLACEBO,
    _DRUGS,
    "non-pharmacological vs placebo",
    "non-pharmacological vs pharmacological",
    "non-pharmacological vs non-pharmacological",
)
TURNER_2015_OUTCOMES = (
    "all-cause mortality",
    "obstetric",
    "cause-specific mortality or major morbidity",
    "resource use or hospital stay",
    "surgical or device success",
    "withdrawals or drop-outs",
    "internal or external structure",
    "general physical health",
    "adverse events",
    "infection or new disease",
    "signs or symptoms of a condition",
    "pain",
    "quality of life or functioning",
    "mental health",
    "biological markers",
    "subjective, various",
)
TURNER_2015: tuple[Row, ...] = (
    ((-3.95, 1.34), (-4.18, 1.41), (-4.17, 1.55), (-2.92, 1.02), (-3.50, 1.26)),
    ((-3.52, 1.74), (-3.75, 1.79), (-3.74, 1.91), (-2.49, 1.50), (-3.08, 1.68)),
    ((-3.71, 1.74), (-3.95, 1.79), (-3.93, 1.91), (-2.68, 1.51), (-3.27, 1.68)),
    ((-2.34, 1.74), (-2.58, 1.79), (-2.56, 1.91), (-1.31, 1.50), (-1.90, 1.68)),
    ((-2.14, 1.74), (-2.37, 1.79), (-2.36, 1.91), (-1.11, 1.50), (-1.69, 1.68)),
    ((-2.99, 1.74), (-3.23, 1.79), (-3.21, 1.91), (-1.96, 1.51), (-2.55, 1.68)),
    ((-2.71, 1.74), (-2.94, 1.79), (-2.93, 1.92), (-1.67, 1.51), (-2.26, 1.68)),
    ((-2.29, 1.53), (-2.53, 1.58), (-2.51, 1.72), (-1.26, 1.25), (-1.85, 1.46)),
    ((-1.87, 1.52), (-2.10, 1.58), (-2.10, 1.71), (-0.84, 1.24), (-1.43, 1.45)),
    ((-2.49, 1.52), (-2.73, 1.58), (-2.71, 1.71), (-1.46, 1.24), (-2.05, 1.45)),
    ((-2.06, 1.51), (-2.29, 1.58), (-2.28, 1.71), (-1.03, 1.24), (-1.61, 1.45)),
    ((-1.83, 1.52), (-2.06, 1.58), (-2.05, 1.71), (-0.80, 1.25), (-1.38, 1.45)),
    ((-2.54, 1.54), (-2.78, 1.60), (-2.77, 1.73), (-1.51, 1.27), (-2.10, 1.47)),
    ((-2.12, 1.53), (-2.35, 1.60), (-2.34, 1.72), (-1.09, 1.27), (-1.67, 1.47)),
    ((-1.77, 1.52), (-2.00, 1.58), (-1.99, 1.71), (-0.74, 1.24), (-1.33, 1.45)),
    ((-2.70, 1.52), (-2.93, 1.58), (-2.92, 1.71), (-1.67, 1.25), (-2.26, 1.45)),
)

RHODES_2015_ANY = (-3.44, 2.59)
RHODES_2015_COMPARISONS = (_PLACEBO, _DRUGS, _ANY_OTHER)
RHODES_2015_OUTCOMES = (
    "obstetric",
    "resource use or hospital stay",
    "internal or external structure",
    "physical health, adverse events, pain or quality of life",
    "signs or symptoms, infection or new disease",
    "mental health",
    "biological markers",
    "subjective, various",
)
RHODES_2015: dict[str, tuple[Row, ...]] = {
    "other": (
        ((-4.13, 2.34), (-4.40, 2.31), (-3.99, 2.11)),
        ((-2.55, 2.73), (-2.83, 2.70), (-2.41, 2.57)),
        ((-2.43, 2.50), (-2.70, 2.46), (-2.29, 2.32)),
        ((-3.16, 2.50), (-3.44, 2.44), (-3.02, 2.27)),
        ((-3.00, 2.50), (-3.27, 2.47), (-2.86, 2.33)),
        ((-2.99, 2.16), (-3.27, 2.14), (-3.85, 1.93)),
        ((-3.41, 2.83), (-3.68, 2.78), (-3.27, 2.66)),
        ((-2.76, 2.58), (-3.03, 2.59), (-2.62, 2.41)),
    ),
    "respiratory": (
        ((-6.03, 2.36), (-6.31, 2.31), (-5.89, 2.21)),
        ((-4.46, 2.74), (-4.73, 2.70), (-4.32, 2.57)),
        ((-4.33, 2.51), (-4.61, 2.46), (-4.19, 2.33)),
        ((-5.07, 2.51), (-5.34, 2.45), (-4.93, 2.28)),
        ((-4.90, 2.50), (-5.18, 2.47), (-4.76, 2.33)),
        ((-4.90, 2.17), (-5.17, 2.14), (-4.76, 1.94)),
        ((-5.31, 2.83), (-5.59, 2.78), (-5.17, 2.66)),
        ((-4.66, 2.59), (-4.94, 2.59), (-4.52, 2.41)),
    ),
    "cancer": (
        ((-1.57, 2.45), (-1.85, 2.41), (-1.43, 2.24)),
        ((0.01, 2.83), (-0.27, 2.79), (0.15, 2.68)),
        ((-0.13, 2.61), (-0.14, 2.56), (0.27, 2.45)),
        ((-0.60, 2.61), (-0.88, 2.55), (-0.46, 2.40)),
        ((-0.44, 2.60), (-0.71, 2.57), (-0.30, 2.46)),
        ((-0.43, 2.28), (-0.71, 2.25), (-0.29, 2.08)),
        ((-0.85, 2.93), (-1.13, 2.87), (-0.71, 2.78)),
        ((-0.20, 2.68), (-0.48, 2.68), (-0.06, 2.53)),
    ),
}

# Location is a sum of effects of outcome, comparison and area, so that the difference between two
# columns is the same in each row. These cells break that and are likely misprints; the location
# that would fit stands beside them.
RHODES_2015_DOUBTS: dict[tuple[str, str, str], float] = {
    ("other", "mental health", _ANY_OTHER): -2.85,
    ("cancer", "internal or external structure", _PLACEBO): 0.13,
}
