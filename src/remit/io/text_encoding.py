"""Which encoding the bytes of a text file are in, and what speaks for it."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from remit.core.errors import InputError
from remit.core.place import Place
from remit.io.byte_encoding import BYTE_READINGS, choose_reading
from remit.io.decisions import Decision

__all__ = ["Encoding", "decide_encoding"]

#: Byte-order marks, the longer ones first: that of UTF-16 begins the one of UTF-32.
MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
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
    if survey.cut:
        raise InputError.at(
            file,
            found="a file that ends within a letter of UTF-8",
            expected="a whole file",
            hint="It was cut off: export or copy it again.",
        )
    codec, name, why = choose_reading(chunks, file)
    return _encoding(where, codec, 0, name, why)


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
