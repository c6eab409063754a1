"""What was rounded honestly is never found: the checks have no false alarms by construction."""

from math import exp, log, sqrt
from statistics import mean, stdev

from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from remit.core.percentages import (
    counts_cut_to,
    counts_giving,
    denominators_giving,
    fit_of_percent,
)
from remit.core.printed import decimals
from remit.evidence.integrity.grim import grim_consistent, grimmer_consistent
from remit.evidence.integrity.interval_rows import additive_fit, log_fit
from remit.evidence.integrity.pvalues import p_agrees, p_from_interval, p_from_std_error
from remit.evidence.integrity.scales import mean_bounds
from remit.evidence.integrity.spreads import largest_sd

places = st.integers(0, 2)
counts = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
scores = st.lists(st.integers(0, 10), min_size=2, max_size=60)
effects = st.floats(-5, 5)
errors = st.floats(0.05, 3)
dfs = st.integers(2, 200)


@given(counts, places)
def test_a_percentage_of_a_count_is_never_found(pair, digits):
    count, n = pair
    percent = round(100 * count / n, digits)
    assert fit_of_percent(count, n, percent) == "rounded"
    assert count in counts_giving(percent, n)
    bound = denominators_giving(percent, count)
    assert n in bound or bound == ()


@given(counts, places)
def test_a_percentage_that_was_cut_off_is_recognised(pair, digits):
    count, n = pair
    percent = (100 * count * 10**digits // n) / 10**digits
    assert fit_of_percent(count, n, percent) in {"rounded", "cut"}
    assert count in counts_cut_to(percent, n)


@given(counts, places)
def test_every_listed_count_rounds_to_the_percentage(pair, digits):
    count, n = pair
    percent = round(100 * count / n, digits)
    for c in counts_giving(percent, n):
        # half of the last decimal that the text shows, and the binary error of the division
        assert abs(100 * c / n - percent) <= 0.5 / 10 ** decimals(percent) + 1e-9


@given(scores, places, st.sampled_from([1.0, 0.5, 10.0]))
def test_mean_and_standard_deviation_of_scores_are_never_found(values, digits, step):
    data = [step * v for v in values]
    m, s = round(mean(data), digits), round(stdev(data), digits)
    assert grim_consistent(m, len(data), step)
    assert grimmer_consistent(m, s, len(data), step)


@given(scores, places)
def test_change_scores_are_never_found(values, digits):
    data = [v - 7 for v in values]
    m, s = round(mean(data), digits), round(stdev(data), digits)
    assert grimmer_consistent(m, s, len(data))


@given(scores, places)
def test_scores_stay_within_the_bounds_of_their_scale_and_range(values, digits):
    m, s = round(mean(values), digits), round(stdev(values), digits)
    half = 0.5 / 10**digits + 1e-9  # rounding of the standard deviation, and of the root
    assert s - half <= largest_sd(m, 0.0, 10.0, len(values))
    low, high = mean_bounds(min(values), max(values), len(values))
    assert low <= m + half
    assert m - half <= high


@given(effects, errors, st.sampled_from([0.9, 0.95, 0.99]))
def test_normal_interval_and_its_p_are_never_found(effect, se, level):
    width = float(ndtri(0.5 + level / 2)) * se
    p = round(float(2 * ndtr(-abs(effect / se))), 3)
    e, low, high = (round(x, 2) for x in (effect, effect - width, effect + width))
    assert additive_fit(e, low, high)
    assert p_agrees(p, "=", p_from_interval(e, low, high, level=level))
    assert p_agrees(round(p + 0.001, 3), "<", p_from_interval(e, low, high, level=level))


@given(effects, errors, dfs)
def test_t_interval_and_its_p_are_never_found(effect, se, df):
    width = float(stdtrit(df, 0.975)) * se
    p = round(float(2 * stdtr(df, -abs(effect / se))), 3)
    e, low, high = (round(x, 2) for x in (effect, effect - width, effect + width))
    assert additive_fit(e, low, high)
    assert p_agrees(p, "=", p_from_interval(e, low, high, dfs=(float(df),)))
    spread = round(se, 2)
    assert p_agrees(p, "=", p_from_std_error(e, spread, (float(df),)))


@given(st.floats(0.1, 10), st.floats(0.05, 1.2))
def test_ratio_with_interval_and_p_is_never_found(ratio, se):
    width = 1.959963984540054 * se
    p = round(float(2 * ndtr(-abs(log(ratio) / se))), 3)
    e, low, high = (round(x, 2) for x in (ratio, ratio * exp(-width), ratio * exp(width)))
    if low > 0:
        assert log_fit(e, low, high)
        assert p_agrees(p, "=", p_from_interval(e, low, high, ratio=True))


@given(st.lists(st.floats(0, 10), min_size=2, max_size=40))
def test_no_spread_passes_half_the_scale(values):
    n = len(values)
    # Popoviciu: the bound of Bhatia and Davis is never wider than half the scale
    assert largest_sd(round(mean(values), 2), 0.0, 10.0, n) <= 5 * sqrt(n / (n - 1)) + 1e-9
