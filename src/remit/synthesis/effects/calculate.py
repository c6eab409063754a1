"""Effect sizes and their variances from the data of the arms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from remit.core.checks import check_choice, lock
from remit.core.errors import InputError, SpecError
from remit.synthesis.effects.arrange import FLIPPING, Rows, arrange, swap_groups
from remit.synthesis.effects.effect_table import EffectSizes, EffectSpec
from remit.synthesis.effects.inputs import ArmData, read_arrays
from remit.synthesis.effects.kernel import FloatArray
from remit.synthesis.effects.means import geary_index
from remit.synthesis.effects.measure import SECOND_ORDER, Measure
from remit.synthesis.effects.registry import measure_named
from remit.synthesis.effects.shared_control import shared_covariance
from remit.synthesis.effects.zero_cells import add_to_zeros, double_zero

__all__ = ["effect_sizes"]

_COUNTS = {
    "2x2": ("ai", "bi", "ci", "di"),
    "paired 2x2": ("ai", "bi", "ci", "di"),
    "two rates": ("x1i", "x2i"),
    "rate": ("xi",),
    "proportion": ("xi", "mi"),
}
_MEANS = {
    "two means": (("m1i", "sd1i", "n1i"), ("m2i", "sd2i", "n2i")),
    "change": (("m1i", "sd1i", "ni"), ("m2i", "sd2i", "ni")),
}
_GEARY = 3.0


def effect_sizes(
    measure: str,
    *,
    labels: Sequence[str] | None = None,
    add: float | None = None,
    to: str = "only0",
    drop00: bool = False,
    vtype: str | None = None,
    correct: bool = True,
    flip: npt.ArrayLike | None = None,
    control: Sequence[str | None] | None = None,
    **data: Unpack[ArmData],
) -> EffectSizes:
    """Compute effects and sampling variances, with metafor's measures, names and conventions.

    Parameters
    ----------
    measure : str
        Code of a measure, a key of `remit.synthesis.effects.MEASURES`.
    labels : sequence of str or None
        Names of the studies, for messages and tables.
    add : float or None
        What is added to zero counts; None means 0.5, or 0 for the measures that are defined
        without it (AS, PHI, IRSD, PAS, PFT, IRS, IRFT).
    to : str
        To which studies it is added: ``only0`` (those with a 0), ``all``, ``if0all`` (all, if any
        has a 0) or ``none``.
    drop00 : bool
        Whether studies with no events in either group, or events in everybody, are set aside.
        Otherwise they are kept and marked.
    vtype : str or None
        Variance type, one of the measure's ``vtypes``; None means the usual one.
    correct : bool
        Whether small-sample corrections are applied. For ROM, ROMC, CVR and CVRC this includes
        the second-order correction, which metafor has from version 5.0.
    flip : (k,) bool array-like or None
        Studies whose two groups change places.
    control : sequence of str or None
        Name of the control group (group 2) of each study; studies with the same name share it.
        None stands for a group of one's own. The covariance that this implies is returned.
    **data : ArmData
        Columns of data, see `remit.synthesis.effects.ArmData`.

    Returns
    -------
    EffectSizes
        One row per study. Nothing is dropped: a row that cannot be computed is there, marked as
        not usable, with the reason in its notes.

    Raises
    ------
    InputError
        For impossible values (all of them, by study) and for columns of unequal length.
    SpecError
        For an unknown measure, variance type or rule, and for columns that the measure does not
        have or lacks.

    Examples
    --------
    >>> result = effect_sizes("OR", ai=[12, 3], n1i=[40, 41], ci=[9, 0], n2i=[40, 39])
    >>> [round(float(x), 3) for x in result.effect]
    [0.389, 1.972]
    """
    what = measure_named(measure)
    spec = _spec(what, vtype=vtype, add=add, to=to, drop00=drop00, correct=correct)
    arrays, names = read_arrays(what, data, labels)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        rows = arrange(what, arrays, names)
        if flip is not None:
            swap_groups(rows, _flips(what, flip, len(names)))
        given = dict(rows.arrays)
        _deal_with_zeros(what, spec, rows)
        effect, variance = _evaluate(what, spec, rows)
        covariance = None
        if control is not None:
            covariance = shared_covariance(what, rows, given, control, effect, variance)
    usable = np.isfinite(effect) & np.isfinite(variance) & (variance > 0)
    _explain(rows, what.needs, variance, usable)
    _say_choices(what, spec, rows, usable)
    return EffectSizes(
        measure=what.code,
        words=what.words,
        scale=what.scale,
        effect=lock(effect),
        variance=lock(variance),
        usable=lock(usable),
        n=lock(rows.n),
        labels=names,
        notes=tuple(tuple(row) for row in rows.notes),
        covariance=None if covariance is None else lock(covariance),
        spec=spec,
    )


def _spec(
    what: Measure, *, vtype: str | None, add: float | None, to: str, drop00: bool, correct: bool
) -> EffectSpec:
    """Check the choices and fill in the usual ones."""
    if add is None:
        add = 0.5 if what.adds else 0.0
    if not (np.isfinite(add) and add >= 0):
        raise SpecError.at("argument 'add'", found=repr(add), expected="a number of 0 or more")
    vtype = what.vtypes[0] if vtype is None else vtype
    check_choice(f"vtype' of measure '{what.code}", vtype, what.vtypes)
    check_choice("to", to, ("all", "only0", "if0all", "none"))
    return EffectSpec(vtype=vtype, add=float(add), to=to, drop00=drop00, correct=correct)


def _flips(what: Measure, flip: npt.ArrayLike, k: int) -> npt.NDArray[np.bool_]:
    """Return which rows change groups."""
    if what.family not in FLIPPING:
        raise SpecError.at(
            "argument 'flip'",
            found=f"measure '{what.code}'",
            expected="a measure that compares two groups",
        )
    flips = np.asarray(flip, dtype=bool)
    if flips.shape != (k,):
        raise InputError.at(
            "argument 'flip'", found=f"shape {flips.shape}", expected=f"{k} of true and false"
        )
    return flips


def _deal_with_zeros(what: Measure, spec: EffectSpec, rows: Rows) -> None:
    """Mark or drop studies without events, add to counts of 0, and say so."""
    arrays = rows.arrays
    cells = {name: arrays[name] for name in _COUNTS.get(what.family, ()) if name in arrays}
    if not cells:
        return
    broken = np.any(
        [np.isfinite(cell) & (cell != np.rint(cell)) for cell in cells.values()], axis=0
    )
    rows.note(broken, "caution", "A count is not a whole number.")
    if what.family in ("2x2", "two rates"):
        first = ("ai", "ci") if what.family == "2x2" else ("x1i", "x2i")
        none = double_zero((arrays[first[0]], arrays[first[1]]))
        everybody = np.zeros_like(none)
        if what.family == "2x2":
            everybody = double_zero((arrays["bi"], arrays["di"])) & ~none
        for mask, words in (
            (none, "No events in either group"),
            (everybody, "Events in everybody"),
        ):
            if spec.drop00:
                rows.blank(mask, f"{words}: set aside, as asked (drop00).")
            else:
                rows.note(mask, "caution", f"{words}; the study is kept.")
    cells = {name: rows.arrays[name] for name in cells}
    added, changed = add_to_zeros(cells, add=spec.add, to=spec.to)
    rows.arrays.update(added)
    text = f"{spec.add:g} was added to {_WORDS[len(cells)]} ('{spec.to}')."
    rows.note(changed, "corrected", text)


_WORDS = {1: "the count", 2: "both counts", 3: "each cell", 4: "each of the four cells"}


def _evaluate(what: Measure, spec: EffectSpec, rows: Rows) -> tuple[FloatArray, FloatArray]:
    """Call the measure's function; what is not finite becomes NaN."""
    choices: dict[str, Any] = {}
    if len(what.vtypes) > 1:
        choices["vtype"] = spec.vtype
    if what.correction:
        choices["correct"] = spec.correct
    arrays = {name: rows.arrays[name] for name in what.takes}
    result = what.function(**arrays, **choices)
    effect, variance = (np.where(np.isfinite(x), x, np.nan) for x in result)
    return effect, variance


def _explain(
    rows: Rows,
    needs: str,
    variance: FloatArray,
    usable: npt.NDArray[np.bool_],
) -> None:
    """Say why a row is not usable, where nothing has said so yet."""
    told = np.array([any(x.kind == "set-aside" for x in row) for row in rows.notes], dtype=bool)
    silent = ~usable & ~told
    zero, below = silent & (variance == 0), silent & (variance < 0)
    rows.note(zero, "set-aside", "Its variance is 0, so that it would take all the weight.")
    rows.note(below, "set-aside", "Its variance is estimated below 0.")
    text = "The effect or its variance is not determined by these numbers."
    rows.note(silent & ~zero & ~below, "set-aside", f"{text} {needs}".rstrip())


def _say_choices(
    what: Measure, spec: EffectSpec, rows: Rows, usable: npt.NDArray[np.bool_]
) -> None:
    """Note the corrections, how far they hold, and the variance type of the usable rows."""
    if what.correction and spec.correct:
        rows.note(usable, "corrected", f"With {what.correction}.")
    if what.correction == SECOND_ORDER:
        near = [
            geary_index(rows.arrays[m], rows.arrays[sd], rows.arrays[n]) < _GEARY
            for m, sd, n in _MEANS[what.family]
        ]
        text = (
            "A mean lies within about three standard errors of 0 (Geary's index is below 3): its "
            "logarithm, the correction and the variance are rough."
        )
        rows.note(usable & np.any(near, axis=0), "caution", text, "Geary 1930; Lajeunesse 2015")
    if spec.vtype != what.vtypes[0]:
        rows.note(usable, "used", f"Variance of type {spec.vtype}.")
