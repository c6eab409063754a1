"""remit: what published studies and a clinic's own patients say about a headache treatment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remit.version import VERSION

if TYPE_CHECKING:
    from remit.core.errors import (
        ConvergenceError,
        InputError,
        MissingDependencyError,
        RemitError,
        SpecError,
    )
    from remit.core.estimate import Estimate, Interval, NotEstimable
    from remit.core.notes import Note
    from remit.evidence.data import EvidenceBase
    from remit.evidence.integrity import Finding, check_integrity
    from remit.io.review_folder import read_evidence
    from remit.synthesis.between import BetweenSpec, between_effects
    from remit.synthesis.conventions import compare_conventions, convention
    from remit.synthesis.counts import CountSpec, count_rows
    from remit.synthesis.data import EffectSet, ProportionSet, StudyCount, StudyEffect
    from remit.synthesis.pool import pool
    from remit.synthesis.pooled import PooledResult
    from remit.synthesis.pooled_proportion import PooledProportion
    from remit.synthesis.proportions import pool_proportions
    from remit.synthesis.spec import CommonEffect, RandomEffects
    from remit.synthesis.within import WithinSpec, within_effects
    from remit.workbench.review import Review, make_review

__version__ = VERSION

#: Where each public name lives; a name's module is imported when the name is first used.
_HOMES = {
    "BetweenSpec": "remit.synthesis.between",
    "CommonEffect": "remit.synthesis.spec",
    "ConvergenceError": "remit.core.errors",
    "CountSpec": "remit.synthesis.counts",
    "EffectSet": "remit.synthesis.data",
    "Estimate": "remit.core.estimate",
    "EvidenceBase": "remit.evidence.data",
    "Finding": "remit.evidence.integrity",
    "InputError": "remit.core.errors",
    "Interval": "remit.core.estimate",
    "MissingDependencyError": "remit.core.errors",
    "NotEstimable": "remit.core.estimate",
    "Note": "remit.core.notes",
    "PooledProportion": "remit.synthesis.pooled_proportion",
    "PooledResult": "remit.synthesis.pooled",
    "ProportionSet": "remit.synthesis.data",
    "RandomEffects": "remit.synthesis.spec",
    "RemitError": "remit.core.errors",
    "Review": "remit.workbench.review",
    "SpecError": "remit.core.errors",
    "StudyCount": "remit.synthesis.data",
    "StudyEffect": "remit.synthesis.data",
    "WithinSpec": "remit.synthesis.within",
    "between_effects": "remit.synthesis.between",
    "check_integrity": "remit.evidence.integrity",
    "compare_conventions": "remit.synthesis.conventions",
    "convention": "remit.synthesis.conventions",
    "count_rows": "remit.synthesis.counts",
    "make_review": "remit.workbench.review",
    "pool": "remit.synthesis.pool",
    "pool_proportions": "remit.synthesis.proportions",
    "read_evidence": "remit.io.review_folder",
    "within_effects": "remit.synthesis.within",
}

__all__ = [
    "BetweenSpec",
    "CommonEffect",
    "ConvergenceError",
    "CountSpec",
    "EffectSet",
    "Estimate",
    "EvidenceBase",
    "Finding",
    "InputError",
    "Interval",
    "MissingDependencyError",
    "NotEstimable",
    "Note",
    "PooledProportion",
    "PooledResult",
    "ProportionSet",
    "RandomEffects",
    "RemitError",
    "Review",
    "SpecError",
    "StudyCount",
    "StudyEffect",
    "WithinSpec",
    "__version__",
    "between_effects",
    "check_integrity",
    "compare_conventions",
    "convention",
    "count_rows",
    "make_review",
    "pool",
    "pool_proportions",
    "read_evidence",
    "within_effects",
]


def __getattr__(name: str) -> Any:
    """Import a public name's module when the name is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'remit' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
