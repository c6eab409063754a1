"""How a file is to be read where its content leaves a choice: the answers of `map.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["ColumnMap", "FileMap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """How one column is to be read; what is empty or None is left to its cells.

    Attributes
    ----------
    kind : str
        What its cells are: ``number``, ``integer``, ``date`` or ``datetime``, ``time``, ``text``,
        ``id``, ``yes-no``, or ``compound`` for several numbers in a cell.
    decimal, thousands : str
        Decimal sign (``either`` where some wrote a point and others a comma) and thousands sign.
    dates : str
        Order of day, month and year: ``day-month``, ``month-day`` or ``year-month``;
        ``day-numbers`` for the numbers that spreadsheets, or SPSS, keep in place of dates.
    century : int or None
        Two-digit years below this number are of this century, the others of the last.
    percent : str
        Whether numbers with a per cent sign become ``shares`` (of 1) or stay ``percent``.
    missing : tuple of str or None
        Cells that mean that nothing is known, beside the empty ones, and no others.
    unit : str
        Unit of the numbers; ``none`` where cells that name one are wrong.
    """

    kind: str = ""
    decimal: str = ""
    thousands: str = ""
    dates: str = ""
    century: int | None = None
    percent: str = ""
    missing: tuple[str, ...] | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMap:
    """How a file is to be read; what is empty or 0 is left to its content.

    Attributes
    ----------
    encoding : str
        Such as ``utf-8`` or ``windows-1252``.
    separator : str
        One character.
    sheet : str
        Name of the sheet of a workbook.
    header_row : int
        Row of the column names, counted from 1.
    columns : mapping of str to ColumnMap
        By the name of the column as it stands in the file, or by sheet and name, as in
        ``Visits!dose``.
    """

    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    header_row: int = 0
    columns: Mapping[str, ColumnMap] = field(default_factory=dict)
