"""The ten answers of the shipped review, against arithmetic on the rows of the tables."""

from __future__ import annotations

import math

import pytest

ROUNDING = 1e-9  # a handful of operations on doubles
TABLE = 1e-5  # quantiles below are from tables with six decimals


@pytest.fixture(scope="module")
def answers(shipped_review):
    return {answer.id: answer for answer in shipped_review.answers}


def comparison(answers, question, comparator):
    return next(c for c in answers[question].data["comparisons"] if c["comparator"] == comparator)


def used(pooled):
    return [row for row in pooled["rows"] if row["status"] == "used"]


def row_of(pooled, study):
    return next(row for row in used(pooled) if row["study"] == study)


#: Median, quartiles and n of the change at 30 minutes: outcomes.csv, ketamine, then placebo.
ETCHISON = ((-1.0, -2.25, 0.0, 16), (-2.0, -3.75, 0.0, 18))
TEN = ("acute-placebo", "acute-active", "course-change", "responders", "durability", "lidocaine",
       "regimens", "harms", "unknown", "claims")  # fmt: skip


def test_the_ten_questions_are_answered_in_order(answers):
    assert list(answers)[: len(TEN)] == list(TEN)
    for key in TEN:
        answer = answers[key]
        assert answer.sentence.endswith(".")
        assert answer.asks.endswith("?")
        assert answer.account
        assert answer.data


class TestAcute:
    def test_placebo(self, answers):
        """Etchison 2018: median and quartiles of the change, brought over by Luo 2018 eq. 11.

        With w = 0.7 + 0.39 / n, mean = w (q1 + q3) / 2 + (1 - w) median.
        """
        pooled = comparison(answers, "acute-placebo", "placebo")["pooled"]
        means = []
        for median, q1, q3, n in ETCHISON:
            w = 0.7 + 0.39 / n
            means.append(w * (q1 + q3) / 2 + (1 - w) * median)
        assert pooled["effect"] == pytest.approx(means[0] - means[1], rel=ROUNDING)
        assert pooled["effect"] == pytest.approx(0.8192, abs=5e-5)  # four decimals
        assert (pooled["k"], pooled["n"]) == (1, 34)

    def test_metoclopramide(self, answers):
        """Benish 2019: -6.8 (-19.4 to 5.8) mm in 27 + 26; t with 51 df is 2.007584."""
        pooled = comparison(answers, "acute-active", "dopamine-antagonist")["pooled"]
        row = row_of(pooled, "benish-2019")
        assert row["effect"] == pytest.approx(-0.68, rel=ROUNDING)
        assert row["std_error"] == pytest.approx(25.2 / 10 / 2 / 2.007584, rel=TABLE)

    def test_prochlorperazine(self, answers):
        """Zitek 2018: 20.0 (2.8 to 37.2) mm in 25 + 29; t with 52 df is 2.006647."""
        pooled = comparison(answers, "acute-active", "dopamine-antagonist")["pooled"]
        row = row_of(pooled, "zitek-2018")
        assert row["effect"] == pytest.approx(2.0, rel=ROUNDING)
        assert row["std_error"] == pytest.approx(34.4 / 10 / 2 / 2.006647, rel=TABLE)
        assert (pooled["k"], pooled["n"]) == (2, 53 + 54)

    @pytest.mark.parametrize(
        ("comparator", "study"),
        [("nsaid", "sarvari-2022"), ("opioid", "meidany-yazd"), ("benzodiazepine", "afridi-2013")],
    )
    def test_without_a_usable_number(self, answers, comparator, study):
        found = comparison(answers, "acute-active", comparator)
        assert found["pooled"] is None
        assert [row["study"] for row in found["set_aside"]] == [study]

    def test_two_trials_are_not_pooled_in_words(self, answers):
        assert "no pooled figure is put forward" in answers["acute-active"].sentence


class TestCourses:
    @pytest.mark.parametrize(
        ("study", "before", "after", "n"),
        [
            ("pomeroy-2017", 7.1, 3.8, 77),
            ("schwenk-2018", 7.5, 3.4, 61),
            ("krusz-2010", 7.14, 2.15, 247),
            ("schwenk-2021", 7.4, 3.7, 6),
            ("kim-2023", 9.3, 1.8, 4),
        ],
    )
    def test_each_fall(self, answers, study, before, after, n):
        row = row_of(answers["course-change"].data["pooled"], study)
        assert row["effect"] == pytest.approx(after - before, rel=ROUNDING)
        assert row["n"] == n

    def test_all(self, answers):
        pooled = answers["course-change"].data["pooled"]
        assert (pooled["k"], pooled["n"]) == (5, 77 + 61 + 247 + 6 + 4)
        falls = [row["effect"] for row in used(pooled)]
        assert min(falls) < pooled["effect"] < max(falls)
        assert sum(row["assumed"] for row in used(pooled)) == 4
        assert not row_of(pooled, "kim-2023")["assumed"]  # its p value gives the spread

    @pytest.mark.parametrize(("study", "n"), [("pomeroy-2017", 77), ("krusz-2010", 247)])
    def test_the_assumed_spread_is_the_stated_one(self, answers, study, n):
        row = row_of(answers["course-change"].data["pooled"], study)
        assert row["std_error"] == pytest.approx(2.5 / math.sqrt(n), rel=ROUNDING)

    def test_every_combination_of_choices_is_worked_out(self, answers):
        verse, pooled = (answers["course-change"].data[key] for key in ("choices", "pooled"))
        axes = {axis["name"]: axis["alternatives"] for axis in verse["axes"]}
        assert axes["SD of the change where no spread is printed"] == [
            "1.5",
            "2",
            "2.5",
            "3",
            "3.5",
        ]
        assert axes["Correlation, before and after"] == ["0", "0.25", "0.5", "0.75"]
        assert axes["Studies left out"][0] == "none"
        assert len(axes["Studies left out"]) == 6
        assert [axis["name"] for axis in verse["idle"]] == ["Medians"]
        sizes = [len(alternatives) for alternatives in axes.values()]
        without = sum(verse["without_answer"].values())
        assert len(verse["effect"]) + without == math.prod(sizes)
        reported = verse["reported"]
        # 1e-9: the batch and the single fit take other ways to the same root
        assert verse["effect"][reported] == pytest.approx(pooled["effect"], rel=1e-9)
        assert verse["ci_high"][reported] == pytest.approx(pooled["interval"]["high"], rel=1e-9)

    def test_the_choice_that_moves_it_most_is_named(self, answers):
        text = next(
            block.text
            for block in answers["course-change"].blocks
            if getattr(block, "strong", "") == "What else could have been decided."
        )
        assert "possible overlap of Pomeroy 2017, Schwenk 2018, Schwenk 2021" in text
        assert "no sample of anything" in text

    def test_it_is_said_to_be_uncontrolled(self, answers):
        answer = answers["course-change"]
        assert "uncontrolled" in answer.sentence
        assert "without a control group" in answer.sentence
        assert all(not row.controlled for row in answer.summary)


class TestResponders:
    def definition(self, answers, code):
        found = answers["responders"].data["definitions"]
        return next(d for d in found if d["definition"] == code)

    @pytest.mark.parametrize(
        ("code", "counts"),
        [
            ("drop-2-points", {"pomeroy-2017": (55, 77), "schwenk-2018": (48, 61)}),
            (
                "drop-50-percent",
                # 6 of 247 had less than half: 241 had more; Kim and Rosenthal print the counts
                {"krusz-2010": (247 - 6, 247), "kim-2023": (4, 4), "rosenthal-2024": (29, 64)},
            ),
            # Granata: 100 % of 16 and 54 % of 13 is 16 + 7 (7/13 = 53.8 %)
            ("attacks-aborted", {"granata-2016": (16 + 7, 29), "krusz-2009": (4, 4)}),
        ],
    )
    def test_counts(self, answers, code, counts):
        pooled = self.definition(answers, code)["pooled"]
        assert {r["study"]: (r["events"], r["n"]) for r in used(pooled)} == counts
        assert pooled["events"] == sum(events for events, _ in counts.values())
        assert pooled["n"] == sum(n for _, n in counts.values())

    def test_two_cohorts_with_two_points(self, answers):
        pooled = self.definition(answers, "drop-2-points")["pooled"]
        assert (pooled["events"], pooled["n"]) == (103, 138)

    def test_percentage_without_a_number_is_set_aside(self, answers):
        aside = self.definition(answers, "drop-50-percent")["set_aside"]
        assert [row["study"] for row in aside] == ["ray-2022"]


class TestDurability:
    def test_pomeroy_by_three_denominators(self, answers):
        found = [r for r in answers["durability"].data["responses"] if r["study"] == "pomeroy-2017"]
        (row,) = found
        assert (row["events"], row["treated"], row["responders"]) == (15, 77, 55)
        assert row["share_of_treated"] == pytest.approx(15 / 77, rel=ROUNDING)
        assert row["worst"] == pytest.approx(15 / 77, rel=ROUNDING)
        assert row["best"] == pytest.approx(55 / 77, rel=ROUNDING)

    def test_rosenthal_counts_once(self, answers):
        studies = [r["study"] for r in answers["durability"].data["responses"]]
        assert "rosenthal-2024" in studies
        assert "rosenthal-2023" not in studies

    def test_schwenk_at_101_days(self, answers):
        row = next(
            r
            for r in answers["durability"].data["responses"]
            if r["study"] == "schwenk-2018" and r["days"] and r["days"] > 100
        )
        assert row["days"] == pytest.approx(2431.2 / 24, rel=ROUNDING)
        # 39 % of 61 treated is 24; 29 % of 48 responders is 14: from 14/61 to 24/61 of all treated
        assert row["worst"] == pytest.approx(14 / 61, rel=ROUNDING)
        assert row["best"] == pytest.approx(24 / 61, rel=ROUNDING)


class TestLidocaine:
    def test_ray(self, answers):
        found = next(
            c for c in answers["lidocaine"].data["comparisons"] if c["study"] == "ray-2022"
        )
        assert (found["percent_treatment"], found["percent_comparator"]) == (34.4, 51.1)
        fits = {(tuple(p["treatment"]), tuple(p["comparator"])) for p in found["possible"]}
        # 11/32 = 34.38 %; 23/45 = 51.11 %, 24/47 = 51.06 %
        assert fits == {((11, 32), (23, 45)), ((11, 32), (24, 47))}

    def test_schwenk(self, answers):
        found = next(
            c for c in answers["lidocaine"].data["comparisons"] if c["study"] == "schwenk-2021"
        )
        assert found["change_treatment"] == pytest.approx(3.7 - 7.4, rel=ROUNDING)
        assert found["change_comparator"] == pytest.approx(4.7 - 7.5, rel=ROUNDING)
        assert found["difference"] == pytest.approx(-0.9, rel=ROUNDING)

    def test_no_trial_is_claimed(self, answers):
        assert answers["lidocaine"].sentence.startswith("No randomised trial compares")


class TestRegimens:
    def regimen(self, answers, study):
        return next(r for r in answers["regimens"].data["regimens"] if r["study"] == study)

    @pytest.mark.parametrize(
        ("study", "key", "low", "high"),
        [
            ("benish-2019", "dose_mg_per_kg", 0.75, 0.75),
            ("zitek-2018", "dose_mg_per_kg", 0.3, 0.3),
            ("etchison-2018", "dose_mg_per_kg", 0.2, 0.2),
            ("petersen-2022", "total_mg_per_kg", 5 * 15 / 70, 5 * 15 / 70),
            ("nicolodi-1995-prevention", "total_mg_per_kg", 63 * 0.08, 63 * 0.08),
            ("pomeroy-2017", "total_mg_per_kg", 0.1 * 115.2, 1.0 * 115.2),
            ("kethead", "total_mg_per_kg", 1 + 1 * 6, 1 + 1 * 6),
            ("schwenk-2018", "rate_mg_per_kg_per_h", 65.2 / 85.8, 65.2 / 85.8),
        ],
    )
    def test_worked_out_by_hand(self, answers, study, key, low, high):
        found = self.regimen(answers, study)[key]
        assert found == pytest.approx([low, high], rel=ROUNDING)

    def test_weights_that_are_assumed_are_marked(self, answers):
        assert "total" in self.regimen(answers, "petersen-2022")["assumed"]
        assert self.regimen(answers, "benish-2019")["assumed"] == []


class TestHarms:
    def events(self, answers, *codes):
        return [e for e in answers["harms"].data["events"] if e["event"] in codes]

    def test_serious(self, answers):
        found = self.events(answers, "any-serious-adverse-event")
        assert {e["study"]: (e["events"], e["n"]) for e in found} == {
            "etchison-2018": (0, 16), "petersen-2022": (0, 20), "rosenthal-2024": (0, 64),
        }  # fmt: skip
        assert sum(e["n"] for e in found) == 100
        # the exact upper bound of none of 100: 1 - 0.025 ^ (1 / 100)
        bound = 1 - 0.025 ** (1 / 100)
        assert bound == pytest.approx(0.0362, abs=5e-5)  # four decimals
        assert "(upper bound 3.6 %)" in answers["harms"].sentence

    def test_none_of_n_has_the_closed_form(self, answers):
        for event in self.events(answers, "any-serious-adverse-event"):
            assert event["ci_low"] == 0
            assert event["ci_high"] == pytest.approx(1 - 0.025 ** (1 / event["n"]), rel=1e-9)

    def test_stops(self, answers):
        found = self.events(answers, "stopped-for-adverse-event", "stopped-on-request")
        assert {e["study"]: (e["events"], e["n"]) for e in found} == {
            "zitek-2018": (2, 25), "rosenthal-2024": (5, 64), "schwenk-2018": (1, 61),
        }  # fmt: skip
        assert (sum(e["events"] for e in found), sum(e["n"] for e in found)) == (8, 150)

    def test_counts_that_a_percentage_fits(self, answers):
        """66.7 % of 27 is 18, 42.4 % of 33 is 14, 74.0 % of 169 is 125."""
        found = {
            e["study"]: (e["events"], e["n"]) for e in self.events(answers, "any-adverse-event")
        }
        assert found == {"benish-2019": (18, 27), "ray-2022": (14, 33), "yuan-2023": (125, 169)}


class TestClaims:
    def numbers(self, answers, said):
        (claim,) = [c for c in answers["claims"].data["claims"] if said in c["said"]]
        return claim["numbers"]

    def test_fall_in_77(self, answers):
        found = self.numbers(answers, "77 patients")
        assert found["fall"] == pytest.approx(7.1 - 3.8, rel=ROUNDING)
        assert found["n"] == 77

    def test_share(self, answers):
        found = self.numbers(answers, "71.4 %")
        assert (found["events"], found["n"]) == (55, 77)
        assert round(100 * 55 / 77, 1) == 71.4

    def test_sustained(self, answers):
        found = self.numbers(answers, "less pronounced")
        assert found["of_treated"] == pytest.approx(15 / 77, rel=ROUNDING)
        assert found["of_responders"] == pytest.approx(15 / 55, rel=ROUNDING)
        assert (round(100 * 15 / 77, 1), round(100 * 15 / 55, 1)) == (19.5, 27.3)

    def test_six_patients(self, answers):
        found = self.numbers(answers, "six patients")
        assert found == {"ketamine": [7.4, 3.7, 7.2], "lidocaine": [7.5, 4.7, 7.0]}

    def test_emergency_departments(self, answers):
        found = self.numbers(answers, "emergency departments")
        assert set(found) == {"zitek-2018", "etchison-2018"}
        assert found["zitek-2018"]["effect"] == pytest.approx(2.0, rel=ROUNDING)

    def test_opioids(self, answers):
        (claim,) = [c for c in answers["claims"].data["claims"] if "opioid" in c["said"]]
        assert claim["holds"] == "open"


class TestEveryAnswer:
    def test_each_row_of_each_account_is_a_row_of_the_tables(self, answers, shipped_base):
        known = {
            f"{row.place.file}, row {row.place.row}"
            for table in ("studies", "arms", "outcomes", "contrasts", "events", "pooled")
            for row in getattr(shipped_base, table)
        }
        for answer in answers.values():
            for entry in answer.account:
                assert entry.sources, f"{answer.id}: {entry.study} leads to no row"
                assert {link.row for link in entry.sources} <= known

    def test_each_number_leads_to_an_address(self, answers):
        """Two reports have neither an identifier nor a result: nothing is pooled from them."""
        nowhere = {
            entry.study
            for answer in answers.values()
            for entry in answer.account
            for link in entry.sources
            if not link.url.startswith(("http://", "https://"))
        }
        assert nowhere == {"abstract-385", "shiiba-2021"}
        used = {e.study for a in answers.values() for e in a.account if e.status == "used"}
        assert not used & nowhere

    def test_each_pooled_study_is_in_the_account(self, answers):
        for answer in answers.values():
            pooled = {study for study, how in answer.studies.items() if how == "pooled"}
            used = {e.study for e in answer.account if e.status == "used"}
            assert pooled <= used

    def test_nothing_out_of_scope(self, answers, shipped_base):
        out = {
            s.study
            for s in shipped_base.studies
            if {"chronic-pain", "post-dural-puncture"} & set(s.diagnosis)
        }
        assert len(out) >= 5
        for answer in answers.values():
            assert not out & set(answer.studies)
            assert not out & {entry.study for entry in answer.account}

    def test_one_report_of_each_cohort_is_pooled(self, answers, shipped_base):
        cohort = {s.study: s.cohort for s in shipped_base.studies}
        for answer in answers.values():
            for pooled in _pooled(answer.data):
                cohorts = [cohort[row["study"]] for row in used(pooled)]
                assert len(cohorts) == len(set(cohorts)), answer.id

    def test_harms_count_each_cohort_once(self, answers, shipped_base):
        cohort = {s.study: s.cohort for s in shipped_base.studies}
        seen = [(cohort[e["study"]], e["event"]) for e in answers["harms"].data["events"]]
        assert len(seen) == len(set(seen))

    def test_uncontrolled_changes_and_differences_stand_in_tables_of_their_own(self, answers):
        controlled = {row.outcome for a in answers.values() for row in a.summary if row.controlled}
        other = {row.outcome for a in answers.values() for row in a.summary if not row.controlled}
        assert controlled
        assert other
        assert not any("against before" in outcome for outcome in controlled)


def _pooled(data):
    """Every pooled result inside an answer's data."""
    if isinstance(data, dict):
        if data.get("kind") in {"remit.pooled-result", "remit.pooled-proportion"}:
            yield data
        for value in data.values():
            yield from _pooled(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from _pooled(value)
