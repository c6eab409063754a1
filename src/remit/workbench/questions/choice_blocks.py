"""What every combination of choices gives, as a paragraph, a figure and a table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from remit.report.document import Column, Figure, Prose, Row, Table
from remit.report.numbers import decimal, percent, span
from remit.synthesis.multiverse import Multiverse
from remit.workbench.figures.specification_curve import curve_of_multiverse, drawn_analyses
from remit.workbench.settings import QuestionHead

__all__ = ["ChoiceWords", "choice_blocks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceWords:
    """How the numbers of a question are written.

    Attributes
    ----------
    effect : str
        What is estimated, such as ``change in pain``.
    unit : str
        After a number, such as ``points``; the axis and the table name it.
    studies : str
        What is pooled, such as ``Cohorts``.
    factor : float
        By which the numbers are multiplied, such as 100 for shares in per cent.
    digits : int
        Decimals.
    """

    effect: str
    unit: str
    studies: str = "Studies"
    factor: float = 1.0
    digits: int = 2

    def number(self, value: float) -> str:
        """Write one number."""
        return decimal(self.factor * value, self.digits)

    def answer(self, verse: Multiverse, place: int) -> str:
        """Write the answer of one combination with its interval."""
        low, high = (self.factor * float(x[place]) for x in (verse.ci_low, verse.ci_high))
        return f"{self.number(float(verse.effect[place]))} ({span(low, high, self.digits)})"


def choice_blocks(
    head: QuestionHead, verse: Multiverse, words: ChoiceWords, key: str = ""
) -> tuple[Prose | Figure | Table, ...]:
    """Say how far the answer depends on the choices; draw them all; list each by itself.

    Parameters
    ----------
    head : QuestionHead
        The question.
    verse : Multiverse
        With two combinations or more.
    words : ChoiceWords
        How the numbers are written.
    key : str
        Distinguishes several multiverses of one question, such as a comparator's code.
    """
    return (
        Prose(strong="What else could have been decided.", text=_text(verse, words)),
        _figure(head, verse, words, key),
        _moves_table(verse, words),
        _changes_table(verse, words),
    )


def _text(verse: Multiverse, words: ChoiceWords) -> str:
    low, high = (words.factor * float(x) for x in (verse.effect.min(), verse.effect.max()))
    least, most = (words.factor * float(x) for x in (verse.ci_low.min(), verse.ci_high.max()))
    parts = [
        f"Every combination of the choices below was pooled, {len(verse):,} in all: the "
        f"{words.effect} lies between {span(low, high, words.digits).replace(' to ', ' and ')} "
        f"{words.unit}, and the intervals reach from {span(least, most, words.digits)}."
    ]
    if verse.null is not None:
        parts.append(_leaving_out_null(verse))
    first = next(iter(verse.moves), None)
    if first is not None:
        end = max(first.low_median, first.high_median)
        parts.append(
            f"The answer depends most on “{_lower(first.axis)}”: in the middle case it moves the "
            f"estimate by {words.number(first.median)} and an end of the interval by "
            f"{words.number(end)}."
        )
    if verse.idle:
        names = "; ".join(_lower(axis.name) for axis in verse.idle)
        parts.append(f"Without any effect on these studies: {names}.")
    if verse.without_answer:
        gone = sum(verse.without_answer.values())
        parts.append(f"Not pooled: {gone:,} combinations ({'; '.join(verse.without_answer)}).")
    parts.append(
        "Combinations are no sample of anything: how many of them agree measures how robust the "
        "answer is to these choices, not how likely it is to be true."
    )
    return " ".join(parts)


def _leaving_out_null(verse: Multiverse) -> str:
    """Say how many intervals leave out no difference, and on which side."""
    below, above = verse.below, verse.above
    if below == 1.0 or above == 1.0:
        return f"All intervals leave out {decimal(verse.null or 0.0, 0)}."
    sides = [
        f"{percent(share)} of them lie wholly {side}"
        for share, side in ((below, "below"), (above, "above"))
        if share > 0
    ]
    if not sides:
        return f"All intervals hold {decimal(verse.null or 0.0, 0)}."
    return f"Of the intervals, {' and '.join(sides)} {decimal(verse.null or 0.0, 0)}."


def _lower(text: str) -> str:
    """Begin with a small letter, for the middle of a sentence."""
    return text[:1].lower() + text[1:]


def _figure(head: QuestionHead, verse: Multiverse, words: ChoiceWords, key: str) -> Figure:
    step, places = drawn_analyses(verse)
    shown = "" if step == 1 else f" Of {len(verse):,} analyses, one in {step} is drawn."
    rows = "; ".join(
        f"{axis.name}: {', '.join(a.label for a in axis.alternatives)}" for axis in verse.axes
    )
    label = f"{words.effect[:1].upper()}{words.effect[1:]}, {words.unit}"
    curve = partial(curve_of_multiverse, verse, places, label=label, factor=words.factor)
    return Figure(
        id=f"{head.id}{'-' if key else ''}{key}-choices",
        title=f"{head.title}: every combination of choices",
        alt=f"Specification curve. {_text(verse, words)} Choices: {rows}.",
        caption="Above, the pooled answer of each analysis with its 95 % interval, in order of the "
        "estimate; below, a stroke in the row of each choice that the analysis made. Where strokes "
        f"gather at one end, the choice moves the answer.{shown}",
        wide=curve(narrow=False),
        narrow=curve(narrow=True),
    )


def _moves_table(verse: Multiverse, words: ChoiceWords) -> Table:
    """Rank the choices by how far they move the answer."""
    reported = {axis.name: axis.alternatives[axis.chosen].label for axis in verse.axes}
    return Table(
        caption=f"Which choice moves the answer most, {words.unit}",
        columns=(
            Column(title="Choice"),
            Column(title="Reported"),
            Column(title="Estimate", numeric=True),
            Column(title="Lower end", numeric=True),
            Column(title="Upper end", numeric=True),
        ),
        rows=tuple(
            Row(
                cells=(
                    move.axis,
                    reported[move.axis],
                    f"{words.number(move.median)}\u00a0({words.number(move.largest)})",
                    f"{words.number(move.low_median)}\u00a0({words.number(move.low_largest)})",
                    f"{words.number(move.high_median)}\u00a0({words.number(move.high_largest)})",
                )
            )
            for move in verse.moves
        ),
        note="How far the number moves when this choice alone changes: median over all other "
        "choices, and in brackets the most.",
    )


def _changes_table(verse: Multiverse, words: ChoiceWords) -> Table:
    """List the reported analysis, then each alternative with all else as reported."""
    rows = []
    if verse.reported is not None:
        rows.append(_row("As reported", verse, verse.reported, words))
    changes = verse.single_changes
    for axis in verse.axes:
        rows.append(Row(cells=(axis.name, "", "", ""), heading=True))
        rows += [
            _row(change.alternative, verse, change.place, words)
            for change in changes
            if change.axis == axis.name and not change.reported
        ]
    return Table(
        caption=f"One choice changed at a time, all else as reported, {words.unit} (95 % interval)",
        columns=(
            Column(title="Choice"),
            Column(title=words.studies, numeric=True),
            Column(title="People", numeric=True),
            Column(title="Pooled", numeric=True),
        ),
        rows=tuple(rows),
    )


def _row(label: str, verse: Multiverse, place: int | None, words: ChoiceWords) -> Row:
    if place is None:
        return Row(cells=(label, "–", "–", "not pooled"), muted=True)
    people = str(verse.n[place]) if verse.n[place] else "–"
    return Row(cells=(label, str(verse.k[place]), people, words.answer(verse, place)))
