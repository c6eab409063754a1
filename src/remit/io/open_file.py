"""A file or the clipboard, opened as tables of text cells."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from remit.core.place import Place
from remit.io.decisions import Decision
from remit.io.file_kind import recognise_kind
from remit.io.file_map import FileMap
from remit.io.opened_file import OpenedFile
from remit.io.separated_text import open_lines
from remit.io.text_encoding import decide_encoding
from remit.io.text_source import Seen, in_pieces, lines_of, read_bytes, text_lines

__all__ = ["MAX_BYTES", "open_file", "open_text"]

MAX_BYTES = 200_000_000
HEAD = 8192

_LEFT_TO_CONTENT = FileMap()


def open_file(path: Path, how: FileMap = _LEFT_TO_CONTENT) -> OpenedFile:
    """Open a table file: separated text in any common form, .xlsx or .ods.

    What the file is, its encoding, separator and header are decided from its content, never from
    its name; each decision is listed with its evidence. Cells stay text. No value is shifted,
    converted or dropped: rows outside the tables are listed as unread, with the reason.

    Parameters
    ----------
    path : Path
        File of at most 200 MB; `stream_rows` reads longer text files.
    how : FileMap
        Answers of the map, where the content leaves a choice.

    Returns
    -------
    OpenedFile

    Raises
    ------
    InputError
        A file that is no table or is damaged; rows with too many or too few cells, all at once;
        a question that the map must answer.
    """
    raw = read_bytes(path, MAX_BYTES, "A long text file can be read row by row: stream_rows.")
    return _open_bytes(raw, path.name, how)


def open_text(
    content: str | bytes, name: str = "clipboard", how: FileMap = _LEFT_TO_CONTENT
) -> OpenedFile:
    """Open what was pasted or uploaded, as `open_file` does with a file.

    Parameters
    ----------
    content : str or bytes
        Text, or the bytes of a file of any kind that `open_file` reads.
    name : str
        Name for messages and places.
    how : FileMap
        Answers of the map.

    Returns
    -------
    OpenedFile

    Raises
    ------
    InputError
        As `open_file`.
    """
    if isinstance(content, bytes):
        return _open_bytes(content, name, how)
    raw = content[:HEAD].encode("utf-8", "surrogatepass")
    recognise_kind(raw, io.BytesIO(content.encode("utf-8", "surrogatepass")), name)
    text = content.removeprefix("\ufeff")
    seen = Seen()

    def lines() -> Iterator[str]:
        return lines_of(in_pieces(text), name, seen)

    decision = Decision(
        place=Place(file=name),
        key="encoding",
        value="",
        words="no encoding is needed",
        evidence="the text came as text",
        source="content",
    )
    return open_lines(lines, name, how, seen=seen, before=(decision,))


def _open_bytes(raw: bytes, file: str, how: FileMap) -> OpenedFile:
    kind = recognise_kind(raw[:HEAD], io.BytesIO(raw), file)
    if kind == "xlsx":
        from remit.io.workbook import open_workbook

        return open_workbook(io.BytesIO(raw), file, how)
    if kind == "ods":
        from remit.io.opendocument import open_document

        return open_document(io.BytesIO(raw), file, how)
    seen = Seen()

    encoding = decide_encoding(lambda: in_pieces(raw), file, asked=how.encoding)

    def lines() -> Iterator[str]:
        return text_lines(in_pieces(raw), encoding, file, seen)

    return open_lines(lines, file, how, seen=seen, before=(encoding.decision,))
