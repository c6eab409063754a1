import json

import pytest

from remit.core.errors import RemitError
from remit.workbench.review import make_review


def test_steps_are_told_in_order(folder):
    told = []
    make_review(folder.path, told.append)
    assert told[0] == "reading the evidence"
    assert told[1] == "checking whether the printed numbers fit each other"
    assert [t.removeprefix("answering: ") for t in told[2:]] == [
        "Drug A against placebo", "Route and dose", "Adverse events", "What is not known",
    ]  # fmt: skip


def test_the_same_folder_gives_the_same_review(folder):
    assert folder.review().to_dict() == folder.review().to_dict()


def test_json_holds_everything_and_only_what_json_knows(shipped_review):
    def no_constant(name):
        raise AssertionError(f"{name} is no JSON")

    text = json.dumps(shipped_review.to_dict(), allow_nan=False)
    found = json.loads(text, parse_constant=no_constant)
    assert found["kind"] == "remit.review"
    assert found["version"] == 1
    assert found["review"]["digest_sha256"] == shipped_review.digest
    assert [a["id"] for a in found["answers"]] == [a.id for a in shipped_review.answers]
    assert len(found["integrity"]) == len(shipped_review.findings)
    for answer in found["answers"]:
        assert answer["results"]
        assert len(answer["account"]) == len(shipped_review.answers[
            [a.id for a in shipped_review.answers].index(answer["id"])
        ].account)  # fmt: skip


def test_summary_holds_every_sentence(shipped_review):
    summary = shipped_review.summary()
    for number, answer in enumerate(shipped_review.answers, start=1):
        assert f"{number}. {answer.title}\n{answer.sentence}" in summary


def test_cautions_of_the_question_come_first(folder):
    folder.text("review.toml", "# cautions = [", "cautions = [")
    (first, *_) = folder.review().answers[0].cautions
    assert first == "What a reader must not conclude."


def test_a_failure_names_its_question(folder, monkeypatch):
    from remit.core.errors import SpecError
    from remit.workbench.questions import kinds

    def fail(bench, head, spec):
        raise SpecError.at("somewhere", found="a", expected="b")

    read, _ = kinds.KINDS["regimens"]
    monkeypatch.setitem(kinds.KINDS, "regimens", (read, fail))
    with pytest.raises(RemitError) as caught:
        folder.review()
    assert caught.value.__notes__ == ["while answering question 'regimens'"]
