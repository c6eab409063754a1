"""The XML parts of a workbook's archive, one element after the other."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import IO, Any
from xml.etree import ElementTree

from remit.core.errors import InputError

__all__ = ["Element", "elements", "local", "reading", "resolve"]

Element = ElementTree.Element
FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")


class _NoEntities:
    """A binary file that refuses document types, which are what XML bombs are made of."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        self.tail = b""

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        chunk = self.source.read(size)
        seen = (self.tail + chunk).replace(b"\0", b"")  # UTF-16 has a NUL beside each letter
        if any(mark in seen for mark in FORBIDDEN):
            raise ElementTree.ParseError("a document type")
        self.tail = chunk[-32:]
        return chunk


@contextmanager
def reading(file: str) -> Iterator[None]:
    """Say every fault of an archive, and of the XML in it, as one error in words.

    Raises
    ------
    InputError
        A part that is missing, does not unpack, or is no XML.
    """
    try:
        yield
    except InputError:
        raise
    except (
        ElementTree.ParseError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,  # of an encoding that the parser does not take
    ) as error:
        what = " ".join(str(error).split())[:100]
        raise InputError.at(
            file,
            found=f"a workbook that cannot be unpacked ({what})",
            expected="a whole workbook",
            hint="It is damaged: open it in a spreadsheet and save it again.",
        ) from error


def elements(
    archive: zipfile.ZipFile, part: str, *, starts: bool = False
) -> Iterator[tuple[str, Element]]:
    """Yield the event and the element of a part, as `ElementTree.iterparse` does.

    The caller clears what it has read, so that memory stays bounded.
    """
    with archive.open(part) as stream:
        source: Any = _NoEntities(stream)
        if starts:
            yield from ElementTree.iterparse(source, events=("start", "end"))  # noqa: S314
        else:
            yield from ElementTree.iterparse(source, events=("end",))  # noqa: S314


@lru_cache(maxsize=1024)
def local(tag: str) -> str:
    """Return a tag without its namespace."""
    return tag.rpartition("}")[2]


def resolve(base: str, target: str) -> str:
    """Return the name of a part that another one refers to."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), target))
