"""Bytes of a file or of the clipboard as lines of text, in bounded memory."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TypeVar

from remit.core.errors import InputError, Problem
from remit.core.place import Place
from remit.io.text_encoding import Encoding

__all__ = ["Seen", "file_chunks", "in_pieces", "lines_of", "read_bytes", "text_lines"]

Content = TypeVar("Content", str, bytes)

CHUNK = 1 << 20
MAX_LINE = 32_000_000  # characters; a spreadsheet's widest row of long cells stays below
CONTROLS = "".join(map(chr, (*range(1, 9), 11, 12, *range(14, 32), 127)))
#: Blanks that `str.strip` leaves: zero width, word joiner, byte-order mark.
HIDDEN_BLANKS = "\u200b\u200c\u200d\u2060\ufeff"


@dataclass(slots=True, kw_only=True, eq=False)
class Seen:
    """What the text held by the way; grows while lines are read.

    Attributes
    ----------
    hidden : bool
        Whether there were blanks of no width.
    controls : dict of str to int
        Control characters, each with the first line that holds it.
    """

    hidden: bool = False
    controls: dict[str, int] = field(default_factory=dict)


def read_bytes(path: Path, limit: int, way_out: str = "") -> bytes:
    """Return the content of a file of at most ``limit`` bytes.

    Raises
    ------
    InputError
        The file cannot be read or is larger; ``way_out`` says what to do then.
    """
    try:
        size = path.stat().st_size
        if size > limit:
            raise InputError.at(
                path.name,
                found=f"{size / 1e6:.0f} MB",
                expected=f"at most {limit / 1e6:.0f} MB",
                hint=way_out,
            )
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def file_chunks(path: Path) -> Iterator[bytes]:
    """Yield the content of a file in pieces of a megabyte.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except OSError as error:
        raise _unreadable(path, error) from error


def in_pieces(content: Content) -> Iterator[Content]:
    """Yield text or bytes that are in memory in pieces of a megabyte."""
    for at in range(0, len(content), CHUNK):
        yield content[at : at + CHUNK]


def _unreadable(path: Path, error: OSError) -> InputError:
    problem = Problem(
        where=path.name,
        found=f"a file that cannot be read ({error.strerror})",
        expected="a readable file",
    )
    return InputError(problem)


def text_lines(
    chunks: Iterable[bytes], encoding: Encoding, file: str, seen: Seen | None = None
) -> Iterator[str]:
    r"""Yield lines with their ends (``\n``, ``\r\n`` or ``\r``), as the csv module wants them.

    Raises
    ------
    InputError
        Bytes that are not of the encoding, a NUL character, a line without an end.
    """
    texts = _decoded(chunks, encoding, file)
    return lines_of(texts, file, seen if seen is not None else Seen())


def _decoded(chunks: Iterable[bytes], encoding: Encoding, file: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    skip = encoding.skip
    rows = 1
    try:
        for chunk in chunks:
            text = decoder.decode(chunk[skip:])
            skip = max(0, skip - len(chunk))
            yield text
            rows += text.count("\n")
        yield decoder.decode(b"", True)
    except UnicodeDecodeError as error:
        part = bytes(error.object[: error.start])
        row = rows + part.decode(encoding.codec, "replace").count("\n")
        name = encoding.decision.value
        raise InputError.at(
            str(Place(file=file, row=row)),
            found=f"bytes that are not {name}, though the file is read so "
            f"({encoding.decision.evidence})",
            expected=f"text in {name}",
            hint="Was the file cut off? Save it again as 'CSV UTF-8'.",
        ) from error


def lines_of(texts: Iterable[str], file: str, seen: Seen) -> Iterator[str]:
    """Yield the lines of text that comes in pieces, watching for what text must not hold."""
    return chain.from_iterable(
        io.StringIO(block, newline="") for block in _whole_lines(texts, file, seen)
    )


def _whole_lines(texts: Iterable[str], file: str, seen: Seen) -> Iterator[str]:
    """Regroup pieces so that each ends with the end of a line."""
    held: list[str] = []
    length = 0
    rows = 1
    for text in texts:
        _watch(text, rows, file, seen)
        rows += text.count("\n") or text.count("\r")
        # the last character stays behind: a \r at the end may be half of \r\n
        cut = max(text.rfind("\n", 0, -1), text.rfind("\r", 0, -1)) + 1
        if cut:
            yield "".join([*held, text[:cut]])
            held, length = [text[cut:]], len(text) - cut
        elif text:
            held.append(text)
            length += len(text)
        if length > MAX_LINE:
            raise InputError.at(
                str(Place(file=file, row=rows)),
                found=f"a line of more than {MAX_LINE // 1_000_000} million characters",
                expected="lines that end",
                hint="This is not a table, or its line ends were lost.",
            )
    if rest := "".join(held):
        yield rest


def _watch(text: str, rows: int, file: str, seen: Seen) -> None:
    """Refuse a NUL; remember control characters and blanks of no width."""
    if "\0" in text:
        at = text.index("\0")
        if not text[at:].strip("\0"):
            found = "NUL characters to the end"
            hint = "The file was not written to its end: export or copy it again."
        else:
            found = "a NUL character"
            hint = "The file is damaged or in UTF-16: save it again as 'CSV UTF-8'."
        row = rows + (text.count("\n", 0, at) or text.count("\r", 0, at))
        raise InputError.at(str(Place(file=file, row=row)), found=found, expected="text", hint=hint)
    if not text.isascii() and not seen.hidden:
        seen.hidden = any(blank in text for blank in HIDDEN_BLANKS)
    for letter in CONTROLS:
        if letter in text and letter not in seen.controls:
            seen.controls[letter] = rows + text.count("\n", 0, text.index(letter))
