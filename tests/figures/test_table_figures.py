"""Regimens, adverse events and the question map as numbers."""

from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.core.errors import InputError
from remit.plots.events import EventRow, draw_events, events_layout
from remit.plots.question_map import QuestionMapRow, draw_question_map, question_map_layout
from remit.plots.regimens import RegimenRow, draw_regimens, regimens_layout

NAME = "Rafiei Sarvari, Baigrezaii, Nazarianpirdosti, Meysami & others 2022 b"


def assert_texts_on_canvas(layout: Any) -> None:
    for mark in layout.texts:
        assert mark.box.inside(layout.width, layout.height), mark
        assert mark.size >= 7


def assert_texts_apart(layout: Any) -> None:
    level = [mark for mark in layout.texts if mark.angle == 0]
    for a, b in combinations(level, 2):
        assert not a.box.overlaps(b.box), (a, b)


pairs = st.none() | st.tuples(st.floats(0.001, 100), st.floats(1, 50)).map(
    lambda t: (t[0], t[0] * t[1])
)
regimens = st.builds(
    RegimenRow,
    label=st.text(max_size=70),
    group=st.sampled_from(["Intravenous", "Intranasal", "Oral", ""]),
    dosing=st.sampled_from(["fixed", "titrated", "as-needed", "unknown", ""]),
    dose=pairs,
    rate=pairs,
    total=pairs,
    assumed=st.frozensets(st.sampled_from(["dose", "rate", "total"])),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(regimens, min_size=1, max_size=12))
def test_regimens_fit_for_any_rows(rows: list[RegimenRow]) -> None:
    layout = regimens_layout(rows)
    assert_texts_on_canvas(layout)
    shown = sum(1 for r in rows for v in (r.dose, r.rate, r.total) if v is not None)
    dashes = sum(1 for t in layout.texts if t.text == "–" and t.align == "center")
    assert len(layout.ranges) == shown
    # a label may itself be a dash, but labels are not centred
    assert dashes == 3 * len(rows) - shown
    panels = {p.quantity: p for p in layout.panels}
    for placed in layout.ranges:
        panel = panels[placed.quantity]
        assert panel.left <= placed.x_low <= placed.x_high <= panel.right


def test_regimens_share_rows_and_group_by_route() -> None:
    rows = [
        RegimenRow(label="a", group="iv", dosing="titrated", rate=(0.1, 1.0), total=(10.0, 20.0)),
        RegimenRow(label="b", group="nasal", dosing="fixed", dose=(0.75, 0.75)),
        RegimenRow(label="c", group="iv", dosing="fixed", dose=(0.3, 0.3)),
    ]
    layout = regimens_layout(rows)
    assert [place.index for place in layout.rows] == [0, 2, 1]
    rate, total = (r for r in layout.ranges if r.row == 0)
    assert rate.y == total.y
    assert [t.text for t in layout.texts].count("titrated") == 1
    assert "fixed" not in {t.text for t in layout.texts if t.role == "muted" and t.y < rate.y + 1}


def test_a_fixed_dose_is_a_dot_and_an_assumed_weight_is_hollow() -> None:
    assumed = frozenset({"dose"})
    rows = [RegimenRow(label="a", group="", dosing="fixed", dose=(0.5, 0.5), assumed=assumed)]
    (placed,) = regimens_layout(rows).ranges
    assert placed.x_low == placed.x_high
    assert placed.hollow


@pytest.mark.parametrize("count", [1, 60])
def test_one_to_sixty_regimens_fit_without_touching(count: int) -> None:
    rows = [
        RegimenRow(
            label=NAME if i % 9 == 4 else f"Study {i}",
            group=("iv", "nasal")[i % 2],
            dosing=("titrated", "fixed")[i % 2],
            dose=(0.1, 0.1 * (i + 1)),
        )
        for i in range(count)
    ]
    layout = regimens_layout(rows)
    assert_texts_on_canvas(layout)
    assert_texts_apart(layout)
    assert len(layout.rows) == count


def test_wrong_regimens_are_named() -> None:
    bad = RegimenRow(label="x", group="", dosing="", dose=(2.0, 1.0))
    with pytest.raises(InputError, match="regimen 'x', dose"):
        regimens_layout([bad])
    with pytest.raises(InputError, match="no rows"):
        regimens_layout([])


@st.composite
def events(draw: st.DrawFn) -> EventRow:
    fields: dict[str, Any] = {
        "event": draw(st.sampled_from(["Nausea", "Dissociation or hallucination", ""])),
        "study": draw(st.text(max_size=70)),
        "treatment": draw(st.sampled_from(["ketamine", "placebo", "ketamine and midazolam"])),
        "text": draw(st.text(max_size=120)),
    }
    if draw(st.booleans()):
        share = draw(st.floats(0, 1))
        fields |= {"share": share, "ci_low": share * 0.5, "ci_high": (1 + share) / 2}
        fields |= {"n": draw(st.none() | st.integers(1, 9999))}
    return EventRow(**fields)


@settings(max_examples=50, deadline=None)
@given(st.lists(events(), min_size=1, max_size=12))
def test_events_fit_for_any_rows(rows: list[EventRow]) -> None:
    layout = events_layout(rows)
    assert_texts_on_canvas(layout)
    assert [s.row for s in layout.shares] == [i for i, r in enumerate(rows) if r.share is not None]
    for placed in layout.shares:
        share = rows[placed.row].share
        assert share is not None
        # percent on a linear axis: rounding only
        assert placed.x == pytest.approx(layout.axis.place(100 * share), abs=1e-9)
        assert placed.none == (share == 0)


def test_no_events_show_the_upper_bound() -> None:
    none = EventRow(
        event="Serious", study="A", treatment="k", events=0, n=6, share=0, ci_low=0, ci_high=0.459
    )
    layout = events_layout([none])
    (placed,) = layout.shares
    assert placed.none
    assert placed.x == layout.axis.left
    # percent on a linear axis: rounding only
    assert placed.x_high == pytest.approx(layout.axis.place(45.9), abs=1e-9)
    assert {"0/6", "0 (up to 46)"} <= {t.text for t in layout.texts}
    assert layout.triangle is not None


def test_small_shares_are_never_written_as_nothing() -> None:
    row = EventRow(
        event="e", study="s", treatment="t", share=0.004, ci_low=0.001, ci_high=0.02, n=900
    )
    texts = {t.text for t in events_layout([row]).texts}
    assert {"0.4 (0.1 to 2)", "?/900"} <= texts


def test_gridlines_stop_at_words() -> None:
    rows = [
        EventRow(event="e", study="a", treatment="k", share=0.5, ci_low=0.2, ci_high=0.8),
        EventRow(event="e", study="b", treatment="k", text="more often than with the control"),
    ]
    layout = events_layout(rows)
    (mark,) = [t for t in layout.texts if t.text.startswith("more often")]
    upright = [r for r in layout.rules if r.x0 == r.x1]
    assert upright
    assert not any(r.y0 < mark.y - 1 < r.y1 for r in upright)


@pytest.mark.parametrize("count", [1, 60])
def test_one_to_sixty_events_fit_without_touching(count: int) -> None:
    rows = [
        EventRow(
            event=("Nausea", "Dissociation")[i % 2],
            study=NAME if i % 9 == 4 else f"Study {i}",
            treatment="ketamine and midazolam",
            events=i,
            n=99,
            share=i / 99,
            ci_low=0,
            ci_high=1,
        )
        for i in range(count)
    ]
    layout = events_layout(rows)
    assert_texts_on_canvas(layout)
    assert_texts_apart(layout)


def test_wrong_shares_are_named() -> None:
    with pytest.raises(InputError, match="event 'e' of 's'"):
        events_layout([EventRow(event="e", study="s", treatment="", share=66.7)])
    with pytest.raises(InputError, match="no rows"):
        events_layout([])


QUESTIONS = [
    "Acute pain against placebo",
    "Responders at the end of a course",
    "How long it lasts",
    "Opioid use",
]
answers = st.sampled_from(["pooled", "shown", "direction", ""])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=90), min_size=1, max_size=14), st.data())
def test_the_map_fits_for_any_questions(questions: list[str], data: st.DataObject) -> None:
    rows = data.draw(
        st.lists(
            st.builds(
                QuestionMapRow,
                label=st.text(max_size=70),
                group=st.sampled_from(["Randomised", "Cohort", ""]),
                n=st.none() | st.integers(1, 100000),
                answers=st.tuples(*[answers] * len(questions)),
            ),
            min_size=1,
            max_size=5,
        )
    )
    layout = question_map_layout(questions, rows)
    assert_texts_on_canvas(layout)
    expected = {(i, j): a for i, r in enumerate(rows) for j, a in enumerate(r.answers) if a}
    assert {(p.row, p.question): p.answer for p in layout.answers} == expected
    for placed in layout.answers:
        assert placed.x == layout.columns[placed.question]


@pytest.mark.parametrize("count", [1, 60])
def test_one_to_sixty_studies_fit_without_touching(count: int) -> None:
    rows = [
        QuestionMapRow(
            label=NAME if i % 9 == 4 else f"Study {i}",
            group=("Randomised", "Cohort")[i % 2],
            n=i * 7,
            answers=("pooled", "", "shown", "direction"),
        )
        for i in range(count)
    ]
    layout = question_map_layout(QUESTIONS, rows)
    assert_texts_on_canvas(layout)
    assert_texts_apart(layout)
    assert layout.width == pytest.approx(518.4)


def test_questions_stand_side_by_side_even_on_two_lines() -> None:
    questions = ["Sustained response after the end of the course in all those treated"] * 6
    rows = [QuestionMapRow(label="a", group="", n=1, answers=("",) * 6)]
    layout = question_map_layout(questions, rows)
    slanted = [t for t in layout.texts if t.angle]
    # distance between parallel baselines is dx sin(angle) - dy cos(angle) turned to the slope
    across = sorted(t.x * 0.788 + t.y * 0.616 for t in slanted)
    assert len(slanted) == 12
    assert all(b - a >= 7 for a, b in pairwise(across))


def test_a_study_with_too_few_answers_is_named() -> None:
    row = QuestionMapRow(label="x", group="", n=1, answers=("pooled",))
    with pytest.raises(InputError, match="question map, 'x'"):
        question_map_layout(QUESTIONS, [row])
    with pytest.raises(InputError, match="0 studies"):
        question_map_layout(QUESTIONS, [])


def test_all_three_can_be_drawn_with_every_mark() -> None:
    regimen = [
        RegimenRow(label="a", group="", dosing="fixed", dose=(0.5, 0.5), total=(1.0, 2.0)),
    ]
    event = [
        EventRow(event="e", study="a", treatment=str(i), n=9, share=s, ci_low=0, ci_high=1)
        for i, s in enumerate((0.0, 0.2, 0.4, 0.6, 0.8))
    ]
    study = [QuestionMapRow(label="a", group="", n=1, answers=("pooled", "shown", "direction", ""))]
    layouts = (
        (regimens_layout(regimen), draw_regimens),
        (events_layout(event), draw_events),
        (question_map_layout(QUESTIONS, study), draw_question_map),
    )
    for layout, draw in layouts:
        figure = draw(layout)
        drawn = sorted(t.get_text() for t in figure.axes[0].texts)
        assert drawn == sorted(t.text for t in layout.texts if t.text)
        assert len(figure.axes[0].patches) >= 2
