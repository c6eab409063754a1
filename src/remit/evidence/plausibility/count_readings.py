"""Which typing error explains counts that do not fit the other arm or the other studies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf, log, sqrt
from statistics import fmean, median

from remit.evidence.plausibility.peers import Peers, peers_of, surprise
from remit.evidence.plausibility.reading import Reading, about, best_reading, suspect
from remit.evidence.plausibility.study_row import StudyRow, group_rows
from remit.evidence.plausibility.suspicion import Suspicion

__all__ = ["count_suspicions"]

SOURCE = "moderated t against the other studies, Smyth 2004"
USUAL_RISK = 1.0
"""Risks of the studies of an outcome differ by about this, as log odds ..."""
USUAL_LOG_OR = 0.6
"""... log odds ratios by this ..."""
USUAL_LOG_SIZES = 0.35
"""... and arms in size by this, as logarithms: most trials allot 1 to 1 or 2 to 1."""
DF_WITHIN = 4.0


def count_suspicions(rows: Sequence[StudyRow], *checks: str) -> Iterator[Suspicion]:
    """Yield what one typing error explains in counts of two arms, for the checks asked for.

    Three parts: the risk against the other studies, the odds ratio against theirs, and the sizes
    of the arms against each other.

    Parameters
    ----------
    rows : sequence of StudyRow
        Of any outcomes.
    *checks : str
        Slugs: ``decimal-shift``, ``events-counted-as-others``.
    """
    for group in group_rows(rows):
        usable = [row for row in group if _readable(row)]
        for row in usable:
            peers = _CountPeers(row, usable)
            best = best_reading(row, _readings(row), peers.terms)
            if best is not None and best[0].check in checks:
                yield suspect(row, best, because=peers.words, source=SOURCE)


def _readable(row: StudyRow) -> bool:
    return len(row.arms) == 2 and all(
        arm.events is not None and arm.n is not None and 0 <= arm.events <= arm.n and arm.n >= 1
        for arm in row.arms
    )


def _log_odds(row: StudyRow, i: int) -> float:
    arm = row.arms[i]
    events, n = arm.events or 0.0, arm.n or 1.0
    return log((events + 0.5) / (n - events + 0.5))


def _variance(row: StudyRow, i: int) -> float:
    arm = row.arms[i]
    events, n = arm.events or 0.0, arm.n or 1.0
    return 1 / (events + 0.5) + 1 / (n - events + 0.5)


def _ratio(row: StudyRow) -> float:
    return _log_odds(row, 0) - _log_odds(row, 1)


def _risk(row: StudyRow) -> float:
    return fmean([_log_odds(row, 0), _log_odds(row, 1)])


def _sizes(row: StudyRow) -> float:
    return log(row.arms[0].n or 1.0) - log(row.arms[1].n or 1.0)


class _CountPeers:
    """The other studies' risks, odds ratios and allocations."""

    def __init__(self, row: StudyRow, rows: Sequence[StudyRow]) -> None:
        others = list({r.study: r for r in rows if r.study != row.study}.values())
        self.others = others
        self.risk: Peers | None = peers_of(map(_risk, others), USUAL_RISK)
        self.ratio: Peers | None = peers_of(map(_ratio, others), USUAL_LOG_OR)
        self.sizes: Peers | None = peers_of(map(_sizes, others), USUAL_LOG_SIZES)
        errors = [_variance(r, 0) + _variance(r, 1) for r in others]
        self.typical = median(errors) if errors else 0.0

    def terms(self, row: StudyRow) -> list[tuple[float, float]]:
        """Return t and surprise of each part of a row."""
        if not _readable(row):
            return [(inf, inf)]
        own = _variance(row, 0) + _variance(row, 1)
        parts = []
        if self.risk is not None:
            t = self.risk.t(_risk(row), own / 4)
            parts.append((t, surprise(t, self.risk.df)))
        if self.ratio is not None:
            t = self.ratio.t(_ratio(row), max(own - self.typical, 0.0))
            parts.append((t, surprise(t, self.ratio.df)))
        else:
            t = _ratio(row) / sqrt(USUAL_LOG_OR**2 + own)
            parts.append((t, surprise(t, DF_WITHIN)))
        if self.sizes is not None:
            t = self.sizes.t(_sizes(row))
            parts.append((t, surprise(t, self.sizes.df)))
        else:
            t = _sizes(row) / USUAL_LOG_SIZES
            parts.append((t, surprise(t, DF_WITHIN)))
        return parts

    @property
    def words(self) -> str:
        """The evidence in sentences."""
        if not self.others:
            return "The arms are held against each other."
        risks = sorted(
            100 * sum(a.events or 0 for a in r.arms) / sum(a.n or 1 for a in r.arms)
            for r in self.others
        )
        return (
            f"In the {len(risks)} other studies {about(risks[0])} to {about(risks[-1])} % have "
            "the event."
        )


def _readings(row: StudyRow) -> Iterator[Reading]:
    for i, arm in enumerate(row.arms):
        for name in ("events", "n"):
            value = getattr(arm, name)
            for shifted in {value * 10, value // 10 if value >= 10 else value * 10}:
                arms = list(row.arms)
                arms[i] = replace(arm, **{name: shifted})
                yield Reading(
                    check="decimal-shift",
                    prior=0.003,
                    cause=f"a digit too many or too few ({name} of {arm.name})",
                    row=replace(row, arms=tuple(arms)),
                )
    other = tuple(replace(a, events=(a.n or 0.0) - (a.events or 0.0)) for a in row.arms)
    yield Reading(
        check="events-counted-as-others",
        prior=0.003,
        cause="those without the event counted instead of those with it",
        row=replace(row, arms=other),
    )
