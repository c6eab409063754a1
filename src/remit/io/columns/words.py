"""Columns of words: text, ids, and yes or no."""

from __future__ import annotations

from remit.io.columns.cells import plain
from remit.io.columns.column import Reading
from remit.io.columns.draft import Draft

__all__ = ["TRUTH", "read_truth", "read_words"]

#: Words for yes and no. The numbers 0 and 1 are taken for them where the map says ``yes-no``.
TRUTH: dict[str, bool] = {
    **dict.fromkeys(("yes", "y", "true", "ja", "j", "oui", "sí", "checked"), True),
    **dict.fromkeys(("no", "n", "false", "nein", "non", "unchecked"), False),
}
_NUMBERS = {"0": False, "1": True}


def read_words(draft: Draft) -> dict[str, Reading]:
    """Keep each text as it stands."""
    return {text: Reading(value=text, text=text) for text in draft.texts}


def read_truth(draft: Draft) -> dict[str, Reading]:
    """Read yes and no; the text stays as it stands, and what is neither is reported."""
    words = TRUTH | _NUMBERS
    readings = {}
    for text in draft.texts:
        value = words.get(plain(text).casefold())
        fault = "yes or no, as in the other cells" if value is None else ""
        readings[text] = Reading(value=value, text=text, expected=fault)
    read = [text for text, reading in readings.items() if not reading.expected]
    draft.decide("kind", "yes-no", "yes or no", draft.share(read))
    return readings
