"""The errors that remit raises.

::

    RemitError                      something the user can act on
    ├── InputError (ValueError)     a file, a cell or an argument is not as it must be
    ├── SpecError (ValueError)      the analysis asked for is not defined
    ├── ConvergenceError            a solver did not reach its answer
    └── MissingDependencyError      an optional package is not installed (ImportError)

Each carries one or more `Problem`, and each problem says where, what was found, what was
expected and what to do. A reader collects every problem of a file and raises once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "ConvergenceError",
    "InputError",
    "MissingDependencyError",
    "Problem",
    "RemitError",
    "SpecError",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, said so that the reader can mend it.

    Attributes
    ----------
    where : str
        Place in a file (``arms.csv, row 7, column 'n'``) or name of an argument.
    found : str
        What stands there.
    expected : str
        What should stand there.
    hint : str
        What to do; may be empty.
    """

    where: str
    found: str
    expected: str
    hint: str = ""

    def __str__(self) -> str:
        """Say the problem in one line."""
        line = f"{self.where}: found {self.found}, expected {self.expected}."
        return f"{line} {self.hint}" if self.hint else line

    def to_dict(self) -> dict[str, str]:
        """Return the four parts as a plain dictionary."""
        return {
            "where": self.where,
            "found": self.found,
            "expected": self.expected,
            "hint": self.hint,
        }


class RemitError(Exception):
    """Base of all errors that remit raises on purpose.

    Parameters
    ----------
    problems : Problem, or iterable of Problem
        What is wrong. At least one.
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def at(cls, where: str, *, found: str, expected: str, hint: str = "") -> RemitError:
        """Make the error from the parts of a single problem."""
        return cls(Problem(where=where, found=found, expected=expected, hint=hint))


class InputError(RemitError, ValueError):
    """A file, a cell or an argument is not as it must be."""


class SpecError(RemitError, ValueError):
    """The analysis that was asked for is not defined."""


class ConvergenceError(RemitError):
    """A solver did not reach its answer."""


class MissingDependencyError(RemitError, ImportError):
    """An optional package is not installed."""
