"""Laws of reading files: what is written is read, and nothing crashes."""

from __future__ import annotations

import io
import zipfile

from hypothesis import example, given, reject, settings
from hypothesis import strategies as st

from remit.core.errors import InputError
from remit.evidence.tables import TextTable
from remit.io.file_map import FileMap
from remit.io.open_file import open_text
from remit.io.safe_cells import restored_cell, safe_cell
from remit.io.text_source import HIDDEN_BLANKS
from remit.io.write_tables import ENCODINGS, TextForm, table_text, workbook_bytes

LEFT_TO_CONTENT = FileMap()
CODECS = {name: name for name in ENCODINGS} | {"windows-1252": "cp1252", "utf-8": "utf-8-sig"}

#: Any text but NUL and lone surrogates, which no text file can hold; outer blanks are stripped.
letters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
western = st.sampled_from("abcABC019 .,;|\t\n\r\"'=+-@#_éüßñ±°µ–’")


def outer(text: str) -> str:
    while text != (text := text.strip().strip(HIDDEN_BLANKS)):
        pass
    return text


cells = st.one_of(
    st.text(western, max_size=12),
    st.text(letters, max_size=12),
    st.sampled_from(["", "", "0017", "-1.5", "1,5", "=1+1", "NA", "2021-04-21", "sep=;"]),
).map(outer)
#: Names that are names: a row of numbers is refused as a header, markup as a web page.
names = (
    st.text("abcdefghij ABC,;|.()-é", min_size=1, max_size=10)
    .map(outer)
    .filter(lambda name: any(map(str.isalpha, name)))
)


@st.composite
def tables(draw):
    width = draw(st.integers(1, 5))
    header = draw(st.lists(names, min_size=width, max_size=width, unique=True))
    row = st.lists(cells, min_size=width, max_size=width).filter(any)
    rows = draw(st.lists(row, max_size=5))
    return TextTable(
        file="t.csv",
        header=tuple(header),
        rows=tuple(map(tuple, rows)),
        row_numbers=tuple(range(2, len(rows) + 2)),
    )


forms = st.builds(
    TextForm,
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(ENCODINGS),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from(["needed", "all"]),
)


def same(found, table, *, safe):
    """Whether a table came back, cell by cell."""
    back = restored_cell if safe else str
    assert tuple(map(back, found.header)) == table.header
    assert tuple(tuple(map(back, row)) for row in found.rows) == table.rows


def attempt(raw, how=LEFT_TO_CONTENT):
    """Return the file, or the problems that it was refused for."""
    try:
        return open_text(raw, "t.csv", how), ()
    except InputError as error:
        return None, error.problems


def written(table, form):
    try:
        return table_text(table, form)
    except InputError:
        reject()  # letters that Windows-1252 does not have


@settings(max_examples=150)
@given(table=tables(), form=forms)
def test_any_table_written_in_any_form_opens_the_same(table, form):
    how = FileMap(encoding=form.encoding, header_row=1)
    (found,) = open_text(written(table, form), "t.csv", how).tables
    same(found, table, safe=True)


@settings(max_examples=150)
@given(table=tables(), form=forms)
def test_the_encoding_is_found_or_asked_about(table, form):
    raw = written(table, form)
    file, problems = attempt(raw, FileMap(header_row=1))
    unmarked = form.encoding in ("windows-1252", "utf-16-le", "utf-16-be")
    if file is None:
        # bytes of a few odd letters can be those of another encoding, or of none
        assert unmarked
        assert all("encoding" in p.hint or "UTF" in f"{p.found}{p.hint}" for p in problems)
    elif not unmarked or raw.decode(CODECS[decided(file)]) == raw.decode(CODECS[form.encoding]):
        same(file.tables[0], table, safe=True)


def decided(file):
    return next(d.value for d in file.decisions if d.key == "encoding")


@settings(max_examples=100)
@given(table=tables())
def test_any_table_written_as_a_workbook_opens_the_same(table):
    (found,) = open_text(workbook_bytes([table]), how=FileMap(header_row=1)).tables
    same(found, table, safe=False)


@given(st.text(st.sampled_from("'=+-@\t\ra1.,%"), max_size=6))
def test_safe_cells_are_safe_and_can_be_undone(text):
    safe = safe_cell(text)
    assert restored_cell(safe) == text
    assert safe == text or safe == "'" + text


def opened_or_refused(raw: bytes) -> None:
    """Open bytes; the only error there may be is one in words."""
    file, problems = attempt(raw)
    assert file is not None or problems
    assert all(problem.where and problem.found for problem in problems)


@settings(max_examples=300)
@given(st.one_of(st.binary(max_size=200), st.text('a1,;\t|"\n\r\0é ', max_size=80).map(str.encode)))
@example(b"\xff\xfe")
@example(b"\xff\xfea")
@example(b"\xfe\xff\0")
@example(b"sep=")
@example(b'"')
def test_any_bytes_are_read_or_refused_in_words(raw):
    opened_or_refused(raw)


def workbook() -> bytes:
    rows = (("x", "1"), ("y", "2"))
    table = TextTable(file="t", header=("a", "b"), rows=rows, row_numbers=(2, 3))
    return workbook_bytes([table])


WORKBOOK = workbook()


@settings(max_examples=150)
@given(st.integers(0, len(WORKBOOK) - 1), st.binary(min_size=1, max_size=8), st.booleans())
def test_any_damage_to_a_workbook_is_read_or_refused_in_words(at, patch, cut):
    raw = WORKBOOK[:at] + patch + (b"" if cut else WORKBOOK[at + len(patch) :])
    opened_or_refused(raw)


@settings(max_examples=150)
@given(st.data())
def test_any_damage_to_the_xml_of_a_workbook_is_read_or_refused_in_words(data):
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    at = data.draw(st.integers(0, len(parts[name])))
    patch = data.draw(
        st.one_of(st.binary(max_size=4), st.sampled_from([b"9", b"<c>", b'r="', b"-"]))
    )
    parts[name] = parts[name][:at] + patch + parts[name][at + len(patch) :]
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    opened_or_refused(body.getvalue())
