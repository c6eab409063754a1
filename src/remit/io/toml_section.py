"""A table of a TOML file, read key by key; every fault is collected with its path."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator
from typing import Any

from remit.core.errors import Problem

__all__ = ["TomlSection"]


class TomlSection:
    """One table of a TOML file.

    Each reader returns the value, or a harmless default after noting a problem, so that all
    problems of a file are found in one pass. `finish` notes the keys that nobody asked for.

    Parameters
    ----------
    values : dict
        Content of the table.
    path : str
        Where it stands, such as ``review.toml, [[question]] 2 (acute-active)``.
    problems : list of Problem
        Grows by one entry per fault. A table that is missing, or no table, is one fault: what
        is read from it afterwards adds none.
    """

    def __init__(self, values: Any, path: str, problems: list[Problem]) -> None:
        self.path = path
        self.problems = problems
        self.values: dict[str, Any] = values if isinstance(values, dict) else {}
        self._asked: set[str] = set()
        self._explained: set[str] = set()
        if not isinstance(values, dict):
            self._fault("", _shown(values), "a table of keys and values")
            self.problems = []

    def _fault(self, key: str, found: str, expected: str, hint: str = "") -> None:
        where = f"{self.path}, key '{key}'" if key else self.path
        self.problems.append(Problem(where=where, found=found, expected=expected, hint=hint))

    def reject(self, key: str, expected: str, hint: str = "") -> None:
        """Note that the value of ``key`` does not do, though it is of the right type."""
        self._fault(key, _shown(self.values.get(key)), expected, hint)

    def _missing(self, key: str, expected: str) -> None:
        """Note a missing key; a key much like it that nothing reads is named, once."""
        near = difflib.get_close_matches(key, set(self.values) - self._asked, n=1)
        self._explained.update(near)
        self._fault(key, "nothing", expected, f"Is it written '{near[0]}'?" if near else "")

    def _take(self, key: str, kind: type | tuple[type, ...], expected: str, default: Any) -> Any:
        self._asked.add(key)
        if key not in self.values:
            if default is None:
                self._missing(key, expected)
                return kind() if isinstance(kind, type) else kind[0]()
            return default
        value = self.values[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            self._fault(key, _shown(value), expected)
            return kind() if isinstance(kind, type) else kind[0]()
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string; required where no default is given."""
        return str(self._take(key, str, "text in quotes", default))

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        """Return one of ``choices``."""
        value = self.text(key)
        if value and value not in choices:
            near = difflib.get_close_matches(value, choices, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else ""
            self._fault(key, f"'{value}'", "one of " + ", ".join(choices), hint)
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """Return a number; required where no default is given."""
        value = float(self._take(key, (float, int), "a number without quotes", default))
        if not math.isfinite(value):
            self._fault(key, f"{value}", "a finite number")
            return 1.0
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of strings as a tuple."""
        values = self._take(key, list, "a list of texts", default)
        if not all(isinstance(v, str) for v in values):
            self._fault(key, _shown(values), "a list of texts in quotes")
            return ()
        return tuple(values)

    def numbers(self, key: str, default: tuple[float, ...] | None = None) -> tuple[float, ...]:
        """Return a list of numbers as a tuple."""
        values = self._take(key, list, "a list of numbers", default)
        if not all(isinstance(v, float | int) and math.isfinite(v) for v in values):
            self._fault(key, _shown(values), "a list of numbers")
            return ()
        return tuple(float(v) for v in values)

    def span(self, key: str) -> tuple[float, float]:
        """Return a list of two numbers, the first not above the second."""
        faults = len(self.problems)
        values = self.numbers(key)
        if len(self.problems) > faults:
            return (0.0, 0.0)
        if len(values) != 2 or values[0] > values[1]:
            self._fault(key, _shown(list(values)), "two numbers, the lower one first")
            return (0.0, 0.0)
        return values[0], values[1]

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        self._asked.add(key)
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self._fault(key, _shown(value), "true or false, without quotes")
            return default
        return value

    def section(self, key: str, *, required: bool = True) -> TomlSection:
        """Return a table inside this one."""
        self._asked.add(key)
        path = f"{self.path}, [{key}]"
        if key in self.values:
            return TomlSection(self.values[key], path, self.problems)
        if required:
            self._missing(key, f"a table [{key}]")
            return TomlSection({}, path, [])
        return TomlSection({}, path, self.problems)

    def sections(self, key: str, *, required: bool = False) -> Iterator[TomlSection]:
        """Yield the tables of a list of tables."""
        self._asked.add(key)
        values = self.values.get(key, [])
        if required and key not in self.values:
            self._missing(key, f"one or more tables [[{key}]]")
        elif not isinstance(values, list) or (required and not values):
            self._fault(key, _shown(values), f"one or more tables [[{key}]]")
        else:
            for number, value in enumerate(values, start=1):
                yield TomlSection(value, f"{self.path}, [[{key}]] {number}", self.problems)

    def keys(self) -> tuple[str, ...]:
        """Return the keys that are there, marking all of them as known."""
        self._asked.update(self.values)
        return tuple(self.values)

    def finish(self) -> None:
        """Note every key that nothing reads, so that a slip of the pen is not passed over."""
        for key in self.values:
            if key not in self._asked and key not in self._explained:
                near = difflib.get_close_matches(key, self._asked, n=1)
                self._fault(
                    key,
                    "a key that nothing reads",
                    "one of " + ", ".join(sorted(self._asked)),
                    f"Did you mean '{near[0]}'?" if near else "",
                )


def _shown(value: Any) -> str:
    """Write a value much as it stands in the file."""
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(_shown(v) for v in value) + "]"
    if isinstance(value, dict):
        return "a table"
    return str(value)
