"""What goes into a synthesis: one effect, or one count, per group of patients."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from remit.core.checks import lock
from remit.core.estimate import Interval
from remit.core.notes import Note
from remit.core.numerics import critical_value, distribution_name
from remit.core.place import Place

__all__ = ["EffectSet", "ProportionSet", "SetAside", "StudyCount", "StudyEffect"]

PRINTED_LEVEL = 0.95

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyEffect:
    """The effect that one study reports, on the analysis scale.

    Attributes
    ----------
    study : str
        Study slug.
    label : str
        Name for tables and figures, such as ``Benish 2019``.
    effect, variance : float
        Estimate and its sampling variance, in the units of the set.
    n : int or None
        Number of people (or the unit that the study counts) behind it.
    df : float or None
        Degrees of freedom of the variance; None: normal.
    printed_interval : (low, high) or None
        95 % interval that the report prints, in the units of the set.
    assumed : bool
        Whether any number that nobody printed entered the variance.
    columns : dict of str to str
        Extra text for tables and figures, such as the arms' data.
    notes : tuple of Note
        Everything that was done to the printed numbers.
    places : tuple of Place
        Table rows that it came from.
    """

    study: str
    label: str
    effect: float
    variance: float
    n: int | None = None
    df: float | None = None
    printed_interval: tuple[float, float] | None = None
    assumed: bool = False
    columns: dict[str, str]
    notes: tuple[Note, ...] = ()
    places: tuple[Place, ...] = ()

    def interval(self, level: float = 0.95) -> Interval:
        """Return the study's own interval: as printed where it is, else by t with its df."""
        if self.printed_interval is not None and level == PRINTED_LEVEL:
            low, high = self.printed_interval
            return Interval(low=low, high=high, level=level, method="as printed")
        half = critical_value(level, self.df) * self.std_error
        return Interval(
            low=self.effect - half,
            high=self.effect + half,
            level=level,
            method=distribution_name(self.df),
        )

    @property
    def std_error(self) -> float:
        """Square root of the sampling variance."""
        return float(np.sqrt(self.variance))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyCount:
    """How many of how many, in one arm.

    Attributes
    ----------
    study, label : str
        Study slug and name for tables and figures.
    events, n : int
        Number with the outcome, and number that it is out of.
    unit : str
        What ``n`` counts, such as ``patients`` or ``infusions``.
    columns, notes, places
        As in `StudyEffect`.
    """

    study: str
    label: str
    events: int
    n: int
    unit: str = "patients"
    columns: dict[str, str]
    notes: tuple[Note, ...] = ()
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SetAside:
    """A row that answers the question but cannot be pooled. It is shown all the same.

    Attributes
    ----------
    study, label : str
        Study slug and name for tables and figures.
    reason : str
        Why it is not pooled, in one plain sentence.
    shows : str
        What the row does report, in words.
    places : tuple of Place
        Table rows that it came from.
    """

    study: str
    label: str
    reason: str
    shows: str = ""
    places: tuple[Place, ...] = ()

    def to_row(self, columns: Iterable[str]) -> dict[str, Any]:
        """Return the row for a table with these columns; None where it has nothing to say."""
        own = {
            "study": self.study,
            "label": self.label,
            "status": "set aside",
            "notes": "; ".join(text for text in (self.reason, self.shows) if text),
            "places": "; ".join(str(place) for place in self.places),
        }
        return {name: own.get(name) for name in columns}

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain text fields."""
        return {
            "study": self.study,
            "label": self.label,
            "reason": self.reason,
            "shows": self.shows,
            "places": [str(place) for place in self.places],
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EffectSet:
    """Effects of one measure on one scale, ready to be pooled.

    Attributes
    ----------
    measure : str
        metafor's code, such as ``MD`` (difference between arms) or ``MC`` (change within an arm).
    unit : str
        Unit of the effects, such as ``points (0-10)``.
    rows : tuple of StudyEffect
        One per group of patients; order is that of the tables.
    set_aside : tuple of SetAside
        Rows that are shown and not pooled.
    """

    measure: str
    unit: str
    rows: tuple[StudyEffect, ...]
    set_aside: tuple[SetAside, ...] = ()

    @property
    def effect(self) -> FloatArray:
        """Return the (k,) effects."""
        return lock(np.array([row.effect for row in self.rows], dtype=np.float64))

    @property
    def variance(self) -> FloatArray:
        """Return the (k,) sampling variances."""
        return lock(np.array([row.variance for row in self.rows], dtype=np.float64))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProportionSet:
    """Counts of one outcome under one definition, ready to be pooled.

    Attributes
    ----------
    definition : str
        What was counted.
    rows : tuple of StudyCount
        One per group of patients.
    set_aside : tuple of SetAside
        Rows that are shown and not pooled.
    """

    definition: str
    rows: tuple[StudyCount, ...]
    set_aside: tuple[SetAside, ...] = ()

    @property
    def events(self) -> npt.NDArray[np.int64]:
        """Return the (k,) counts."""
        return np.array([row.events for row in self.rows], dtype=np.int64)

    @property
    def n(self) -> npt.NDArray[np.int64]:
        """Return the (k,) denominators."""
        return np.array([row.n for row in self.rows], dtype=np.int64)
