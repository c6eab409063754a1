"""A review: load the evidence, check it, answer its questions, assemble the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from remit.core.errors import InputError, Problem, RemitError
from remit.evidence.data import EvidenceBase
from remit.evidence.integrity import Finding, check_integrity
from remit.evidence.plausibility import Suspicion
from remit.io.decisions import Decision
from remit.io.review_folder import (
    SETTINGS_FILE,
    ReviewFolder,
    read_review_folder,
    read_settings_file,
    shipped_folder,
)
from remit.report.document import Answer, Page
from remit.synthesis.exits import plain
from remit.version import VERSION
from remit.workbench.bench import Bench, make_bench
from remit.workbench.check import check_typing
from remit.workbench.page import AboutData, assemble_page
from remit.workbench.questions.kinds import KINDS
from remit.workbench.settings import QuestionHead, ReviewSettings, read_head, read_settings
from remit.workbench.settings_words import unknown_words

__all__ = ["Review", "make_review"]

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Review:
    """A finished review.

    Attributes
    ----------
    settings : ReviewSettings
        What was asked and assumed.
    digest : str
        SHA-256 of the evidence and the questions.
    findings : tuple of Finding
        What the integrity check found in the whole base.
    suspicions : tuple of Suspicion
        What was probably typed wrong in the whole base.
    decisions : tuple of Decision
        How the tables were read.
    answers : tuple of Answer
        In the order of ``review.toml``.
    page : Page
        Everything that the page shows.
    """

    settings: ReviewSettings
    digest: str
    findings: tuple[Finding, ...]
    suspicions: tuple[Suspicion, ...]
    decisions: tuple[Decision, ...]
    answers: tuple[Answer, ...]
    page: Page

    def to_dict(self) -> dict[str, Any]:
        """Return all results at full precision, ready for JSON."""
        return {
            "kind": "remit.review",
            "version": 1,
            "remit": VERSION,
            "review": {
                "title": self.settings.title,
                "question": self.settings.question,
                "version": self.settings.version,
                "newest_evidence": self.settings.newest_evidence,
                "digest_sha256": self.digest,
            },
            "answers": [_answer_dict(answer) for answer in self.answers],
            "integrity": [finding.to_dict() for finding in self.findings],
            "plausibility": [suspicion.to_dict() for suspicion in self.suspicions],
            "reading": [decision.to_dict() for decision in self.decisions],
        }

    def summary(self) -> str:
        """Return every answer's sentence as text, in order."""
        return "\n\n".join(
            f"{number}. {a.title}\n{a.sentence}" for number, a in enumerate(self.answers, start=1)
        )


def make_review(folder: Path | None = None, tell: Tell = lambda _: None) -> Review:
    """Make the review of a folder, or the one that ships with remit.

    Parameters
    ----------
    folder : Path or None
        A review folder.
    tell : callable
        Called with a few words before each step, for a progress display.

    Raises
    ------
    InputError
        With every problem of the tables and of ``review.toml`` at once.
    """
    tell("reading the evidence")
    source = _read(folder or shipped_folder())
    settings, heads, specs = _read_questions(source.settings)
    problems = [
        *_settings_against_base(settings, source.base),
        *unknown_words(source.settings, source.base),
    ]
    if problems:
        raise InputError(problems)
    tell("checking whether the printed numbers fit each other")
    findings = check_integrity(source.base)
    bench = make_bench(source.base, settings, findings)
    answers = []
    for head, spec in zip(heads, specs, strict=True):
        tell(f"answering: {head.title}")
        answers.append(_answer(bench, head, spec))
    about = AboutData(suspicions=check_typing(source.base), decisions=source.decisions)
    page = assemble_page(bench, tuple(answers), source.digest, about)
    return Review(
        settings=settings,
        digest=source.digest,
        findings=findings,
        suspicions=about.suspicions,
        decisions=about.decisions,
        answers=tuple(answers),
        page=page,
    )


def _read(folder: Path) -> ReviewFolder:
    """Read the folder; if the tables have faults, raise those of ``review.toml`` with them."""
    try:
        return read_review_folder(folder)
    except InputError as error:
        try:
            values = read_settings_file(folder)
        except InputError:
            raise error from None
        try:
            _read_questions(values)
        except InputError as other:
            raise InputError((*error.problems, *other.problems)) from None
        raise


def _settings_against_base(settings: ReviewSettings, base: EvidenceBase) -> list[Problem]:
    """Find what ``review.toml`` names and the tables do not have."""
    problems = []
    scale = base.scale(settings.pain_scale)
    if scale is None or not scale.width:
        problems.append(
            Problem(
                where=f"{SETTINGS_FILE}, [review], key 'pain_scale'",
                found=f"'{settings.pain_scale}'",
                expected="a scale of scales.csv with a lower and a higher bound",
                hint="Such as " + ", ".join(s.scale for s in base.scales if s.width) + ".",
            )
        )
    classes = dict.fromkeys(arm.treatment_class for arm in base.arms)
    if classes and settings.treatment_class not in classes:
        problems.append(
            Problem(
                where=f"{SETTINGS_FILE}, [review], key 'treatment_class'",
                found=f"'{settings.treatment_class}'",
                expected="a class of arms.csv: " + ", ".join(classes),
            )
        )
    studies = {study.study for study in base.studies}
    named = [
        *(("[[possible_overlap]]", s) for overlap in settings.overlaps for s in overlap.studies),
        *(("[assumptions.weight_kg.of_study]", s) for s in settings.weight_kg.of_study),
    ]
    problems.extend(
        Problem(
            where=f"{SETTINGS_FILE}, {where}",
            found=f"'{study}'",
            expected="a study of studies.csv",
        )
        for where, study in named
        if study not in studies
    )
    return problems


def _read_questions(
    values: Mapping[str, Any],
) -> tuple[ReviewSettings, list[QuestionHead], list[Any]]:
    """Read all settings and questions, and raise their problems together."""
    problems: list[Problem] = []
    settings, sections = read_settings(values, problems)
    heads: list[QuestionHead] = []
    specs = []
    for section in sections:
        head = read_head(section, tuple(KINDS), frozenset(h.id for h in heads))
        heads.append(head)
        if head.kind in KINDS:
            specs.append(KINDS[head.kind][0](section))
            section.finish()
    if problems:
        raise InputError(problems)
    return settings, heads, specs


def _answer(bench: Bench, head: QuestionHead, spec: Any) -> Answer:
    """Answer one question, naming it if something in it is wrong."""
    try:
        answer: Answer = KINDS[head.kind][1](bench, head, spec)
    except RemitError as error:
        error.add_note(f"while answering question '{head.id}'")
        raise
    return replace(answer, cautions=(*head.cautions, *answer.cautions))


def _answer_dict(answer: Answer) -> dict[str, Any]:
    return {
        "id": answer.id,
        "title": answer.title,
        "asks": answer.asks,
        "sentence": answer.sentence,
        "certainty": None
        if answer.certainty is None
        else {"level": answer.certainty.level, "reasons": list(answer.certainty.reasons)},
        "cautions": list(answer.cautions),
        "results": plain(answer.data),
        "account": [
            {
                "study": entry.study,
                "status": entry.status,
                "shows": entry.shows,
                "done": list(entry.done),
                "doubts": list(entry.doubts),
                "rows": [link.row for link in entry.sources],
                "sources": sorted({link.key for link in entry.sources if link.key}),
            }
            for entry in answer.account
        ],
    }
