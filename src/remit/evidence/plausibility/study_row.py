"""The numbers of one study for one outcome, whatever table they were typed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite, log, sqrt
from typing import Any

from remit.core.numerics import critical_value
from remit.core.place import Place
from remit.evidence.data import Scale
from remit.evidence.plausibility.suspicion import Change

__all__ = [
    "ARM_FIELDS",
    "ROW_FIELDS",
    "ArmNumbers",
    "StudyRow",
    "changes_between",
    "group_rows",
    "with_changes",
]

ARM_FIELDS = ("n", "events", "mean", "sd", "se")
ROW_FIELDS = ("effect", "std_error", "ci_low", "ci_high")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmNumbers:
    """What stands in the table for one arm; None where nothing does.

    Attributes
    ----------
    name : str
        Arm or treatment.
    place : Place
        Row of its cells.
    n, events : float or None
        People and events, as typed: whole or not.
    mean, sd, se : float or None
        In units of the scale; ``se`` is the standard error of the mean.
    columns : mapping of str to str
        Column of each of these fields; a field without one is in the column of its own name.
    """

    name: str
    place: Place
    n: float | None = None
    events: float | None = None
    mean: float | None = None
    sd: float | None = None
    se: float | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    def at(self, name: str) -> Place:
        """Return the cell of a field."""
        return self.place.at(self.columns.get(name, name))

    @property
    def spread(self) -> float | None:
        """Standard deviation as read: the one typed, or the one that the standard error means."""
        if self.sd is not None:
            return self.sd
        if self.se is None or self.n is None or self.n <= 0:
            return None
        return self.se * sqrt(self.n)

    @property
    def numbers(self) -> tuple[float | None, ...]:
        """All fields, in the order of `ARM_FIELDS`."""
        return (self.n, self.events, self.mean, self.sd, self.se)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyRow:
    """One study's numbers for one outcome at one time.

    Attributes
    ----------
    study : str
        Label.
    place : Place
        Its row, or the first of its rows.
    arms : tuple of ArmNumbers
        Empty where only an effect is typed.
    outcome, definition, time : str
        What was measured, what was counted and when; may be empty. Rows of one outcome,
        definition and kind are held against each other.
    kind : str
        ``value``, ``change`` or ``relative-change``.
    baseline : bool
        Whether it was measured before treatment.
    scale : Scale or None
        Instrument, with its bounds and which end is better.
    effect, std_error, ci_low, ci_high : float or None
        Effect as typed (ratios are not logarithms if ``ratio``); the standard error of a ratio
        is that of its logarithm.
    level : float
        Coverage of the interval as a proportion.
    ratio : bool
        Whether the effect is a ratio as printed.
    favours : str
        ``first`` or ``second`` arm where the source says so in words, ``neither``; or empty.
    columns : mapping of str to str
        As in `ArmNumbers`.
    """

    study: str
    place: Place
    arms: tuple[ArmNumbers, ...] = ()
    outcome: str = ""
    definition: str = ""
    time: str = ""
    kind: str = "value"
    baseline: bool = False
    scale: Scale | None = None
    effect: float | None = None
    std_error: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    level: float = 0.95
    ratio: bool = False
    favours: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    def at(self, name: str) -> Place:
        """Return the cell of a field."""
        return self.place.at(self.columns.get(name, name))

    @property
    def group(self) -> tuple[str, ...]:
        """What it can be held against: rows of the same group."""
        return (self.outcome, self.definition, self.kind, "before" if self.baseline else "")

    @property
    def n(self) -> float | None:
        """People in all arms; None where one is not known or not above 0."""
        sizes = [arm.n for arm in self.arms if arm.n is not None and arm.n > 0]
        return sum(sizes) if sizes and len(sizes) == len(self.arms) else None

    @property
    def analysed(self) -> tuple[float, float] | None:
        """Effect and standard error on the analysis scale (ratios as logarithms), or None.

        Without a standard error it is taken from the interval, with the normal distribution.
        """
        effect, error = self.effect, self.std_error
        if effect is None or (self.ratio and effect <= 0):
            return None
        if error is None:
            width = self.log_width if self.ratio else self.width
            error = None if width is None else width / 2 / critical_value(self.level)
        if error is None or not error > 0 or not isfinite(error):
            return None
        return (log(effect) if self.ratio else effect), error

    @property
    def width(self) -> float | None:
        """Distance between the ends of the interval; None where one is missing."""
        if self.ci_low is None or self.ci_high is None:
            return None
        return self.ci_high - self.ci_low

    @property
    def log_width(self) -> float | None:
        """The same between logarithms; None where an end is missing or not above 0."""
        if self.ci_low is None or self.ci_high is None or min(self.ci_low, self.ci_high) <= 0:
            return None
        return log(self.ci_high) - log(self.ci_low)


def group_rows(rows: Sequence[StudyRow]) -> list[list[StudyRow]]:
    """Return the rows by group, groups in the order in which they begin."""
    groups: dict[tuple[str, ...], list[StudyRow]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return list(groups.values())


def changes_between(old: StudyRow, new: StudyRow) -> tuple[Change, ...]:
    """List the cells in which two readings of one row differ."""
    pairs: list[tuple[Any, Any, tuple[str, ...]]] = [(old, new, ROW_FIELDS)]
    pairs += [(a, b, ARM_FIELDS) for a, b in zip(old.arms, new.arms, strict=True)]
    return tuple(
        Change(place=a.at(name), was=getattr(a, name), becomes=_plain(getattr(b, name)))
        for a, b, names in pairs
        for name in names
        if getattr(a, name) != getattr(b, name)
    )


def _plain(value: float | None) -> float | None:
    """Drop the binary noise of a multiplication: 0.8000000000000002 is 0.8."""
    return None if value is None else float(f"{value:.12g}")


def with_changes(rows: Iterable[StudyRow], changes: Iterable[Change]) -> tuple[StudyRow, ...]:
    """Return the rows as they would be with these changes; those left out are gone."""
    by_place = {change.place: change for change in changes}
    kept = (row for row in rows if row.place not in by_place)
    return tuple(
        replace(
            row,
            arms=tuple(
                replace(arm, **_new(arm, ARM_FIELDS, by_place))
                for arm in row.arms
                if arm.place not in by_place
            ),
            **_new(row, ROW_FIELDS, by_place),
        )
        for row in kept
    )


def _new(
    part: StudyRow | ArmNumbers, names: tuple[str, ...], by_place: Mapping[Place, Change]
) -> dict[str, Any]:
    at = {name: part.at(name) for name in names}
    return {name: by_place[place].becomes for name, place in at.items() if place in by_place}
