"""A review: load the evidence, check it, answer its questions, assemble the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from remit.core.errors import InputError, RemitError
from remit.evidence.integrity import Finding, check_integrity
from remit.io.review_folder import ReviewFolder, read_review_folder, shipped_folder
from remit.report.document import Answer, Page
from remit.synthesis.exits import plain
from remit.version import VERSION
from remit.workbench.bench import Bench, make_bench
from remit.workbench.page import assemble_page
from remit.workbench.questions.kinds import KINDS
from remit.workbench.settings import QuestionHead, ReviewSettings, read_head, read_settings

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
    answers : tuple of Answer
        In the order of ``review.toml``.
    page : Page
        Everything that the page shows.
    """

    settings: ReviewSettings
    digest: str
    findings: tuple[Finding, ...]
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
    source = read_review_folder(folder or shipped_folder())
    settings, heads, specs = _read_questions(source)
    tell("checking whether the printed numbers fit each other")
    findings = check_integrity(source.base)
    bench = make_bench(source.base, settings, findings)
    answers = []
    for head, spec in zip(heads, specs, strict=True):
        tell(f"answering: {head.title}")
        answers.append(_answer(bench, head, spec))
    page = assemble_page(bench, tuple(answers), source.digest)
    return Review(
        settings=settings,
        digest=source.digest,
        findings=findings,
        answers=tuple(answers),
        page=page,
    )


def _read_questions(
    source: ReviewFolder,
) -> tuple[ReviewSettings, list[QuestionHead], list[Any]]:
    """Read all settings and questions, and raise their problems together."""
    settings, sections = read_settings(source.settings)
    heads, specs = [], []
    for section in sections:
        head = read_head(section, tuple(KINDS))
        heads.append(head)
        if head.kind in KINDS:
            specs.append(KINDS[head.kind][0](section))
            section.finish()
    problems = sections[0].problems if sections else []
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
