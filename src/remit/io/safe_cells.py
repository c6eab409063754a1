"""Cells on their way out, made so that no spreadsheet takes them for a formula.

A spreadsheet that opens a text file computes cells that begin with ``=``, ``+``, ``-``, ``@``, a
tab or a line break, and a formula can call programs or send data away (OWASP, "CSV Injection").
Such a cell gets an apostrophe in front, which a spreadsheet shows or hides and never computes.
Plain numbers such as ``-1.5`` or ``+3`` stay: as formulas they are themselves. So that reading back
is exact, a cell that begins with apostrophes before such a sign gets one more.
"""

from __future__ import annotations

import re

__all__ = ["restored_cell", "safe_cell"]

#: Apostrophes, and then what a spreadsheet would compute; full-width signs count, as Excel in
#: Japan takes them for the narrow ones.
_RISKY = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_SAFE = re.compile("'+[=+\\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?\s?%?")


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet computes.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The text, with an apostrophe in front where a spreadsheet would compute it.
    """
    if _RISKY.match(text) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def restored_cell(text: str) -> str:
    """Return the cell that `safe_cell` was given; the inverse, for all texts that it returns.

    Parameters
    ----------
    text : str
        A cell of a file that remit wrote.

    Returns
    -------
    str
        Without the apostrophe that `safe_cell` put in front.
    """
    return text[1:] if _SAFE.match(text) else text
