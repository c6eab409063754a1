"""A table of a TOML file, read key by key; every fault is collected with its path."""

from __future__ import annotations

import difflib
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
        Grows by one entry per fault.
    """

    def __init__(self, values: Any, path: str, problems: list[Problem]) -> None:
        self.path = path
        self.problems = problems
        self.values: dict[str, Any] = values if isinstance(values, dict) else {}
        self._asked: set[str] = set()
        if not isinstance(values, dict):
            self._fault("", repr(values), "a table of keys and values")

    def _fault(self, key: str, found: str, expected: str, hint: str = "") -> None:
        where = f"{self.path}, key '{key}'" if key else self.path
        self.problems.append(Problem(where=where, found=found, expected=expected, hint=hint))

    def _take(self, key: str, kind: type | tuple[type, ...], expected: str, default: Any) -> Any:
        self._asked.add(key)
        if key not in self.values:
            if default is None:
                near = difflib.get_close_matches(key, self.values, n=1)
                hint = f"Is it written '{near[0]}'?" if near else ""
                self._fault(key, "nothing", expected, hint)
                return kind() if isinstance(kind, type) else kind[0]()
            return default
        value = self.values[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            self._fault(key, repr(value), expected)
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
        return float(self._take(key, (float, int), "a number", default))

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of strings as a tuple."""
        values = self._take(key, list, "a list of texts", default)
        if not all(isinstance(v, str) for v in values):
            self._fault(key, repr(values), "a list of texts in quotes")
            return ()
        return tuple(values)

    def numbers(self, key: str, default: tuple[float, ...] | None = None) -> tuple[float, ...]:
        """Return a list of numbers as a tuple."""
        values = self._take(key, list, "a list of numbers", default)
        if not all(isinstance(v, float | int) for v in values):
            self._fault(key, repr(values), "a list of numbers")
            return ()
        return tuple(float(v) for v in values)

    def span(self, key: str) -> tuple[float, float]:
        """Return a list of two numbers, the first not above the second."""
        values = self.numbers(key)
        if len(values) != 2 or values[0] > values[1]:
            self._fault(key, repr(list(values)), "two numbers, low and high")
            return (0.0, 0.0)
        return values[0], values[1]

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        self._asked.add(key)
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self._fault(key, repr(value), "true or false")
            return default
        return value

    def section(self, key: str, *, required: bool = True) -> TomlSection:
        """Return a table inside this one."""
        self._asked.add(key)
        if key not in self.values and not required:
            return TomlSection({}, f"{self.path}.{key}", self.problems)
        if key not in self.values:
            self._fault(key, "nothing", f"a table [{key}]")
            return TomlSection({}, f"{self.path}.{key}", self.problems)
        return TomlSection(self.values[key], f"{self.path}, {key}", self.problems)

    def sections(self, key: str, *, required: bool = False) -> Iterator[TomlSection]:
        """Yield the tables of a list of tables."""
        self._asked.add(key)
        values = self.values.get(key, [])
        if not isinstance(values, list) or (required and not values):
            self._fault(key, repr(values), f"one or more tables [[{key}]]")
            return
        for number, value in enumerate(values, start=1):
            yield TomlSection(value, f"{self.path}, {key} {number}", self.problems)

    def keys(self) -> tuple[str, ...]:
        """Return the keys that are there, marking all of them as known."""
        self._asked.update(self.values)
        return tuple(self.values)

    def finish(self) -> None:
        """Note every key that nothing reads, so that a slip of the pen is not passed over."""
        for key in self.values:
            if key not in self._asked:
                near = difflib.get_close_matches(key, self._asked, n=1)
                self._fault(
                    key,
                    "a key that nothing reads",
                    "one of " + ", ".join(sorted(self._asked)),
                    f"Did you mean '{near[0]}'?" if near else "",
                )
