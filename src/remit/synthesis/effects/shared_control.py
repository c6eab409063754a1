"""How two comparisons with one and the same control group go together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from remit.core.errors import InputError, Problem, SpecError
from remit.synthesis.effects.arrange import Rows
from remit.synthesis.effects.kernel import FloatArray
from remit.synthesis.effects.measure import Measure

__all__ = ["CONTROL_VARIANCE", "shared_covariance"]

Arrays = Mapping[str, FloatArray]

CONTROL_VARIANCE: Mapping[str, Callable[[Arrays], FloatArray]] = {
    "OR": lambda x: 1 / x["ci"] + 1 / x["di"],
    "RR": lambda x: x["di"] / (x["ci"] * (x["ci"] + x["di"])),
    "RD": lambda x: x["ci"] * x["di"] / (x["ci"] + x["di"]) ** 3,
    "AS": lambda x: 0.25 / (x["ci"] + x["di"]),
    "IRR": lambda x: 1 / x["x2i"],
    "IRD": lambda x: x["x2i"] / x["t2i"] ** 2,
    "IRSD": lambda x: 0.25 / x["t2i"],
    "MD": lambda x: x["sd2i"] ** 2 / x["n2i"],
    "ROM": lambda x: (x["sd2i"] / x["m2i"]) ** 2 / x["n2i"],
    "VR": lambda x: 0.5 / (x["n2i"] - 1),
    "CVR": lambda x: 0.5 / (x["n2i"] - 1) + (x["sd2i"] / x["m2i"]) ** 2 / x["n2i"],
    "SMD": lambda x: 1 / x["n2i"],
    "SMD1": lambda x: 1 / x["n2i"],
}
"""The part of a variance that comes from group 2: the covariance of two rows that share it."""

_OF_CONTROL = ("ci", "di", "x2i", "t2i", "m2i", "sd2i", "n2i")
_SOURCE = "Gleser & Olkin 2009"


def shared_covariance(
    measure: Measure,
    rows: Rows,
    given: Arrays,
    control: Sequence[str | None],
    effect: FloatArray,
    variance: FloatArray,
) -> FloatArray:
    """Return the sampling covariance of rows of which some share their control group.

    Off the diagonal stands the variance of the shared group's term; where a correction of zero
    cells made it unequal in two rows, its geometric mean, which keeps the matrix positive. For
    SMD, 1/n2 + g_i g_j/(2N) with N the people of all the groups that are compared with it, and
    for SMD1 1/n2 + g_i g_j/(2 n2) (Gleser & Olkin 2009, in Cooper et al., ch. 19).

    Parameters
    ----------
    measure : Measure
        Measure.
    rows : Rows
        Arrays as they entered the effects; rows that share a group get a note.
    given : mapping of str to (k,) float array
        Arrays before anything was added to zero counts.
    control : sequence of str or None
        Name of the control group of each row.
    effect, variance : (k,) float array
        Effects and variances.

    Raises
    ------
    SpecError
        If the measure has no such formula.
    InputError
        If ``control`` has another length, or rows that share a group have other data for it.
    """
    k = len(rows.labels)
    if measure.code not in CONTROL_VARIANCE:
        raise SpecError.at(
            "argument 'control'",
            found=f"measure '{measure.code}'",
            expected="one of " + ", ".join(CONTROL_VARIANCE),
            hint="For other measures split the control group, or give the covariance yourself.",
        )
    if len(control) != k:
        raise InputError.at("argument 'control'", found=f"{len(control)} names", expected=f"{k}")
    own = np.broadcast_to(CONTROL_VARIANCE[measure.code](rows.arrays), (k,))
    matrix = np.diag(variance)
    for name in dict.fromkeys(x for x in control if x is not None):
        members = np.array([i for i in range(k) if control[i] == name])
        if members.size < 2:
            continue
        _same_data(name, members, rows, given)
        block = np.sqrt(np.outer(own[members], own[members]))
        block = block + _standardizer(measure, rows, members, effect)
        block[np.diag_indices(members.size)] = variance[members]
        matrix[np.ix_(members, members)] = block
        mask = np.isin(np.arange(k), members)
        text = f"Shares its control group '{name}' with {members.size - 1} other row"
        text += "s" * (members.size > 2) + ": pool with the covariance, or people count twice."
        rows.note(mask, "caution", text, method=_SOURCE)
    return matrix


def _standardizer(
    measure: Measure, rows: Rows, members: np.typing.NDArray[np.int_], effect: FloatArray
) -> FloatArray | float:
    """Return the part of the covariance that comes from the shared SD."""
    if measure.code not in ("SMD", "SMD1"):
        return 0.0
    n1, n2 = rows.arrays["n1i"][members], rows.arrays["n2i"][members]
    people = float(n2[0]) if measure.code == "SMD1" else float(np.nansum(n1) + n2[0])
    return np.asarray(np.outer(effect[members], effect[members]) / (2 * people))


def _same_data(name: str, members: np.typing.NDArray[np.int_], rows: Rows, given: Arrays) -> None:
    """Refuse rows that are said to share a control group and print different data for it."""
    problems = [
        Problem(
            where=f"{rows.labels[i]}, argument '{column}'",
            found=f"{given[column][i]:g}",
            expected=f"{given[column][members[0]]:g} as in {rows.labels[members[0]]}, which "
            f"shares the control group '{name}'",
            hint="Give different groups different names.",
        )
        for column in _OF_CONTROL
        if column in given
        for i in members[1:]
        if given[column][i] != given[column][members[0]] and not np.isnan(given[column][i])
    ]
    if problems:
        raise InputError(problems)
