"""Do the words of ``review.toml`` stand in the codebook? A slip would give an empty answer."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from remit.core.errors import Problem
from remit.evidence.data import EvidenceBase
from remit.io.review_folder import SETTINGS_FILE

__all__ = ["unknown_words"]

_OUTCOMES = ("outcomes.outcome", "contrasts.outcome")
_TIMES = ("outcomes.time_label",)
_CLASSES = ("arms.treatment_class",)
_EVENTS = ("events.event",)

#: For each key of a question, the columns of the codebook whose words it may hold.
COLUMNS_OF_KEY: dict[str, tuple[str, ...]] = {
    "use": ("studies.use",),
    "controls": ("studies.control",),
    "outcome": _OUTCOMES,
    "outcomes": _OUTCOMES,
    "mean_outcome": _OUTCOMES,
    "sustained": _OUTCOMES,
    "acute": _OUTCOMES,
    "other": _OUTCOMES,
    "controlled": _OUTCOMES,
    "baseline": _TIMES,
    "end": _TIMES,
    "acute_end": _TIMES,
    "timed_responders": _TIMES,
    "mean_baseline": _TIMES,
    "mean_end": _TIMES,
    "class": _CLASSES,
    "comparator_class": _CLASSES,
    "compare_classes": _CLASSES,
    "definition": ("outcomes.definition",),
    "counts_as": ("outcomes.definition",),
    "any": _EVENTS,
    "serious": _EVENTS,
    "stops": _EVENTS,
    "absence": _EVENTS,
    "harm": _EVENTS,
}
#: Parts of a question whose words need not be in the codebook: an outcome that nobody measured,
#: and the checks of claims, which look up single rows and say when there is none.
_FREE = {"wanted", "claim"}


def unknown_words(values: Mapping[str, Any], base: EvidenceBase) -> list[Problem]:
    """Find words in the questions that the codebook of the base does not allow.

    Parameters
    ----------
    values : mapping
        Content of ``review.toml``.
    base : EvidenceBase
        Evidence with the words of its codebook.
    """
    problems = []
    for number, question in enumerate(values.get("question", ()), start=1):
        where = f"{SETTINGS_FILE}, [[question]] {number} ({question.get('id', '')})"
        for key, word in _words(question):
            columns = COLUMNS_OF_KEY[key]
            known = frozenset[str]().union(*(base.allowed.get(c, frozenset()) for c in columns))
            if word in known or not known:
                continue
            near = difflib.get_close_matches(word, sorted(known), n=1)
            problems.append(
                Problem(
                    where=f"{where}, key '{key}'",
                    found=f"'{word}'",
                    expected="a word that codebook.csv allows for " + " or ".join(columns),
                    hint=f"Did you mean '{near[0]}'?" if near else "",
                )
            )
    return problems


def _words(part: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every word of a question with its key, from the tables inside it too."""
    for key, value in part.items():
        if key in _FREE:
            continue
        entries = value if isinstance(value, list) else [value]
        for entry in entries:
            if isinstance(entry, dict):
                yield from _words(entry)
            elif isinstance(entry, str) and key in COLUMNS_OF_KEY:
                yield key, entry
