"""What a reader must be told about a pooled effect."""

from __future__ import annotations

from remit.core.estimate import NotEstimable
from remit.core.notes import Note
from remit.core.numerics import critical_value
from remit.synthesis.data import EffectSet
from remit.synthesis.exits import counted
from remit.synthesis.models.fit_notes import ONLY_ONE_STUDY, tau2_notes
from remit.synthesis.spec import CommonEffect, RandomEffects
from remit.synthesis.tau2 import Tau2Estimate

__all__ = ["pooling_notes"]

_FEW = 5


def pooling_notes(
    effects: EffectSet,
    spec: CommonEffect | RandomEffects,
    tau2: Tau2Estimate | NotEstimable,
    q_factor: float | None,
) -> tuple[Note, ...]:
    """Return the notes on a pooled effect, those on what went in first.

    Parameters
    ----------
    effects : EffectSet
        What was pooled and what was set aside.
    spec : CommonEffect or RandomEffects
        How it was pooled.
    tau2 : Tau2Estimate or NotEstimable
        Between-study variance.
    q_factor : float or None
        Hartung-Knapp factor before any floor.
    """
    notes = _input_notes(effects)
    k = len(effects.rows)
    if k == 1:
        notes.append(ONLY_ONE_STUDY)
    elif isinstance(spec, RandomEffects) and isinstance(tau2, Tau2Estimate):
        if k < _FEW:
            notes.append(_few(k, spec))
        notes += tau2_notes(tau2, k)
        if q_factor is not None:
            notes += _factor_notes(q_factor, spec)
    return tuple(notes)


#: With two studies and REML the factor is 1 in theory; rounding must not decide what is said.
ROUNDING = 1e-9


def _input_notes(effects: EffectSet) -> list[Note]:
    notes = []
    assumed = [row.label for row in effects.rows if row.assumed]
    if assumed:
        notes.append(
            Note(
                kind="assumed",
                text=f"The variance of {len(assumed)} of {len(effects.rows)} studies rests on a "
                f"number that nobody printed: {', '.join(assumed)}.",
            )
        )
    if effects.set_aside:
        notes.append(
            Note(
                kind="set-aside",
                text=f"{counted(len(effects.set_aside), 'row')} of the question could not "
                f"be pooled: {', '.join(row.label for row in effects.set_aside)}.",
            )
        )
    return notes


def _few(k: int, spec: RandomEffects) -> Note:
    if k > 2:
        return Note(
            kind="caution",
            text=f"With {k} studies the variation between them is hardly known; read tau2, I2 and "
            "the prediction interval as rough.",
        )
    factor, by_t = "", spec.interval in ("t", "HKSJ")
    if by_t:
        value = critical_value(spec.level, 1)
        factor = (
            f" The interval uses t with 1 degree of freedom (factor {value:.1f} where the normal "
            f"has {critical_value(spec.level):.2f}), because two studies hardly measure their "
            "own spread."
        )
    return Note(
        kind="caution",
        text="Two studies cannot tell chance from true variation between studies: whatever tau2, "
        f"I2 and Q say, heterogeneity is neither shown nor excluded.{factor}",
        method="Roever, Knapp & Friede 2015; Felsch 2022" if by_t else "",
    )


def _factor_notes(q_factor: float, spec: RandomEffects) -> list[Note]:
    if q_factor >= 1 - ROUNDING:
        return []
    if spec.floor:
        return [
            Note(
                kind="corrected",
                text=f"The Hartung-Knapp standard error came out smaller than the usual one "
                f"(factor {q_factor:.2f}); the floor kept it at the usual one.",
                method="Roever, Knapp & Friede 2015",
            )
        ]
    return [
        Note(
            kind="caution",
            text=f"The Hartung-Knapp standard error is smaller than the usual one (factor "
            f"{q_factor:.2f}) and no floor was asked for: the interval may be too narrow.",
            method="Roever, Knapp & Friede 2015",
        )
    ]
