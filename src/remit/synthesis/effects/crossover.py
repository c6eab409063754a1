"""Effects of crossover trials that print the means under each treatment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from remit.core.errors import InputError, Problem
from remit.core.notes import Note, NoteKind
from remit.synthesis.effects.change import change_variance
from remit.synthesis.effects.effect_table import EffectSizes
from remit.synthesis.effects.printed import read_columns, table_of

__all__ = ["crossover_effects"]


def crossover_effects(
    *,
    m1i: npt.ArrayLike,
    sd1i: npt.ArrayLike,
    m2i: npt.ArrayLike,
    sd2i: npt.ArrayLike,
    ni: npt.ArrayLike,
    ri: npt.ArrayLike | None = None,
    sd_difference: npt.ArrayLike | None = None,
    standardized: bool = False,
    assumed_r: bool = False,
    labels: Sequence[str] | None = None,
) -> EffectSizes:
    """Return mean differences of crossover trials, or standardized ones, on the parallel scale.

    MD = m1 - m2 with SE sd_difference/sqrt(n). SMD = MD over sqrt((sd1^2 + sd2^2)/2), which a
    parallel trial would estimate too, with variance (1/n + SMD^2/(2n)) 2(1 - r) (Handbook
    23.2.7; Elbourne 2002, Int J Epidemiol 31:140). Where only one of the correlation and the SD
    of the differences is known, the other follows from it.

    Parameters
    ----------
    m1i, sd1i, m2i, sd2i : (k,) array-like
        Means and SDs under treatment 1 and 2, of the same people.
    ni : (k,) array-like
        People with both.
    ri : (k,) array-like or None
        Within-person correlation.
    sd_difference : (k,) array-like or None
        SD of within-person differences; it comes before ``ri``.
    standardized : bool
        Whether to standardize.
    assumed_r : bool
        Whether nobody printed ``ri``; such rows carry the note.
    labels : sequence of str or None
        Names of the studies.

    Raises
    ------
    InputError
        For SDs, sizes and correlations that cannot be, by study.
    """
    names, (m1, s1, m2, s2, n, r, sd) = read_columns(
        labels,
        m1i=m1i,
        sd1i=sd1i,
        m2i=m2i,
        sd2i=sd2i,
        ni=ni,
        ri=np.nan if ri is None else ri,
        sd_difference=np.nan if sd_difference is None else sd_difference,
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        printed = np.isfinite(sd)
        implied = (s1**2 + s2**2 - sd**2) / (2 * s1 * s2)
        correlation = np.where(printed, implied, r)
        checks = {
            "sd1i": (s1, s1 <= 0, "an SD above 0"),
            "sd2i": (s2, s2 <= 0, "an SD above 0"),
            "ni": (n, n < 1, "at least 1"),
            "correlation": (correlation, np.abs(correlation) > 1 + 1e-12, "-1 to 1"),
        }
        problems = [
            Problem(where=f"{names[i]}, argument '{name}'", found=f"{x[i]:g}", expected=expected)
            for name, (x, bad, expected) in checks.items()
            for i in np.flatnonzero(bad)
        ]
        if problems:
            raise InputError(problems)
        spread = np.where(printed, sd**2, change_variance(s1, s2, correlation))
        effect, variance = m1 - m2, spread / n
        if standardized:
            effect = effect / np.sqrt(0.5 * (s1**2 + s2**2))
            variance = (1 + 0.5 * effect**2) / n * 2 * (1 - correlation)
    notes = []
    for i, name in enumerate(names):
        if not (np.isfinite(effect[i]) and variance[i] > 0):
            text = "A mean, SD, size, or the correlation, is missing, or leaves no spread."
            notes.append((Note(kind="set-aside", text=text, study=name),))
        elif printed[i]:
            text = f"Crossover: SD of the differences {sd[i]:.4g} (r = {correlation[i]:.3f})."
            notes.append((Note(kind="used", text=text, study=name, method="Handbook 23.2.7"),))
        else:
            text = f"Crossover: within-person correlation {correlation[i]:.3g}"
            text += ", which nobody printed." if assumed_r else "."
            kind: NoteKind = "assumed" if assumed_r else "used"
            notes.append((Note(kind=kind, text=text, study=name, method="Handbook 23.2.7"),))
    code = "SMD" if standardized else "MD"
    return table_of(code, effect, variance, names, tuple(notes), log=False, n=np.array(n))
