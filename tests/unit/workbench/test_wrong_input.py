"""One thing broken in a review folder: what its owner is told."""

from __future__ import annotations

import pytest

from remit.core.errors import InputError
from remit.workbench.questions.kinds import KINDS
from remit.workbench.review import make_review

POINT = "a number, with a point as the decimal sign"


def said(problem):
    return (problem.where, problem.found, problem.expected, problem.hint)


def test_the_template_itself_makes_a_review(folder):
    review = folder.review()
    assert [a.id for a in review.answers] == ["placebo", "regimens", "harms", "unknown"]


class TestColumns:
    def test_missing(self, folder):
        rows = folder.rows("sources")
        folder.write("sources", [row[:2] + row[3:] for row in rows])
        assert said(folder.only()) == (
            "sources.csv",
            "no column 'kind'",
            "the columns source, url, kind, what_it_gave",
            "Add it, with empty cells where nothing is reported.",
        )

    def test_misspelt(self, folder):
        folder.text("sources.csv", "kind", "knd")
        problem = folder.only()
        assert problem.found == "no column 'kind'"
        assert problem.hint == "Is 'knd' this column? Then rename it."

    def test_unknown(self, folder):
        folder.text("sources.csv", "kind", "kind,colour")
        folder.text("sources.csv", "full-text", "full-text,red")
        assert said(folder.only()) == (
            "sources.csv, row 1, column 'colour'",
            "a column that this table does not have",
            "one of source, url, kind, what_it_gave",
            "Remove the column.",
        )

    def test_unknown_in_a_table_with_notes(self, folder):
        rows = folder.rows("arms")
        folder.write("arms", [[*rows[0], "weight"], *([*row, "70"] for row in rows[1:])])
        assert folder.only().hint == "Facts without a column belong in 'notes'."

    def test_twice(self, folder):
        folder.text("sources.csv", "url,kind", "url,url")
        first, second = folder.problems()
        assert first.found == "no column 'kind'"
        assert said(second)[:3] == (
            "sources.csv, row 1, column 'url'", "2 columns of this name", "one",
        )  # fmt: skip

    def test_a_column_without_a_name_is_passed_over_only_if_empty(self, folder):
        rows = folder.rows("sources")
        folder.write("sources", [[*row, "", ""] for row in rows])
        assert folder.review().answers
        folder.write("sources", [[*row, "" if n == 0 else "x"] for n, row in enumerate(rows)])
        problem = folder.only()
        assert (problem.where, problem.found) == ("sources.csv, row 1", "a column without a name")

    def test_other_cells_are_read_all_the_same(self, folder):
        folder.text("outcomes.csv", "estimand_note", "estimand")
        folder.cell("outcomes", 3, "mean", "much")
        column, cell = folder.problems()
        assert column.hint == "Is 'estimand' this column? Then rename it."
        assert (cell.where, cell.found) == ("outcomes.csv, row 3, column 'mean'", "'much'")


NUMBERS = [
    ("outcomes", "sd", "2,4", POINT, "Is the comma a decimal sign? Then write 2.4."),
    ("outcomes", "sd", "NA", POINT, "Leave the cell empty where nothing is reported."),
    ("outcomes", "sd", "n/a", POINT, "Leave the cell empty where nothing is reported."),
    ("events", "percent", "12%", POINT, "Write it without the percent sign: 12."),
    ("events", "percent", "12.5 %", POINT, "Write it without the percent sign: 12.5."),
    (
        "outcomes", "mean", "7.1 ± 2.0", POINT,
        "Give one number to a cell; the spread has a column of its own.",
    ),
    (
        "outcomes", "mean", "7.1 (2.0)", POINT,
        "Give one number to a cell; the spread has a column of its own.",
    ),
    (
        "outcomes", "mean", "\u22123.2", POINT,
        "Write the minus as a hyphen and the decimal sign as a point: -3.2.",
    ),
    (
        "outcomes", "mean", "3\u00b72", POINT,
        "Write the minus as a hyphen and the decimal sign as a point: 3.2.",
    ),
    (
        "contrasts", "p_value", "<0.001", POINT,
        "Write 0.001 here and the sign in column 'p_operator'.",
    ),
    (
        "events", "events", "<5", "a whole number",
        "Only a p value can be a bound; say it in 'note' and leave the cell empty.",
    ),
    (
        "events", "events", "12/30", "a whole number",
        "Write the count here and the number that it is of in column 'n'.",
    ),
    ("events", "n", "30.0", "a whole number", "Write 30."),
    ("events", "n", "30.5", "a whole number", ""),
    ("outcomes", "mean", "about seven", POINT, ""),
    ("outcomes", "mean", "1e999", POINT, ""),
]  # fmt: skip


class TestCells:
    @pytest.mark.parametrize(("table", "column", "text", "expected", "hint"), NUMBERS)
    def test_number(self, folder, table, column, text, expected, hint):
        folder.cell(table, 2, column, text)
        where = f"{table}.csv, row 2, column '{column}'"
        assert said(folder.only()) == (where, f"'{text}'", expected, hint)

    def test_a_very_long_cell_is_cut_off_in_the_message(self, folder):
        folder.cell("outcomes", 2, "n", "9" * 5000)
        assert folder.only().found == f"'{'9' * 80} ...'"

    def test_unknown_category(self, folder):
        folder.cell("outcomes", 2, "outcome", "Pain-intensty")
        problem = folder.only()
        row = next(n for n, r in enumerate(folder.rows("codebook"), 1) if r[1] == "outcome")
        assert said(problem) == (
            "outcomes.csv, row 2, column 'outcome'",
            "'Pain-intensty'",
            "one of pain-intensity, responder, sustained-response, headache-days",
            "Did you mean 'pain-intensity'? A new word must first be allowed in codebook.csv, "
            f"row {row}.",
        )

    def test_category_not_reported(self, folder):
        folder.cell("arms", 2, "route", "NR")
        assert folder.only().hint.startswith("Leave the cell empty where nothing is reported.")

    def test_one_word_of_a_list_is_unknown(self, folder):
        folder.cell("studies", 2, "diagnosis", "migraine; clustr")
        problem = folder.only()
        assert problem.found == "'clustr'"
        assert problem.hint.startswith("Did you mean 'cluster'?")

    def test_empty_key(self, folder):
        folder.cell("outcomes", 2, "outcome", "")
        problem = folder.only()
        assert problem.found == "an empty cell"
        assert problem.expected == "a value (what was measured)"

    def test_slug(self, folder):
        folder.cell("studies", 2, "study", "Example 2024")
        assert said(folder.only()) == (  # and not once more for each arm
            "studies.csv, row 2, column 'study'",
            "'Example 2024'",
            "small letters, digits and hyphens, such as smith-2024",
            "Write example-2024, here and wherever it is referred to.",
        )

    def test_address(self, folder):
        folder.cell("sources", 2, "url", "www.example.org")
        assert folder.only().expected == "an address that begins with http"

    def test_regimen(self, folder):
        folder.cell("arms", 2, "regimen", "0.3mg/kg in 15 minutes")
        assert folder.only().expected.startswith("a regimen such as '0.3 mg/kg iv over 15 min'")

    @pytest.mark.parametrize(
        ("table", "column", "text", "expected"),
        [
            ("outcomes", "sd", "-2.4", "0 or more"),
            ("events", "percent", "140", "a number from 0 to 100"),
            ("contrasts", "p_value", "1.2", "a number from 0 to 1"),
            ("studies", "female_pct", "-1", "a number from 0 to 100"),
            ("arms", "n", "-30", "0 or more"),
        ],
    )
    def test_out_of_range(self, folder, table, column, text, expected):
        folder.cell(table, 2, column, text)
        problem = folder.only()
        assert problem.where == f"{table}.csv, row 2, column '{column}'"
        assert (problem.found, problem.expected) == (text, expected)

    def test_a_negative_sd_says_where_a_change_belongs(self, folder):
        folder.cell("outcomes", 2, "sd", "-2.4")
        assert folder.only().hint == ("A change is kept in 'mean', its spread is never negative.")

    def test_level_as_a_proportion(self, folder):
        folder.cell("contrasts", 2, "ci_level", "0.95")
        assert said(folder.only()) == (
            "contrasts.csv, row 2, column 'ci_level'",
            "0.95",
            "a level in percent, such as 95",
            "Did you mean 95?",
        )

    def test_interval_upside_down(self, folder):
        folder.cell("contrasts", 2, "ci_low", "0.1")
        folder.cell("contrasts", 2, "ci_high", "-2.5")
        assert said(folder.only()) == (
            "contrasts.csv, row 2, column 'ci_low'",
            "0.1 above 'ci_high' -2.5",
            "'ci_low' at or below 'ci_high'",
            "Were the two exchanged when a reduction was turned into a change?",
        )

    def test_doses_exchanged(self, folder):
        folder.cell("arms", 2, "dose_low", "0.5")
        assert folder.only().hint == "Were the two exchanged?"

    @pytest.mark.parametrize(
        ("cells", "where", "found"),
        [
            ({"q1": "5", "median": "4", "q3": "3"}, "q1", "5 above 'q3' 3"),
            ({"q1": "4.5", "median": "4", "q3": "6"}, "q1", "4.5 above 'median' 4"),
            ({"q1": "3", "median": "7", "q3": "6"}, "median", "7 above 'q3' 6"),
            ({"min": "4", "q1": "3", "median": "5", "max": "9"}, "min", "4 above 'q1' 3"),
            ({"min": "9", "max": "1"}, "min", "9 above 'max' 1"),
        ],
    )  # fmt: skip
    def test_quartiles_out_of_order_are_said_once(self, folder, cells, where, found):
        for column, text in cells.items():
            folder.cell("outcomes", 2, column, text)
        problem = folder.only()
        assert problem.where == f"outcomes.csv, row 2, column '{where}'"
        assert problem.found == found


class TestKeys:
    def test_row_twice(self, folder):
        folder.add("arms", 2)
        assert said(folder.only()) == (
            "arms.csv, row 4",
            "the key of row 2 again (example-2024, drug-a)",
            "a row of its own for each study, arm",
            "Remove one of the two, or give it a key of its own.",
        )

    def test_outcome_twice_offers_the_alternative_reading(self, folder):
        folder.add("outcomes", 2, mean="-3.0")
        assert folder.only().hint == "Remove one, or mark the second reading as 'alternative'."
        folder.cell("outcomes", 4, "reading", "alternative")
        assert folder.review().answers

    @pytest.mark.parametrize(
        ("table", "column", "text", "shown", "other", "hint"),
        [
            ("arms", "study", "exmple-2024", "exmple-2024", "studies", "'example-2024'"),
            ("studies", "cohort", "exampl-2024", "exampl-2024", "studies", "'example-2024'"),
            ("outcomes", "arm", "drug-b", "example-2024/drug-b", "arms", "'example-2024/drug-a'"),
            ("contrasts", "arm_b", "plcebo", "example-2024/plcebo", "arms",
             "'example-2024/placebo'"),
            ("events", "source", "exmple-2024-paper", "exmple-2024-paper", "sources",
             "'example-2024-paper'"),
        ],
    )  # fmt: skip
    def test_reference_to_nothing(self, folder, table, column, text, shown, other, hint):
        """Said once, at the cell; not again for the rows that refer to the faulty one."""
        folder.cell(table, 2, column, text)
        assert said(folder.only()) == (
            f"{table}.csv, row 2, column '{column}'",
            f"'{shown}'",
            f"a row of {other}.csv",
            f"Did you mean {hint}?",
        )

    def test_reference_to_an_absent_scale(self, folder):
        folder.write("scales", [r for r in folder.rows("scales") if r[0] != "nrs-0-10"])
        folder.text("review.toml", '"nrs-0-10"', '"vas-0-100-mm"')
        problems = folder.problems()
        assert {p.found for p in problems} == {"'nrs-0-10'"}
        assert {p.expected for p in problems} == {"a row of scales.csv"}
        assert [p.where.split(",")[0] for p in problems] == [
            "outcomes.csv", "outcomes.csv", "contrasts.csv", "pooled.csv",
        ]  # fmt: skip

    def test_reference_without_a_near_word(self, folder):
        folder.cell("events", 2, "source", "zzz")
        assert folder.only().hint == "Add it to sources.csv."

    def test_a_bad_cell_is_no_missing_row(self, folder):
        """A row with a fault still stands: what refers to it refers to something."""
        folder.cell("studies", 2, "n_enrolled", "sixty")
        folder.cell("arms", 3, "n", "thirty")
        assert [p.where for p in folder.problems()] == [
            "studies.csv, row 2, column 'n_enrolled'",
            "arms.csv, row 3, column 'n'",
        ]

    def test_another_slip_beside_a_bad_cell_is_reported_too(self, folder):
        folder.cell("arms", 2, "n", "thirty")
        folder.cell("outcomes", 2, "arm", "drug-b")
        assert [p.where for p in folder.problems()] == [
            "arms.csv, row 2, column 'n'",
            "outcomes.csv, row 2, column 'arm'",
        ]


class TestTables:
    def test_no_study(self, folder):
        folder.empty("studies")
        assert said(folder.only()) == (
            "studies.csv",
            "a header and no row",
            "at least one study",
            "Add a row for each study report.",
        )

    def test_no_scale(self, folder):
        folder.empty("scales")
        problem = folder.only()
        assert (problem.where, problem.found) == ("scales.csv", "a header and no row")
        assert problem.expected == "the rows that other tables refer to, such as 'nrs-0-10'"

    @pytest.mark.parametrize("table", ["outcomes", "contrasts", "events", "pooled", "conflicts"])
    def test_a_table_may_be_empty(self, folder, table):
        folder.empty(table)
        assert len(folder.review().answers) == 4

    def test_zero_bytes(self, folder):
        folder.raw("arms.csv", lambda _: b"")
        assert said(folder.only()) == (
            "arms.csv", "an empty file", "a header line with the column names", "",
        )  # fmt: skip

    def test_missing(self, folder):
        (folder.path / "arms.csv").unlink()
        assert said(folder.only()) == (
            "arms.csv",
            "no such table",
            "a table with at least its header",
            "`remit new` writes all tables; copy the missing one from there.",
        )

    @pytest.mark.parametrize("table", ["pooled", "conflicts"])
    def test_some_tables_may_be_missing(self, folder, table):
        (folder.path / f"{table}.csv").unlink()
        assert folder.review().answers

    def test_missing_codebook(self, folder):
        (folder.path / "codebook.csv").unlink()
        assert said(folder.only())[:3] == (
            "codebook.csv", "no such table", "the codebook of the base",
        )  # fmt: skip

    def test_folder_that_is_not_a_review(self, tmp_path):
        (tmp_path / "letter.txt").write_text("Dear editor", encoding="utf-8")
        with pytest.raises(InputError) as caught:
            make_review(tmp_path)
        (problem,) = caught.value.problems
        assert problem.where == str(tmp_path)
        assert problem.found.startswith("none of the tables sources.csv, scales.csv, studies.csv")
        assert problem.hint == "`remit new FOLDER` makes one with all tables and an example row."

    def test_file_instead_of_a_folder(self, folder):
        path = folder.path / "studies.csv"
        with pytest.raises(InputError) as caught:
            make_review(path)
        (problem,) = caught.value.problems
        assert said(problem) == (
            str(path),
            "a file",
            "a review folder (tables as CSV, and review.toml)",
            "`remit new FOLDER` makes one.",
        )

    def test_nothing_there(self, tmp_path):
        with pytest.raises(InputError) as caught:
            make_review(tmp_path / "absent")
        assert caught.value.problems[0].found == "nothing of this name"


class TestBytes:
    def test_two_encodings(self, folder):
        folder.raw("studies.csv", lambda b: b.replace(b"Second", b"M\xfcller"))
        folder.raw("studies.csv", lambda b: b.replace(b"Example", "é".encode()))
        assert said(folder.only()) == (
            "studies.csv, row 2",
            "'M\\xfcller', which is not UTF-8 as the file's other letters are",
            "one encoding in the whole file",
            "If 'Müller' is meant, type it again and save as 'CSV UTF-8'.",
        )

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param(lambda b: b"\xef\xbb\xbf" + b, id="UTF-8 with byte-order mark"),
            pytest.param(lambda b: b.decode().encode("utf-16"), id="UTF-16 little-endian"),
            pytest.param(
                lambda b: b"\xfe\xff" + b.decode().encode("utf-16-be"), id="UTF-16 big-endian"
            ),
            # UTF-16 without a mark was refused before; every second byte of it is NUL
            pytest.param(lambda b: b.decode().encode("utf-16-le"), id="UTF-16 without a mark"),
            pytest.param(lambda b: b.replace(b"\n", b"\r\n"), id="Windows line ends"),
            pytest.param(lambda b: b.replace(b"\n", b"\r"), id="old Macintosh line ends"),
            pytest.param(lambda b: b + b"\n\n,,,,\n", id="empty rows at the end"),
        ],
    )
    def test_reads(self, folder, change):
        wanted = folder.review().summary()
        folder.raw("studies.csv", change)
        assert folder.review().summary() == wanted

    @pytest.mark.parametrize("separator", [";", "\t", "|"])
    def test_other_separators_read(self, folder, separator):
        import csv

        wanted = folder.review().summary()
        for table in ("studies", "arms", "outcomes", "contrasts", "codebook"):
            rows = folder.rows(table)
            path = folder.path / f"{table}.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file, delimiter=separator).writerows(rows)
        assert folder.review().summary() == wanted

    def test_workbook(self, folder):
        folder.raw("studies.csv", lambda _: b"PK\x03\x04\x14\x00\x06\x00\xff\x00")
        assert said(folder.only()) == (
            "studies.csv",
            "an Excel workbook",
            "a text file",
            "Open it in the spreadsheet and save the sheet as 'CSV UTF-8'.",
        )

    def test_nul(self, folder):
        folder.raw("sources.csv", lambda b: b.replace(b"everything", b"every\0thing"))
        problem = folder.only()
        assert (problem.where, problem.found) == ("sources.csv, row 2", "a NUL character")

    def test_utf16_cut_off(self, folder):
        folder.raw("sources.csv", lambda b: b.decode().encode("utf-16")[:-1])
        assert folder.only().hint == "Was the file cut off? Save it again as 'CSV UTF-8'."

    def test_too_many_cells(self, folder):
        folder.text("sources.csv", ",everything", ",everything, and more")
        assert said(folder.only()) == (
            "sources.csv, row 2",
            "5 cells",
            "4, one for each column of the header",
            "A comma inside a cell needs quotes around the cell.",
        )

    def test_too_few_cells(self, folder):
        folder.text("sources.csv", ",everything", "")
        problem = folder.only()
        assert (problem.found, problem.hint) == ("3 cells", "Was the line cut off?")

    def test_unclosed_quote(self, folder):
        folder.text("sources.csv", ",everything", ',"everything')
        assert said(folder.only()) == (
            "sources.csv, row 2",
            "a quote that opens a cell and never closes",
            "a quote before and after the cell, and quotes inside it doubled",
            "Was the file cut off?",
        )

    def test_quote_inside_a_quoted_cell(self, folder):
        folder.text("sources.csv", ",everything", ',"the "whole" text"')
        assert folder.only().found == "a quote inside a quoted cell"


class TestCodebook:
    def test_without_a_needed_row(self, folder):
        folder.write(
            "codebook", [r for r in folder.rows("codebook") if r[:2] != ["outcomes", "sd"]]
        )
        assert said(folder.only()) == (
            "codebook.csv",
            "no row for column 'sd' of table 'outcomes'",
            "a row that describes it (a cell of kind number)",
            "`remit new` writes a complete codebook; copy the row from there.",
        )

    def test_foreign_word_for_an_engine_category(self, folder):
        folder.text("codebook.csv", "fixed | titrated", "fest | fixed | titrated")
        problem = folder.only()
        assert problem.where.endswith("column 'allowed'")
        assert problem.found == "'fest'"
        assert problem.expected == (
            "only words that remit acts on in this column: as-needed, fixed, titrated"
        )

    def test_type_that_does_not_fit(self, folder):
        """A wrong type is said once, and the cells of that column are left alone."""
        folder.text("codebook.csv", "outcomes,n,integer", "outcomes,n,text")
        problem = folder.only()
        assert problem.found == "'text' for outcomes.n"
        assert problem.expected == "the type integer"

    def test_category_without_words(self, folder):
        rows = folder.rows("codebook")
        for row in rows:
            if row[:2] == ["arms", "route"]:
                row[4] = ""
        folder.write("codebook", rows)
        problem = folder.problems()[0]
        assert problem.found == "an empty cell"
        assert problem.expected == "the words that arms.route may hold, with | between them"

    def test_column_described_twice(self, folder):
        number = folder.add("codebook", 2)
        problem = folder.only()
        assert problem.where == f"codebook.csv, row {number}"
        assert problem.found == "column 'study' of table 'studies' described a second time"

    def test_header(self, folder):
        folder.text("codebook.csv", "allowed", "erlaubt")
        assert folder.only().found == "no column 'allowed'"

    def test_a_new_word_is_taken_once_it_is_allowed(self, folder):
        folder.text("codebook.csv", "drug-a | placebo", "drug-a | drug-b | placebo")
        folder.cell("arms", 2, "treatment", "drug-b")
        assert folder.review().answers


SETTINGS = [
    (
        'title = "Drug A for migraine"', "title = Drug A",
        "review.toml, line 11, column 9", "invalid value",
        'TOML, such as: title = "My review"',
        "Text needs quotes, lists need square brackets, and a key stands once.",
    ),
    (
        "pain_scale =", "pain_scales =",
        "review.toml, [review], key 'pain_scale'", "nothing", "text in quotes",
        "Is it written 'pain_scales'?",
    ),
    (
        "[review]", "[reviews]",
        "review.toml", "no table [review]", "the title and the question of the review",
        "`remit new FOLDER` writes one with comments.",
    ),
    (
        '"between-arms"', '"between-arm"',
        "review.toml, [[question]] 1, key 'kind'", "'between-arm'",
        "one of " + ", ".join(KINDS),
        "Did you mean 'between-arms'?",
    ),
    (
        'next_update = "when', 'next_updates = "when',
        "review.toml, [review], key 'next_updates'", "a key that nothing reads",
        "one of important_difference, important_difference_is, newest_evidence, "
        "newest_evidence_is, next_update, not_advice, pain_scale, question, title, treatment, "
        "treatment_class, version",
        "Did you mean 'next_update'?",
    ),
    (
        "important_difference = 1.3", 'important_difference = "1.3"',
        "review.toml, [review], key 'important_difference'", "'1.3'",
        "a number without quotes", "",
    ),
    (
        "important_difference = 1.3", "important_difference = -1.3",
        "review.toml, [review], key 'important_difference'", "-1.3",
        "a number above 0 and below 1000", "",
    ),
    (
        "important_difference = 1.3", "important_difference = nan",
        "review.toml, [review], key 'important_difference'", "nan", "a finite number", "",
    ),
    (
        'newest_evidence = "2024-12-31"', "newest_evidence = 2024-12-31",
        "review.toml, [review], key 'newest_evidence'", "2024-12-31", "text in quotes", "",
    ),
    (
        "time_h = [0.5, 2.0]", "time_h = [2.0, 0.5]",
        "review.toml, [[question]] 1 (placebo), key 'time_h'", "[2.0, 0.5]",
        "two numbers, the lower one first", "",
    ),
    (
        "time_h = [0.5, 2.0]", "time = [0.5, 2.0]",
        "review.toml, [[question]] 1 (placebo), key 'time_h'", "nothing", "a list of numbers",
        "Is it written 'time'?",
    ),
    (
        'use = ["acute-attack"]', 'use = "acute-attack"',
        "review.toml, [[question]] 1 (placebo), key 'use'", "'acute-attack'",
        "a list of texts", "",
    ),
    (
        'id = "harms"', 'id = "placebo"',
        "review.toml, [[question]] 3, key 'id'", "'placebo'", "an id of its own",
        "An earlier question has this id.",
    ),
    (
        'id = "harms"', 'id = "My harms"',
        "review.toml, [[question]] 3, key 'id'", "'My harms'",
        "small letters, digits and hyphens, such as acute-placebo", "",
    ),
    (
        'id = "harms"', 'id = "studies"',
        "review.toml, [[question]] 3, key 'id'", "'studies'", "another word",
        "The page has a section of this name.",
    ),
    (
        "value = 70", "value = 0",
        "review.toml, [assumptions], [weight_kg], key 'value'", "0",
        "a number above 0 and below 1000", "",
    ),
    (
        "grid = [0.0, 0.25, 0.5, 0.75]", "grid = [0, 25, 50, 75]",
        "review.toml, [assumptions], [correlation], key 'grid'", "[0, 25, 50, 75]",
        "numbers above -1 and below 1", "",
    ),
    (
        'pain_scale = "nrs-0-10"', 'pain_scale = "nrs-0-11"',
        "review.toml, [review], key 'pain_scale'", "'nrs-0-11'",
        "a scale of scales.csv with a lower and a higher bound",
        "Such as nrs-0-10, vas-0-100-mm, days-per-month.",
    ),
    (
        'treatment_class = "drug-a"', 'treatment_class = "drug-b"',
        "review.toml, [review], key 'treatment_class'", "'drug-b'",
        "a class of arms.csv: drug-a, placebo", "",
    ),
    (
        "# [[possible_overlap]]\n# studies = [\"first-2019\", \"second-2021\"]\n# why",
        '[[possible_overlap]]\nstudies = ["example-2024", "second-2021"]\nwhy',
        "review.toml, [[possible_overlap]]", "'second-2021'", "a study of studies.csv", "",
    ),
]  # fmt: skip


class TestSettings:
    @pytest.mark.parametrize(("old", "new", "where", "found", "expected", "hint"), SETTINGS)
    def test_one_fault_is_said_once(self, folder, old, new, where, found, expected, hint):
        folder.text("review.toml", old, new)
        assert said(folder.only()) == (where, found, expected, hint)

    def test_no_file(self, folder):
        (folder.path / "review.toml").unlink()
        assert said(folder.only()) == (
            "review.toml",
            "no such file",
            "the questions of the review",
            "`remit new FOLDER` writes one with comments.",
        )

    def test_no_question(self, folder):
        content = (folder.path / "review.toml").read_text(encoding="utf-8")
        head, _ = content.split("[[question]]", 1)
        (folder.path / "review.toml").write_text(head, encoding="utf-8")
        assert said(folder.only())[:3] == (
            "review.toml, key 'question'", "nothing", "one or more tables [[question]]",
        )  # fmt: skip

    def test_several_faults_of_one_file(self, folder):
        folder.text("review.toml", 'title = "Drug A for migraine"', "title = 1")
        folder.text("review.toml", '"regimens"\nkind = "regimens"', '"regimens"\nkind = "doses"')
        folder.text("review.toml", "any = ", "anny = ")
        assert [p.where for p in folder.problems()] == [
            "review.toml, [review], key 'title'",
            "review.toml, [[question]] 2, key 'kind'",
            "review.toml, [[question]] 3 (harms), key 'any'",
        ]


def test_faults_in_several_files_are_all_raised_at_once(folder):
    folder.cell("outcomes", 2, "sd", "2,4")
    folder.cell("outcomes", 3, "n", "")
    folder.cell("outcomes", 3, "percent", "140")
    folder.cell("arms", 2, "route", "by mouth")
    folder.text("sources.csv", ",everything", ",everything, and more")
    folder.raw("events.csv", lambda b: b.replace(b"table 3", b"tabl\0 3"))
    folder.text("codebook.csv", "fixed | titrated", "fest | fixed | titrated")
    folder.text("review.toml", '"between-arms"', '"between-arm"')
    assert [(p.where, p.found) for p in folder.problems()] == [
        ("sources.csv, row 2", "5 cells"),
        ("events.csv, row 2", "a NUL character"),
        (f"codebook.csv, row {_row(folder, 'arms', 'dosing')}, column 'allowed'", "'fest'"),
        ("arms.csv, row 2, column 'route'", "'by mouth'"),
        ("outcomes.csv, row 2, column 'sd'", "'2,4'"),
        ("outcomes.csv, row 3, column 'percent'", "140"),
        ("review.toml, [[question]] 1, key 'kind'", "'between-arm'"),
    ]


def _row(folder, table, column):
    return next(n for n, r in enumerate(folder.rows("codebook"), 1) if r[:2] == [table, column])
