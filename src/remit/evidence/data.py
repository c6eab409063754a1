"""What studies report: the evidence base, and the classes of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from remit.evidence.rows import (
    AdverseEvent,
    Arm,
    ArmOutcome,
    Conflict,
    Contrast,
    PooledReport,
    Scale,
    Source,
    Study,
)
from remit.evidence.tables import TextTable

__all__ = [
    "AdverseEvent",
    "Arm",
    "ArmOutcome",
    "Conflict",
    "Contrast",
    "EvidenceBase",
    "PooledReport",
    "Scale",
    "Source",
    "Study",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EvidenceBase:
    """All rows of an evidence base, validated.

    Make one with `EvidenceBase.create` or `remit.read_evidence`; after that it is trusted. Rows
    keep the order of their tables.

    Attributes
    ----------
    name : str
        Name of the base, such as ``ketamine-headache``.
    studies, arms, outcomes, contrasts, events, pooled, conflicts, sources, scales : tuple
        Row objects.
    allowed : mapping of str to frozenset of str
        Words that the codebook allows, by ``table.column``; empty for a base without codebook.
    """

    name: str
    studies: tuple[Study, ...]
    arms: tuple[Arm, ...]
    outcomes: tuple[ArmOutcome, ...]
    contrasts: tuple[Contrast, ...]
    events: tuple[AdverseEvent, ...]
    pooled: tuple[PooledReport, ...]
    conflicts: tuple[Conflict, ...]
    sources: tuple[Source, ...]
    scales: tuple[Scale, ...]
    allowed: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def create(cls, name: str, tables: Mapping[str, TextTable]) -> EvidenceBase:
        """Validate tables of text against their codebook and make a base of them.

        Parameters
        ----------
        name : str
            Name of the base.
        tables : mapping of str to TextTable
            By table name; ``codebook`` among them.

        Raises
        ------
        InputError
            With every problem of every table at once.
        """
        from remit.evidence.validate import create_base

        return create_base(name, tables)

    def study(self, key: str) -> Study:
        """Return the study with this key; `KeyError` if there is none."""
        for row in self.studies:
            if row.study == key:
                return row
        raise KeyError(key)

    def arm(self, study: str, arm: str) -> Arm:
        """Return an arm by its key; `KeyError` if there is none."""
        for row in self.arms:
            if row.study == study and row.arm == arm:
                return row
        raise KeyError(f"{study}/{arm}")

    def scale(self, key: str | None) -> Scale | None:
        """Return the scale with this key, or None."""
        return next((s for s in self.scales if s.scale == key), None)

    def source(self, key: str) -> Source:
        """Return the source with this key; `KeyError` if there is none."""
        for row in self.sources:
            if row.source == key:
                return row
        raise KeyError(key)

    def filter_studies(self, keep: Callable[[Study], bool]) -> EvidenceBase:
        """Return the base restricted to the studies for which ``keep`` is true.

        Arms, outcomes, contrasts and events of other studies go with them; scales, sources,
        pooled reports and conflicts stay.
        """
        kept = {s.study for s in self.studies if keep(s)}
        return replace(
            self,
            studies=tuple(s for s in self.studies if s.study in kept),
            arms=_of(self.arms, kept),
            outcomes=_of(self.outcomes, kept),
            contrasts=_of(self.contrasts, kept),
            events=_of(self.events, kept),
        )

    def outcome(self, *names: str) -> EvidenceBase:
        """Return the base with only the outcome and contrast rows of these outcomes."""
        return replace(
            self,
            outcomes=tuple(o for o in self.outcomes if o.outcome in names),
            contrasts=tuple(c for c in self.contrasts if c.outcome in names),
        )

    def primary(self) -> EvidenceBase:
        """Return the base without alternative readings, so that no figure is held twice."""
        return replace(
            self,
            outcomes=tuple(o for o in self.outcomes if o.reading == "primary"),
            contrasts=tuple(c for c in self.contrasts if c.reading == "primary"),
        )


Row = TypeVar("Row", Arm, ArmOutcome, Contrast, AdverseEvent)


def _of(rows: Iterable[Row], studies: set[str]) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.study in studies)
