"""Whether a zip archive may be unpacked: its true size is known before anything is."""

from __future__ import annotations

import struct
import zipfile
from typing import IO

from remit.core.errors import InputError, Problem

__all__ = ["check_archive"]

MAX_UNPACKED = 600_000_000  # bytes of all parts; a sheet of a million rows has some 300 MB
MAX_ENTRIES = 2_000  # parts of an archive; a sheet needs two
MAX_DIRECTORY = 4_000_000  # bytes of the list of parts
MAX_RATIO = 200  # unpacked to packed, for parts that are large; sheets of numbers have 5 to 40
LARGE = 20_000_000  # bytes from which the ratio counts
_END = b"PK\x05\x06"
_END_SIZE = 22


def check_archive(body: IO[bytes], file: str) -> tuple[str, ...]:
    """Check the list of parts of an archive, without unpacking any.

    Parameters
    ----------
    body : binary file
        The archive.
    file : str
        Name for messages.

    Returns
    -------
    tuple of str
        Names of the parts.

    Raises
    ------
    InputError
        A damaged archive; parts with a password, of an unusual compression, outside the archive,
        twice there or overlapping; more parts, or more bytes unpacked, than a workbook has.
    """
    size = _check_directory(body, file)
    body.seek(0)
    try:
        with zipfile.ZipFile(body) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, EOFError, NotImplementedError):
        raise _damaged(file) from None
    if len(parts) > MAX_ENTRIES:
        raise _hostile(file, f"{len(parts):,} parts", f"at most {MAX_ENTRIES:,}")
    for part in parts:
        _check_part(part, file)
    if sum(part.compress_size for part in parts) > size:
        raise _hostile(file, "parts that overlap", "parts one after the other")
    total = sum(part.file_size for part in parts)
    if total > MAX_UNPACKED:
        raise _hostile(
            file,
            f"{total / 1e6:,.0f} MB when unpacked",
            f"at most {MAX_UNPACKED / 1e6:.0f} MB",
            "If it is a real table, save the sheet as CSV and read it with stream_rows.",
        )
    names = tuple(part.filename for part in parts)
    if len(set(names)) < len(names):
        raise _hostile(file, "two parts of one name", "each part once")
    return names


def _check_directory(body: IO[bytes], file: str) -> int:
    """Check the size of the list of parts before it is read; return the size of the file."""
    size = body.seek(0, 2)
    body.seek(max(0, size - 65_557))
    tail = body.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise _damaged(file)
    entries, directory = struct.unpack_from("<HI", tail, at + 10)
    if directory > MAX_DIRECTORY or entries > MAX_ENTRIES:
        raise _hostile(file, f"a list of {entries:,} parts or more", f"at most {MAX_ENTRIES:,}")
    return size


def _check_part(part: zipfile.ZipInfo, file: str) -> None:
    name = part.filename
    if part.flag_bits & 0x1:
        raise InputError.at(
            file,
            found="an archive with a password",
            expected="a workbook without one",
            hint="Open it with the password, and save a copy without one.",
        )
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _hostile(file, f"an unusual compression of '{name[:60]}'", "deflate")
    if name.startswith("/") or "\\" in name or ".." in name.split("/"):
        raise _hostile(file, f"the part '{name[:60]}'", "parts inside the archive")
    if part.file_size > LARGE and part.file_size > MAX_RATIO * max(1, part.compress_size):
        raise _hostile(
            file,
            f"'{name[:60]}' with {part.file_size / 1e6:,.0f} MB packed into "
            f"{part.compress_size / 1e6:.1f} MB",
            "a workbook",
            "It is nearly all empty or repeated: delete the rows and columns outside the table.",
        )


def _damaged(file: str) -> InputError:
    problem = Problem(
        where=file,
        found="the beginning of a workbook without its end",
        expected="a whole file",
        hint="It was cut off or damaged: copy or download it again.",
    )
    return InputError(problem)


def _hostile(file: str, found: str, expected: str, hint: str = "") -> InputError:
    problem = Problem(where=file, found=found, expected=expected, hint=hint)
    return InputError(problem)
