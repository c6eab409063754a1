"""Which choices make up a convention, and where each was read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from remit.synthesis.spec import RandomEffects

__all__ = ["Choice", "Convention", "ZeroCells"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One choice of a program.

    Attributes
    ----------
    rule : str
        What it does, in words that follow the program's name.
    source : str
        Where the rule was read, or what is known where it could not be.
    read : bool
        Whether the rule was read in the program's own documentation or seen in its results;
        False: it is assumed here, and should be set by hand where it matters.
    """

    rule: str
    source: str
    read: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return the choice as a plain dictionary."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZeroCells:
    """What is done about 2x2 tables with a zero.

    Attributes
    ----------
    add : float
        Added to the counts of a study with a zero cell.
    denominator : {"n + 1", "n + 0.5"}
        What the risks of such a study are out of, once 0.5 was added to its events.
    drop00 : bool
        Whether a study without events in either arm is left out.
    """

    add: float = 0.5
    denominator: Literal["n + 1", "n + 0.5"] = "n + 1"
    drop00: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the rule as a plain dictionary."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """All choices of a pooled analysis, as one program makes them.

    Attributes
    ----------
    name : str
        Short name, as `remit.convention` takes it.
    program : str
        Program and version.
    spec : RandomEffects
        The choices as `remit.pool` takes them.
    i2_from : {"tau2", "Q"}
        Which I2 the program prints.
    zero_cells : ZeroCells
        Its correction of zero cells for odds and risk ratios.
    choices : dict of str to Choice
        ``tau2``, ``tau2 interval``, ``interval``, ``floor``, ``prediction``, ``I2``,
        ``zero cells`` and ``double zero``, each in words with its source.
    """

    name: str
    program: str
    spec: RandomEffects
    i2_from: Literal["tau2", "Q"]
    zero_cells: ZeroCells
    choices: dict[str, Choice]

    @property
    def not_read(self) -> tuple[str, ...]:
        """Names of the choices that are assumed here, since the rule could not be read."""
        return tuple(name for name, choice in self.choices.items() if not choice.read)

    def to_dict(self) -> dict[str, Any]:
        """Return the convention as a plain dictionary."""
        return {
            "name": self.name,
            "program": self.program,
            "spec": self.spec.to_dict(),
            "i2_from": self.i2_from,
            "zero_cells": self.zero_cells.to_dict(),
            "choices": {name: choice.to_dict() for name, choice in self.choices.items()},
        }
