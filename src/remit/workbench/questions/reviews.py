"""What published reviews pooled or concluded: shown, and added to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from remit.evidence.data import PooledReport
from remit.io.toml_section import TomlSection
from remit.report.document import AccountEntry, Answer, Column, Row, Table
from remit.report.numbers import count_word, decimal, span
from remit.workbench.bench import Bench
from remit.workbench.settings import QuestionHead

__all__ = ["Spec", "Topic", "answer", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic of reviews and its name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Topics in the order in which they are shown."""

    topics: tuple[Topic, ...]


def read(section: TomlSection) -> Spec:
    """Read this kind's keys from ``review.toml``."""
    topics = []
    for part in section.sections("topics", required=True):
        topics.append(Topic(code=part.text("code"), name=part.text("name")))
        part.finish()
    return Spec(topics=tuple(topics))


def answer(bench: Bench, head: QuestionHead, spec: Spec) -> Answer:
    """List every published pooled result by topic."""
    reports = [r for t in spec.topics for r in bench.full.pooled if r.topic == t.code]
    return Answer(
        id=head.id,
        title=head.title,
        asks=head.asks,
        sentence=_sentence(spec, reports),
        blocks=(_table(bench, spec, reports),) if reports else (),
        account=tuple(_entry(bench, r) for r in reports),
        studies={},
        data={"reports": [str(r.place) for r in reports]},
    )


def _sentence(spec: Spec, reports: Sequence[PooledReport]) -> str:
    parts = []
    for topic in spec.topics:
        own = [r for r in reports if r.topic == topic.code]
        reviews = len({r.review for r in own})
        pooled = sum(r.estimate is not None for r in own)
        if own:
            name = topic.name[:1].lower() + topic.name[1:]
            parts.append(
                f"{name}: {count_word(reviews, 'review')}, {count_word(pooled, 'pooled result')}"
            )
    return f"Held of other reviews: {'; '.join(parts)}." if parts else "No review is held."


def _table(bench: Bench, spec: Spec, reports: Sequence[PooledReport]) -> Table:
    rows = []
    for topic in spec.topics:
        own = [r for r in reports if r.topic == topic.code]
        if own:
            rows.append(Row(cells=(topic.name,), heading=True))
        rows += [
            Row(
                cells=(
                    r.review,
                    r.comparison or "–",
                    ", ".join(t for t in (bench.settings.word(r.outcome), r.time) if t),
                    _size(r),
                    _result(r),
                    r.note or "–",
                )
            )
            for r in own
        ]
    return Table(
        caption="Published reviews",
        columns=tuple(
            Column(title=title)
            for title in ("Review", "Compared", "Outcome", "Studies (people)", "Result", "Notes")
        ),
        rows=tuple(rows),
    )


def _size(report: PooledReport) -> str:
    if report.k is None:
        return "–"
    people = f" ({report.n})" if report.n is not None else ""
    return f"{report.k}{people}"


def _result(report: PooledReport) -> str:
    """Write a pooled result as printed, or that there is none."""
    if report.estimate is None:
        return (report.model or "not read").replace("-", " ")
    text = f"{(report.measure or 'ratio').upper()} {decimal(report.estimate, 2)}"
    if report.ci_low is not None and report.ci_high is not None:
        text += f" ({span(report.ci_low, report.ci_high, 2)})"
    if report.p_value is not None:
        text += f", p {report.p_operator} {report.p_value:g}"
    return text


def _entry(bench: Bench, report: PooledReport) -> AccountEntry:
    outcome = bench.settings.word(report.outcome)
    return AccountEntry(
        label=report.review,
        study=report.review,
        status="shown",
        shows=f"{outcome}: {_result(report)}",
        doubts=bench.doubts((report.place,)),
        sources=bench.links((report.place,)),
    )
