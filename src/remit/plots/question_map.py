"""Which study answers which question: studies as rows, questions as columns.

A filled square is a number that was pooled, a half-filled one a number that is shown but not
pooled, a small open dot a direction only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from remit.core.errors import InputError, Problem
from remit.plots.grouped_rows import RowPlace, label_width, stack_rows
from remit.plots.marks import RuleMark, TextMark, stack_lines
from remit.plots.style import ACCENT, BODY, MARGIN, MUTED, PAPER, SMALL, WIDE_WIDTH
from remit.plots.text_width import (
    ASCENT,
    LEADING,
    MIDDLE,
    clean_text,
    text_width,
    wrap_label,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from remit.plots.canvas import Canvas

__all__ = [
    "Answer",
    "PlacedAnswer",
    "QuestionMapLayout",
    "QuestionMapRow",
    "draw_question_map",
    "question_map_layout",
]

Answer = Literal["pooled", "shown", "direction", ""]

WORDS = (
    ("pooled", "number, pooled"),
    ("shown", "number, shown but not pooled"),
    ("direction", "direction only"),
)
ANGLE = 52.0
"""Slope of the questions over their columns, degrees."""
LONGEST = 140.0
"""Most length of a question's line, points; a longer one takes two lines."""
COLUMN = (15.0, 30.0)
"""Least and most width of a column, points."""
TWO_LINES = 26.0
"""Least width of a column where a question takes two lines, points."""
HALF = 3.0
"""Half the side of a square, points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionMapRow:
    """One study.

    Attributes
    ----------
    label : str
        Study and year.
    group : str
        Design, as a heading.
    n : int or None
        Patients; None where not read.
    answers : tuple of str
        One for each question: ``pooled``, ``shown``, ``direction`` or empty.
    """

    label: str
    group: str
    n: int | None
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedAnswer:
    """A mark in the map; ``row`` is -1 in the key."""

    row: int
    question: int
    x: float
    y: float
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionMapLayout:
    """The figure as numbers; places in points from the top left corner.

    Attributes
    ----------
    width, height : float
        Size of the figure.
    columns : tuple of float
        Middle of each question's column.
    rows : tuple of RowPlace
        From top to bottom.
    answers : tuple of PlacedAnswer
        What is drawn.
    key : tuple of PlacedAnswer
        Marks of the key.
    texts, rules : tuple
        All text; all straight lines.
    """

    width: float
    height: float
    columns: tuple[float, ...]
    rows: tuple[RowPlace, ...]
    answers: tuple[PlacedAnswer, ...]
    key: tuple[PlacedAnswer, ...]
    texts: tuple[TextMark, ...]
    rules: tuple[RuleMark, ...]


def question_map_layout(
    questions: Sequence[str], rows: Sequence[QuestionMapRow]
) -> QuestionMapLayout:
    """Lay out the map.

    Parameters
    ----------
    questions : sequence of str
        Short names, written aslant over the columns on one or two lines.
    rows : sequence of QuestionMapRow
        Studies, in the order in which they are shown within each design.

    Returns
    -------
    QuestionMapLayout

    Raises
    ------
    InputError
        If there is no study or question, or a study has not one answer for each question.
    """
    _check(questions, rows)
    blocks = [wrap_label(question, LONGEST, SMALL) for question in questions]
    numbers = ["" if row.n is None else str(row.n) for row in rows]
    number_width = max(text_width(t, BODY) for t in (*numbers, "n"))
    left, columns, right, width, labels = _columns(blocks, rows, number_width)
    heads, y = _heads(blocks, columns)
    texts = [
        *heads,
        TextMark(x=MARGIN, y=y - 5.0, text="Study", size=BODY, role=MUTED),
        TextMark(x=left - 12.0, y=y - 5.0, text="n", size=BODY, role=MUTED, align="right"),
    ]
    stack = stack_rows(
        [row.group for row in rows],
        [row.label for row in rows],
        top=y + 1.0,
        width=labels,
        figure_width=width,
    )
    texts += stack.texts
    places = {place.index: place for place in stack.rows}
    texts += [
        TextMark(x=left - 12.0, y=places[i].baseline, text=t, size=BODY, align="right")
        for i, t in enumerate(numbers)
        if t
    ]
    key_texts, key, end = _key(stack.bottom + 9.0, width)
    return QuestionMapLayout(
        width=width,
        height=end + MARGIN,
        columns=columns,
        rows=stack.rows,
        answers=_answers(rows, columns, places),
        key=key,
        texts=(*texts, *key_texts),
        rules=_rules(stack.rows, stack.spans_without(()), columns, y, (left, right)),
    )


def _columns(
    blocks: Sequence[Sequence[str]], rows: Sequence[QuestionMapRow], number_width: float
) -> tuple[float, tuple[float, ...], float, float, float]:
    """Left end, middle of each column, right end, width of the figure and of the labels."""
    count = len(blocks)
    reach = [
        max(text_width(line, SMALL) for line in block) * math.cos(math.radians(ANGLE)) + 12.0
        for block in blocks
    ]
    least = COLUMN[0] if all(len(block) == 1 for block in blocks) else TWO_LINES
    fixed = 2 * MARGIN + 22.0 + number_width
    room = WIDE_WIDTH - fixed - max(reach[j] + least * (j + 0.5) for j in range(count))
    labels = label_width([row.label for row in rows], min(max(room, 110.0), 190.0))
    left = MARGIN + labels + 22.0 + number_width
    end = WIDE_WIDTH - MARGIN
    step = min((end - left - reach[j]) / (j + 0.5) for j in range(count))
    step = min(max(step, least), COLUMN[1], max((end - left) / count, least))
    columns = tuple(left + step * (j + 0.5) for j in range(count))
    right = left + step * count
    far = max(right, *(x + r for x, r in zip(columns, reach, strict=True)))
    return left, columns, right, max(WIDE_WIDTH, far + MARGIN), labels


def _check(questions: Sequence[str], rows: Sequence[QuestionMapRow]) -> None:
    problems = []
    if not questions or not rows:
        found = f"{len(rows)} studies and {len(questions)} questions"
        problems.append(Problem(where="question map", found=found, expected="one or more of each"))
    for row in rows:
        if len(row.answers) != len(questions):
            problems.append(
                Problem(
                    where=f"question map, '{row.label}'",
                    found=f"{len(row.answers)} answers",
                    expected=f"{len(questions)}, one for each question",
                )
            )
    if problems:
        raise InputError(problems)


def _heads(
    blocks: Sequence[Sequence[str]], columns: Sequence[float]
) -> tuple[list[TextMark], float]:
    """Questions aslant over their columns, with the height of the rule under them."""
    sin, cos = math.sin(math.radians(ANGLE)), math.cos(math.radians(ANGLE))
    texts = []
    for block, x in zip(blocks, columns, strict=True):
        for i, text in enumerate(block):
            down = (i - (len(block) - 1) / 2) * LEADING * SMALL + MIDDLE * SMALL
            texts.append(
                TextMark(x=x + down * sin, y=down * cos, text=text, size=SMALL, angle=ANGLE)
            )
    lift = MARGIN - min(mark.box.top for mark in texts)
    lowest = max(mark.box.bottom for mark in texts)
    return [replace(mark, y=mark.y + lift) for mark in texts], lift + lowest + 3.0


def _answers(
    rows: Sequence[QuestionMapRow], columns: Sequence[float], places: dict[int, RowPlace]
) -> tuple[PlacedAnswer, ...]:
    return tuple(
        PlacedAnswer(row=i, question=j, x=columns[j], y=places[i].middle, answer=answer)
        for i, row in enumerate(rows)
        for j, answer in enumerate(row.answers)
        if answer
    )


def _rules(
    rows: Sequence[RowPlace],
    spans: Sequence[tuple[float, float]],
    columns: Sequence[float],
    top: float,
    ends: tuple[float, float],
) -> tuple[RuleMark, ...]:
    """Hairlines down the columns and between the rows."""
    left, right = ends
    rules = [RuleMark(x0=MARGIN, y0=top, x1=right, y1=top)]
    rules += [RuleMark(x0=x, y0=a, x1=x, y1=b) for x in columns for a, b in spans]
    rules += [RuleMark(x0=left, y0=row.middle, x1=right, y1=row.middle) for row in rows]
    return tuple(rules)


def _key(top: float, width: float) -> tuple[tuple[TextMark, ...], tuple[PlacedAnswer, ...], float]:
    texts: list[TextMark] = []
    marks: list[PlacedAnswer] = []
    x, y = MARGIN, top
    for answer, words in WORDS:
        needed = 10.0 + text_width(words, SMALL)
        if x > MARGIN and x + needed > width - MARGIN:
            x, y = MARGIN, y + LEADING * SMALL
        middle = y + (ASCENT - MIDDLE) * SMALL
        marks.append(_key_mark(answer, x + HALF, middle))
        texts += stack_lines((clean_text(words),), x=x + 10.0, top=y, size=SMALL, role=MUTED)
        x += needed + 14.0
    return tuple(texts), tuple(marks), y + LEADING * SMALL


def _key_mark(answer: str, x: float, y: float) -> PlacedAnswer:
    known: dict[str, Answer] = {"pooled": "pooled", "shown": "shown"}
    return PlacedAnswer(row=-1, question=-1, x=x, y=y, answer=known.get(answer, "direction"))


def draw_question_map(layout: QuestionMapLayout) -> Figure:
    """Draw the map.

    Parameters
    ----------
    layout : QuestionMapLayout
        As `question_map_layout` makes it.

    Returns
    -------
    matplotlib.figure.Figure
        With a canvas of its own; nothing global is touched.
    """
    from remit.plots.canvas import Canvas

    canvas = Canvas(layout.width, layout.height)
    canvas.rules(layout.rules)
    for mark in (*layout.answers, *layout.key):
        _draw_answer(canvas, mark)
    canvas.texts(layout.texts)
    return canvas.figure


def _draw_answer(canvas: Canvas, mark: PlacedAnswer) -> None:
    x, y = mark.x, mark.y
    if mark.answer == "direction":
        canvas.dot(x, y, 1.9, fill=PAPER, edge=ACCENT, width=0.9)
        return
    fill = ACCENT if mark.answer == "pooled" else PAPER
    canvas.rectangle(x - HALF, y - HALF, x + HALF, y + HALF, fill=fill, edge=ACCENT, width=0.9)
    if mark.answer == "shown":
        corner = [(x - HALF, y - HALF), (x + HALF, y + HALF), (x - HALF, y + HALF)]
        canvas.polygon(corner, fill=ACCENT)
