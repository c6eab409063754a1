"""How sure can one share be: exact and score intervals of a single count."""

from __future__ import annotations

import math

from scipy.special import betaincinv

from remit.core.checks import check_level
from remit.core.errors import InputError
from remit.core.estimate import Interval
from remit.core.numerics import critical_value

__all__ = [
    "all_events_lower",
    "check_count",
    "clopper_pearson",
    "newcombe_difference",
    "wilson",
    "zero_events_upper",
]


def check_count(events: int, n: int) -> None:
    """Raise `InputError` unless the count is whole, with 0 <= events <= n and n >= 1."""
    if not (n >= 1 and 0 <= events <= n and int(events) == events and int(n) == n):
        raise InputError.at(
            "count",
            found=f"{events!r} of {n!r}",
            expected="whole numbers with 0 <= events <= n and n >= 1",
        )


def wilson(events: int, n: int, level: float = 0.95) -> Interval:
    """Return the score interval of a proportion (Wilson 1927), without continuity correction.

    Raises
    ------
    InputError, SpecError
        If the count is not possible; if the level is not a proportion.
    """
    check_count(events, n)
    z = critical_value(check_level(level))
    z2, share = z * z, events / n
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    low = 0.0 if events == 0 else middle - half
    high = 1.0 if events == n else middle + half
    return Interval(low=low, high=high, level=level, method="Wilson")


def clopper_pearson(events: int, n: int, level: float = 0.95) -> Interval:
    """Return the exact interval of a proportion (Clopper & Pearson 1934), from beta quantiles.

    Raises
    ------
    InputError, SpecError
        If the count is not possible; if the level is not a proportion.
    """
    check_count(events, n)
    tail = 0.5 * (1.0 - check_level(level))
    low = 0.0 if events == 0 else float(betaincinv(events, n - events + 1, tail))
    high = 1.0 if events == n else 1.0 - float(betaincinv(n - events, events + 1, tail))
    return Interval(low=low, high=high, level=level, method="Clopper-Pearson, exact")


def zero_events_upper(n: int, level: float = 0.95) -> float:
    """Return the one-sided exact upper bound of a proportion after no event in ``n``.

    1 - (1 - level)^(1/n) (Clopper & Pearson 1934; Hanley & Lippman-Hand 1983).
    """
    check_count(0, n)
    return -math.expm1(math.log1p(-check_level(level)) / n)


def all_events_lower(n: int, level: float = 0.95) -> float:
    """Return the one-sided exact lower bound of a proportion after ``n`` events in ``n``."""
    return 1.0 - zero_events_upper(n, level)


def newcombe_difference(
    events_a: int, n_a: int, events_b: int, n_b: int, level: float = 0.95
) -> Interval:
    """Return the interval of the difference of two independent proportions, a minus b.

    Square-and-add of the two score intervals (Newcombe 1998, Stat Med 17:873, method 10).

    Raises
    ------
    InputError, SpecError
        If a count is not possible; if the level is not a proportion.
    """
    a, b = wilson(events_a, n_a, level), wilson(events_b, n_b, level)
    share_a, share_b = events_a / n_a, events_b / n_b
    difference = share_a - share_b
    return Interval(
        low=difference - math.hypot(share_a - a.low, b.high - share_b),
        high=difference + math.hypot(a.high - share_a, share_b - b.low),
        level=level,
        method="Newcombe, hybrid score",
    )
