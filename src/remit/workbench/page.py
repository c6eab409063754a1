"""The page as a whole: what stands around the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from remit.evidence.data import Study
from remit.evidence.plausibility import Suspicion
from remit.io.decisions import Decision, noteworthy
from remit.plots.question_map import QuestionMapRow, question_map_layout
from remit.report.document import Answer, Column, Fact, Figure, Page, Row, Standing, Table
from remit.report.numbers import count_word
from remit.version import VERSION
from remit.workbench.bench import Bench
from remit.workbench.settings import Assumption

__all__ = ["AboutData", "assemble_page"]

SHORT_DIGEST = 12
DESIGNS = {
    "rct-parallel": "Randomised, parallel groups",
    "rct-crossover": "Randomised crossover",
    "nonrandomised-comparative": "Comparison without randomisation",
    "prospective-cohort": "Prospective cohort",
    "retrospective-cohort": "Retrospective cohort",
    "case-series": "Case series",
    "case-report": "Case report",
    "": "Design not read",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AboutData:
    """What was found about the data before anything was answered.

    Attributes
    ----------
    suspicions : tuple of Suspicion
        What was probably typed wrong.
    decisions : tuple of Decision
        How the tables were read.
    """

    suspicions: tuple[Suspicion, ...]
    decisions: tuple[Decision, ...]


def assemble_page(bench: Bench, answers: tuple[Answer, ...], digest: str, about: AboutData) -> Page:
    """Put the answers between the head of the page and its appendices."""
    settings = bench.settings
    return Page(
        title=settings.title,
        question=settings.question,
        not_advice=settings.not_advice,
        meta=(
            Fact(
                label="Newest evidence",
                value=f"{settings.newest_evidence} ({settings.newest_evidence_is})"
                if settings.newest_evidence_is
                else settings.newest_evidence,
            ),
            Fact(label="Studies", value=_study_words(bench, answers)),
            Fact(label="Version", value=f"review {settings.version}, remit {VERSION}"),
            Fact(label="Digest of the data", value=digest[:SHORT_DIGEST]),
            Fact(label="Next update", value=settings.next_update or "not planned"),
        ),
        answers=answers,
        map=_map(bench, answers),
        findings=_findings(bench),
        findings_intro=_findings_intro(bench),
        data_intro=_data_intro(bench, about),
        suspicions=_suspicions(bench, about),
        assumptions=_assumptions(bench),
        studies=_studies(bench),
        references_intro=(
            f"{count_word(len(bench.full.studies), 'report')} of "
            f"{len({s.cohort for s in bench.full.studies})} cohorts. "
            + (
                f"Left out of all answers: {settings.scope.why}."
                if settings.scope.leave_out_diagnosis
                else ""
            )
        ),
    )


def _study_words(bench: Bench, answers: tuple[Answer, ...]) -> str:
    randomised = {s.study for s in bench.base.studies if s.randomised}
    pooled = {
        study for a in answers for study, standing in a.studies.items() if standing == "pooled"
    }
    return (
        f"{len(bench.base.studies)} in scope, {len(randomised)} of them randomised, "
        f"{len(pooled & randomised)} of these with a usable difference; "
        f"{len(bench.full.studies)} in the base"
    )


def _map(bench: Bench, answers: tuple[Answer, ...]) -> Figure | None:
    rows = []
    for design, group in DESIGNS.items():
        for study in bench.base.studies:
            if (study.design or "") != design:
                continue
            kinds: tuple[Standing | Literal[""], ...] = tuple(
                answer.studies.get(study.study, "") for answer in answers
            )
            if any(kinds):
                rows.append(
                    QuestionMapRow(
                        label=study.label,
                        group=group,
                        n=study.n_analysed or study.n_enrolled,
                        answers=kinds,
                    )
                )
    if not rows:
        return None
    titles = [f"{number}. {answer.title}" for number, answer in enumerate(answers, start=1)]
    return Figure(
        id="map",
        title="Which study answers which question",
        alt="Studies as rows, questions as columns. "
        + "; ".join(
            f"{row.label}: "
            + ", ".join(
                f"{number} {kind}" for number, kind in enumerate(row.answers, start=1) if kind
            )
            for row in rows
        )
        + ".",
        caption="Every study in scope that answers a question; blank where it does not.",
        wide=question_map_layout(titles, rows),
    )


def _findings(bench: Bench) -> Table:
    return Table(
        caption="What does not fit, worst first",
        columns=(
            Column(title="Weight"),
            Column(title="Study"),
            Column(title="What was found"),
            Column(title="Where"),
            Column(title="Method"),
        ),
        rows=tuple(
            Row(
                cells=(f.severity, _study_name(bench, f.study), f.statement, str(f.place), f.source)
            )
            for f in bench.findings
        ),
    )


def _study_name(bench: Bench, key: str) -> str:
    for study in bench.full.studies:
        if study.study == key:
            return study.label
    return key


def _findings_intro(bench: Bench) -> str:
    kinds = [f.severity for f in bench.findings]
    if not kinds:
        return "Every printed number that can be held against another one fits it."
    return (
        f"{count_word(kinds.count('contradiction'), 'pair').capitalize()} of printed numbers "
        f"cannot both be right, {kinds.count('doubt')} fit only in an unusual reading, and "
        f"{kinds.count('remark')} are worth knowing. No number was changed; each finding also "
        "stands in the account of the answers that use the row."
    )


def _data_intro(bench: Bench, about: AboutData) -> str:
    """Say how the tables were read, and how much in them looks mistyped."""
    files = len({decision.place.file for decision in about.decisions})
    told = noteworthy(about.decisions)
    how = (
        "; ".join(text.rstrip(".") for text in told)
        if told
        else "all in UTF-8, comma between the cells, the point as the decimal sign"
    )
    text = f"{count_word(files, 'table').capitalize()} were read: {how}. "
    rows = len(bench.full.outcomes) + len(bench.full.contrasts)
    found = len(about.suspicions)
    if not found:
        return text + (
            f"Their {rows} rows of results were searched for typing errors (a standard error in "
            "place of an SD, percentages as counts, a shifted decimal point, a wrong sign, the "
            "same control group twice and the like): none was found."
        )
    return text + (
        f"Of their {rows} rows of results, {count_word(found, 'looks', 'look')} as if typed "
        "wrong. Nothing was changed."
    )


def _suspicions(bench: Bench, about: AboutData) -> Table:
    return Table(
        caption="What was probably typed wrong, worst first",
        columns=(
            Column(title="How sure"),
            Column(title="Study"),
            Column(title="What is odd, and the likeliest cause"),
            Column(title="Where"),
        ),
        rows=tuple(
            Row(cells=(s.severity, _study_name(bench, s.study), s.statement, str(s.place)))
            for s in about.suspicions
        ),
    )


def _assumptions(bench: Bench) -> Table:
    settings = bench.settings

    def row(name: str, assumption: Assumption, unit: str) -> Row:
        grid = ", ".join(f"{v:g}" for v in assumption.grid) or "–"
        return Row(cells=(name, f"{assumption.value:g}{unit}", grid, assumption.why))

    single = tuple(
        Row(cells=(f"Body weight, {_study_name(bench, study)}", f"{value:g} kg", "–", why))
        for study, (value, why) in settings.weight_kg.of_study.items()
    )
    return Table(
        caption="Every number that nobody printed",
        columns=(
            Column(title="Assumption"),
            Column(title="Value"),
            Column(title="Also worked out with"),
            Column(title="Why"),
        ),
        rows=(
            row("SD of a change in pain", settings.sd_change, " points"),
            row("Correlation, before and after", settings.correlation, ""),
            row("Body weight", settings.weight_kg, " kg"),
            *single,
            Row(
                cells=(
                    "Smallest important difference",
                    f"{settings.important_difference:g} points",
                    "–",
                    settings.important_difference_is,
                )
            ),
            Row(
                cells=(
                    "Level of printed intervals",
                    "95 %",
                    "–",
                    "taken where a report names no level",
                )
            ),
        ),
    )


def _studies(bench: Bench) -> Table:
    in_scope = {s.study for s in bench.base.studies}
    rows = []
    for study in sorted(bench.full.studies, key=lambda s: (s.label.lower(), s.study)):
        rows.append(
            Row(
                cells=(
                    study.label,
                    ". ".join(t for t in (study.title, study.journal, _identifier(study)) if t),
                    DESIGNS[study.design or ""].lower(),
                    str(study.n_analysed or study.n_enrolled or "–"),
                    "" if study.study in in_scope else "out of scope",
                ),
                muted=study.study not in in_scope,
            )
        )
    return Table(
        caption="Studies of the base",
        columns=(
            Column(title="Study"),
            Column(title="Report"),
            Column(title="Design"),
            Column(title="n", numeric=True),
            Column(title="Scope"),
        ),
        rows=tuple(rows),
    )


def _identifier(study: Study) -> str:
    if study.doi:
        return f"doi:{study.doi}"
    if study.pmid:
        return f"PMID {study.pmid}"
    return ", ".join(study.registry)
