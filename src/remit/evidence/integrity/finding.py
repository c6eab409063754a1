"""What a check found: which number, what it should fit, and what would make it fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from remit.core.place import Place

__all__ = ["SEVERITIES", "Finding", "Severity"]

Severity = Literal["contradiction", "doubt", "remark"]

SEVERITIES: tuple[Severity, ...] = ("contradiction", "doubt", "remark")
"""Worst first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Numbers that do not fit each other, or that a reader should see side by side.

    A finding never changes a number; it stands in the page beside it.

    Attributes
    ----------
    check : str
        Slug of the check, such as ``percent-of-count``.
    severity : str
        ``contradiction`` (the numbers cannot all be right), ``doubt`` (they do not fit in the
        usual reading, but another reading is possible) or ``remark`` (worth knowing).
    study : str
        Study, or review, that the numbers belong to.
    place : Place
        Cell that the finding is about.
    other_places : tuple of Place
        Other cells that took part.
    found : str
        What is printed, as a clause: ``27.3 % is printed``.
    expected : str
        What the other numbers say, as a clause: ``15/77 is 19.5 %``.
    fits : str
        What would make the numbers fit, computed; whole sentences, may be empty.
    source : str
        Citation of the method.
    """

    check: str
    severity: Severity
    study: str
    place: Place
    other_places: tuple[Place, ...] = ()
    found: str
    expected: str
    fits: str
    source: str

    @property
    def message(self) -> str:
        """The finding in one line: where, what is expected, what is found, what would fit."""
        return f"{self.place}: {self.statement} ({self.source})"

    @property
    def statement(self) -> str:
        """What is expected, what is found, and what would fit, without place and source."""
        line = f"{self.expected}, but {self.found}."
        return f"{line} {self.fits}" if self.fits else line

    def sort_key(self) -> tuple[int, Place, str]:
        """Order worst first, then by place."""
        return (SEVERITIES.index(self.severity), self.place, self.check)

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain text and lists."""
        return {
            "check": self.check,
            "severity": self.severity,
            "study": self.study,
            "place": str(self.place),
            "other_places": [str(place) for place in self.other_places],
            "found": self.found,
            "expected": self.expected,
            "fits": self.fits,
            "source": self.source,
            "message": self.message,
        }
