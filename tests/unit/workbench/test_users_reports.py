"""What users of other programs reported, by the number in docs/users-reports.md.

Inputs are the smallest that show the fault. Expected values are those of the report, computed with
metafor 3.8-1 or from the published formula, unless a comment says otherwise.
"""

from __future__ import annotations

import math

import numpy as np
import openpyxl
import pytest

import remit
from remit.core.errors import InputError, SpecError
from remit.io.file_map import FileMap
from remit.io.open_file import open_text
from remit.io.read_tables import typed_tables
from remit.synthesis.effects import (
    crossover_effects,
    design_effect,
    effect_sizes,
    effects_from_intervals,
    for_clusters,
    hedges_factor,
)
from remit.synthesis.medians import mean_from_median, skewness_test
from remit.workbench.check_file import check_file
from remit.workbench.import_evidence import import_evidence
from remit.workbench.pool_file import pool_file, pooling_spec

ROUNDED = 5e-4  # values of the reports have three decimals
ROUNDED_4 = 5e-5  # or four


@pytest.fixture
def write(tmp_path):
    def put(text: str | bytes, file: str = "trials.csv"):
        (tmp_path / file).write_bytes(text.encode() if isinstance(text, str) else text)
        return tmp_path / file

    return put


@pytest.fixture
def pooled(write):
    def run(text: str, **choices):
        return pool_file(write(text), pooling_spec(), **choices)

    return run


@pytest.fixture
def checks(write):
    def run(text: str, **choices):
        return [s.check for s in check_file(write(text), **choices).suspicions]

    return run


def column(*cells: str, name: str = "x"):
    """Read one column of a text, one quoted cell in each line."""
    quoted = "".join(f'"{cell}"\n' for cell in cells)
    (table,) = typed_tables(open_text(f"{name}\n{quoted}"), FileMap())
    return table.columns[0]


class TestSeparatorsAndNumbers:
    def test_u086_u085_semicolons_and_decimal_commas(self):
        opened = open_text(b"a;b\n1,5;2\n2,3;4\n", "t.csv")
        (table,) = typed_tables(opened, FileMap())
        assert [c.values for c in table.columns] == [(1.5, 2.3), (2, 4)]

    def test_u087_commas_for_both(self):
        (table,) = typed_tables(open_text(b'a,b\n"1,5",2\n"2,5",3\n', "t.csv"), FileMap())
        assert table.columns[0].values == (1.5, 2.5)
        with pytest.raises(InputError) as caught:
            open_text(b"a,b\n1,5,2\n2,5,3\n", "t.csv")
        assert [p.where for p in caught.value.problems] == ["t.csv, row 2", "t.csv, row 3"]

    def test_u076_numbers_of_a_workbook(self, tmp_path):
        book = openpyxl.Workbook()
        for row in (("study", "yi", "vi"), ("A", 1.234, 0.123), ("B", 1.234567, 0.456)):
            book.active.append(row)
        book.save(tmp_path / "t.xlsx")
        made = pool_file(tmp_path / "t.xlsx", pooling_spec())
        assert [row.effect for row in made.result.rows] == [1.234, 1.234567]

    def test_u153_a_byte_order_mark(self):
        opened = open_text(b"\xef\xbb\xbfField Name,Form\nrecord_id,start\n", "t.csv")
        assert opened.tables[0].header[0] == "Field Name"

    def test_u141_bytes_of_another_encoding_are_all_named(self):
        more = "1,Müller\n1,Böhm\n1,Weiß\n".encode()
        fewer = "2,café\n3,naïve\n".encode("latin-1")
        with pytest.raises(InputError) as caught:
            open_text(b"id,note\n" + more + fewer, "t.csv")
        assert [p.where for p in caught.value.problems] == ["t.csv, row 5", "t.csv, row 6"]
        with pytest.raises(InputError) as caught:
            open_text(b"id,note\n" + more[:11] + fewer, "t.csv")
        (problem,) = caught.value.problems  # the one word that is UTF-8
        assert problem.where == "t.csv, row 2"
        assert "'MÃ¼ller', which only as UTF-8 is a word: 'Müller'" in problem.found

    def test_u155_a_comma_in_a_note(self):
        (table,) = open_text(b'day,note\n1,"stress, little sleep"\n', "t.csv").tables
        assert table.rows == (("1", "stress, little sleep"),)
        with pytest.raises(InputError, match="needs quotes around the cell"):
            open_text(b"day,note\n1,stress, little sleep\n2,good\n", "t.csv")

    def test_u078_a_hidden_word_among_numbers(self):
        found = column("1.5", "2.5", "n/a", "3.5\u00a0", "4.5", "oops")
        assert found.values == (1.5, 2.5, None, 3.5, 4.5, None)
        assert [(p.where, p.found) for p in found.problems] == [
            ("clipboard, row 7, column 'x'", "'oops'")
        ]

    def test_u138_u137_ids_keep_their_signs(self):
        assert column("1017", "001017").values == ("1017", "001017")
        assert column("1234-5678", "1234-5679").values == ("1234-5678", "1234-5679")

    def test_u154_a_date_has_no_time_zone(self):
        assert column("1980-05-03").texts == ("1980-05-03",)

    def test_u146_rows_in_are_rows_out_or_listed(self):
        text = "Trial 7,,\n\nid,x,y\n1,2,3\n,,\n2,,\n\nall doses in mg,,\n"
        opened = open_text(text.encode(), "t.csv")
        told = {row.place.row for row in opened.unread} | set(opened.tables[0].row_numbers)
        assert told == {1, 4, 6, 8}  # 3 is the header; 2, 5 and 7 are blank

    def test_u135_u136_u150_repeating_forms(self):
        text = (
            "record_id,redcap_repeat_instrument,redcap_repeat_instance,lab\n1,,,\n1,lab,1,1.1 ppm\n"
        )
        (table,) = typed_tables(open_text(text), FileMap())
        assert table.to_rows() == [
            {
                "record_id": "1",
                "redcap_repeat_instrument": instrument,
                "redcap_repeat_instance": instance,
                "lab": lab,
            }
            for instrument, instance, lab in ((None, None, None), ("lab", 1, 1.1))
        ]
        assert table.column("lab").unit == "ppm"


class TestEntry:
    def test_u001_an_arm_without_patients(self, pooled):
        made = pooled("study,ai,bi,ci,di\nA,1,1,0,0\nB,1,1,1,1\nC,1,1,1,1\n", measure="OR")
        assert [row.study for row in made.result.set_aside] == ["A"]
        assert made.summed.effect.value == 0  # OR 1.000
        # 0.0625 to 15.99
        assert math.exp(made.summed.effect.interval.high) == pytest.approx(15.99, abs=5e-3)
        assert math.exp(made.summed.effect.interval.low) == pytest.approx(0.0625, abs=5e-5)
        assert made.summed.heterogeneity.statistic == 0

    def test_u002_two_sets_of_columns_in_one_file(self, pooled):
        text = (
            "study,yi,vi,n1i,m1i,sd1i,n2i,m2i,sd2i\nA,.046,2.6e-5,,,,,,\nB,,,20,.25,.38,21,0,.2\n"
        )
        given, computed = pooled(text), pooled(text, measure="MD")
        assert [row.label for row in given.result.rows] == ["A"]
        assert any("also holds means, SDs and totals of two arms" in t for t in given.told)
        (row,) = computed.result.rows
        assert (row.effect, row.variance) == pytest.approx((0.25, 0.009125), abs=5e-7)

    def test_u004_rows_stay_in_their_order(self, pooled):
        rows = "".join(f"Study{i},0.{i:02d},0.1\n" for i in range(1, 13))
        made = pooled("study,yi,vi\n" + rows)
        assert [row.label for row in made.result.rows] == [f"Study{i}" for i in range(1, 13)]

    def test_u009_a_spread_of_zero(self, pooled, checks):
        text = "study,n1i,m1i,sd1i,n2i,m2i,sd2i\nA,3,1,1,3,1,0\nB,3,1,0,3,2,0\nC,9,1,1,9,2,1\n"
        made = pooled(text)
        one = next(row for row in made.result.rows if row.label == "A")
        assert math.sqrt(one.variance) == pytest.approx(0.577, abs=ROUNDED)
        assert [row.study for row in made.result.set_aside] == ["B"]
        assert checks(text) == ["zero-spread"] * 3

    def test_u034_percentages_as_counts(self, pooled, checks):
        text = "study,ai,n1i,ci,n2i\nA,48.4,32,59.9,32\nB,5,32,9,32\nC,5,40,9,40\n"
        with pytest.raises(InputError, match=r"row 2, column 'ai': found 48\.4 of 32"):
            pooled(text)
        assert set(checks(text)) == {"counts"}

    def test_u037_a_trial_without_events_is_counted_the_same_and_said(self, pooled):
        made = pooled("study,ai,n1i,ci,n2i\nA,0,20,0,21\nB,3,20,5,20\n", measure="OR")
        notes = " ".join(note.text for note in made.result.rows[0].notes)
        assert "No events in either group; the study is kept." in notes
        told = " ".join(note.text for note in made.summed.notes)
        assert "no event, or only events, in both arms" in told

    def test_u045_words_for_numbers_and_an_empty_table(self, pooled):
        with pytest.raises(InputError, match=r"row 2, column 'R': found 'thirty two'"):
            pooled("Study,T,R,N\nA,P,thirty two,40\nA,Q,3,20\nB,P,7,30\nB,Q,3,31\n")
        with pytest.raises(InputError, match=r"trials\.csv: found a header and no row"):
            pooled("study,yi,vi\n")

    def test_u047_names_or_numbers_of_treatments(self, pooled):
        text = "Study,T,R,N\nA,Drug,4,20\nA,Placebo,9,21\nB,Placebo,3,31\nB,Drug,7,30\n"
        named = pooled(text, compare="Drug:Placebo").result
        numbered = text.replace("Drug", "2").replace("Placebo", "1")
        assert pooled(numbered, compare="2:1").result.effect == named.effect

    def test_u052_doses_are_names_in_their_order(self, write, tmp_path):
        text = "Study,T,R,N\nA,2 mg,1,10\nA,10 mg,2,10\nA,20 mg,2,10\n"
        made = import_evidence(write(text), tmp_path / "review")
        arms = remit.read_evidence(made.folder).arms
        assert [arm.arm for arm in arms] == ["2-mg", "10-mg", "20-mg"]

    def test_u055_u133_labels_are_data(self, pooled):
        names = ["Smith (2025)", "O'Neill [pilot] 2020", "A+B* 2019"]
        made = pooled("study,yi,vi\n" + "".join(f"{n},0.1,0.2\n" for n in names))
        assert [row.label for row in made.result.rows] == names

    def test_u090_a_zero_cell(self, pooled):
        made = pooled("study,ai,bi,ci,di\nA,34,76,12,0\n", measure="OR")
        assert made.result.effect == pytest.approx(-4.015, abs=ROUNDED)
        assert "0.5 was added to each" in made.result.rows[0].notes[0].text

    def test_u092_two_studies_of_one_name(self, pooled, write):
        text = "study,ai,bi,ci,di\nSmith 2010,1,9,2,8\nSmith 2010,3,17,4,16\n"
        assert pooled(text).result.k == 2
        assert any("told apart by a, b" in words for words in check_file(write(text)).told)

    def test_u094_amounts_are_no_events(self, pooled, checks):
        text = "study,xi,ni\nA,3.2,10\nB,1,12\n"
        assert checks(text) == ["counts"]
        assert "A count is not a whole number." in [
            n.text for n in pooled(text).result.rows[0].notes
        ]

    def test_u095_a_variance_of_zero_is_set_aside_by_name(self, pooled, checks):
        text = "study,yi,vi\nA,0,0\nB,0.3,0.1\nC,0.1,0.2\n"
        assert [row.study for row in pooled(text).result.set_aside] == ["A"]
        assert checks(text) == ["zero-spread"]

    def test_u064_u065_sheets_of_other_shape(self, write):
        six = "Study,D1,D2,D3,D4,D5,D6,Overall\nA,Low,Low,Low,Low,Low,Moderate,Moderate\n"
        assert "tool not recognised), 6 domains" in check_file(write(six)).told[-1]
        without = "Study,D1,D2,D3,D4,D5\nA,Low,Low,High,Low,Low\n"
        assert "(RoB 2), 5 domains" in check_file(write(without)).told[-1]

    def test_u134_many_authors_with_accents(self, write, tmp_path):
        authors = "".join(f"AU  - {name}, K\n" for name in ("Müller", *"BCDEFG"))
        text = f"TY  - JOUR\n{authors}PY  - 2010\nTI  - On pain\nER  - \n"
        made = import_evidence(write(text, "refs.ris"), tmp_path / "review")
        (study,) = remit.read_evidence(made.folder).studies
        assert study.label == "Müller 2010"
        assert study.authors == "Müller; B; C; D; E; F; G"

    def test_u166_signs_in_names_go_there_and_back(self, write, tmp_path):
        text = "Study,T,R,N\nA & B 2010,Drug <5 mg,4,20\nA & B 2010,Placebo,9,21\n"
        made = import_evidence(write(text), tmp_path / "review")
        assert remit.read_evidence(made.folder).studies[0].label == "A & B 2010"


class TestDesigns:
    def test_u003_a_correlation_is_asked_for(self):
        data = {"m1i": 10, "sd1i": 4, "m2i": 8, "sd2i": 5, "ni": 20}
        with pytest.raises(SpecError, match="found no 'ri'"):
            effect_sizes("SMCRPH", **data)
        made = effect_sizes("SMCRPH", **data, ri=np.nan)
        assert not made.usable[0]
        assert made.notes[0][0].text == "ri missing."

    def test_u105_u106_which_paired_d(self):
        before = np.array([110, 122, 101, 120, 140.0])
        after = np.array([150, 160, 110, 140, 155.0])
        data = {
            "m1i": after.mean(), "m2i": before.mean(), "ni": 5,
            "sd1i": after.std(ddof=1), "sd2i": before.std(ddof=1),
            "ri": np.corrcoef(after, before)[0, 1],
        }  # fmt: skip
        made = {m: effect_sizes(m, **data, correct=False) for m in ("SMCC", "SMCRPH")}
        got = {result.measure: result.effect[0] for result in made.values()}
        assert got["SMCC"] == pytest.approx(1.755, abs=ROUNDED)  # d_z
        assert got["SMCRPH"] == pytest.approx(1.399, abs=ROUNDED)  # d_av

    def test_u108_the_small_sample_factor_of_pairs(self):
        data = {"m1i": 10, "sd1i": 4, "m2i": 8, "sd2i": 5, "ni": 20, "ri": 0.5}
        factor = (
            effect_sizes("SMCC", **data).effect / effect_sizes("SMCC", **data, correct=False).effect
        )
        assert factor[0] == pytest.approx(float(hedges_factor(19)), rel=1e-12)
        assert factor[0] == pytest.approx(1 - 3 / (4 * 19 - 1), abs=1e-3)  # Hedges' approximation

    def test_u112_a_difference_and_its_interval_are_enough(self):
        got = effects_from_intervals("MD", estimate=-1.0, ci_low=-1.8, ci_high=-0.2, log=False)
        assert math.sqrt(got.variance[0]) == pytest.approx(0.408, abs=ROUNDED)

    def test_u114_medians(self):
        four = {"median": 4, "q1": 2, "q3": 7, "n": 40}
        wan, luo = mean_from_median("wan", **four), mean_from_median("luo-shi", **four)
        assert (wan.mean, wan.sd) == pytest.approx((4.333, 3.845), abs=ROUNDED)
        assert luo.mean == pytest.approx(4.355, abs=ROUNDED)
        skew = skewness_test(**four)
        assert skew.statistic == pytest.approx((2 + 7 - 2 * 4) / (7 - 2))  # by hand
        assert not skew.skewed

    def test_u125_a_control_arm_twice(self, checks):
        got = effect_sizes("RR", ai=[10, 12], n1i=40, ci=16, n2i=40, control=["c", "c"])
        text = "study,ai,n1i,ci,n2i\nLee 2001a,10,40,16,40\nLee 2001b,12,40,16,40\n"
        assert checks(text + "Ash 2003,5,38,9,37\n") == ["shared-control"]
        weight = np.linalg.inv(got.covariance).sum()
        assert 1 / math.sqrt(weight) == pytest.approx(0.265, abs=ROUNDED)
        assert 1 / math.sqrt((1 / got.variance).sum()) == pytest.approx(0.227, abs=ROUNDED)

    def test_u126_clusters(self):
        plain = effect_sizes("RR", ai=30, n1i=200, ci=45, n2i=200)
        factor = design_effect(20, 0.05)
        assert float(factor) == pytest.approx(1.95)
        spread = [math.sqrt(made.variance[0]) for made in (plain, for_clusters(plain, factor))]
        assert spread == pytest.approx([0.213, 0.298], abs=ROUNDED)

    @pytest.mark.parametrize(("r", "error"), [(0.5, 0.447), (0.7, 0.346)])
    def test_u127_crossovers(self, r, error):
        got = crossover_effects(m1i=[-1.2], sd1i=[2], m2i=[0], sd2i=[2], ni=[20], ri=[r])
        assert math.sqrt(got.variance[0]) == pytest.approx(error, abs=ROUNDED)

    def test_u128_u129_an_assumed_correlation_is_said(self):
        data = {"m1i": [-1.2], "sd1i": [2], "m2i": [0], "sd2i": [2], "ni": [20]}
        assert not crossover_effects(**data).usable[0]
        got = crossover_effects(**data, ri=[0.5], assumed_r=True)
        assert "which nobody printed" in got.notes[0][-1].text
