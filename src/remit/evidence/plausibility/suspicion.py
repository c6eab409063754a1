"""What a check suspects: which number, the likeliest cause, what it would be, what would move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from remit.core.estimate import Estimate, NotEstimable
from remit.core.place import Place

__all__ = ["SEVERITIES", "Change", "Move", "Severity", "Suspicion"]

Severity = Literal["sure", "likely", "worth a look"]

SEVERITIES: tuple[Severity, ...] = ("sure", "likely", "worth a look")
"""Worst first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One cell as it would be if the suspicion were right. Nothing is changed by it.

    Attributes
    ----------
    place : Place
        The cell; without a column, the row, which would be left out.
    was : float or None
        What stands there.
    becomes : float or None
        What would stand there; None: missing.
    """

    place: Place
    was: float | None
    becomes: float | None

    @property
    def leaves_row_out(self) -> bool:
        """Whether the whole row would be left out."""
        return not self.place.column

    def to_dict(self) -> dict[str, Any]:
        """Return the change as plain data."""
        return {"place": str(self.place), "was": self.was, "becomes": self.becomes}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An answer as it stands, and as it would be with the changes of one suspicion.

    Attributes
    ----------
    what : str
        Which answer, such as ``MD of 12 studies``.
    as_it_stands, corrected : Estimate or NotEstimable
        Both on one scale.
    """

    what: str
    as_it_stands: Estimate | NotEstimable
    corrected: Estimate | NotEstimable

    @property
    def by(self) -> float | None:
        """How far the estimate would move; None where either cannot be estimated."""
        before, after = self.as_it_stands, self.corrected
        if isinstance(before, NotEstimable) or isinstance(after, NotEstimable):
            return None
        return after.value - before.value

    @property
    def sentence(self) -> str:
        """Both answers in one sentence."""
        before, after = _words(self.as_it_stands), _words(self.corrected)
        return f"{self.what}: {before} as it stands, {after} if corrected."

    def to_dict(self) -> dict[str, Any]:
        """Return both answers as plain data."""
        return {
            "what": self.what,
            "as_it_stands": self.as_it_stands.to_dict(),
            "corrected": self.corrected.to_dict(),
            "by": self.by,
        }


def _words(answer: Estimate | NotEstimable) -> str:
    if isinstance(answer, NotEstimable):
        return f"no answer ({answer.reason.rstrip('.')})"
    low, high = answer.interval.low, answer.interval.high
    return f"{answer.value:.3g} ({low:.3g} to {high:.3g})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """A number that was probably typed wrong, or data that are not what they seem.

    A suspicion never changes a number: whoever owns the table does.

    Attributes
    ----------
    check : str
        Slug of the check, such as ``se-for-sd``.
    severity : str
        ``sure`` (cannot be right as it stands), ``likely`` (an error explains it far better) or
        ``worth a look`` (odd; may well be right).
    study : str
        Study, or column of a table of people, that it belongs to.
    place : Place
        First cell or row that it is about.
    other_places : tuple of Place
        Other cells or rows that took part.
    odd : str
        What is odd, as a clause: ``the SD is 0.34``.
    cause : str
        Likeliest cause, as a clause: ``a standard error typed as a standard deviation``.
    would_be : str
        What the number would be then, as a clause; may be empty.
    because : str
        The evidence, in whole sentences.
    source : str
        Citation of the method or of the rule.
    changes : tuple of Change
        The cells as they would be; empty where the right number cannot be told.
    moves : Move or None
        The answer with and without the changes; None until somebody has computed it.
    """

    check: str
    severity: Severity
    study: str
    place: Place
    other_places: tuple[Place, ...] = ()
    odd: str
    cause: str
    would_be: str = ""
    because: str
    source: str
    changes: tuple[Change, ...] = ()
    moves: Move | None = None

    @property
    def statement(self) -> str:
        """What is odd, its likeliest cause, what would be right, and why; without the place."""
        first = f"{self.odd}. Likeliest cause: {self.cause}"
        first += f"; then {self.would_be}." if self.would_be else "."
        last = f" {self.moves.sentence}" if self.moves else ""
        return f"{first} {self.because}{last}"

    @property
    def message(self) -> str:
        """The suspicion in one line, with its place and source."""
        return f"{self.place}: {self.statement} ({self.source})"

    def sort_key(self) -> tuple[int, Place, str]:
        """Order worst first, then by place."""
        return (SEVERITIES.index(self.severity), self.place, self.check)

    def to_dict(self) -> dict[str, Any]:
        """Return the suspicion as plain data that survives JSON unchanged."""
        return {
            "check": self.check,
            "severity": self.severity,
            "study": self.study,
            "place": str(self.place),
            "other_places": [str(place) for place in self.other_places],
            "odd": self.odd,
            "cause": self.cause,
            "would_be": self.would_be,
            "because": self.because,
            "source": self.source,
            "changes": [change.to_dict() for change in self.changes],
            "moves": None if self.moves is None else self.moves.to_dict(),
            "message": self.message,
        }
