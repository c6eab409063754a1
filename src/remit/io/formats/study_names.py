"""How studies that a file names alike are told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

__all__ = ["told_apart", "twins_sentence"]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def told_apart(labels: Sequence[str]) -> list[str]:
    """Return a name of its own for each study: ``Smith 2010`` twice becomes ``a`` and ``b``.

    Parameters
    ----------
    labels : sequence of str
        One for each study, in the order of the file.

    Returns
    -------
    list of str
        The names; those that stand alone are left as they are.
    """
    counts = Counter(labels)
    taken = {label for label, count in counts.items() if count == 1}
    given: Counter[str] = Counter()
    names = []
    for label in labels:
        name = label
        if counts[label] > 1:
            while name == label or name in taken:
                suffix = _suffix(given[label])
                name = f"{label} {suffix}" if label else suffix
                given[label] += 1
            taken.add(name)
        names.append(name)
    return names


def _suffix(number: int) -> str:
    """Return a, b, ... z, aa, ab and so on."""
    letters = ""
    number += 1
    while number:
        number, last = divmod(number - 1, len(_LETTERS))
        letters = _LETTERS[last] + letters
    return letters


def twins_sentence(labels: Sequence[str]) -> tuple[str, ...]:
    """Say which names stood for several studies; nothing where none did."""
    twins = [f"'{label}' ({count})" for label, count in Counter(labels).items() if count > 1]
    if not twins:
        return ()
    return (
        f"Several studies have one name and were told apart by a, b and so on: {', '.join(twins)}.",
    )
