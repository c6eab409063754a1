"""Long text files, row by row."""

import tracemalloc

import pytest
from tests.unit.io.workbook_bytes import xlsx

from remit.core.errors import InputError
from remit.io.file_map import FileMap
from remit.io.open_file import open_file
from remit.io.text_rows import stream_rows


@pytest.fixture
def written(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "t.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n\n 3 ,4\n",
        "a;b\r\n1,5;x\r\n",
        "sep=|\na|b\n1|2\n",
        "A title\n\nid,n,\nx,1,\ny,2,\n",
        "n,n,,\n1,2,3,\n4,5,,\n",
        'a,b\n"x\ny",\u00a0z\u200b\n',
        "a\nx\ny\n",
    ],
)
def test_agrees_with_the_file_opened_whole(written, text):
    path = written(text)
    whole, stream = open_file(path).tables[0], stream_rows(path)
    assert stream.header == whole.header
    assert list(stream) == list(zip(whole.row_numbers, whole.rows, strict=True))
    assert stream.count == len(whole.rows)
    assert list(stream) == list(stream)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1252"])
def test_encodings(written, encoding):
    stream = stream_rows(written("a,b\nMüller,2\n", encoding))
    assert list(stream) == [(2, ("Müller", "2"))]


def test_every_ragged_row_is_named_before_any_row_is_read(written):
    path = written("a,b\n" + "1,2\n" * 100_000 + "1\n" + "1,2\n" * 9 + "1,2,3\n" * 60)
    with pytest.raises(InputError) as caught:
        stream_rows(path)
    found = [(p.where, p.found) for p in caught.value.problems]
    assert found[:2] == [("t.csv, row 100002", "1 cell"), ("t.csv, row 100012", "3 cells")]
    assert found[-1] == ("t.csv", "11 more such rows")


def test_open_quote_and_late_nul(written):
    with pytest.raises(InputError, match=r"row 10002: found a quote that opens a cell"):
        stream_rows(written("a,b\n" + "1,2\n" * 10_000 + '"1,2\n'))
    with pytest.raises(InputError, match=r"row 10002: found a NUL character"):
        stream_rows(written("a,b\n" + "1,2\n" * 10_000 + "1,\0\n"))


def test_the_map(written):
    stream = stream_rows(written("x\n\n1;2\n3;4\n"), FileMap(separator=";", header_row=3))
    assert (stream.header, list(stream)) == (("1", "2"), [(4, ("3", "4"))])


def test_workbooks_and_missing_files(tmp_path):
    path = tmp_path / "t.csv"
    with pytest.raises(InputError, match="cannot be read"):
        stream_rows(path)
    path.write_bytes(xlsx("<row/>"))
    with pytest.raises(InputError, match="opened whole: open_file"):
        stream_rows(path)


def test_memory_does_not_grow_with_the_file(written):
    def peak(rows):
        path = written("id,note\n" + "".join(f"{i},{str(i) * 40}\n" for i in range(rows)))
        tracemalloc.start()
        try:
            count = sum(1 for _ in stream_rows(path))
            size = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert count == rows
        return path.stat().st_size, size

    (small, first), (large, second) = peak(20_000), peak(60_000)
    assert large - small > 6_000_000
    assert second - first < 1_000_000  # the same pieces, cut at other places
