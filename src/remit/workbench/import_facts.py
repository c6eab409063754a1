"""What a file of evidence does not say, and its user knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from remit.core.checks import check_choice
from remit.core.errors import SpecError

__all__ = ["ImportFacts", "free_slug", "slug_of"]

KINDS = ("", "value", "change", "relative-change")
BETTER = ("", "lower", "higher")
_SIGNS = {
    "&": " and ", "<": " under ", ">": " over ", "≤": " at most ", "≥": " at least ",
    "%": " percent ", "+": " plus ", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFacts:
    """Facts for a file that names no outcome, scale or time.

    Attributes
    ----------
    outcome : str
        Name of the outcome of a file that names none; by default the name of the file.
    measure : str
        ``MD`` where effects given with standard errors are differences of means; else empty, and
        such effects are listed in the notes.
    scale : str
        Key of the scale of the means, such as ``nrs-0-10``; by default one without bounds.
    low, high : float or None
        Bounds of a new scale.
    unit, better : str
        Unit of a new scale; ``lower`` or ``higher``.
    kind : str
        ``value`` or ``change`` for means; empty where it is not known.
    time_h : float or None
        Hours from the start of treatment.
    time_label : str
        The time as a word; by default ``not-stated``.
    treatment : str
        Name of the treatment that the review is about; by default the first that is no placebo.
    """

    outcome: str = ""
    measure: str = ""
    scale: str = ""
    low: float | None = None
    high: float | None = None
    unit: str = "units of the file"
    better: str = ""
    kind: str = ""
    time_h: float | None = None
    time_label: str = "not-stated"
    treatment: str = ""

    def __post_init__(self) -> None:
        check_choice("measure", self.measure, ("", "MD"))
        check_choice("kind", self.kind, KINDS)
        check_choice("better", self.better, BETTER)
        for name in ("scale", "time_label"):
            text = getattr(self, name)
            if text and slug_of(text) != text:
                raise SpecError.at(
                    f"argument '{name}'",
                    found=f"'{text}'",
                    expected="small letters, digits and hyphens",
                    hint=f"Write {slug_of(text)}.",
                )
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise SpecError.at(
                "argument 'low'", found=f"{self.low:g}", expected=f"a number below {self.high:g}"
            )


def slug_of(name: str) -> str:
    """Return a name as small letters, digits and hyphens; empty where nothing is left of it.

    ``pain <50 mm`` becomes ``pain-under-50-mm`` and ``Müller & Söhne`` ``muller-and-sohne``.
    """
    for sign, word in _SIGNS.items():
        name = name.replace(sign, word)
    plain = unicodedata.normalize("NFKD", name.lower())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")


def free_slug(name: str, taken: Iterable[str], otherwise: str) -> str:
    """Return a slug that is not taken: with ``-2``, ``-3`` and so on where it would be."""
    held = set(taken)
    stem = slug_of(name) or otherwise
    slug, number = stem, 2
    while slug in held:
        slug, number = f"{stem}-{number}", number + 1
    return slug
