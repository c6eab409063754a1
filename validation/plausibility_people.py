"""Tables of people with honest zeros and blanks, and with drop-outs stored as 0.

Drawn for `validation.plausibility_rates`: headache days and scores of a trial at baseline, 3 and
12 months; pain after an operation, of which most have none; people who are free of headache and
are not asked how bad it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from remit.evidence.plausibility import NumberColumn, check_people

__all__ = ["people_rates"]

Rng = np.random.Generator
Array = NDArray[np.float64]
Table = list[NumberColumn]


def _column(name: str, values: Array) -> NumberColumn:
    known = tuple(None if np.isnan(x) else float(x) for x in values)
    return NumberColumn(name=name, values=known, rows=tuple(range(2, values.size + 2)))


def _trial(rng: Rng) -> tuple[list[Array], list[Array], list[NDArray[np.bool_]]]:
    """Draw days and scores at three visits, and who has left by then."""
    n = int(rng.integers(60, 400))
    ill = rng.normal(0, 1, n)
    level = rng.uniform(8, 18)
    days = [np.clip(np.round(level + 5 * ill + rng.normal(0, 3.5, n)), 0, 28) for _ in range(3)]
    score = [np.clip(np.round(25 + 10 * ill + rng.normal(0, 7, n), 2), 0, None) for _ in range(3)]
    share = rng.uniform(0.08, 0.3)
    early = rng.random(n) < share * 0.7
    late = early | (rng.random(n) < share * 0.4)
    return days, score, [np.zeros(n, dtype=bool), early, late]


def _columns(days: Sequence[Array], score: Sequence[Array]) -> Table:
    n = days[0].size
    group = _column("group", (np.arange(n) % 2).astype(np.float64))
    named = [
        (f"{what}{m}", x)
        for what, each in (("days", days), ("score", score))
        for m, x in zip((0, 3, 12), each, strict=True)
    ]
    return [group, *(_column(name, x) for name, x in named)]


def blank_drop_outs(rng: Rng) -> Table:
    """Draw a trial whose drop-outs are blank in both measures."""
    days, score, gone = _trial(rng)
    for x in (days, score):
        for visit, left in zip(x, gone, strict=True):
            visit[left] = np.nan
    return _columns(days, score)


def zero_drop_outs(rng: Rng) -> Table:
    """Draw a trial whose drop-outs have 0 days."""
    days, score, gone = _trial(rng)
    for d, s, left in zip(days, score, gone, strict=True):
        d[left], s[left] = 0, np.nan
    return _columns(days, score)


def free_of_headache(rng: Rng) -> Table:
    """Draw a trial in which those without headache days were not asked for a score."""
    days, score, _ = _trial(rng)
    cure = rng.uniform(4, 9)
    for d, s in list(zip(days, score, strict=True))[1:]:
        d[:] = np.clip(np.round(d - cure), 0, 28)
        s[d == 0] = np.nan
    return _columns(days, score)


def mostly_no_pain(rng: Rng) -> Table:
    """Draw pain of 0 to 10 at four times after an operation, with a few blanks at random."""
    n = int(rng.integers(60, 300))
    sick = rng.random(n) < rng.uniform(0.2, 0.5)
    pain = [np.where(sick, rng.poisson(2.5, n).clip(0, 10), 0.0) for _ in range(4)]
    for x in pain[1:]:
        x[rng.random(n) < 0.04] = np.nan
    return [_column(f"pain{h}h", x) for h, x in zip((0, 2, 4, 24), pain, strict=True)]


CLEAN: tuple[Callable[[Rng], Table], ...] = (blank_drop_outs, free_of_headache, mostly_no_pain)


def _twice(rng: Rng, table: Table) -> Table:
    last, other = len(table[0].rows) - 1, int(rng.integers(len(table[0].rows) - 1))
    values = [(*c.values[:last], c.values[other]) for c in table]
    return [
        NumberColumn(name=c.name, values=v, rows=c.rows) for c, v in zip(table, values, strict=True)
    ]


def people_rates(rng: Rng, tables: int, say: Callable[[str], None]) -> None:
    """Write how often clean tables are suspected, and planted errors found."""
    say(f"\n{'table of people':36}{'sure or likely':>15}{'any':>8}")
    for draw in CLEAN:
        found = [check_people(draw(rng)) for _ in range(tables)]
        strong = sum(any(s.severity != "worth a look" for s in one) for one in found)
        say(f"{draw.__name__:36}{strong / tables:15.1%}{sum(map(bool, found)) / tables:8.1%}")
    zeros = [check_people(zero_drop_outs(rng)) for _ in range(tables)]
    twice = [check_people(_twice(rng, blank_drop_outs(rng))) for _ in range(tables)]
    say(f"\n{'planted in people':36}{'found':>8}{'any':>8}")
    for name, some, check in (
        ("drop-outs stored as 0", zeros, "stored-zeros"),
        ("one person twice", twice, "same-person"),
    ):
        strong = sum(
            any(s.check == check and s.severity != "worth a look" for s in x) for x in some
        )
        any_ = sum(any(s.check == check for s in x) for x in some)
        say(f"{name:36}{strong / tables:8.0%}{any_ / tables:8.0%}")
