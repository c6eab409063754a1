"""Which encoding the bytes of a text file are in, and what speaks for it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from remit.core.errors import InputError, Problem
from remit.core.place import Place
from remit.io.decisions import Decision, Question

__all__ = ["Encoding", "decide_encoding"]

#: Byte-order marks, the longer ones first: that of UTF-16 begins the one of UTF-32.
MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
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
FEWEST_NUL = 0.05  # share of NUL bytes that UTF-16 has: digits, separators, ends of lines
HEAD = 1 << 16  # bytes at the beginning in which the ends of lines are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How bytes become text.

    Attributes
    ----------
    codec : str
        Python's name of it.
    skip : int
        Bytes of the byte-order mark at the beginning.
    decision : Decision
        Which, and why.
    """

    codec: str
    skip: int
    decision: Decision


@dataclass(slots=True, kw_only=True, eq=False)
class _Survey:
    """What one pass over the bytes shows."""

    head: bytes = b""
    size: int = 0
    ascii: bool = True
    even_nul: int = 0
    odd_nul: int = 0
    letters: int = 0
    fault: int = -1
    cut: bool = False


def decide_encoding(
    chunks: Callable[[], Iterable[bytes]], file: str, *, asked: str = ""
) -> Encoding:
    """Say which encoding bytes are in.

    In this order: what the map says; a byte-order mark; the pattern of NUL bytes that UTF-16 has
    for Western text; UTF-8, if all bytes are valid; Windows-1252, if the letters that it gives
    stand where letters can stand.

    Parameters
    ----------
    chunks : callable
        Returns the bytes from their beginning, in pieces; may be called twice.
    file : str
        Name for messages.
    asked : str
        Encoding of the map; empty where the bytes decide.

    Returns
    -------
    Encoding

    Raises
    ------
    InputError
        An encoding that does not exist; bytes of two encodings; a file cut off within a letter;
        letters with two readings, as a question.
    """
    where = Place(file=file)
    survey = _survey(chunks())
    if asked:
        return _asked(asked, survey.head, where)
    for mark, codec, name in MARKS:
        if survey.head.startswith(mark) and (codec[:6] != "utf-32" or survey.size % 4 == 0):
            return _encoding(where, codec, len(mark), name, "the file begins with its mark")
    nul = survey.even_nul + survey.odd_nul
    if nul and nul >= FEWEST_NUL * survey.size and survey.size % 2 == 0:
        codec, end = ("utf-16-be", b"\0\n") if survey.even_nul else ("utf-16-le", b"\n\0")
        whole = survey.head.count(end) == survey.head.count(b"\n")
        if whole and not (survey.even_nul and survey.odd_nul):
            return _encoding(
                where, codec, 0, "UTF-16", f"every second byte is NUL ({nul} of {survey.size})"
            )
    if survey.fault < 0:
        why = (
            "all bytes are plain ASCII"
            if survey.ascii
            else f"all bytes are valid, {survey.letters} letters beyond ASCII among them"
        )
        return _encoding(where, "utf-8", 0, "UTF-8", why)
    return _byte_reading(chunks, survey, where)


def _survey(chunks: Iterable[bytes]) -> _Survey:
    """Count NUL bytes by side, and find the first byte that is not UTF-8."""
    survey = _Survey()
    decoder = codecs.getincrementaldecoder("utf-8")()
    for chunk in chunks:
        if not survey.size:
            survey.head = chunk[:HEAD]
        if b"\0" in chunk:
            first, second = chunk[::2].count(0), chunk[1::2].count(0)
            if survey.size % 2:
                first, second = second, first
            survey.even_nul += first
            survey.odd_nul += second
        if survey.fault < 0 and not (chunk.isascii() and not decoder.getstate()[0]):
            survey.ascii = False
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk)
                survey.letters += len(text) - len(text.encode("ascii", "ignore"))
            except UnicodeDecodeError as error:
                survey.fault = survey.size - pending + error.start
        survey.size += len(chunk)
    if survey.fault < 0 and decoder.getstate()[0]:
        survey.fault, survey.cut = survey.size - len(decoder.getstate()[0]), survey.letters > 0
    return survey


def _asked(asked: str, head: bytes, where: Place) -> Encoding:
    """Take the encoding of the map, passing over its byte-order mark."""
    named = {name: codec for codec, name, _ in BYTE_READINGS}
    try:
        codec = codecs.lookup(named.get(asked.lower(), asked)).name
        "".encode(codec)
    except (LookupError, ValueError, TypeError) as error:
        raise InputError.at(
            "map, key 'encoding'",
            found=f"'{asked}'",
            expected="an encoding such as utf-8, utf-16 or windows-1252",
        ) from error
    codec = {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}.get(codec, codec)
    skip = 0
    for mark, marked, _ in MARKS:
        if head.startswith(mark) and marked[:6] == codec[:6]:
            codec, skip = marked, len(mark)
            break
    decision = Decision(
        place=where,
        key="encoding",
        value=asked,
        words=f"the encoding is {asked}",
        evidence="as the map says",
        source="map",
    )
    return Encoding(codec=codec, skip=skip, decision=decision)


def _encoding(where: Place, codec: str, skip: int, words: str, why: str) -> Encoding:
    value = {codec: name for codec, name, _ in BYTE_READINGS}.get(codec, codec)
    decision = Decision(
        place=where,
        key="encoding",
        value=value,
        words=f"the encoding is {words}",
        evidence=why,
        source="content",
    )
    return Encoding(codec=codec, skip=skip, decision=decision)


# --- bytes that are not UTF-8 -------------------------------------------------------------------

_WORD = re.compile(rb"[^\s,;|\"\x00-\x1f]*[\x80-\xff][^\s,;|\"\x00-\x1f]*")


def _byte_reading(chunks: Callable[[], Iterable[bytes]], survey: _Survey, where: Place) -> Encoding:
    """Decide between the encodings of one byte a letter, by where their letters fall."""
    spots = _spots(chunks())
    row = Place(file=where.file, row=spots[0][1] if spots else 1)
    if survey.cut:
        raise InputError.at(
            str(where),
            found="a file that ends within a letter of UTF-8",
            expected="a whole file",
            hint="It was cut off: export or copy it again.",
        )
    if survey.letters or any(_is_utf8(word) for word, _ in spots):
        broken = [spot for spot in spots if not _is_utf8(spot[0])] or spots
        raise InputError(_mixed(where.file, broken))
    words = [word for word, _ in spots]
    misfits = {codec: _misfits(words, codec) for codec, _, _ in BYTE_READINGS}
    usual = misfits["cp1252"]
    best = min(misfits.values())
    shown = _shown(spots, "cp1252")
    if usual <= best:
        why = f"not valid UTF-8, and read so the letters fit their words: {shown}"
        return _encoding(row.__class__(file=where.file), "cp1252", 0, "Windows-1252", why)
    likely = [r for r in BYTE_READINGS if misfits[r[0]] == best or r[0] == "cp1252"]
    readings = []
    for codec, value, name in sorted(likely, key=lambda r: misfits[r[0]]):
        readings.append((value, f"{name}: {_shown(spots, codec)}"))
    question = Question(
        place=row,
        key="encoding",
        readings=tuple(readings),
        shown=f"bytes that are not UTF-8, such as {_raw(words[0])}",
        section="the file",
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
