"""Names of columns that differ from each other, so that no value is lost."""

from __future__ import annotations

from remit.core.place import Place
from remit.io.decisions import Decision

__all__ = ["distinct_names"]


def distinct_names(header: tuple[str, ...], where: Place) -> tuple[tuple[str, ...], list[Decision]]:
    """Name the columns without a name, number those of one name, join names of several lines.

    Parameters
    ----------
    header : tuple of str
        Cells of the header row.
    where : Place
        The header row.

    Returns
    -------
    names : tuple of str
        As many, all different: ``n`` and ``n (2)``; a column without a name is called by its
        place, such as ``column 4``.
    decisions : list of Decision
        One for each column whose name is not what stands in the file.
    """
    names: list[str] = []
    decisions = []
    taken = {" ".join(cell.split()) for cell in header}
    used: set[str] = set()
    for at, cell in enumerate(header, start=1):
        plain = " ".join(cell.split()) if "\n" in cell or "\r" in cell else cell
        name, number = plain or f"column {at}", 1
        while name in used or (number > 1 and name in taken) or (not plain and name in taken):
            number += 1
            name = f"{plain or f'column {at}'} ({number})"
        used.add(name)
        names.append(name)
        if name != cell:
            decisions.append(_told(cell, name, at, where, again=name != plain))
    return tuple(names), decisions


def _told(cell: str, name: str, at: int, where: Place, *, again: bool) -> Decision:
    if not cell:
        why = "it has no name but holds cells"
    elif again:
        why = f"a column before it is '{cell}' too"
    else:
        why = "its name stands on several lines"
    return Decision(
        place=where,
        key="columns",
        value=name,
        words=f"column {at} is called '{name}'",
        evidence=why,
        source="convention",
    )
