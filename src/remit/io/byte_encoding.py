"""Which encoding of one byte a letter bytes are in, by where the letters fall."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

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
#: Signs that no word has inside it, though letters stand on both sides of others: mean±SD, m²/kg.
LONELY = set("¡¿§©®™‡†‰„¼½¾²³¹ªº")
ODD = 0.2  # misfits a word from which no reading is believed without asking
SPOTS = 400  # words around bytes that are not UTF-8, enough to tell one reading from another

_BREAKS = rb"\s,;|\"\x00-\x1f"
_HIGH = re.compile(rb"[\x80-\xff]")
_BEFORE = re.compile(rb"[^" + _BREAKS + rb"]*\Z")
_AFTER = re.compile(rb"[^" + _BREAKS + rb"]*")
_TOLD = 20  # words of another encoding that are named
REACH = 30  # bytes of a word that are shown before its first one beyond ASCII


def choose_reading(chunks: Callable[[], Iterable[bytes]], file: str) -> tuple[str, str, str]:
    """Choose between the encodings of one byte a letter, by where their letters fall.

    Parameters
    ----------
    chunks : callable
        Returns the bytes from their beginning, in pieces.
    file : str
        Name for messages.

    Returns
    -------
    codec, name, why : str
        Python's name of the encoding, its usual one, and the words that speak for it.

    Raises
    ------
    InputError
        Bytes of two encodings; letters that another encoding fits better, as a question.
    """
    spots, valid = _spots(chunks())
    if len(valid) >= len(spots):
        raise InputError(_mixed(file, spots))
    if valid:
        raise InputError(_twice_encoded(file, valid))
    words = [word for word, _ in spots]
    misfits = {codec: _misfits(words, codec) for codec, _, _ in BYTE_READINGS}
    best = min(misfits.values())
    if misfits["cp1252"] <= min(best, ODD * len(words)):
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


Spots = list[tuple[bytes, int]]


def _spots(chunks: Iterable[bytes]) -> tuple[Spots, Spots]:
    """Return the first words that are not UTF-8, and the first that are, each with its row."""
    spots: Spots = []
    valid: Spots = []
    rows = 1
    tail = b""
    for chunk in chain(chunks, [b""]):
        block = tail + chunk
        cut = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1
        if not cut and chunk and len(block) < 1 << 22:
            tail = block
            continue
        cut = cut if cut and chunk else len(block)
        end = b"\n" if b"\n" in block else b"\r"
        for start, word in _words(block[:cut]):
            kept = valid if _is_utf8(word) else spots
            if len(kept) < SPOTS:
                kept.append((word[:60], rows + block.count(end, 0, start)))
        rows += block.count(end, 0, cut)
        tail = block[cut:]
        if len(spots) >= SPOTS:
            break
    return spots, valid


def _words(block: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the words that hold bytes beyond ASCII, each with its place."""
    at = 0
    while found := _HIGH.search(block, at):
        first = found.start()
        before = _BEFORE.search(block, max(at, first - REACH), first)
        after = _AFTER.match(block, first)
        start = before.start() if before else first
        at = after.end() if after else first + 1
        yield start, block[start:at]


def _is_utf8(word: bytes) -> bool:
    try:
        word.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _twice_encoded(file: str, valid: Spots) -> list[Problem]:
    """Name the words that are UTF-8 in a file whose other letters are not."""
    return [
        Problem(
            where=str(Place(file=file, row=row)),
            found=f"'{word.decode('cp1252', 'replace')}', which only as UTF-8 is a word: "
            f"'{word.decode('utf-8', 'replace')}'; most other letters of the file are not UTF-8",
            expected="one encoding in the whole file",
            hint="Type it again and save as 'CSV UTF-8'.",
        )
        for word, row in valid[:_TOLD]
    ]


def _misfits(words: list[bytes], codec: str) -> int:
    """Count the letters and signs that cannot stand where ``codec`` puts them."""
    faults = 0
    for word in words:
        text = word.decode(codec, "replace")
        run = ""
        for at, letter in enumerate(text):
            before, after = text[at - 1 : at], text[at + 1 : at + 2]
            run = "" if letter.isascii() else run + letter
            # four marked letters, or three with signs among them: a foreign script in disguise
            strange = len(run) > (3 if run.isalpha() else 2)
            faults += strange and not any(c.isalpha() and c > "\u0370" for c in run)
            if letter.isascii() or letter in SIGNS:
                faults += letter in LONELY and before.isalpha() and after.isalpha()
            elif letter.isalpha():
                inside = before.isalpha() and after.islower()
                odd_case = letter.isupper() and (before.islower() or inside)
                faults += odd_case
            else:
                faults += 1
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
        for word, row in broken[:_TOLD]
    ]
