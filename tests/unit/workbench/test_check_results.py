"""The results that a RevMan file carries, computed again: what agrees, and why one does not."""

from __future__ import annotations

import json

import pytest

from remit.io.formats.revman5_export import EXPORT_HEADER, read_revman5_export
from remit.io.text_tables import parse_table
from remit.workbench.check_results import check_results


def row(**cells: str) -> str:
    return ",".join(cells.get(name, "") for name in EXPORT_HEADER)


def heading(kind: str, measure: str, method: str, model: str, **cells: str) -> str:
    named = {"Comparison Number": "1", "Outcome Number": "1", "Subgroup Number": "0",
             "Name": "pain", "Data Type": kind, "Statistical Method": method,
             "Effect Measure": measure, "Analysis Model": model}  # fmt: skip
    return row(**{**named, **cells})


def study(name: str, subgroup: str = "0", **cells: str) -> str:
    named = {"Comparison Number": "1", "Outcome Number": "1", "Subgroup Number": subgroup}
    return row(**{**named, "Name": name, "User defined order": "1", **cells})


def counts(name: str, a: int, n1: int, c: int, n2: int, **more: str) -> str:
    cells = {"Events 1": a, "Total 1": n1, "Events 2": c, "Total 2": n2}
    return study(name, **{k: str(v) for k, v in cells.items()}, **more)


def checked(*rows: str):
    text = "\n".join((",".join(EXPORT_HEADER), *rows))
    return check_results(read_revman5_export(parse_table(text, "a.csv")))


# RevMan 5's data export of Fleiss 1993 (Stat Methods Med Res 2:121) with its own results
ASPIRIN = {"Effect Estimate": "0.89686556", "CI Start": "0.8405144", "CI End": "0.95699471",
           "Weight": "100", "Q": "9.94605598", "P(Q)": "0.12694225", "I²(Q)": "39.67458046",
           "Tau²": "0", "Z": "3.28763306", "P(Z)": "0.00101033", "df": "6", "Events 1": "2128",
           "Total 1": "14186", "Events 2": "2286", "Total 2": "13817"}  # fmt: skip
TRIALS = [("MRC-1", 49, 615, 67, 624), ("CDP", 44, 758, 64, 771), ("MRC-2", 102, 832, 126, 850),
          ("GASP", 32, 317, 38, 309), ("PARIS", 85, 810, 52, 406), ("AMIS", 246, 2267, 219, 2257),
          ("ISIS-2", 1570, 8587, 1720, 8600)]  # fmt: skip
THERAPY = {"Effect Estimate": "-0.70938839", "CI Start": "-1.25848502", "CI End": "-0.16029176",
           "Q": "5.66012379", "P(Q)": "0.22600895", "I²(Q)": "29.33016758", "Z": "2.53211477",
           "P(Z)": "0.01133769", "df": "4", "Total 1": "106", "Total 2": "126"}  # fmt: skip
MEANS = [("Davis", 5, 4.7, 13, 6.5, 3.8, 13), ("Florell", 4.9, 1.71, 30, 6.1, 2.3, 50),
         ("Gruen", 22.5, 3.44, 35, 24.9, 10.65, 35), ("Hart", 12.5, 1.47, 20, 12.3, 1.66, 20),
         ("Wilson", 6.5, 0.76, 8, 7.38, 1.41, 8)]  # fmt: skip


def means(name, *numbers, **more):
    names = ("Mean 1", "SD 1", "Total 1", "Mean 2", "SD 2", "Total 2")
    return study(name, **dict(zip(names, map(str, numbers), strict=True)), **more)


class TestFleiss:
    def test_mantel_haenszel_agrees_in_every_number(self):
        own = {"Effect Estimate": "0.71971415", "SE": "0.19721981", "CI Start": "0.48897453",
               "CI End": "1.05933628", "Weight": "3.17649"}  # fmt: skip
        first, *rest = TRIALS
        made = checked(
            heading("DIC", "OR", "MH", "Fixed", **ASPIRIN),
            counts(*first, **own),
            *(counts(*t) for t in rest),
        )
        assert len(made.checks) == len(ASPIRIN) + len(own)
        assert made.differences == ()

    def test_inverse_variance_of_means_agrees_in_every_number(self):
        made = checked(
            heading("CON", "MD", "IV", "Fixed", **THERAPY), *(means(*one) for one in MEANS)
        )
        assert len(made.checks) == len(THERAPY)
        assert made.differences == ()

    def test_a_changed_number_is_told_with_its_place(self):
        made = checked(
            heading("CON", "MD", "IV", "Fixed", **{**THERAPY, "CI End": "0.16029176"}),
            *(means(*one) for one in MEANS),
        )
        (wrong,) = made.differences
        assert (wrong.what, str(wrong.place)) == ("upper end", "a.csv, row 2, column 'CI End'")
        assert wrong.recomputed == pytest.approx(-0.16029176, abs=5e-9)  # printed with 8 decimals
        assert "may have been changed" in wrong.why
        assert "27" not in made.summary()
        assert "1 differ" in made.summary()

    def test_the_other_model_is_named(self):
        # metafor 3.8-1: rma(yi, vi, method="DL") of the five mean differences
        dl = {"Effect Estimate": "-0.73730949", "CI End": "-0.01695023", "Tau²": "0.18944005"}
        as_fixed = checked(
            heading("CON", "MD", "IV", "Fixed", **dl), *(means(*one) for one in MEANS)
        )
        assert [c.why for c in as_fixed.differences] == [
            "it is that of the random-effect model"
        ] * 3
        as_random = checked(
            heading("CON", "MD", "IV", "Random", **dl), *(means(*one) for one in MEANS)
        )
        assert as_random.differences == ()


# metafor 3.8-1 (rma.mh and rma.peto): with 0.5 added to zero cells for effects and sums alike, for
# the effects alone, and by Peto
ZEROS = [("A", 0, 20, 2, 21), ("B", 3, 25, 4, 24), ("C", 5, 40, 9, 39)]
CORRECTED = {"Effect Estimate": "0.53634895", "CI Start": "0.24657308", "CI End": "1.16667317",
             "Q": "0.55619602", "df": "2"}  # fmt: skip
PETO = {"Effect Estimate": "0.47861802", "CI Start": "0.19805391", "CI End": "1.15663059",
        "Q": "0.98387977"}  # fmt: skip


class TestZeroCells:
    def of(self, measure: str, method: str, printed: dict[str, str], *more: str):
        rows = (counts(*one) for one in ZEROS)
        return checked(heading("DIC", measure, method, "Fixed", **printed), *rows, *more)

    def test_revman_corrects_the_sums_too(self):
        assert self.of("RR", "MH", CORRECTED).differences == ()

    def test_sums_without_the_correction_are_named(self):
        made = self.of("RR", "MH", {"Effect Estimate": "0.51994459"})
        assert made.differences[0].why == "it agrees if 0.5 is not added to zero cells in the sums"

    def test_peto(self):
        assert self.of("PETO_OR", "PETO", PETO).differences == ()

    def test_a_study_without_events_is_not_estimable(self):
        assert self.of("RR", "MH", CORRECTED, counts("D", 0, 9, 0, 9)).differences == ()


# metafor 3.8-1: method="FE" of the first two and the last three of the five mean differences
EARLY = {"Effect Estimate": "-1.220237483", "Q": "0.029867884"}
LATE = {"Effect Estimate": "-0.348396991", "Q": "3.280687449"}


def test_a_study_that_cannot_be_is_not_estimable():
    rows = [*(counts(*one) for one in ZEROS), counts("D", 12, 9, 0, 9)]
    made = checked(heading("DIC", "RR", "MH", "Fixed", **CORRECTED), *rows)
    assert made.differences == ()


class TestSubgroups:
    def test_each_subgroup_and_the_test_between_them(self):
        between = {"Qint": "2.349568461"}
        made = checked(
            heading("CON", "MD", "IV", "Fixed", **{**THERAPY, **between}),
            row(**{"Comparison Number": "1", "Outcome Number": "1", "Subgroup Number": "1",
                   "Name": "Early", **EARLY}),
            *(means(*one, subgroup="1") for one in MEANS[:2]),
            row(**{"Comparison Number": "1", "Outcome Number": "1", "Subgroup Number": "2",
                   "Name": "Late", **LATE}),
            *(means(*one, subgroup="2") for one in MEANS[2:]),
        )  # fmt: skip
        assert made.differences == ()
        assert {c.where for c in made.checks} == {
            "Analysis 1.1", "Analysis 1.1, subgroup 'Early'", "Analysis 1.1, subgroup 'Late'",
        }  # fmt: skip
        assert "Q between subgroups" in {c.what for c in made.checks}


def test_exits():
    made = checked(heading("CON", "MD", "IV", "Fixed", **THERAPY), *(means(*one) for one in MEANS))
    whole = made.to_dict()
    assert json.loads(json.dumps(whole, allow_nan=False)) == whole
    assert len(made.to_rows()) == len(THERAPY)
    assert "11 agree, 0 differ" in made.summary()
