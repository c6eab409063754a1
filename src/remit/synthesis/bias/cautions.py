"""What a reader must be told before a small-study test is read."""

from __future__ import annotations

from remit.core.notes import Note
from remit.synthesis.exits import counted

__all__ = ["FEWEST_STUDIES", "asymmetry_notes", "few_studies"]

FEWEST_STUDIES = 10  # Sterne 2011 (BMJ 343:d4002), recommendation 3; Cochrane Handbook 13.3.5.4


def few_studies(k: int, what: str) -> tuple[Note, ...]:
    """Return the note for fewer than ten studies, or nothing.

    Parameters
    ----------
    k : int
        Number of studies.
    what : str
        The method as the subject of a sentence, such as ``Egger's test``.
    """
    if k >= FEWEST_STUDIES:
        return ()
    return (
        Note(
            kind="caution",
            text=f"{what} should not be read: with {counted(k, 'study')}, fewer than "
            f"{FEWEST_STUDIES}, it has too little power to tell chance from a real small-study "
            "effect.",
            method="Sterne 2011, recommendation 3",
        ),
    )


def asymmetry_notes(k: int, what: str) -> tuple[Note, ...]:
    """Return the notes of a test of funnel asymmetry."""
    return (
        *few_studies(k, what),
        Note(
            kind="caution",
            text="A small-study effect is not proof of unpublished studies: small trials may "
            "differ in patients, dose, quality or outcome, and chance is never excluded.",
            method="Sterne 2011, recommendation 2",
        ),
    )
