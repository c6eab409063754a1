"""How well the means and spreads of a row fit the other studies, and each other.

Four parts, each a t with its surprise:

- the row's mean logarithm of SD, against that of the other studies;
- the logarithms of the SDs of its arms, against each other (0.3 apart is usual, beside sampling:
  Var(log SD) = 1/(2(n - 1)), Raudenbush & Bryk 1987, J Educ Stat 12:241, eq. 5);
- the level of its means, against that of the other studies;
- the standardised difference of its arms, against the others or against 0 (0.6 is usual).

On bounded scales means and SDs are shares of the width, so that 0 to 10 and 0 to 100 compare.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, inf, log, sqrt
from statistics import fmean, median

from remit.evidence.plausibility.peers import Peers, peers_of, surprise
from remit.evidence.plausibility.study_row import ArmNumbers, StudyRow

__all__ = ["ArmPeers", "arm_peers", "readable"]

USUAL_LOG_SD = 0.3
USUAL_LOG_SD_OF_ARMS = 0.3
USUAL_DIFFERENCE = 0.6
USUAL_LEVEL = 0.5
"""Studies' means differ by about half a standard deviation of people."""
DF_WITHIN = 4.0
MIXED = 0.7
FAR_FACTOR = 5.0
FAR_SHARE = 0.2
"""SDs on one scale spread by about 0.3 as logarithms. Where they spread by more than 0.7 (a factor
of two either way), or a fifth are off by five times, the table mixes scales: weights of plants in
g and kg (Curtis & Wang 1998) or days and doses."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmPeers:
    """The other studies of a row, as far as there are enough.

    Attributes
    ----------
    log_sd, level, difference : Peers or None
        Of the logarithm of SD, of the means, and of the standardised differences.
    sds, means : tuple of float
        Of the other studies in the units of the row, for messages.
    """

    log_sd: Peers | None
    level: Peers | None
    difference: Peers | None
    sds: tuple[float, ...]
    means: tuple[float, ...]

    def terms(self, row: StudyRow) -> list[tuple[float, float]]:
        """Return t and surprise of each part of a row; infinite where it cannot be."""
        if not readable(row):
            return [(inf, inf)]
        logs, means, sizes = _logs(row), _means(row), [arm.n or 2.0 for arm in row.arms]
        parts = []
        if self.log_sd is not None:
            small = 1 / (2 * (sum(sizes) - len(sizes)))
            t = self.log_sd.t(fmean(logs), small)
            parts.append((t, surprise(t, self.log_sd.df)))
        if self.level is not None:
            t = self.level.t(fmean(means))
            parts.append((t, surprise(t, self.level.df)))
        for i in range(1, len(logs)):
            sampling = 1 / (2 * (sizes[0] - 1)) + 1 / (2 * (sizes[i] - 1))
            t = (logs[i] - logs[0]) / sqrt(USUAL_LOG_SD_OF_ARMS**2 + sampling)
            parts.append((t, surprise(t, DF_WITHIN)))
            sampling = 1 / sizes[0] + 1 / sizes[i]
            gap = _difference(row, 0, i)
            if self.difference is not None and i == 1:
                t = self.difference.t(gap, sampling)
                parts.append((t, surprise(t, self.difference.df)))
            else:
                t = gap / sqrt(USUAL_DIFFERENCE**2 + sampling)
                parts.append((t, surprise(t, DF_WITHIN)))
        return parts


def readable(row: StudyRow) -> bool:
    """Tell whether every arm has n of 2 or more, a mean and a spread above 0."""
    return bool(row.arms) and all(
        arm.n is not None and arm.n >= 2 and arm.mean is not None and (arm.spread or 0) > 0
        for arm in row.arms
    )


def arm_peers(row: StudyRow, rows: Sequence[StudyRow]) -> ArmPeers:
    """Return the other studies of the group of a row, one number each."""
    others: dict[str, list[StudyRow]] = {}
    for other in rows:
        if other.study != row.study and readable(other) and _bounded(other) == _bounded(row):
            others.setdefault(other.study, []).append(other)

    def each(number: Callable[[StudyRow], float], least: int = 1) -> list[float]:
        usable = ([r for r in group if len(r.arms) >= least] for group in others.values())
        return [median(number(r) for r in group) for group in usable if group]

    logs, means = each(lambda r: fmean(_logs(r))), each(lambda r: fmean(_means(r)))
    typical = exp(median(logs)) if logs else 1.0
    unit = _unit(row)
    log_sd = peers_of(logs, USUAL_LOG_SD)
    if log_sd is not None and _mixed(log_sd):
        log_sd, means = None, []
    return ArmPeers(
        log_sd=log_sd,
        level=peers_of(means, USUAL_LEVEL * typical),
        difference=peers_of(each(lambda r: _difference(r, 0, 1), least=2), USUAL_DIFFERENCE),
        sds=tuple(sorted(exp(x) * unit for x in logs)),
        means=tuple(sorted(x * unit + _zero(row) for x in means)),
    )


def _mixed(log_sd: Peers) -> bool:
    """Tell whether the other studies have no common scale: their SDs say nothing then."""
    far = sum(abs(x - log_sd.centre) > log(FAR_FACTOR) for x in log_sd.values)
    return log_sd.spread > MIXED or far > FAR_SHARE * len(log_sd.values)


def _bounded(row: StudyRow) -> bool:
    return row.scale is not None and bool(row.scale.width) and row.kind in {"value", "change"}


def _unit(row: StudyRow) -> float:
    width = row.scale.width if row.scale is not None else None
    return width if width and _bounded(row) else 1.0


def _zero(row: StudyRow) -> float:
    low = row.scale.low if row.scale is not None else None
    return low if low is not None and _bounded(row) and row.kind == "value" else 0.0


def _logs(row: StudyRow) -> list[float]:
    return [log((arm.spread or 1.0) / _unit(row)) for arm in row.arms]


def _means(row: StudyRow) -> list[float]:
    return [((arm.mean or 0.0) - _zero(row)) / _unit(row) for arm in row.arms]


def _difference(row: StudyRow, a: int, b: int) -> float:
    one, two = row.arms[a], row.arms[b]
    sd = sqrt(((one.spread or 1.0) ** 2 + (two.spread or 1.0) ** 2) / 2)
    return (_mean(one) - _mean(two)) / sd


def _mean(arm: ArmNumbers) -> float:
    return arm.mean or 0.0
