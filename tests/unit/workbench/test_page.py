from remit.version import VERSION


def facts(page):
    return {fact.label: fact.value for fact in page.meta}


def test_head_of_the_page(shipped_review):
    meta = facts(shipped_review.page)
    assert meta["Newest evidence"].startswith(shipped_review.settings.newest_evidence)
    assert meta["Digest of the data"] == shipped_review.digest[:12]
    assert VERSION in meta["Version"]
    assert meta["Next update"]


def test_every_study_is_listed_and_those_out_of_scope_are_set_back(shipped_review, shipped_base):
    rows = shipped_review.page.studies.rows
    assert len(rows) == len(shipped_base.studies)
    out = [row for row in rows if row.muted]
    wanted = {"chronic-pain", "post-dural-puncture"}
    assert len(out) == sum(bool(wanted & set(s.diagnosis)) for s in shipped_base.studies)
    assert {row.cells[-1] for row in out} == {"out of scope"}


def test_every_finding_stands_on_the_page(shipped_review):
    findings = shipped_review.page.findings
    assert len(findings.rows) == len(shipped_review.findings)
    assert {len(row.cells) for row in findings.rows} == {len(findings.columns)}


def test_every_assumption_is_named(shipped_review):
    names = " ".join(row.cells[0] for row in shipped_review.page.assumptions.rows)
    for words in ("SD of a change", "Correlation", "Body weight", "Smallest important", "Level"):
        assert words in names


def test_map_names_each_study_that_answers(shipped_review):
    answering = {study for answer in shipped_review.answers for study in answer.studies}
    alt = shipped_review.page.map.alt
    by_key = {s.study: s.label for s in _studies(shipped_review)}
    for study in answering:
        assert by_key[study] in alt


def _studies(review):
    from remit import read_evidence

    return read_evidence().studies


def test_a_review_that_nobody_answers_has_no_map(folder):
    folder.text("review.toml", "leave_out_diagnosis = []", 'leave_out_diagnosis = ["migraine"]')
    assert folder.review().page.map is None


def test_no_findings_are_said_in_words(folder):
    page = folder.review().page
    assert page.findings.rows == ()
    assert page.findings_intro == (
        "Every printed number that can be held against another one fits it."
    )
