"""What a reader must be told about a linear fit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from remit.core.estimate import NotEstimable
from remit.core.notes import Note
from remit.synthesis.models.fit_spec import FitSpec
from remit.synthesis.models.tau2_estimate import Tau2Estimate

__all__ = ["NO_SPREAD", "ONLY_ONE_STUDY", "deletion_notes", "fit_notes", "tau2_notes"]

FloatArray = npt.NDArray[np.float64]
#: Knapp-Hartung factors up to this are 0 but for rounding: effects that differ by no more than a
#: billionth of a standard error.
NO_SPREAD = 1e-18
_BELOW_ONE = 1 - 1e-9  # with PM, and with REML and two studies, the factor is 1 but for rounding
_NAMED = 5

ONLY_ONE_STUDY = Note(
    kind="caution",
    text="Only one study: nothing was pooled. Its own effect and normal interval are shown, and "
    "how much the effect varies between studies is not known.",
)


def fit_notes(
    spec: FitSpec,
    tau2: Tau2Estimate | NotEstimable,
    factor: float | NotEstimable,
    k: int,
    p: int,
) -> tuple[Note, ...]:
    """Return the notes on a fit.

    Parameters
    ----------
    spec : FitSpec
        The choices.
    tau2 : Tau2Estimate or NotEstimable
        Residual heterogeneity.
    factor : float or NotEstimable
        Knapp-Hartung factor before any floor.
    k, p : int
        Number of studies and of coefficients.
    """
    notes = []
    if k == 1:
        notes.append(ONLY_ONE_STUDY)
    elif isinstance(tau2, Tau2Estimate) and not spec.common_effect and not spec.tau2_given:
        notes += tau2_notes(tau2, k, p)
    if k > p and isinstance(factor, float):
        notes += _factor_notes(spec, factor)
    return tuple(notes)


def tau2_notes(tau2: Tau2Estimate, k: int, p: int = 1) -> list[Note]:
    """Return the notes on an estimate of tau2 from k studies, given p coefficients."""
    notes = []
    if tau2.tau2 == 0:
        left = "" if p == 1 else " given the moderators"
        notes.append(
            Note(
                kind="boundary",
                text=f"tau2 was estimated as zero, the edge of its range. With {k} studies that "
                f"does not show that their true effects agree{left}.",
                method=tau2.method,
            )
        )
    if tau2.status.several_modes:
        notes.append(
            Note(
                kind="caution",
                text="The likelihood of tau2 has more than one peak; the highest was taken.",
                method=tau2.method,
            )
        )
    return notes


def deletion_notes(spec: FitSpec, labels: tuple[str, ...], factor: FloatArray) -> tuple[Note, ...]:
    """Return the notes on studies held against fits without them, by the factors of these fits.

    Parameters
    ----------
    spec : FitSpec
        The choices.
    labels : tuple of str
        Studies.
    factor : (k,) array
        Variance factor of the fit without each study; NaN where there is none.
    """
    if spec.test != "knha":
        return ()
    exact = factor <= NO_SPREAD
    small = ~exact & (factor < _BELOW_ONE)
    texts = []
    if exact.any():
        texts.append(
            f"Without {_named(labels, exact)} the others agree exactly and the Knapp-Hartung "
            "standard errors are 0: nothing can be held against them. Fit with test='adhoc'."
        )
    if small.any():
        texts.append(
            f"Without {_named(labels, small)} the others agree better than chance would have it, "
            f"and the Knapp-Hartung factor, {float(factor[small].min()):.2g} at the least, makes "
            "the study's own variance smaller too: studies that agree may look like outliers. "
            "test='adhoc' keeps the factor at 1."
        )
    source = "as metafor; without the factor in Viechtbauer & Cheung 2010, eq. 7"
    return tuple(Note(kind="caution", text=text, method=source) for text in texts)


def _named(labels: tuple[str, ...], which: npt.NDArray[np.bool_]) -> str:
    names = [labels[i] for i in np.flatnonzero(which)]
    if len(names) > _NAMED:
        return f"each of {len(names)} of {len(labels)} studies in turn"
    if len(names) == 1:
        return names[0]
    return f"one of {', '.join(names[:-1])} and {names[-1]}"


def _factor_notes(spec: FitSpec, factor: float) -> list[Note]:
    source = "Roever, Knapp & Friede 2015"
    if spec.test == "adhoc" and factor < 1:
        return [
            Note(
                kind="corrected",
                text="The Knapp-Hartung variance came out smaller than the usual one (factor "
                f"{factor:.2f}); the floor kept it at the usual one.",
                method=source,
            )
        ]
    if spec.test == "knha" and factor == 0:
        return [
            Note(
                kind="caution",
                text="The effects agree exactly and the Knapp-Hartung standard errors are 0: test "
                "and interval say nothing.",
                method=source,
            )
        ]
    if spec.test == "knha" and factor < 1:
        return [
            Note(
                kind="caution",
                text="The Knapp-Hartung variance came out smaller than the usual one (factor "
                f"{factor:.2f}) and no floor was asked for: the intervals may be too narrow.",
                method=source,
            )
        ]
    return []
