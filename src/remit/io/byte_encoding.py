"""Which encoding of one byte a letter bytes are in, by where the letters fall."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from remit.core.errors import InputError, Problem
from remit.core.place import Place
from remit.io.decisions import Question

__all__ = ["BYTE_READINGS", "choose_reading"]

#: Readings of bytes that are not UTF-8, the usual one first.
BYTE_READINGS = (
    ("cp1252", "windows-1252", "Windows-1252"),
    ("mac_roman", "mac-roman", "old Macintosh"),
    ("cp1250", "windows-1250", "Central European"),
    ("cp1251", "windows-1251", "Cyrillic"),
    ("cp850", "cp850", "DOS"),
)
SIGNS = set("±°µ–—‘’“”„…€£§²³¹½¼¾×÷·«»©®™†‡‰•¿¡ºª\u00a0\u00ad")
SPOTS = 400  # words around bytes that are not UTF-8, enough to tell one reading from another

_WORD = re.compile(rb"[^\s,;|\"\x00-\x1f]*[\x80-\xff][^\s,;|\"\x00-\x1f]*")


def choose_reading(
    chunks: Callable[[], Iterable[bytes]], file: str, *, letters: int
) -> tuple[str, str, str]:
    """Choose between the encodings of one byte a letter, by where their letters fall.

    Parameters
    ----------
    chunks : callable
        Returns the bytes from their beginning, in pieces.
    file : str
        Name for messages.
    letters : int
        Letters of valid UTF-8 beyond ASCII before the first byte that is not.

    Returns
    -------
    codec, name, why : str
        Python's name of the encoding, its usual one, and the words that speak for it.

    Raises
    ------
    InputError
        Bytes of two encodings; letters that another encoding fits better, as a question.
    """
    spots = _spots(chunks())
    if letters or any(_is_utf8(word) for word, _ in spots):
        broken = [spot for spot in spots if not _is_utf8(spot[0])] or spots
        raise InputError(_mixed(file, broken))
    words = [word for word, _ in spots]
    misfits = {codec: _misfits(words, codec) for codec, _, _ in BYTE_READINGS}
    best = min(misfits.values())
    if misfits["cp1252"] <= best:
        shown = _shown(spots, "cp1252")
        why = f"not valid UTF-8, and read so the letters fit their words: {shown}"
        return "cp1252", "Windows-1252", why
    likely = [r for r in BYTE_READINGS if misfits[r[0]] == best or r[0] == "cp1252"]
    question = Question(
        place=Place(file=file, row=spots[0][1]),
        key="encoding",
        readings=tuple(
            (value, f"{name}: {_shown(spots, codec)}")
            for codec, value, name in sorted(likely, key=lambda r: misfits[r[0]])
        ),
        shown=f"bytes that are not UTF-8, such as {_raw(words[0])}",
        section="[file]",
    )
    raise InputError(question.problem())


def _spots(chunks: Iterable[bytes]) -> list[tuple[bytes, int]]:
    """Return the first words that hold bytes beyond ASCII, each with its row."""
    spots: list[tuple[bytes, int]] = []
    rows = 1
    tail = b""
    for chunk in chunks:
        block = tail + chunk
        cut = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1
        if not cut and len(block) < 1 << 22:
            tail = block
            continue
        cut = cut or len(block)
        _add_spots(block[:cut], rows, spots)
        rows += block.count(b"\n", 0, cut) or block.count(b"\r", 0, cut)
        tail = block[cut:]
        if len(spots) >= SPOTS:
            return spots
    _add_spots(tail, rows, spots)
    return spots


def _add_spots(block: bytes, rows: int, spots: list[tuple[bytes, int]]) -> None:
    if block.isascii():
        return
    end = b"\n" if b"\n" in block else b"\r"
    for match in _WORD.finditer(block):
        spots.append((match.group()[:60], rows + block.count(end, 0, match.start())))
        if len(spots) >= SPOTS:
            return


def _is_utf8(word: bytes) -> bool:
    try:
        word.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _misfits(words: list[bytes], codec: str) -> int:
    """Count the letters and signs that cannot stand where ``codec`` puts them."""
    faults = 0
    for word in words:
        text = word.decode(codec, "replace")
        run = 0
        for at, letter in enumerate(text):
            if letter.isascii():
                run = 0
                continue
            before, after = text[at - 1 : at], text[at + 1 : at + 2]
            run = run + 1 if letter.isalpha() else 0
            if letter.isalpha():
                odd_case = letter.isupper() and before.islower()
                # four letters in a row with marks on them: a foreign script in disguise
                strange = run > 3 and letter < "\u0370"
                inside = before.isdigit() or after.isdigit()
                faults += odd_case or strange or inside
            else:
                glued = before.isalpha() and after.isalpha() and letter not in "’‘'·\u00ad"
                faults += letter not in SIGNS or glued
    return faults


def _shown(spots: list[tuple[bytes, int]], codec: str) -> str:
    """Show the first three different words with their rows."""
    told: dict[str, int] = {}
    for word, row in spots:
        told.setdefault(word.decode(codec, "replace"), row)
    first = [f"'{word}' (row {row})" for word, row in list(told.items())[:3]]
    more = len(told) - len(first)
    return ", ".join(first) + (f" and {more} more" if more else "")


def _raw(word: bytes) -> str:
    return "'" + "".join(chr(b) if 32 <= b < 127 else f"\\x{b:02x}" for b in word) + "'"


def _mixed(file: str, broken: list[tuple[bytes, int]]) -> list[Problem]:
    return [
        Problem(
            where=str(Place(file=file, row=row)),
            found=f"{_raw(word)}, which is not UTF-8 as the file's other letters are",
            expected="one encoding in the whole file",
            hint=f"If '{word.decode('cp1252', 'replace')}' is meant, type it again and save as "
            "'CSV UTF-8'.",
        )
        for word, row in broken[:20]
    ]
