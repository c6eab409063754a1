"""What is said about a treatment, each statement beside the recomputed number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from remit.io.toml_section import TomlSection
from remit.report.document import Answer, Column, Row, Table
from remit.report.numbers import count_word
from remit.workbench.bench import Bench
from remit.workbench.questions.claim_check import Check, Verdict, read_check
from remit.workbench.questions.claims_of_one_study import (
    check_change,
    check_sequence,
    check_share,
    check_share_drop,
)
from remit.workbench.questions.claims_of_the_base import (
    check_contrasts,
    check_harms,
    check_longest_follow_up,
    check_mentions,
)
from remit.workbench.settings import QuestionHead

__all__ = ["Claim", "Spec", "answer", "read"]


#: For each kind of check, the function that makes it.
CHECK_KINDS: dict[str, Callable[[Bench, Check], Verdict]] = {
    "change": check_change,
    "share": check_share,
    "share-drop": check_share_drop,
    "sequence": check_sequence,
    "contrasts": check_contrasts,
    "harms": check_harms,
    "longest-follow-up": check_longest_follow_up,
    "mentions": check_mentions,
}

TALLY = (
    ("yes", "holds as far as the reports go", "hold as far as the reports go"),
    ("partly", "holds in part", "hold in part"),
    ("no", "does not hold", "do not hold"),
    ("open", "is open", "are open"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement, and how it is held against the evidence."""

    said: str
    check: Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """The statements, in order."""

    claims: tuple[Claim, ...]


def read(section: TomlSection) -> Spec:
    """Read this kind's keys from ``review.toml``."""
    claims = []
    for part in section.sections("claim", required=True):
        check = part.section("check")
        claims.append(Claim(said=part.text("said"), check=read_check(check)))
        check.finish()
        part.finish()
    return Spec(claims=tuple(claims))


def answer(bench: Bench, head: QuestionHead, spec: Spec) -> Answer:
    """Hold every statement against the evidence."""
    verdicts = [(claim, CHECK_KINDS[claim.check.kind](bench, claim.check)) for claim in spec.claims]
    holds: list[str] = [verdict.holds for _, verdict in verdicts]
    return Answer(
        id=head.id,
        title=head.title,
        asks=head.asks,
        sentence=(
            f"Of {count_word(len(verdicts), 'common statement')}, "
            + ", ".join(
                count_word(holds.count(code), single, plural)
                for code, single, plural in TALLY
                if holds.count(code)
            )
            + "."
        ),
        blocks=(_table(verdicts),),
        account=tuple(dict.fromkeys(e for _, verdict in verdicts for e in verdict.account)),
        studies={e.study: "shown" for _, verdict in verdicts for e in verdict.account},
        data={"claims": [_data(claim, verdict) for claim, verdict in verdicts]},
    )


def _table(verdicts: list[tuple[Claim, Verdict]]) -> Table:
    return Table(
        caption="Statement by statement",
        columns=tuple(
            Column(title=title)
            for title in ("What is said", "What the evidence shows", "Does it hold?", "Certainty")
        ),
        rows=tuple(
            Row(cells=(claim.said, verdict.shows, verdict.words, verdict.certainty))
            for claim, verdict in verdicts
        ),
        note="Certainty is suggested by rule: uncontrolled cohorts and unrandomised comparisons "
        "end at very low.",
    )


def _data(claim: Claim, verdict: Verdict) -> dict[str, Any]:
    return {
        "said": claim.said,
        "shows": verdict.shows,
        "holds": verdict.holds,
        "certainty": verdict.certainty,
        "numbers": verdict.numbers,
    }
