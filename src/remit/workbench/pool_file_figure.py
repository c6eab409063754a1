"""The pooled studies of one file in words and as a forest plot, on the scale of display."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from remit.core.errors import InputError
from remit.core.estimate import Interval, NotEstimable
from remit.plots.forest import (
    ForestGroup,
    ForestLayout,
    ForestRow,
    ForestSpec,
    ForestSummary,
    draw_forest,
    forest_layout,
)
from remit.plots.svg import save_figure
from remit.report.numbers import decimal, typeset
from remit.synthesis.data import StudyEffect
from remit.synthesis.exits import number_text
from remit.synthesis.rare import MantelHaenszelResult
from remit.workbench.figures.scale import MeasureScale
from remit.workbench.pool_file import PooledFile
from remit.workbench.questions.forests import heterogeneity_text

__all__ = ["account_rows", "pooled_file_forest", "pooled_words", "save_pooled_forest"]

_COMPARING = ("2x2", "two rates", "two means", "")
Back = Callable[[float], float]


def pooled_words(made: PooledFile) -> list[str]:
    """Return the lines of a summary: what was guessed, what came out, also as it is shown."""
    lines = [*made.told, "", made.result.summary()]
    scale = _scale(made)
    if scale.transformed:
        shown, result = scale.shown, made.result
        lines.append(
            f"As {scale.plain_name}: {number_text(shown(result.effect))} "
            f"({_ends(result.interval, shown)})"
            + (
                f", prediction {_ends(result.prediction, shown)}"
                if isinstance(result.prediction, Interval)
                else ""
            )
        )
    i2 = _i2_from_q(made)
    if made.rules is not None and i2 is not None:
        lines.append(f"I2 as {made.rules.name} prints it, from Q: {i2:.1f}%")
    if made.summed is not None:
        lines += ["", made.summed.summary(), *_summed_as_ratio(made, made.summed)]
    return lines


def account_rows(made: PooledFile) -> list[tuple[str, str, str, str, str]]:
    """Return place, study, effect with interval as shown, weight, and what was done to each row."""
    shown = _scale(made).shown
    rows = []
    for study, weight in zip(made.result.rows, made.result.weights, strict=True):
        interval = study.interval(made.result.spec.level)
        text = f"{number_text(shown(study.effect))} ({_ends(interval, shown)})"
        notes = " ".join(note.text for note in study.notes)
        rows.append((_row(study.places), study.label, text, f"{weight:.1f}%", notes))
    rows += [
        (_row(row.places), row.label, "set aside", "", " ".join((row.reason, row.shows)).strip())
        for row in made.result.set_aside
    ]
    return rows


def pooled_file_forest(made: PooledFile) -> ForestLayout:
    """Lay out the forest plot: arms' data, effects as they are shown, weights, the pooled one."""
    result, scale = made.result, _scale(made)
    shown = scale.shown
    titles = _titles(made)
    rows = [
        ForestRow(
            label=study.label,
            columns=_cells(made.family, study) if titles else (),
            effect=shown(study.effect),
            ci_low=shown(study.interval(result.spec.level).low),
            ci_high=shown(study.interval(result.spec.level).high),
            weight=float(weight) / 100.0,
        )
        for study, weight in zip(result.rows, result.weights, strict=True)
    ]
    rows += [
        ForestRow(label=row.label, style="set-aside", text=typeset(row.reason))
        for row in result.set_aside
    ]
    prediction = result.prediction if isinstance(result.prediction, Interval) else None
    summary = ForestSummary(
        label=_model(made),
        effect=shown(result.effect),
        ci_low=shown(result.interval.low),
        ci_high=shown(result.interval.high),
        pi_low=shown(prediction.low) if prediction else None,
        pi_high=shown(prediction.high) if prediction else None,
        heterogeneity=_heterogeneity(made),
    )
    spec = ForestSpec(
        axis_label=scale.shown_label,
        null=scale.shown_null,
        log=scale.ratio,
        column_titles=titles,
        effect_title=f"Effect ({100 * result.spec.level:g}% CI)",
    )
    group = ForestGroup(title="", rows=tuple(rows), summary=summary if result.k > 1 else None)
    return forest_layout([group], spec)


def save_pooled_forest(made: PooledFile, path: Path) -> None:
    """Draw the forest plot and write it to ``path`` (.svg, .png or .pdf).

    Raises
    ------
    InputError
        If the file cannot be written.
    SpecError
        If the suffix is unknown.
    """
    try:
        save_figure(draw_forest(pooled_file_forest(made)), path)
    except OSError as error:
        raise InputError.at(
            str(path),
            found=f"a place that cannot be written to ({error.strerror})",
            expected="a file name in a folder that you may write to",
        ) from error


def _model(made: PooledFile) -> str:
    tau2 = made.result.tau2
    method = "" if isinstance(tau2, NotEstimable) else f" ({tau2.method})"
    return f"Random effects{method}, {made.result.interval.method}"


def _i2_from_q(made: PooledFile) -> float | None:
    """Return I2 from Q in per cent, where the convention prints that one."""
    i2 = made.result.i2_from_q
    if made.rules is None or made.rules.i2_from != "Q" or isinstance(i2, NotEstimable):
        return None
    return i2


def _heterogeneity(made: PooledFile) -> str:
    text, i2 = heterogeneity_text(made.result), _i2_from_q(made)
    return text if i2 is None else f"{text}; I² = {decimal(i2, 0)} % (from Q)"


def _scale(made: PooledFile) -> MeasureScale:
    """Return how the effects are shown."""
    compares = made.family in _COMPARING
    return MeasureScale(
        words=made.words,
        scale=made.scale,
        one_group=not compares,
        null=0.0 if compares or made.scale == "Fisher's z" else None,
    )


def _titles(made: PooledFile) -> tuple[str, ...]:
    family = made.guess.layout.family  # empty where the file gives effects, not arms
    one, two = made.arms or ("Group 1", "Group 2")
    if family == "2x2":
        return f"{one}\nevents/n", f"{two}\nevents/n"
    if family == "two means":
        return f"{one}\nmean (SD), n", f"{two}\nmean (SD), n"
    if family == "two rates":
        return f"{one}\nevents/time", f"{two}\nevents/time"
    if family == "proportion":
        return ("Events/n",)
    return ()


def _cells(family: str, study: StudyEffect) -> tuple[str, ...]:
    cells = study.columns
    if not cells:
        return ()
    if family == "2x2":
        return tuple(
            f"{cells[events]}/{cells[size] if size in cells else _sum(cells, events, others)}"
            for events, others, size in (("ai", "bi", "n1i"), ("ci", "di", "n2i"))
        )
    if family == "two means":
        return tuple(
            typeset(f"{cells[f'm{arm}i']} ({cells[f'sd{arm}i']}), {cells[f'n{arm}i']}")
            for arm in (1, 2)
        )
    if family == "two rates":
        return tuple(f"{cells[f'x{arm}i']}/{cells[f't{arm}i']}" for arm in (1, 2))
    size = cells["ni"] if "ni" in cells else _sum(cells, "xi", "mi")
    return (f"{cells['xi']}/{size}",)


def _sum(cells: dict[str, str], one: str, other: str) -> str:
    return f"{float(cells[one]) + float(cells[other]):g}"


def _ends(interval: Interval, shown: Back) -> str:
    return f"{number_text(shown(interval.low))} to {number_text(shown(interval.high))}"


def _row(places: tuple[object, ...]) -> str:
    return "; ".join(str(getattr(place, "row", "")) for place in places)


def _summed_as_ratio(made: PooledFile, summed: MantelHaenszelResult) -> list[str]:
    effect = summed.effect
    if made.scale != "log" or isinstance(effect, NotEstimable):
        return []
    shown = _scale(made).shown
    return [f"As ratio: {number_text(shown(effect.value))} ({_ends(effect.interval, shown)})"]
