"""What was added to the counts of Mantel-Haenszel and Peto, and for what."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from remit.core.notes import Note
from remit.synthesis.rare.study_effects import StudyEffects
from remit.synthesis.rare.tables import Counts

__all__ = ["summing_notes"]


def summing_notes(
    counts: Counts, own: StudyEffects, add: tuple[float, float], where: npt.NDArray[np.bool_]
) -> list[Note]:
    """Return what was added, to which studies and for what."""
    notes = []
    summed = [label for label, yes in zip(counts.labels, where, strict=True) if yes]
    if summed:
        notes.append(
            Note(
                kind="corrected",
                text=f"{add[1]:g} was added to the counts that are pooled, in {', '.join(summed)}.",
            )
        )
    shown = [label for label, yes in zip(counts.labels, own.corrected, strict=True) if yes]
    if shown:
        notes.append(
            Note(
                kind="corrected",
                text=f"{add[0]:g} was added to the cells of {', '.join(shown)} for Q and I2 alone; "
                "the counts that are pooled stay as they are."
                if not summed
                else f"{add[0]:g} was added to the cells of {', '.join(shown)} for Q and I2.",
            )
        )
    return notes
