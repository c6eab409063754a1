"""Every kind of question on the smallest evidence, and on none: it answers and never breaks."""

from __future__ import annotations

import pytest

from remit.report.html import render_page
from remit.workbench.questions.claims import CHECK_KINDS
from remit.workbench.questions.kinds import KINDS

HEAD = '\n[[question]]\nid = "asked"\ntitle = "Asked"\nasks = "What is asked?"\n'

QUESTIONS = {
    "between-arms": 'outcome = "pain-intensity"\ntime_h = [0.5, 2]\n'
    'comparators = [{ class = "placebo", name = "placebo" }, { class = "other", name = "others" }]',
    "before-after": 'outcome = "pain-intensity"\nbaseline = ["baseline"]\n'
    'end = ["end-of-treatment"]',
    "responders": 'outcome = "responder"\nend = ["end-of-treatment"]\n'
    'definitions = [{ code = "drop-50-percent", name = "half" }]',
    "durability": 'sustained = ["sustained-response"]\nacute = ["responder"]\n'
    'acute_end = ["end-of-treatment"]\nmean_outcome = "pain-intensity"\n'
    'mean_baseline = ["baseline"]\nmean_end = ["end-of-treatment"]',
    "head-to-head": 'comparator_class = "placebo"\ncomparator = "placebo"\n'
    'outcomes = ["pain-intensity"]\nbaseline = ["baseline"]\nend = ["end-of-treatment"]',
    "regimens": "",
    "adverse-events": 'any = "any-adverse-event"\nserious = ["any-serious-adverse-event"]\n'
    'stops = ["stopped-for-adverse-event"]',
    "unknown": 'wanted = [{ outcome = "headache-days", name = "headache days", scaled = true }]',
    "claims": '[[question.claim]]\nsaid = "It works."\n'
    'check = { kind = "change", study = "example-2024", arm = "drug-a", '
    'outcome = "pain-intensity", from = "baseline", to = "60-min" }',
    "listing": 'use = ["acute-attack"]\ncontrols = ["placebo"]\noutcomes = ["pain-intensity"]',
    "reviews": 'topics = [{ code = "headache", name = "Headache" }]',
}

CHECKS = {
    "change": 'study = "absent", arm = "a", outcome = "responder", from = "x", to = "y"',
    "share": 'study = "absent", arm = "a", outcome = "responder", at = "x", definition = "d"',
    "share-drop": 'study = "absent", arm = "a", from = "x", from_at = "y", to = "z", to_at = "w"',
    "sequence": 'study = "absent", outcome = "responder", arms = ["a", "b"], at = ["x", "y"]',
    "contrasts": 'outcome = "pain-intensity", use = "prevention", route = "oral", '
    'dose_unit = "mg", dose = [1, 2], time_h = [0, 1]',
    "harms": 'serious = "a", stops = "b", any = "c"',
    "longest-follow-up": 'outcomes = ["absent"], after_h = 100',
    "mentions": 'subject = "Nothing", words = ["xyzzy"], nobody = "Nobody."',
}


def ask(folder, kind, body):
    """Make the review with one question and return its answer; the page must render."""
    path = folder.path / "review.toml"
    head, _ = path.read_text(encoding="utf-8").split("[[question]]", 1)
    path.write_text(f'{head}{HEAD}kind = "{kind}"\n{body}\n', encoding="utf-8")
    review = folder.review()
    (answer,) = review.answers
    page = render_page(review.page)
    assert 'id="asked"' in page
    review.to_dict()
    return answer


def test_every_kind_and_every_check_is_tried_here():
    assert set(QUESTIONS) == set(KINDS)
    assert set(CHECKS) == set(CHECK_KINDS)


@pytest.mark.parametrize("kind", QUESTIONS)
def test_on_the_template(folder, kind):
    answer = ask(folder, kind, QUESTIONS[kind])
    assert answer.sentence.endswith(".")
    assert answer.sentence[0] == answer.sentence[0].upper()
    for entry in answer.account:
        assert entry.sources


@pytest.mark.parametrize("kind", QUESTIONS)
def test_on_a_study_without_results(folder, kind):
    for table in ("outcomes", "contrasts", "events", "pooled", "conflicts"):
        folder.empty(table)
    assert ask(folder, kind, QUESTIONS[kind]).sentence.endswith(".")


@pytest.mark.parametrize("kind", QUESTIONS)
def test_where_everything_is_out_of_scope(folder, kind):
    folder.text("review.toml", "leave_out_diagnosis = []", 'leave_out_diagnosis = ["migraine"]')
    answer = ask(folder, kind, QUESTIONS[kind])
    assert answer.sentence.endswith(".")
    assert answer.studies == {}


@pytest.mark.parametrize("kind", CHECKS)
def test_a_claim_about_what_the_base_does_not_hold(folder, kind):
    body = f'[[question.claim]]\nsaid = "So."\ncheck = {{ kind = "{kind}", {CHECKS[kind]} }}'
    (claim,) = ask(folder, "claims", body).data["claims"]
    assert claim["holds"] in {"open", "partly", "no"}  # never borne out by nothing
    assert claim["shows"].endswith(".")


class TestAnswers:
    def test_between_arms(self, folder):
        answer = ask(folder, "between-arms", QUESTIONS["between-arms"])
        placebo, others = answer.data["comparisons"]
        # contrasts.csv: -1.2 (-2.5 to 0.1) at 95 %, 30 + 30 people
        assert placebo["pooled"]["effect"] == pytest.approx(-1.2, abs=1e-12)  # as printed
        assert placebo["pooled"]["n"] == 60
        assert others["pooled"] is None
        assert "Against others, no trial was found." in answer.sentence

    def test_adverse_events(self, folder):
        answer = ask(folder, "adverse-events", QUESTIONS["adverse-events"])
        (event,) = answer.data["events"]
        assert (event["events"], event["n"]) == (12, 30)

    def test_regimens(self, folder):
        answer = ask(folder, "regimens", QUESTIONS["regimens"])
        (regimen,) = answer.data["regimens"]
        assert regimen["dose_mg_per_kg"] == [0.3, 0.3]

    def test_claim(self, folder):
        folder.add(
            "outcomes", 2, time_label="baseline", time_h="0", kind="value", mean="7.1", sd=""
        )
        folder.add("outcomes", 2, kind="value", mean="3.8", sd="")
        answer = ask(folder, "claims", QUESTIONS["claims"])
        (claim,) = answer.data["claims"]
        assert claim["numbers"]["fall"] == pytest.approx(3.3, abs=1e-12)  # 7.1 - 3.8
        assert claim["holds"] == "yes"


MISSING = [
    ("between-arms", "outcome ="), ("between-arms", "time_h ="), ("between-arms", "comparators ="),
    ("before-after", "baseline ="), ("before-after", "end ="), ("responders", "definitions ="),
    ("durability", "sustained ="), ("head-to-head", "comparator_class ="),
    ("adverse-events", "serious ="), ("unknown", "wanted ="), ("claims", "check ="),
    ("listing", "outcomes ="), ("reviews", "topics ="),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "key"), MISSING)
def test_a_key_with_a_slip_is_named_once(folder, kind, key):
    body = QUESTIONS[kind].replace(key, f"x{key}", 1)
    path = folder.path / "review.toml"
    head, _ = path.read_text(encoding="utf-8").split("[[question]]", 1)
    path.write_text(f'{head}{HEAD}kind = "{kind}"\n{body}\n', encoding="utf-8")
    problem = folder.only()
    name = key.removesuffix(" =")
    assert problem.where.startswith("review.toml, [[question]] 1 (asked)")
    assert problem.where.endswith(f"key '{name}'")
    assert problem.found == "nothing"
    assert problem.hint == f"Is it written 'x{name}'?"
