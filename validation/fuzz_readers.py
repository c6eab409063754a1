"""Damaged and random files given to the reader: each must be read, or refused in words.

    python -m validation.fuzz_readers --tries 100000

Anything but an `InputError` is a crash and stops the run with the bytes that caused it; a try of
more than thirty seconds is a hang and ends the process with a traceback.
"""

from __future__ import annotations

import argparse
import collections
import faulthandler
import io
import random
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from remit.core.errors import InputError
from remit.evidence.tables import TextTable
from remit.io.open_file import open_text
from remit.io.write_tables import ENCODINGS, TextForm, table_text, workbook_bytes

HANG = 30  # seconds
ALPHABET = [b",", b";", b"\t", b"|", b'"', b"\n", b"\r", b"\0", b"a", b"1", b"\xe9", b"\xff", b" "]
TOKENS = [
    b"<c>", b"</c>", b"<row>", b"</row>", b'r="', b'"', b"9999999", b"-1", b"1e999", b"nan", b"<v>",
    b"</v>", b"&lt;", b"&#0;", b"<!DOCTYPE a>", b"XFD1", b"\0", b"\xff", b"s", b"is", b"</a>",
    b"A1:A2", b"[h]:mm", b"0000", b"\xef\xbb\xbf", b"sep=;", b"repeated", b"=", b"PT1H", b"P",
]  # fmt: skip
ODS_CELLS = """<table:table-row><table:table-cell office:value-type="string"><text:p>a</text:p>
</table:table-cell><table:table-cell office:value-type="float" office:value="1.5"><text:p>1.5
</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="2">
<table:table-cell office:value-type="date" office:date-value="2021-04-21"/><table:table-cell
office:value-type="time" office:time-value="PT26H15M00S" table:number-columns-repeated="2"/>
</table:table-row>"""

Maker = Callable[[random.Random], bytes]


def a_table(draw: random.Random) -> TextTable:
    """Return a small table of odd cells."""
    pool = ["a", "1", "1,5", "=1+1", "é", "x;y", 'q"q', "two\nlines", "", "0017", "NA", "±"]
    width = draw.randint(1, 5)
    rows = [tuple(draw.choice(pool) for _ in range(width)) for _ in range(draw.randint(0, 6))]
    header = tuple(f"c{i}" for i in range(width))
    return TextTable(
        file="t", header=header, rows=tuple(rows), row_numbers=tuple(range(2, len(rows) + 2))
    )


def damaged(raw: bytes, draw: random.Random) -> bytes:
    """Return bytes with some cut, doubled, replaced or put in."""
    for _ in range(draw.randint(1, 4)):
        at, length = draw.randint(0, len(raw)), draw.choice([0, 1, 1, 2, 8, 64])
        kind = draw.randrange(5)
        patch = draw.choice([*TOKENS, *ALPHABET, draw.randbytes(draw.randint(1, 4))])
        if kind == 0:
            raw = raw[:at]
        elif kind == 1:
            raw = raw[:at] + raw[at + length :]
        elif kind == 2:
            raw = raw[:at] + patch + raw[at + len(patch) :]
        elif kind == 3:
            raw = raw[:at] + patch + raw[at:]
        else:
            raw = raw[:at] + raw[at : at + length] * draw.randint(2, 50) + raw[at:]
    return raw


def random_bytes(draw: random.Random) -> bytes:
    """Return bytes of no kind."""
    return draw.randbytes(draw.randint(0, 300))


def random_text(draw: random.Random) -> bytes:
    """Return separators, quotes, line ends and letters in any order."""
    return b"".join(draw.choices(ALPHABET + TOKENS[-4:], k=draw.randint(0, 80)))


def damaged_text(draw: random.Random) -> bytes:
    """Return a table in any form, damaged."""
    form = TextForm(
        separator=draw.choice(",;\t|"),
        encoding=draw.choice(ENCODINGS),
        line_end=draw.choice(["\n", "\r\n", "\r"]),
    )
    return damaged(table_text(a_table(draw), form), draw)


def damaged_archive(draw: random.Random) -> bytes:
    """Return a workbook whose archive is damaged."""
    return damaged(draw.choice(WORKBOOKS), draw)


def damaged_parts(draw: random.Random) -> bytes:
    """Return a sound archive with a damaged part."""
    with zipfile.ZipFile(io.BytesIO(draw.choice(WORKBOOKS))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = draw.choice(list(parts))
    parts[name] = damaged(parts[name], draw)
    return packed(parts)


def packed(parts: dict[str, bytes]) -> bytes:
    """Return an archive of some parts."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return body.getvalue()


def workbooks() -> list[bytes]:
    """Return sound workbooks: plain, with all kinds of cells, and an OpenDocument."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["a", "b", "c"])
    book.active.append([1.5, True, "=A2"])
    book.active.append([44307, 0.34, 17])
    for cell, form in (("A3", "dd.mm.yyyy"), ("B3", "0%"), ("C3", "0000")):
        book.active[cell].number_format = form
    book.active.merge_cells("A4:B4")
    book.active["C2"] = "x"
    body = io.BytesIO()
    book.save(body)
    spaces = "".join(
        f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
        for n in ("office", "table", "text", "style")
    )
    content = (
        f"<office:document-content{spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="S">{ODS_CELLS}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    document = packed(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
        }
    )
    plain = workbook_bytes([a_table(random.Random(1))])  # noqa: S311 - not for secrets
    return [plain, body.getvalue(), document]


WORKBOOKS = workbooks()
MAKERS: tuple[Maker, ...] = (
    random_bytes,
    random_text,
    damaged_text,
    damaged_text,
    damaged_archive,
    damaged_parts,
    damaged_parts,
)


def main() -> int:
    """Run the tries and print how many were read and refused."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tries", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("out/fuzz-crash.bin"))
    options = parser.parse_args()
    draw = random.Random(options.seed)  # noqa: S311 - not for secrets
    counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    slowest = 0.0
    for number in range(options.tries):
        maker = MAKERS[number % len(MAKERS)]
        raw = maker(draw)
        faulthandler.dump_traceback_later(HANG, exit=True)
        start = time.perf_counter()
        try:
            open_text(raw, "t")
            outcome = "read"
        except InputError as error:
            outcome = "refused" if str(error) else "refused without a word"
        except BaseException:
            options.keep.parent.mkdir(parents=True, exist_ok=True)
            options.keep.write_bytes(raw)
            sys.stdout.write(f"try {number} ({maker.__name__}) crashed: see {options.keep}\n")
            raise
        faulthandler.cancel_dump_traceback_later()
        slowest = max(slowest, time.perf_counter() - start)
        counts[maker.__name__][outcome] += 1
    lines = [f"{options.tries:,} tries, seed {options.seed}: no crash, slowest {slowest:.2f} s"]
    silent = sum(found["refused without a word"] for found in counts.values())
    lines.append(f"refused without a word: {silent}")
    for name, found in counts.items():
        lines.append(f"{name:<18}{found['read']:>9,} read{found['refused']:>9,} refused")
    sys.stdout.write("\n".join([*lines, ""]))
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main())
