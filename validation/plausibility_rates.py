"""How often clean tables are suspected, and how often planted errors are found.

``python -m validation.plausibility_rates [--tables 150] [--seed 1]``. Clean tables of studies are
drawn with the spread that real ones have (SDs differ between studies by a factor of 1.3, effects
by 0.3 standard deviations, groups of 12 to 150 people, numbers rounded as printed): means of two
arms, changes, 2x2 counts and effects with intervals. Each gives the rate of false findings that
are sure or likely. Then one error of each kind is planted in one study of a clean table, and the
table is checked again: found means that the cells that were changed are suspected, sure or likely;
named means by the right check.

The same for tables of people, see `validation.plausibility_people`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import exp, sqrt

import numpy as np

from remit.core.place import Place
from remit.evidence.plausibility import ArmNumbers, StudyRow, check_study_rows
from remit.evidence.plausibility.study_row import changes_between
from validation.plausibility_people import people_rates

__all__ = ["main"]

Rng = np.random.Generator
Rows = tuple[StudyRow, ...]
Plant = Callable[[StudyRow], StudyRow]
COLUMNS = {i: {name: f"{name}{i}" for name in ("n", "events", "mean", "sd", "se")} for i in (1, 2)}


def _arm(name: str, row: int, **numbers: float) -> ArmNumbers:
    number = 1 if name == "active" else 2
    place = Place(file="table.csv", row=row)
    return ArmNumbers(name=name, place=place, columns=COLUMNS[number], **numbers)  # type: ignore[arg-type]


def _sizes(rng: Rng) -> tuple[int, int]:
    n = int(exp(rng.uniform(np.log(12), np.log(150))))
    share = rng.choice([1.0, 1.0, 1.0, 2.0])
    return max(6, int(n * share) - int(rng.integers(0, 3))), n


def means(rng: Rng, kind: str = "value") -> Rows:
    """Draw a table of means and SDs: pain of 0 to 10, or its change."""
    rows = []
    effect = rng.normal(-0.4, 0.4)
    for i in range(int(rng.integers(5, 21))):
        n1, n2 = _sizes(rng)
        sd = 2.1 * exp(rng.normal(0, 0.27))
        level = rng.normal(-2.0, 0.8) if kind == "change" else rng.normal(4.5, 1.0)
        gap = rng.normal(effect, 0.3) * sd
        arms = []
        for name, n, centre in (("active", n1, level + gap), ("control", n2, level)):
            own = sd * exp(rng.normal(0, 0.12))
            mean = round(float(rng.normal(centre, own / sqrt(n))), 1)
            spread = own * sqrt(rng.chisquare(n - 1) / (n - 1))
            arms.append(_arm(name, i + 2, n=n, mean=mean, sd=max(round(float(spread), 1), 0.1)))
        place = Place(file="table.csv", row=i + 2)
        rows.append(StudyRow(study=f"Study {i}", place=place, arms=tuple(arms), kind=kind))
    return tuple(rows)


def changes(rng: Rng) -> Rows:
    """Draw a table of mean changes."""
    return means(rng, "change")


def counts(rng: Rng) -> Rows:
    """Draw a table of events and totals."""
    rows = []
    level, effect = rng.normal(-0.8, 0.8), rng.normal(0.4, 0.4)
    for i in range(int(rng.integers(5, 21))):
        n1, n2 = _sizes(rng)
        base = rng.normal(level, 0.7)
        arms = []
        for name, n, x in (("active", n1, base + rng.normal(effect, 0.4)), ("control", n2, base)):
            events = int(rng.binomial(n, 1 / (1 + exp(-x))))
            arms.append(_arm(name, i + 2, n=n, events=events))
        place = Place(file="table.csv", row=i + 2)
        rows.append(StudyRow(study=f"Study {i}", place=place, arms=tuple(arms)))
    return tuple(rows)


def effects(rng: Rng, *, ratio: bool = False) -> Rows:
    """Draw a table of effects with standard errors and intervals."""
    rows = []
    mu, tau = rng.normal(-0.3, 0.3), rng.uniform(0, 0.4)
    for i in range(int(rng.integers(5, 21))):
        n1, n2 = _sizes(rng)
        error = (2.0 if ratio else 1.0) * sqrt(1 / n1 + 1 / n2) * exp(rng.normal(0, 0.15))
        y = float(rng.normal(mu, sqrt(tau**2 + error**2)))
        ends = (y, y - 1.96 * error, y + 1.96 * error)
        typed = tuple(round(exp(x) if ratio else x, 2) for x in ends)
        rows.append(
            StudyRow(
                study=f"Study {i}",
                place=Place(file="table.csv", row=i + 2),
                arms=(_arm("active", i + 2, n=n1), _arm("control", i + 2, n=n2)),
                effect=typed[0],
                std_error=round(error, 3),
                ci_low=typed[1],
                ci_high=typed[2],
                ratio=ratio,
            )
        )
    return tuple(rows)


def ratios(rng: Rng) -> Rows:
    """Draw a table of ratios with their intervals."""
    return effects(rng, ratio=True)


def _arms(row: StudyRow, edit: Callable[[ArmNumbers], ArmNumbers], *, only: int = -1) -> StudyRow:
    arms = tuple(edit(a) if only in (-1, i) else a for i, a in enumerate(row.arms))
    return replace(row, arms=arms)


def _se(arm: ArmNumbers) -> ArmNumbers:
    return replace(arm, sd=float(f"{(arm.sd or 0) / sqrt(arm.n or 1):.2g}"))


def _ten(arm: ArmNumbers) -> ArmNumbers:
    return replace(arm, mean=(arm.mean or 0) * 10, sd=(arm.sd or 0) * 10)


def _percent(arm: ArmNumbers) -> ArmNumbers:
    return replace(arm, events=round(100 * (arm.events or 0) / (arm.n or 1), 1))


def _exchange_sizes(row: StudyRow) -> StudyRow:
    one, two = row.arms
    if abs((one.n or 0) - (two.n or 0)) < 6:
        return row  # nothing to be seen where the groups are of one size
    return replace(row, arms=(replace(one, n=two.n), replace(two, n=one.n)))


PLANTS: tuple[tuple[str, Callable[[Rng], Rows], Plant, str], ...] = (
    ("SE typed as SD, both arms", means, lambda r: _arms(r, _se), "se-for-sd"),
    ("SE typed as SD, changes", changes, lambda r: _arms(r, _se), "se-for-sd"),
    ("SE typed as SD, one arm", means, lambda r: _arms(r, _se, only=0), "se-for-sd"),
    (
        "SD taken for SE",
        means,
        lambda r: _arms(r, lambda a: replace(a, sd=(a.sd or 0) * sqrt(a.n or 1))),
        "sd-for-se",
    ),
    (
        "variance typed as SD",
        means,
        lambda r: _arms(r, lambda a: replace(a, sd=(a.sd or 0) ** 2)),
        "variance-for-sd",
    ),
    ("scale ten times as long", means, lambda r: _arms(r, _ten), "scale-tenfold"),
    (
        "mean x10, one arm",
        means,
        lambda r: _arms(r, lambda a: replace(a, mean=(a.mean or 0) * 10), only=0),
        "decimal-shift",
    ),
    (
        "SD x10, one arm",
        means,
        lambda r: _arms(r, lambda a: replace(a, sd=(a.sd or 0) * 10), only=1),
        "decimal-shift",
    ),
    (
        "SD /10, one arm",
        means,
        lambda r: _arms(r, lambda a: replace(a, sd=(a.sd or 0) / 10), only=1),
        "decimal-shift",
    ),
    (
        "reductions typed positive",
        changes,
        lambda r: _arms(r, lambda a: replace(a, mean=-(a.mean or 0))),
        "sign-of-mean",
    ),
    (
        "SD of 0, one arm",
        means,
        lambda r: _arms(r, lambda a: replace(a, sd=0.0), only=0),
        "zero-spread",
    ),
    ("percentages as counts", counts, lambda r: _arms(r, _percent), "counts"),
    (
        "events x10, one arm",
        counts,
        lambda r: _arms(r, lambda a: replace(a, events=(a.events or 0) * 10), only=0),
        "decimal-shift counts",
    ),
    (
        "n x10, one arm",
        counts,
        lambda r: _arms(r, lambda a: replace(a, n=(a.n or 0) * 10), only=1),
        "decimal-shift",
    ),
    ("group sizes exchanged", counts, _exchange_sizes, "sizes-swapped counts"),
    (
        "effect x10",
        effects,
        lambda r: replace(r, effect=(r.effect or 0) * 10),
        "interval-estimate",
    ),
    (
        "ends of interval exchanged",
        effects,
        lambda r: replace(r, ci_low=r.ci_high, ci_high=r.ci_low),
        "interval-order",
    ),
    (
        "sign of effect lost",
        effects,
        lambda r: replace(r, effect=-(r.effect or 0)),
        "interval-estimate sign-of-effect interval-centre",
    ),
    (
        "logarithm among ratios",
        ratios,
        lambda r: replace(
            r,
            effect=round(float(np.log(r.effect or 1)), 2),
            ci_low=round(float(np.log(r.ci_low or 1)), 2),
            ci_high=round(float(np.log(r.ci_high or 1)), 2),
        ),
        "log-of-ratio",
    ),
    (
        "standard error x10",
        effects,
        lambda r: replace(r, std_error=(r.std_error or 0) * 10),
        "decimal-shift",
    ),
)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def clean_rates(rng: Rng, tables: int) -> None:
    """Print the share of clean tables with a finding that is sure or likely."""
    _say(f"{'clean table':36}{'sure or likely':>15}{'any':>8}{'per study':>11}")
    for draw in (means, changes, counts, effects, ratios):
        strong = some = studies = each = 0
        for _ in range(tables):
            rows = draw(rng)
            found = check_study_rows(rows)
            likely = [s for s in found if s.severity != "worth a look"]
            strong, some = strong + bool(likely), some + bool(found)
            studies, each = studies + len(rows), each + len(likely)
        share = (strong / tables, some / tables, each / studies)
        _say(f"{draw.__name__:36}{share[0]:15.1%}{share[1]:8.1%}{share[2]:11.2%}")


def planted_rates(rng: Rng, tables: int) -> None:
    """Print how often each planted error is found, and named rightly."""
    _say(f"\n{'planted error':36}{'found':>8}{'named':>8}{'any':>8}{'elsewhere':>11}")
    for name, draw, plant, check in PLANTS:
        found = named = some = elsewhere = made = 0
        for _ in range(tables):
            rows = list(draw(rng))
            at = int(rng.integers(len(rows)))
            old = rows[at]
            rows[at] = plant(old)
            cells = {c.place for c in changes_between(old, rows[at])}
            if not cells:
                continue
            made += 1
            seen = check_study_rows(_with_other_outcome(rows, old, check))
            here = [s for s in seen if s.place.row == old.place.row]
            strong = [s for s in here if s.severity != "worth a look"]
            found, some = found + bool(strong), some + bool(here)
            named += any(s.check in check.split() for s in strong)
            elsewhere += any(
                s.place.row != old.place.row and s.severity != "worth a look" for s in seen
            )
        share = [x / made for x in (found, named, some, elsewhere)]
        _say(f"{name:36}{share[0]:8.0%}{share[1]:8.0%}{share[2]:8.0%}{share[3]:11.1%}")


def _with_other_outcome(rows: Sequence[StudyRow], old: StudyRow, check: str) -> Rows:
    """Add the rows of two other outcomes of the study, which sizes are held against."""
    if not check.startswith("sizes-swapped"):
        return tuple(rows)
    more = []
    for i in (1, 2):
        place = Place(file="other.csv", row=i)
        arms = tuple(replace(a, events=None, place=place) for a in old.arms)
        more.append(replace(old, outcome=f"other {i}", place=place, arms=arms))
    return (*rows, *more)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--tables", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    rng = np.random.default_rng(chosen.seed)
    begin = time.perf_counter()
    clean_rates(rng, chosen.tables)
    planted_rates(rng, max(chosen.tables // 2, 20))
    people_rates(rng, chosen.tables, _say)
    _say(f"\n{time.perf_counter() - begin:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
