import pytest

from remit.core.place import Place
from remit.evidence.integrity import check_integrity
from remit.io.review_folder import read_settings_file, shipped_folder
from remit.synthesis.data import SetAside, StudyCount
from remit.workbench.bench import make_bench
from remit.workbench.settings import read_settings


@pytest.fixture(scope="module")
def bench(shipped_base):
    settings, _ = read_settings(read_settings_file(shipped_folder()), [])
    return make_bench(shipped_base, settings, check_integrity(shipped_base))


def test_scope_leaves_diagnoses_out(bench):
    out = {"chronic-pain", "post-dural-puncture"}
    assert not any(out & set(s.diagnosis) for s in bench.base.studies)
    assert any(out & set(s.diagnosis) for s in bench.full.studies)


def test_alternative_readings_stay_in_scope_but_not_in_the_base(bench):
    assert {o.reading for o in bench.base.outcomes} == {"primary"}
    assert {o.reading for o in bench.scoped.outcomes} == {"primary", "alternative"}


def test_uses(bench):
    assert {s.use for s in bench.with_use(("acute-attack",)).studies} == {"acute-attack"}
    assert bench.with_use(()) is bench.base


class TestLinks:
    @pytest.mark.parametrize("table", ["outcomes", "contrasts", "events", "pooled"])
    def test_every_row_with_a_source_leads_to_its_address(self, bench, table):
        for row in getattr(bench.full, table):
            (link,) = bench.links([row.place])
            source = bench.full.source(row.source)
            assert (link.key, link.url, link.kind) == (source.source, source.url, source.kind)
            assert link.row == f"{table}.csv, row {row.place.row}"
            assert link.locator == (row.locator or "")

    @pytest.mark.parametrize(
        ("study", "key", "url"),
        [
            ("benish-2019", "10.1016/j.jemermed.2018.12.007",
             "https://doi.org/10.1016/j.jemermed.2018.12.007"),
            ("nicolodi-1995-acute", "PMID 8835616", "https://pubmed.ncbi.nlm.nih.gov/8835616/"),
            ("nct03221569", "NCT03221569", "https://clinicaltrials.gov/study/NCT03221569"),
        ],
    )  # fmt: skip
    def test_arms_lead_to_the_report(self, bench, study, key, url):
        arm = next(a for a in bench.full.arms if a.study == study)
        (link,) = bench.links([arm.place])
        assert (link.key, link.url, link.kind) == (key, url, "the report")

    def test_without_an_identifier_a_source_of_the_study(self, bench):
        arm = next(a for a in bench.full.arms if a.study == "krusz-2010")
        (link,) = bench.links([arm.place])
        assert link.key == "krusz-2010-abstract"
        assert link.kind.endswith("source of the study's results")

    def test_a_row_that_leads_nowhere_is_named_all_the_same(self, bench):
        (link,) = bench.links([Place(file="arms.csv", row=2)])  # abstract-385: nothing known
        assert (link.url, link.row) == ("", "arms.csv, row 2")

    def test_each_row_once(self, bench):
        place = bench.full.outcomes[0].place
        assert len(bench.links([place, place.at("mean"), place])) == 2


class TestAccount:
    def test_used(self, bench):
        row = next(o for o in bench.base.outcomes if o.study == "pomeroy-2017" and o.events == 15)
        count = StudyCount(
            study="pomeroy-2017", label="Pomeroy 2017", events=15, n=77, columns={},
            places=(row.place,),
        )  # fmt: skip
        entry = bench.used(count, "15 of 77")
        assert (entry.status, entry.shows, entry.study) == ("used", "15 of 77", "pomeroy-2017")
        assert len(entry.doubts) == 1
        assert "15/77 is 19.5 %" in entry.doubts[0]

    def test_set_aside_says_why(self, bench):
        entry = bench.aside(SetAside(study="a", label="A", reason="no number", shows="p < 0.05"))
        assert entry.done == ("Not pooled: no number.",)

    def test_shown_takes_the_label_of_the_study(self, bench):
        entry = bench.shown("pomeroy-2017", "something", (), ("Worked out.",))
        assert (entry.label, entry.done) == ("Pomeroy 2017", ("Worked out.",))

    def test_remarks_are_no_doubts(self, bench):
        remarks = [f for f in bench.findings if f.severity == "remark"]
        heavier = {
            (p.file, p.row)
            for f in bench.findings
            if f.severity != "remark"
            for p in (f.place, *f.other_places)
        }
        alone = [f for f in remarks if (f.place.file, f.place.row) not in heavier]
        assert alone
        for finding in alone:
            assert bench.doubts([finding.place]) == ()


def test_overlaps_are_cautioned_only_where_both_take_part(bench):
    assert bench.overlaps(["krusz-2009"]) == ()
    (caution,) = bench.overlaps(["krusz-2010", "krusz-2009", "kim-2023"])
    assert caution.startswith("Krusz 2009 and Krusz 2010 may share patients (same clinic)")


def test_control_words(bench):
    assert bench.control_words(["krusz-2009"]) == "no cohort had a control group"
    assert "Etchison 2018" in bench.control_words(["krusz-2009", "etchison-2018"])
