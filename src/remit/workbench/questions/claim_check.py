"""How a statement is held against the evidence: what is asked, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from remit.io.toml_section import TomlSection
from remit.report.document import AccountEntry

__all__ = ["Check", "Holds", "Verdict", "cannot_be_checked", "read_check"]

Holds = Literal["yes", "partly", "no", "open"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A kind of check and its keys, as ``review.toml`` gives them.

    Attributes
    ----------
    kind : str
        Key of `CHECK_KINDS`.
    texts : dict of str to str
        Single words.
    lists : dict of str to tuple of str
        Lists of words.
    numbers : dict of str to tuple of float
        Numbers; a single number is a tuple of one.
    """

    kind: str
    texts: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verdict:
    """What a check found.

    Attributes
    ----------
    shows : str
        The recomputed numbers in a sentence.
    holds : str
        ``yes``, ``partly``, ``no`` or ``open``.
    words : str
        The same for a reader, with the reason.
    certainty : str
        Suggested level; a dash where the statement is not about an effect.
    account : tuple of AccountEntry
        Rows behind it.
    numbers : dict
        The numbers at full precision.
    """

    shows: str
    holds: Holds
    words: str
    certainty: str
    account: tuple[AccountEntry, ...]
    numbers: dict[str, Any]


#: Keys of each kind: single words, lists of words, numbers.
_KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "change": (("study", "arm", "outcome", "from", "to"), (), ()),
    "share": (("study", "arm", "outcome", "at", "definition"), (), ()),
    "share-drop": (("study", "arm", "from", "from_at", "to", "to_at"), (), ()),
    "sequence": (("study", "outcome"), ("arms", "at"), ()),
    "contrasts": (("outcome", "use", "route", "dose_unit"), (), ("dose", "time_h")),
    "harms": (("serious", "stops", "any"), (), ()),
    "longest-follow-up": ((), ("outcomes",), ("after_h",)),
    "mentions": (("subject", "nobody"), ("words",), ()),
}


def read_check(section: TomlSection) -> Check:
    """Read a check's kind and the keys of that kind."""
    kind = section.choice("kind", tuple(_KEYS))
    texts, lists, numbers = _KEYS.get(kind, ((), (), ()))
    values = {}
    for key in numbers:
        values[key] = (section.number(key),) if key == "after_h" else section.span(key)
    check = Check(
        kind=kind,
        texts={key: section.text(key) for key in texts},
        lists={key: section.texts(key) for key in lists},
        numbers=values,
    )
    if kind == "sequence" and len(set(check.lists["arms"])) == 1:
        section.reject("arms", "two arms of the study")
    return check


def cannot_be_checked(what: str) -> Verdict:
    """Return the verdict where the base does not hold the rows that are needed."""
    return Verdict(
        shows=f"The base holds no row for {what}.",
        holds="open",
        words="Cannot be checked.",
        certainty="–",
        account=(),
        numbers={},
    )
