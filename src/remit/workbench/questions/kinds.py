"""The kinds of question, by the word that ``review.toml`` uses for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from remit.io.toml_section import TomlSection
from remit.report.document import Answer
from remit.workbench.bench import Bench
from remit.workbench.questions import (
    adverse_events,
    before_after,
    between_arms,
    claims,
    durability,
    head_to_head,
    listing,
    regimens,
    responders,
    reviews,
    unknown,
)
from remit.workbench.settings import QuestionHead

__all__ = ["KINDS", "Reader", "Worker"]

Reader = Callable[[TomlSection], Any]
Worker = Callable[[Bench, QuestionHead, Any], Answer]

#: For each kind, how its keys are read and how it is answered.
KINDS: dict[str, tuple[Reader, Worker]] = {
    "between-arms": (between_arms.read, between_arms.answer),
    "before-after": (before_after.read, before_after.answer),
    "responders": (responders.read, responders.answer),
    "durability": (durability.read, durability.answer),
    "head-to-head": (head_to_head.read, head_to_head.answer),
    "regimens": (regimens.read, regimens.answer),
    "adverse-events": (adverse_events.read, adverse_events.answer),
    "unknown": (unknown.read, unknown.answer),
    "claims": (claims.read, claims.answer),
    "listing": (listing.read, listing.answer),
    "reviews": (reviews.read, reviews.answer),
}
