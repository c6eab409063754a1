"""Commands on files: what they print, what they write, and how they end."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import dataclass

import openpyxl
import pytest

from remit.cli import main

GOOD, FINDINGS, WRONG_USE = 0, 1, 2

#: Invented. Decimal commas; the first trial's SDs are like the others', or standard errors.
TRIALS = (
    "study;m1i;sd1i;n1i;m2i;sd2i;n2i\n"
    "Adams 2019;3,1;2,2;49;4,4;2,4;49\nBaker 2020;2,8;2,5;40;3,9;2,3;41\n"
    "Cole 2022;3,6;2,1;31;4,1;2,6;30\nDiaz 2023;3,3;2,0;60;4,2;2,2;58\n"
)
SLIP = TRIALS.replace("Adams 2019;3,1;2,2;49;4,4;2,4", "Adams 2019;3,1;0,31;49;4,4;0,34")
PEOPLE = (
    "id,visit,dose,pain\n001,03/04/2021,25 mg,7.1\n"
    "002,05/06/2021,30 mg,NA\n003,07/08/2021,25 mg,5.5\n"
)


@dataclass
class Ended:
    status: int
    out: str
    err: str


@pytest.fixture
def remit(monkeypatch, capsys, tmp_path):
    """Run the command line in an empty folder."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["remit", *map(str, arguments)])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ended(status, captured.out, captured.err)

    return run


@pytest.fixture
def write(tmp_path):
    """Write a file into the folder; return its name."""

    def put(name: str, content: str | bytes) -> str:
        raw = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(raw)
        return name

    return put


class TestCheck:
    def test_a_clean_file(self, remit, write):
        end = remit("check", write("trials.csv", TRIALS))
        assert (end.status, end.err) == (GOOD, "")
        assert end.out.splitlines()[0] == (
            "trials.csv: one row for each study (metafor, JASP, jamovi)."
        )
        assert "Nothing odd was found." in end.out
        assert "column 'm1i': comma is the decimal sign, 4 of 4 cells with a sign agree." in end.out
        assert "plain decisions are not listed; --all lists them." in end.out
        assert end.out.splitlines()[-1] == "No number was changed."

    def test_all_lists_the_plain_decisions_too(self, remit, write):
        end = remit("check", write("trials.csv", TRIALS), "--all")
        assert "column 'n1i': whole numbers, all 4 cells." in end.out
        assert "are not listed" not in end.out

    def test_a_question_and_its_answers(self, remit, write):
        end = remit("check", write("people.csv", PEOPLE))
        assert (end.status, end.err) == (FINDINGS, "")
        assert "What cannot be read, or in two ways (1)" in end.out
        assert "dates = \"day-month\" ('03/04/2021' is 2021-04-03)" in end.out
        write("map.toml", '[columns.visit]\ndates = "month-day"\n')
        end = remit("check", "people.csv", "--map", "map.toml")
        assert end.status == GOOD
        assert "the month stands before the day, as the map says." in end.out

    def test_a_suspicion_with_both_answers(self, remit, write):
        end = remit("check", write("trials.csv", SLIP))
        assert end.status == FINDINGS
        assert "Probably typed wrong: likely (1)" in end.out
        assert "sd1i is 0.31 and sd2i is 0.34. Likeliest cause: a standard error" in end.out
        # 0.31 and 0.34 times the root of 49
        assert "then sd1i would be 2.17 and sd2i would be 2.38" in end.out
        assert "as it stands" in end.out
        assert "if corrected" in end.out

    def test_what_the_reader_of_the_format_says(self, remit, write):
        text = "Study,T,R,N\nA,P,1,10\nA,Q,2,10\nB,R,1,9\nB,S,1,9\nC,P,3,20\n"
        end = remit("check", write("net.csv", text))
        assert end.status == GOOD
        assert "Fewer than two arms, so that nothing is compared: C." in end.out
        assert "cannot be compared: {P, Q}; {R, S}." in end.out

    def test_rows_outside_the_table_are_listed(self, remit, write):
        text = "Trial 7,,\n\nid,dose,pain\n1,25,7\n2,30,5\n\nall doses in mg,,\n"
        end = remit("check", write("people.csv", text))
        assert end.status == GOOD
        assert "Rows outside the tables (2)" in end.out
        assert "people.csv, row 1: above the header. Trial 7" in end.out
        assert "people.csv, row 7: a note outside the table. all doses in mg" in end.out

    def test_json(self, remit, write):
        end = remit("check", write("trials.csv", SLIP), "--json")
        made = json.loads(end.out)
        assert end.status == FINDINGS
        assert made["kind"] == "remit.checked-file"
        assert [s["check"] for s in made["suspicions"]] == ["se-for-sd"]
        signs = {d["value"] for d in made["decisions"] if d["key"] == "decimal"}
        assert signs == {","}
        assert made["problems"] == []


class TestCleanCopy:
    MIXED = (
        "id;visit;dose;pain;share;note\n"
        "001;13.04.2021;12,50 mg;7,1;34 %;=1+1\n002;01.05.2021;1.000 mg;NA;5 %;it's 1,5\n"
    )

    def test_a_workbook_with_its_account(self, remit, write, tmp_path):
        end = remit("check", write("people.csv", self.MIXED), "--write-clean", "clean.xlsx")
        assert end.status == GOOD
        assert end.out.splitlines()[-1] == "Wrote clean.xlsx"
        book = openpyxl.load_workbook(tmp_path / "clean.xlsx")
        data, account = (list(sheet.values) for sheet in book.worksheets)
        assert data[1:] == [
            ("001", "2021-04-13", 12.5, 7.1, 34, "=1+1"),
            ("002", "2021-05-01", 1000, None, 5, "it's 1,5"),
        ]
        assert account[0] == ("place", "what", "was", "is", "why")
        assert book.worksheets[1].title == "account"
        cells = {row[0]: row[2:4] for row in account if row[1] == "cell"}
        assert cells["people.csv, row 2, column 'dose'"] == ("12,50 mg", "12.50")
        assert cells["people.csv, row 3, column 'pain'"] == ("NA", None)
        assert len(cells) == 8
        assert (tmp_path / "people.csv").read_text(encoding="utf-8") == self.MIXED

    def test_text_is_safe_for_spreadsheets(self, remit, write, tmp_path):
        end = remit("check", write("people.csv", self.MIXED), "--write-clean", "clean.csv")
        assert end.out.splitlines()[-2:] == ["Wrote clean.csv", "Wrote clean-account.csv"]
        with (tmp_path / "clean.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        assert rows[1][-1] == "'=1+1"

    @pytest.mark.parametrize("name", ["clean.xlsx", "clean.csv"])
    def test_it_reads_back_with_the_same_values_and_nothing_to_ask(self, remit, write, name):
        remit("check", write("trials.csv", TRIALS), "--write-clean", name)
        first = remit("pool", "trials.csv", "--json", "first.json", "-q")
        again = remit("pool", name, "--json", "again.json", "-q")
        assert (first.status, again.status) == (GOOD, GOOD)
        results = []
        for file in ("first.json", "again.json"):
            with open(file, encoding="utf-8") as made:  # noqa: PTH123
                results.append(json.load(made)["result"])
        assert results[0]["effect"] == results[1]["effect"]
        assert [r["effect"] for r in results[0]["rows"]] == [
            r["effect"] for r in results[1]["rows"]
        ]

    @pytest.mark.parametrize(
        ("source", "target", "named"),
        [
            ("trials.csv", "trials.csv", "trials.csv"),
            ("clean-account.csv", "clean.csv", "clean-account.csv"),
        ],
    )
    def test_never_onto_the_file_itself(self, remit, write, tmp_path, source, target, named):
        end = remit("check", write(source, TRIALS), "--write-clean", target)
        assert end.status == FINDINGS
        assert end.err == (
            f"{named}: found the name of the file itself, expected another name for the copy. "
            "Nothing was written.\n"
        )
        assert [p.name for p in tmp_path.iterdir()] == [source]
        assert (tmp_path / source).read_text(encoding="utf-8") == TRIALS

    def test_nothing_is_written_while_a_question_is_open(self, remit, write, tmp_path):
        end = remit("check", write("people.csv", PEOPLE), "--write-clean", "clean.csv")
        assert end.status == FINDINGS
        assert "Say which in the map, under [columns.visit]" in end.err
        assert not (tmp_path / "clean.csv").exists()

    def test_two_tables_need_a_workbook(self, remit, write):
        text = "a,b\n1,2\n\nx,y,z\n1,2,3\n4,5,6\n"
        end = remit("check", write("two.csv", text), "--write-clean", "clean.csv")
        assert end.status == FINDINGS
        assert "found 2 tables for one text file, expected one table. Write an .xlsx" in end.err
        assert remit("check", "two.csv", "--write-clean", "clean.xlsx").status == GOOD

    def test_of_references_there_is_none(self, remit, write):
        end = remit(
            "check", write("refs.ris", "TY  - JOUR\nTI  - T\nER  - \n"), "--write-clean", "c.csv"
        )
        assert end.status == FINDINGS
        assert "refs.ris: found a RIS references, of which there is no clean copy" in end.err


class TestMap:
    def test_it_asks_and_answers(self, remit, write, tmp_path):
        end = remit("map", write("people.csv", PEOPLE), "-o", "map.toml")
        assert (end.status, end.out) == (GOOD, "Wrote map.toml\n")
        text = (tmp_path / "map.toml").read_text(encoding="utf-8")
        assert "# dates = \"day-month\"  # '03/04/2021' is 2021-04-03" in text
        write("map.toml", text.replace('# dates = "day-month"', 'dates = "day-month"'))
        assert remit("check", "people.csv", "--map", "map.toml").status == GOOD

    def test_a_map_that_is_there_is_not_lost(self, remit, write, tmp_path):
        write("map.toml", '[columns.visit]\ndates = "day-month"\n')
        end = remit("map", write("people.csv", PEOPLE))
        assert end.status == FINDINGS
        assert end.err == (
            "map.toml: found a file that is there already, expected a new name, so that no answer "
            "is lost. Keep its answers with --map map.toml, or choose another name with -o.\n"
        )
        end = remit("map", "people.csv", "--map", "map.toml")
        assert end.status == GOOD
        text = (tmp_path / "map.toml").read_text(encoding="utf-8")
        assert 'dates = "day-month"' in text
        assert "QUESTION" not in text

    def test_printed(self, remit, write, tmp_path):
        end = remit("map", write("people.csv", PEOPLE), "-o", "-")
        assert end.status == GOOD
        assert "[columns.visit]" in end.out
        assert [p.name for p in tmp_path.iterdir()] == ["people.csv"]

    def test_a_slip_in_the_map(self, remit, write):
        write("map.toml", '[columns.visits]\ndate = "day-month"\n')
        end = remit("check", write("people.csv", PEOPLE), "--map", "map.toml")
        assert end.status == FINDINGS
        assert "Did you mean 'dates'?" in end.err
        write("map.toml", '[columns.visits]\ndates = "day-month"\n')
        end = remit("check", "people.csv", "--map", "map.toml")
        assert "found a column 'visits' that the file does not have" in end.err
        assert "Did you mean 'visit'?" in end.err


class TestImportAndExport:
    def test_there_and_back(self, remit, write, tmp_path):
        text = "Study,T,R,N\nA,Drug,4,20\nA,Placebo,9,21\nB,Drug,7,30\nB,Placebo,3,31\n"
        end = remit("import", write("net.csv", text), "review", "--outcome", "nausea")
        assert end.status == GOOD
        assert "MetaInsight, one row for each arm, events and totals: 2 studies." in end.out
        assert "Rows added: 1 sources, 2 studies, 4 arms, 4 outcomes." in end.out
        assert remit("check", "review").status == GOOD
        end = remit("export", "review", "out.csv", "--format", "metainsight-long")
        assert end.status == GOOD
        with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = [tuple(row.values()) for row in csv.DictReader(file)]
        assert sorted(row[:4] for row in rows) == [
            ("A", "Drug", "4", "20"), ("A", "Placebo", "9", "21"),
            ("B", "Drug", "7", "30"), ("B", "Placebo", "3", "31"),
        ]  # fmt: skip

    def test_a_whole_review_as_one_workbook(self, remit, write):
        remit("import", write("trials.csv", TRIALS), "review")
        assert remit("export", "review", "all.xlsx").status == GOOD
        end = remit("import", "all.xlsx", "again")
        assert end.status == GOOD
        assert "remit's review as one workbook" in end.out
        for name in ("outcomes.csv", "arms.csv", "studies.csv", "review.toml"):
            with open(f"review/{name}") as one, open(f"again/{name}") as other:  # noqa: PTH123
                assert one.read() == other.read()

    def test_a_whole_review_is_checked_as_a_folder(self, remit, write):
        remit("import", write("trials.csv", TRIALS), "review")
        remit("export", "review", "all.xlsx")
        end = remit("check", "all.xlsx")
        assert end.status == FINDINGS
        assert "found a whole review of remit" in end.err
        assert "with remit import, and check the folder" in end.err

    def test_an_open_question_comes_first(self, remit, write, tmp_path):
        text = "study;yi;vi\nA;1,234;0,5\nB;2,345;0.5\n"
        end = remit("import", write("trials.csv", text), "review")
        assert end.status == FINDINGS
        assert "Say which in the map, under [columns.vi]" in end.err
        assert not (tmp_path / "review").exists()
        write("map.toml", '[columns.yi]\ndecimal = ","\n[columns.vi]\ndecimal = "either"\n')
        assert remit("import", "trials.csv", "review", "--map", "map.toml").status == GOOD

    def test_unknown_format(self, remit, write):
        remit("import", write("trials.csv", TRIALS), "review")
        end = remit("export", "review", "x.csv", "--format", "endnote")
        assert end.status == WRONG_USE
        assert "'endnote', expected one of metainsight-long" in end.err


class TestPool:
    def test_a_map_settles_what_no_cell_does(self, remit, write):
        text = "study;yi;vi\nA;1,234;1,111\nB;2,345;1,222\n"
        end = remit("pool", write("trials.csv", text))
        assert end.status == FINDINGS
        assert "found '1,234' (row 2) and 1 more; no cell decides" in end.err
        write("map.toml", '[columns.yi]\ndecimal = ","\n[columns.vi]\ndecimal = ","\n')
        end = remit("pool", "trials.csv", "--map", "map.toml")
        assert end.status == GOOD
        assert "comma is the decimal sign, as the map says" in end.out
        assert "1.234" in end.out

    def test_a_file_whose_first_sign_is_that_of_markup(self, remit, write):
        end = remit("check", write("days.csv", "<5,>5\n1,2\n3,4\n"))
        assert end.status == GOOD


HTML = b"<html><body><table><tr><td>a</td></tr></table></body></html>"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


class TestWrongFiles:
    @pytest.mark.parametrize(
        ("name", "raw", "said"),
        [
            ("trials.xls", HTML, "found a web page (HTML)"),
            ("trials.xls", OLD, "found an Excel workbook of the old kind (.xls)"),
            ("trials.xlsx", OLD + "EncryptedPackage".encode("utf-16-le"), "with a password"),
            ("trials.csv", b"\x89PNG\r\n", "found a picture"),
            ("trials.csv", b"%PDF-1.7", "found a PDF"),
            ("trials.xlsx", b"PK\x03\x04abc", "the beginning of a workbook without its end"),
            ("trials.csv", b"", "found an empty file"),
            ("trials.csv", b"a,b\n1,2\n3,4,5\n", "row 3: found 3 cells, expected 2"),
        ],
    )
    @pytest.mark.parametrize("command", ["check", "map", "pool", "import"])
    def test_refused_in_words(self, remit, write, command, name, raw, said):
        more = ("folder",) if command == "import" else ()
        end = remit(command, write(name, raw), *more)
        assert (end.status, end.out) == (FINDINGS, "")
        assert said in end.err
        assert end.err.startswith(name)

    @pytest.mark.parametrize("command", ["check", "map", "pool", "import"])
    def test_no_such_file(self, remit, command):
        end = remit(command, "trials.csv", *(("folder",) if command == "import" else ()))
        assert end.status == FINDINGS
        assert end.err.startswith("trials.csv: found a file that cannot be read (")
