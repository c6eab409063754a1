"""Medians against metafor, R's own optimiser, and independent optima with many digits."""

import itertools

import mpmath as mp
import numpy as np
import pytest
from scipy import optimize, stats

from remit.synthesis.medians import mean_from_median
from remit.synthesis.medians.power_normal import PowerNormal

CLOSED = 1e-12  # closed forms and one linear solve
FIVE = ("minimum", "q1", "median", "q3", "maximum")
# three arms of the reference data: minimum, q1, median, q3, maximum, n
ARMS = ((3, 9, 12, 16, 30, 40), (5, 11, 15, 21, 40, 18), (60, 92, 101, 112, 160, 250))
NAMES = {"S1": FIVE[::2], "S2": FIVE[1:4], "S3": FIVE}


def given(arm, scenario):
    held = dict(zip(FIVE, map(float, arm), strict=False))
    return {name: held[name] for name in NAMES[scenario]} | {"n": arm[-1]}


# metafor 5.0-1, R: conv.fivenum(..., method=, dist=, test=FALSE), means and SDs of the three arms
METAFOR = [
    ("wan", "S3", (13.375, 17.375, 103.75), (5.82153598295155, 8.82536666939244, 16.3615726638966)),
    (
        "bland",
        "S3",
        (13.375, 17.375, 103.75),
        (6.23873985673389, 8.36193010016228, 21.6231935661687),
    ),
    (
        "blue",
        "S1",
        (12.7706409805358, 16.9486956982039, 101.448927546107),
        (6.21680357209186, 9.51428944718639, 17.7098821202926),
    ),
    (
        "blue",
        "S2",
        (12.1596864643991, 15.5555058712611, 101.677093211728),
        (5.21000934405409, 7.49973526939612, 14.8390017155231),
    ),
    (
        "blue",
        "S3",
        (12.6756622853245, 16.8651733246717, 101.969512180074),
        (5.81771674029623, 8.97504555695582, 15.8604952126458),
    ),
    (
        "log-normal",
        "S1",
        (13.0884231372142, 17.0250053020439, 102.331835124259),
        (7.24828754823424, 9.83697345605615, 17.8434559604027),
    ),
    (
        "log-normal",
        "S2",
        (13.1417102612294, 16.9825463328183, 102.440661724375),
        (5.84192805380837, 8.49122591121854, 15.0520976180811),
    ),
]


@pytest.mark.parametrize(("method", "scenario", "means", "sds"), METAFOR)
def test_metafor_closed_forms(method, scenario, means, sds):
    for arm, mean, sd in zip(ARMS, means, sds, strict=True):
        found = mean_from_median(method, **given(arm, scenario))
        assert found.mean == pytest.approx(mean, rel=CLOSED)
        assert found.sd == pytest.approx(sd, rel=CLOSED)


@pytest.mark.parametrize(
    ("scenario", "arm", "mean", "sd", "strict_mean", "strict_sd"),
    [
        ("S1", (3, 0, 12, 0, 30, 40), 13.11043417947, 7.02222715313, 13.1096342508, 7.0228247238),
        (
            "S1",
            (4, 0, 20.5, 0, 60, 101),
            22.65480488278,
            12.1390762752,
            22.6489674532,
            12.1415622325,
        ),
        ("S2", (0, 55, 64, 74, 0, 75), 65.05111442132, 14.1961819978, 65.0516294334, 14.2097213713),
    ],
)
def test_quantile_estimation_of_metafor(scenario, arm, mean, sd, strict_mean, strict_sd):
    """metafor 5.0-1 with estmeansd: gamma fits by L-BFGS-B.

    R 4.3 optim() from the start of estmeansd gives metafor's numbers with its defaults, and the
    strict ones, with a smaller sum of squares, with factr = 10 and ndeps = 1e-6.
    """
    found = mean_from_median("qe", **given(arm, scenario))
    assert found.note == "gamma distribution"
    assert found.mean == pytest.approx(strict_mean, rel=1e-8)  # steps of 1e-6 and ten digits
    assert found.sd == pytest.approx(strict_sd, rel=1e-8)
    assert found.mean == pytest.approx(mean, rel=3e-4)  # where R's defaults stop
    assert found.sd == pytest.approx(sd, rel=1e-3)


# scipy's distribution, its arguments from two unbounded numbers, and where a search may start
FAMILIES = {
    "normal distribution": (stats.norm, lambda t: (t[0], np.exp(t[1])), (10.0, 1.0)),
    "log-normal distribution": (
        stats.lognorm,
        lambda t: (*np.exp(t[:1]), 0, np.exp(t[1])),
        (-1, 2),
    ),
    "gamma distribution": (stats.gamma, lambda t: (*np.exp(t[:1]), 0, np.exp(t[1])), (1, 1)),
    "Weibull distribution": (
        stats.weibull_min,
        lambda t: (*np.exp(t[:1]), 0, np.exp(t[1])),
        (1, 3),
    ),
}


@pytest.mark.parametrize(
    ("scenario", "arm", "note"),
    [
        ("S2", (0, 9, 12, 15.5, 0, 50), "gamma distribution"),
        ("S3", (5, 11, 15, 21, 40, 18), "log-normal distribution"),
        ("S1", (2, 0, 40, 0, 61, 60), "normal distribution"),
        ("S1", (1, 0, 10, 0, 22, 30), "Weibull distribution"),
    ],
)
def test_quantile_estimation_by_brute_force(scenario, arm, note):
    """Every family by the simplex method from four starts, with the quantiles of scipy.stats."""
    numbers = given(arm, scenario)
    q, n = np.array([numbers[name] for name in NAMES[scenario]]), numbers["n"]
    p = {"S1": [1 / n, 0.5, 1 - 1 / n], "S2": [0.25, 0.5, 0.75]}.get(
        scenario, [1 / n, 0.25, 0.5, 0.75, 1 - 1 / n]
    )
    best = {}
    for name, (family, args, near) in FAMILIES.items():
        ends = [
            optimize.minimize(
                lambda t, family=family, args=args: ((family.ppf(p, *args(t)) - q) ** 2).sum(),
                np.add(near, move),
                method="Nelder-Mead",
                options={"xatol": 1e-10, "fatol": 1e-14, "maxiter": 1000, "maxfev": 1000},
            )
            for move in itertools.product((-0.7, 0.7), repeat=2)
        ]
        least = min(ends, key=lambda end: end.fun)
        best[name] = (least.fun, family.mean(*args(least.x)), family.std(*args(least.x)))
    found = mean_from_median("qe", **numbers)
    assert found.note == note == min(best, key=lambda name: best[name][0])
    # a simplex finds a minimum to the root of the rounding of its sum of squares
    assert found.mean == pytest.approx(best[note][1], rel=1e-7)
    assert found.sd == pytest.approx(best[note][2], rel=1e-6)


def box_cox(x, power):
    return mp.log(x) if power == 0 else (mp.mpf(x) ** power - 1) / power


def log_likelihood(t, mean, sd, gaps):
    """Density of each quantile, probability of the people between; Cai 2021 as in estmeansd."""
    u = [(x - mean) / sd for x in t]
    edges = [-mp.inf, *u, mp.inf]
    total = sum(mp.log(mp.npdf(x) / sd) for x in u)
    for count, low, high in zip(gaps, edges, edges[1:], strict=False):
        if count:
            total += count * mp.log(mp.ncdf(high) - mp.ncdf(low))
    return total


def linear(scenario, n):
    """Weights of Luo 2018 and Wan 2014, written anew."""
    ppf = stats.norm.ppf
    width = 2 * ppf((0.75 * n - 0.125) / (n + 0.25))
    reach = 2 * ppf((n - 0.375) / (n + 0.25))
    if scenario == "S2":
        w = 0.7 + 0.39 / n
        return [w / 2, 1 - w, w / 2], [-1 / width, 0, 1 / width]
    if scenario == "S1":
        w = 4 / (4 + n**0.75)
        return [w / 2, 1 - w, w / 2], [-1 / reach, 0, 1 / reach]
    a, b = 2.2 / (2.2 + n**0.75), 0.7 - 0.72 / n**0.55
    sd = [-0.5 / reach, -0.5 / width, 0, 0.5 / width, 0.5 / reach]
    return [a / 2, b / 2, 1 - a - b, b / 2, a / 2], sd


def moments(location, scale, power):
    """Mean and SD of what a normal, cut at -1/power and as far above its mean, comes from."""
    low = max(-1 / power, location - 14 * scale)
    high = min(2 * location + 1 / power, location + 14 * scale)
    middle = [low + (high - low) * i / 8 for i in range(9)]
    weight = mp.quad(lambda x: mp.npdf((x - location) / scale), middle)

    def mean_of(function):
        def inside(x):  # places next to -1/power may be rounded below it
            return function(mp.exp(mp.log1p(max(power * x, mp.mpf(10) ** -29 - 1)) / power))

        return mp.quad(lambda x: mp.npdf((x - location) / scale) * inside(x), middle) / weight

    mean = mean_of(lambda y: y)
    return mean, mp.sqrt(mean_of(lambda y: (y - mean) ** 2))


@pytest.mark.parametrize(
    ("scenario", "arm", "gaps"),
    [
        ("S1", (4, 0, 20.5, 0, 60, 101), (0, 49, 49, 0)),
        ("S2", (0, 0.9, 1.4, 1.7, 0, 33), (8, 7, 7, 8)),
        ("S3", (0.3, 0.9, 1.3, 1.7, 2.6, 40), (0, 9, 9, 9, 8, 0)),
    ],
)
def test_mln_by_brute_force(scenario, arm, gaps):
    """The power from a scan and a root with 30 digits, then mean and SD likewise."""
    numbers = given(arm, scenario)
    q, n = [numbers[name] for name in NAMES[scenario]], numbers["n"]
    assert sum(gaps) + len(q) == n
    of_mean, of_sd = linear(scenario, n)

    def profile(power):
        t = [box_cox(x, power) for x in q]
        mean = sum(w * x for w, x in zip(of_mean, t, strict=True))
        sd = sum(w * x for w, x in zip(of_sd, t, strict=True))
        return log_likelihood(t, mean, sd, gaps)

    with mp.workdps(30):
        scan = [mp.mpf(i) / 50 for i in range(1, 500)]
        best = max(scan, key=profile)
        power = mp.findroot(lambda x: mp.diff(profile, x), best)
        assert profile(power) >= profile(best)
        t = [box_cox(x, power) for x in q]
        start = [
            sum(w * x for w, x in zip(weights, t, strict=True)) for weights in (of_mean, of_sd)
        ]
        location, log_scale = mp.findroot(
            [
                lambda m, s: mp.diff(lambda x: log_likelihood(t, x, mp.exp(s), gaps), m),
                lambda m, s: mp.diff(lambda x: log_likelihood(t, m, mp.exp(x), gaps), s),
            ],
            (start[0], mp.log(start[1])),
        )
        mean, sd = moments(location, mp.exp(log_scale), power)
    found = mean_from_median("mln", **numbers)
    assert found.note == f"power {float(power):.2f}"
    # two roots in double precision, where the profile is flat, and a quadrature
    assert found.mean == pytest.approx(float(mean), rel=1e-9)
    assert found.sd == pytest.approx(float(sd), rel=1e-9)


@pytest.mark.parametrize(
    ("location", "scale", "power"),
    [(2.5, 0.6, 0.05), (4.0, 1.2, 0.36), (1.0, 0.9, 1.0), (0.8, 0.7, 3.0), (3.0, 0.2, 7.5)],
)
def test_moments_by_quadrature_with_30_digits(location, scale, power):
    mean, sd = PowerNormal(location=location, scale=scale, power=power).moments()
    with mp.workdps(30):
        exact = moments(mp.mpf(location), mp.mpf(scale), mp.mpf(power))
    assert mean == pytest.approx(float(exact[0]), rel=1e-12)
    assert sd == pytest.approx(float(exact[1]), rel=1e-11)  # the SD is a difference


def test_the_symmetric_power_solves_its_equation():
    """S2 in closed form: q = (1, 4, 9) is symmetric after the root, so the power is 1/2."""
    found = mean_from_median("box-cox", q1=1.0, median=4.0, q3=9.0, n=40)
    assert found.note == "power 0.50"
    # the transform 2 (root x - 1) is symmetric about 2; cut at -2 and 6, with SD s its square gives
    # mean 4 + var/4 of the cut normal
    s = 4.0 / (2 * stats.norm.ppf(29.875 / 40.25))
    cut = stats.truncnorm(-4.0 / s, 4.0 / s, scale=s)
    assert found.mean == pytest.approx(4.0 + cut.var() / 4, rel=1e-10)
