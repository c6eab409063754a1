from dataclasses import replace

import pytest

from remit.io.review_folder import read_evidence


@pytest.fixture(scope="module")
def base():
    return read_evidence()


def test_rows_by_key(base):
    assert base.study("benish-2019").year == 2019
    assert base.arm("benish-2019", "ketamine").dose_low == 0.75
    assert base.source("benish-2019-abstract").url.startswith("https://")
    assert base.scale("nrs-0-10").width == 10
    assert base.scale("sersda").width is None
    assert base.scale("absent") is None
    assert base.scale(None) is None


@pytest.mark.parametrize(
    "ask",
    [lambda b: b.study("absent"), lambda b: b.arm("benish-2019", "x"), lambda b: b.source("x")],
)
def test_absent_keys(base, ask):
    with pytest.raises(KeyError):
        ask(base)


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({}, "Benish 2019"),
        ({"short_name": "THINK"}, "THINK"),
        ({"year": None}, "Benish (year not read)"),
        ({"authors": None}, "benish-2019"),
        ({"authors": None, "short_name": "THINK"}, "THINK"),
    ],
)
def test_labels(base, fields, label):
    assert replace(base.study("benish-2019"), **fields).label == label


def test_randomised(base):
    designs = {s.design for s in base.studies if s.randomised}
    assert designs == {"rct-parallel", "rct-crossover"}


def test_filtering_studies_takes_their_rows_along(base):
    few = base.filter_studies(lambda s: s.study in {"benish-2019", "zitek-2018"})
    assert {s.study for s in few.studies} == {"benish-2019", "zitek-2018"}
    for rows in (few.arms, few.outcomes, few.contrasts, few.events):
        assert {r.study for r in rows} == {"benish-2019", "zitek-2018"}
    assert few.sources == base.sources
    assert few.pooled == base.pooled
    assert [o.place for o in few.outcomes] == sorted(o.place for o in few.outcomes)


def test_one_outcome(base):
    pain = base.outcome("pain-intensity")
    assert {o.outcome for o in pain.outcomes} == {"pain-intensity"}
    assert {c.outcome for c in pain.contrasts} == {"pain-intensity"}
    assert pain.events == base.events


def test_primary_readings_hold_no_figure_twice(base):
    primary = base.primary()
    assert {o.reading for o in primary.outcomes} == {"primary"}
    assert {c.reading for c in primary.contrasts} == {"primary"}
    assert len(base.outcomes) > len(primary.outcomes)


def test_subgroups_are_told_from_arms(base):
    assert base.arm("granata-2016", "subgroup-chronic").is_subgroup
    assert not base.arm("granata-2016", "ketamine").is_subgroup
