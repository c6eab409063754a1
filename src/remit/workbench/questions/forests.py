"""From pooled results to the rows of a forest plot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from remit.core.estimate import Interval, NotEstimable
from remit.plots.forest import ForestGroup, ForestRow, ForestSpec, ForestSummary, forest_layout
from remit.report.document import Figure
from remit.report.numbers import decimal, p_value, percent, typeset
from remit.synthesis.binomial import clopper_pearson
from remit.synthesis.data import SetAside
from remit.synthesis.pooled import PooledResult
from remit.synthesis.pooled_proportion import PooledProportion
from remit.synthesis.tau2 import Tau2Estimate

__all__ = [
    "MIN_STUDIES_FOR_DIAMOND",
    "effect_rows",
    "effect_summary",
    "forest_figure",
    "heterogeneity_text",
    "heterogeneity_words",
    "proportion_rows",
    "proportion_summary",
    "set_aside_rows",
    "share_text",
]

#: With fewer studies a diamond would look surer than two studies can be.
MIN_STUDIES_FOR_DIAMOND = 3


def effect_rows(result: PooledResult, columns: Sequence[str]) -> tuple[ForestRow, ...]:
    """Return one forest row per pooled study, its cells taken from ``columns`` of the study."""
    rows = []
    for row, weight in zip(result.rows, result.weights, strict=True):
        interval = row.interval(result.spec.level)
        rows.append(
            ForestRow(
                label=row.label,
                columns=tuple(typeset(row.columns.get(name, "")) for name in columns),
                effect=row.effect,
                ci_low=interval.low,
                ci_high=interval.high,
                weight=weight / 100 if result.k >= MIN_STUDIES_FOR_DIAMOND else None,
                style="assumed" if row.assumed else "observed",
            )
        )
    return tuple(rows)


def set_aside_rows(rows: Sequence[SetAside]) -> tuple[ForestRow, ...]:
    """Return one row of words per study that is shown and not pooled."""
    return tuple(
        ForestRow(label=row.label, style="set-aside", text=typeset(row.shows or row.reason))
        for row in rows
        if "count once" not in row.reason
    )


def effect_summary(result: PooledResult) -> ForestSummary | None:
    """Return the diamond, or None where there are too few studies for one."""
    if result.k < MIN_STUDIES_FOR_DIAMOND:
        return None
    prediction = None if isinstance(result.prediction, NotEstimable) else result.prediction
    return ForestSummary(
        label="Random effects (REML, Hartung-Knapp)",
        effect=result.effect,
        ci_low=result.interval.low,
        ci_high=result.interval.high,
        pi_low=prediction.low if prediction else None,
        pi_high=prediction.high if prediction else None,
        heterogeneity=heterogeneity_text(result),
    )


def heterogeneity_text(result: PooledResult) -> str:
    """Write tau², I² and Q in one line."""
    return heterogeneity_words(
        tau2=result.tau2,
        tau2_interval=result.tau2_interval,
        i2=result.i2,
        q=(result.cochran_q, result.q_df, result.q_p),
    )


def heterogeneity_words(
    *,
    tau2: Tau2Estimate | NotEstimable,
    tau2_interval: Interval | NotEstimable | None,
    i2: float | NotEstimable,
    q: tuple[float | NotEstimable, int, float | NotEstimable],
) -> str:
    """Write tau² with its interval, I² and Q with degrees of freedom and p in one line.

    Without tau² the model is one of a common effect, whose I² comes from Q.
    """
    parts, from_tau2 = [], isinstance(tau2, Tau2Estimate)
    if isinstance(tau2, Tau2Estimate):
        text = f"τ² = {decimal(tau2.tau2, 2)}"
        if isinstance(tau2_interval, Interval):
            low, high = tau2_interval.low, tau2_interval.high
            text += f" ({decimal(low, 2)} to {decimal(high, 0 if high >= 100 else 2)})"
        parts.append(text)
    if not isinstance(i2, NotEstimable):
        parts.append(f"I² = {decimal(i2, 0)} % (from {'τ²' if from_tau2 else 'Q'})")
    statistic, df, p = q
    if not isinstance(statistic, NotEstimable):
        parts.append(f"Q = {decimal(statistic, 1)}, df = {df}, {p_value(p)}")
    return "; ".join(parts) or "one study"


def proportion_rows(result: PooledProportion) -> tuple[ForestRow, ...]:
    """Return one row per arm: count, share in per cent, exact interval."""
    rows = []
    for row in result.rows:
        interval = clopper_pearson(row.events, row.n, result.level)
        share = row.events / row.n
        rows.append(
            ForestRow(
                label=row.label,
                columns=(f"{row.events}/{row.n}", row.unit),
                effect=100 * share,
                ci_low=100 * interval.low,
                ci_high=100 * interval.high,
            )
        )
    return tuple(rows)


def proportion_summary(result: PooledProportion) -> ForestSummary | None:
    """Return the diamond of a pooled proportion in per cent, or None with too few studies."""
    if result.k < MIN_STUDIES_FOR_DIAMOND or isinstance(result.proportion, NotEstimable):
        return None
    prediction = None if isinstance(result.prediction, NotEstimable) else result.prediction
    return ForestSummary(
        label="Logit-normal mixed model",
        effect=100 * result.proportion.value,
        ci_low=100 * result.proportion.interval.low,
        ci_high=100 * result.proportion.interval.high,
        pi_low=100 * prediction.low if prediction else None,
        pi_high=100 * prediction.high if prediction else None,
        heterogeneity="spread between studies on the logit scale: "
        + (
            result.tau2.reason
            if isinstance(result.tau2, NotEstimable)
            else f"τ² = {decimal(result.tau2.tau2, 2)}"
        ),
    )


def forest_figure(
    figure_id: str,
    *,
    title: str,
    caption: str,
    groups: Sequence[ForestGroup],
    spec: ForestSpec,
    describe: Callable[[ForestRow], str] | None = None,
) -> Figure:
    """Lay out a forest plot for a page and for a phone, with a description in words."""
    say = describe or _describe
    lines = [f"{group.title}: " + "; ".join(say(row) for row in group.rows) for group in groups]
    return Figure(
        id=figure_id,
        title=title,
        alt=f"Forest plot. {spec.axis_label}. " + ". ".join(lines) + ".",
        caption=caption,
        wide=forest_layout(groups, spec),
        narrow=forest_layout(
            [replace(g, rows=tuple(replace(r, columns=()) for r in g.rows)) for g in groups],
            replace(spec, width="narrow", column_titles=()),
        ),
    )


def _describe(row: ForestRow) -> str:
    if row.effect is None or row.ci_low is None or row.ci_high is None:
        return f"{row.label}, {row.text}"
    return (
        f"{row.label}, {decimal(row.effect, 1)} "
        f"({decimal(row.ci_low, 1)} to {decimal(row.ci_high, 1)})"
    )


def share_text(events: int, n: int) -> str:
    """Write a count with its share: ``55 of 77 (71 %)``."""
    return f"{events} of {n} ({percent(events / n)})"
