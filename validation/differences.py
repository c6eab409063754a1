"""The listed differences and tolerances, and which of them a finding meets."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from validation.compare import Finding, Tolerance

__all__ = ["Difference", "DifferencesError", "ToleranceRule", "read_differences", "read_tolerances"]


class DifferencesError(ValueError):
    """An entry lacks something or has a word that is not known."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference with its cause.

    Attributes
    ----------
    cases, keys : tuple of str
        Patterns (``*`` and ``?``) of the ids and keys.
    cause : str
        Why remit and the R package differ, and who is right.
    limit : float
        Largest relative difference that this explains.
    absolute : float
        Absolute difference up to which it explains a larger relative one, too.
    given : str
        When not empty: the difference must vanish when remit takes this key's value from the
        case, which proves that it only follows from there.
    """

    cases: tuple[str, ...]
    keys: tuple[str, ...]
    cause: str
    limit: float = math.inf
    absolute: float = 0.0
    given: str = ""

    def explains(self, case: str, finding: Finding) -> bool:
        """Tell whether the entry explains this difference."""
        small = finding.error <= self.limit or finding.gap <= self.absolute
        return small and _matches(self.cases, case) and _matches(self.keys, finding.key)


@dataclass(frozen=True, slots=True)
class ToleranceRule:
    """A tolerance with its reason, for patterns of families, cases and keys."""

    family: str
    cases: tuple[str, ...]
    keys: tuple[str, ...]
    tolerance: Tolerance
    reason: str

    def holds(self, family: str, case: str, key: str) -> bool:
        """Tell whether the rule is for this key of this case."""
        here = fnmatchcase(family, self.family) and _matches(self.cases, case)
        return here and _matches(self.keys, key)


@cache
def _matches(patterns: tuple[str, ...], text: str) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)


def _patterns(value: Any) -> tuple[str, ...]:
    """Return one pattern or a list of them; ``[`` stands for itself."""
    listed = [value] if isinstance(value, str) else value
    return tuple(pattern.replace("[", "[[]") for pattern in listed)


def _entries(path: Path, table: str, known: set[str], needed: set[str]) -> list[dict[str, Any]]:
    with path.open("rb") as stream:
        content = tomllib.load(stream)
    entries: list[dict[str, Any]] = content.get(table, [])
    for place, entry in enumerate(entries, start=1):
        strange, lacking = set(entry) - known, needed - set(entry)
        if strange or lacking:
            raise DifferencesError(
                f"{path.name}, [[{table}]] number {place}: "
                f"unknown {sorted(strange)}, missing {sorted(lacking)}"
            )
    return entries


def read_differences(path: Path) -> list[Difference]:
    """Read ``[[difference]]`` entries: case, key, cause and, where bounded, limit and absolute."""
    needed = {"case", "key", "cause"}
    return [
        Difference(
            cases=_patterns(entry["case"]),
            keys=_patterns(entry["key"]),
            cause=entry["cause"],
            limit=float(entry.get("limit", 0.0 if "absolute" in entry else math.inf)),
            absolute=float(entry.get("absolute", 0.0)),
            given=entry.get("given", ""),
        )
        for entry in _entries(path, "difference", needed | {"limit", "absolute", "given"}, needed)
    ]


def read_tolerances(path: Path) -> list[ToleranceRule]:
    """Read ``[[tolerance]]`` entries: family, reason and patterns and numbers where they differ."""
    needed = {"family", "reason"}
    default = Tolerance()
    return [
        ToleranceRule(
            family=entry["family"],
            cases=_patterns(entry.get("case", "*")),
            keys=_patterns(entry.get("key", "*")),
            tolerance=Tolerance(
                float(entry.get("relative", default.relative)),
                float(entry.get("absolute", default.absolute)),
            ),
            reason=entry["reason"],
        )
        for entry in _entries(
            path, "tolerance", needed | {"case", "key", "relative", "absolute"}, needed
        )
    ]
