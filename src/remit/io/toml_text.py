"""Text as TOML writes it: keys, strings and lists of strings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

__all__ = ["toml_key", "toml_list", "toml_string", "toml_value"]

#: Keys of a map whose values are numbers.
NUMBERS = ("century", "header_row")
#: Keys of a map whose values are lists.
LISTS = ("missing",)
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_string(text: str) -> str:
    """Write a text in quotes; what TOML does not allow there, or does not print, is escaped."""
    return "".join(
        c if c.isprintable() else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}"
        for c in json.dumps(text, ensure_ascii=False)
    )


def toml_key(text: str) -> str:
    """Write a key: bare where TOML allows it, else in quotes."""
    return text if _BARE.fullmatch(text) else toml_string(text)


def toml_list(texts: Iterable[str]) -> str:
    """Write a list of texts."""
    return "[" + ", ".join(toml_string(text) for text in texts) + "]"


def toml_value(key: str, value: str) -> str:
    """Write the value of a key of the map; a list is one already, and some keys take numbers."""
    if key in LISTS:
        return value
    return value if key in NUMBERS and value.isdecimal() else toml_string(value)
