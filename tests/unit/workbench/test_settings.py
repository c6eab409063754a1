import re
from importlib import resources

import pytest

from remit.core.errors import InputError
from remit.io.review_folder import read_settings_file, shipped_folder
from remit.io.toml_section import TomlSection
from remit.workbench.questions.kinds import KINDS
from remit.workbench.settings import PAGE_ANCHORS, Assumption, read_head, read_settings

REVIEW = {
    "title": "Title",
    "question": "Question?",
    "not_advice": "No advice.",
    "treatment": "drug",
    "treatment_class": "drug",
    "newest_evidence": "2024-12-31",
    "pain_scale": "nrs-0-10",
    "important_difference": 1.3,
}
QUESTION = {"id": "one", "kind": "regimens", "title": "Title", "asks": "What?"}


def read(**values):
    problems = []
    settings, sections = read_settings(
        {"review": REVIEW, "question": [QUESTION]} | values, problems
    )
    return settings, sections, problems


def wheres(problems):
    return [p.where for p in problems]


def test_the_least_that_will_do():
    settings, (question,), problems = read()
    assert problems == []
    assert settings.version == "1"
    assert settings.next_update == ""
    assert settings.overlaps == ()
    assert settings.scope.leave_out_diagnosis == ()
    head = read_head(question, tuple(KINDS))
    question.finish()
    assert (head.id, head.kind, head.cautions) == ("one", "regimens", ())
    assert problems == []


def test_default_assumptions_say_that_they_are_defaults():
    settings, _, _ = read()
    for assumption in (settings.weight_kg, settings.sd_change, settings.correlation):
        assert assumption.why == "default of remit"
        assert assumption.grid == ()


@pytest.mark.parametrize("name", ["template", "ketamine-headache"])
def test_shipped_settings(name):
    problems = []
    settings, sections = read_settings(read_settings_file(shipped_folder(name)), problems)
    assert problems == []
    assert settings.not_advice.endswith(".")
    assert len(sections) >= 4
    for assumption in (settings.weight_kg, settings.sd_change, settings.correlation):
        assert assumption.why != "default of remit"


@pytest.mark.parametrize("key", REVIEW)
def test_each_needed_key(key):
    review = {k: v for k, v in REVIEW.items() if k != key}
    problems = read(review=review)[2]
    assert wheres(problems) == [f"review.toml, [review], key '{key}'"]


def test_no_review_at_all():
    with pytest.raises(InputError, match=r"review\.toml: found no table \[review\]"):
        read_settings({"question": [QUESTION]}, [])


def test_choices_begin_with_what_is_reported_and_name_each_once():
    settings, _, problems = read(choices={"tau2": ["PM", "PM", "REML"], "interval": ["t"]})
    assert problems == []
    assert settings.choices.tau2 == ("REML", "PM")
    assert settings.choices.interval == ("HKSJ", "t")
    assert settings.choices.leave_one_out
    assert read()[0].choices.tau2 == ("REML", "DL", "PM")


@pytest.mark.parametrize(("key", "value"), [("tau2", ["XX"]), ("interval", ["HKSJ", "normal"])])
def test_choices_that_are_none(key, value):
    (problem,) = read(choices={key: value})[2]
    assert problem.where == f"review.toml, [choices], key '{key}'"
    assert problem.expected.startswith("some of ")


def test_the_value_stands_in_its_grid_once_and_in_order():
    settings, _, _ = read(
        assumptions={"sd_change": {"value": 2.0, "grid": [3.0, 1.0, 2.0, 2.5], "why": "so"}}
    )
    assert settings.sd_change.grid == (1.0, 2.0, 2.5, 3.0)
    settings, _, _ = read(assumptions={"sd_change": {"value": 2.2, "grid": [3, 1], "why": "so"}})
    assert settings.sd_change.grid == (1.0, 2.2, 3.0)


@pytest.mark.parametrize(
    ("name", "value"),
    [("weight_kg", 0), ("weight_kg", -70), ("sd_change", 0.0), ("correlation", 1)],
)
def test_impossible_assumptions(name, value):
    problems = read(assumptions={name: {"value": value, "why": "so"}})[2]
    assert wheres(problems) == [f"review.toml, [assumptions], [{name}], key 'value'"]


def test_assumption_of_a_single_study():
    settings, _, problems = read(
        assumptions={
            "weight_kg": {
                "value": 70,
                "why": "usual",
                "of_study": {"smith-2024": {"value": 85.8, "why": "printed"}},
            }
        }
    )
    assert problems == []
    assert settings.weight_kg.for_study("smith-2024") == (85.8, "printed")
    assert settings.weight_kg.for_study("other") == (70.0, "usual")


def test_assumption_of_a_single_study_is_guarded_too():
    of_study = {"smith-2024": {"value": 0, "why": "printed"}}
    problems = read(assumptions={"weight_kg": {"value": 70, "why": "x", "of_study": of_study}})[2]
    assert wheres(problems) == [
        "review.toml, [assumptions], [weight_kg], [of_study], [smith-2024], key 'value'"
    ]


def test_words():
    settings, _, problems = read(words={"drop-50-percent": "lower by half"})
    assert problems == []
    assert settings.word("drop-50-percent") == "lower by half"
    assert settings.word("drop-2-points") == "drop 2 points"
    assert settings.word(None) == settings.word("") == "not stated"


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ({"reviews": {}}, "review.toml, key 'reviews'"),
        ({"scope": {"diagnosis": []}}, "review.toml, [scope], key 'diagnosis'"),
        ({"assumptions": {"weight": {}}}, "review.toml, [assumptions], key 'weight'"),
        (
            {"possible_overlap": [{"why": "x"}]},
            "review.toml, [[possible_overlap]] 1, key 'studies'",
        ),
    ],
)
def test_slips(table, where):
    assert wheres(read(**table)[2]) == [where]


def test_page_anchors_are_those_of_the_template():
    page = (resources.files("remit.report") / "templates" / "page.html").read_text(encoding="utf-8")
    fixed = {i for i in re.findall(r'id="([a-z-]+)"', page) if not i.endswith(("-h", "-section"))}
    assert fixed | {"map"} == PAGE_ANCHORS  # the map is a figure and brings its id along


@pytest.mark.parametrize("anchor", sorted(PAGE_ANCHORS))
def test_no_question_takes_an_anchor_of_the_page(anchor):
    problems = []
    read_head(TomlSection(QUESTION | {"id": anchor}, "q", problems), tuple(KINDS))
    assert [p.hint for p in problems] == ["The page has a section of this name."]


def test_head_names_its_question_in_later_faults():
    problems = []
    section = TomlSection(QUESTION, "review.toml, [[question]] 1", problems)
    read_head(section, tuple(KINDS))
    section.text("outcome")
    assert wheres(problems) == ["review.toml, [[question]] 1 (one), key 'outcome'"]


def test_for_study_without_one():
    assumption = Assumption(value=1.0, grid=(), why="w", of_study={})
    assert assumption.for_study("x") == (1.0, "w")
