"""Two readings of one figure: the primary one, or another that a source also prints."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from remit.evidence.data import ArmOutcome, Contrast, EvidenceBase

__all__ = ["alternative_studies", "with_alternatives"]


def alternative_studies(base: EvidenceBase) -> tuple[str, ...]:
    """Return the studies of which a figure is held in another reading that could stand in for it.

    A reading that holds no figure, such as a p value alone, cannot.
    """
    rows: tuple[ArmOutcome | Contrast, ...] = (*base.outcomes, *base.contrasts)
    return tuple(dict.fromkeys(row.study for row in rows if _other(row)))


def with_alternatives(base: EvidenceBase, studies: Container[str]) -> EvidenceBase:
    """Return the base with one reading of every figure: of these studies the alternative one.

    An alternative row takes the place of the primary row of the same study, arms, outcome, scale,
    kind, definition and time; every other primary row stays, every other alternative row goes.

    Parameters
    ----------
    base : EvidenceBase
        With all readings.
    studies : container of str
        Studies whose alternative reading is believed.
    """
    outcomes = {_outcome_key(o): o for o in base.outcomes if _other(o) and o.study in studies}
    contrasts = {_contrast_key(c): c for c in base.contrasts if _other(c) and c.study in studies}
    primary = base.primary()
    standing = {_outcome_key(o) for o in primary.outcomes}
    between = {_contrast_key(c) for c in primary.contrasts}
    return replace(
        primary,
        outcomes=(
            *(outcomes.get(_outcome_key(o), o) for o in primary.outcomes),
            *(o for key, o in outcomes.items() if key not in standing),
        ),
        contrasts=(
            *(contrasts.get(_contrast_key(c), c) for c in primary.contrasts),
            *(c for key, c in contrasts.items() if key not in between),
        ),
    )


def _other(row: ArmOutcome | Contrast) -> bool:
    """Tell whether a row is an alternative reading that holds a figure."""
    if row.reading == "primary":
        return False
    figures = (
        (row.estimate,)
        if isinstance(row, Contrast)
        else (row.mean, row.median, row.events, row.percent)
    )
    return any(figure is not None for figure in figures)


def _outcome_key(row: ArmOutcome) -> tuple[str | float | None, ...]:
    what = (row.study, row.arm, row.outcome, row.scale, row.kind, row.definition)
    return (*what, row.time_label, row.time_h)


def _contrast_key(row: Contrast) -> tuple[str, frozenset[str], str, float | None]:
    return (row.study, frozenset({row.arm_a, row.arm_b}), row.outcome, row.time_h)
