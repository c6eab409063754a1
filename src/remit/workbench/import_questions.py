"""The questions of an imported review: a ``review.toml`` to be edited."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from remit.io.formats.imported import ImportedEvidence
from remit.workbench.import_facts import ImportFacts
from remit.workbench.review_rows import ReviewRows, Row

__all__ = ["review_toml"]

_CONTROL = re.compile(r"placebo|control|sham|usual|no-treatment|standard|group-2")


def review_toml(
    evidence: ImportedEvidence,
    made: ReviewRows,
    facts: ImportFacts,
    tables: Mapping[str, list[Row]],
) -> str:
    """Return the text of ``review.toml``: what can be asked of the tables as they are.

    A question of differences between arms is asked where the facts give the scale its bounds and
    the time; the file's own pooled results are shown where it carries any.
    """
    classes = Counter(row["treatment_class"] for row in tables["arms"])
    treatment = _treatment(made, facts, classes)
    words = made.words.get(treatment, treatment.replace("-", " "))
    scale = facts.scale if facts.low is not None and facts.high is not None else "nrs-0-10"
    lines = [
        f"# Made from {_comment(evidence.file)}.",
        "# What the file does not say stands here as a default: edit it. docs/review-toml.md",
        "# describes every key.",
        "",
        "[review]",
        f"title = {_quoted(f'Evidence from {evidence.file}')}",
        f"question = {_quoted(f'What does {words} do?')}",
        'version = "1"',
        f"treatment = {_quoted(words)}",
        f"treatment_class = {_quoted(treatment)}",
        'newest_evidence = "not stated"',
        f"pain_scale = {_quoted(scale)}",
        "important_difference = 1.0        # replace with that of your scale, and its source",
        'not_advice = "For research. This page describes published evidence; it gives no dosing '
        'advice."',
        "",
        "# Names as the file has them.",
        "[words]",
        *(f"{code} = {_quoted(name)}" for code, name in made.words.items() if name != code),
    ]
    lines += _between(made, facts, tables, classes, treatment)
    if tables["pooled"]:
        lines += [
            "",
            "[[question]]",
            'id = "results-of-the-file"',
            'kind = "reviews"',
            'title = "Results that the file carries"',
            'asks = "What did the file\'s own program compute?"',
            'topics = [{ code = "imported", name = "imported results" }]',
        ]
    lines += [
        "",
        "[[question]]",
        'id = "regimens"',
        'kind = "regimens"',
        'title = "Arms"',
        'asks = "Which arms of the treatment were studied?"',
        "",
    ]
    return "\n".join(lines)


def _treatment(made: ReviewRows, facts: ImportFacts, classes: Counter[str]) -> str:
    asked = [code for code, name in made.words.items() if facts.treatment in (code, name)]
    if facts.treatment and asked:
        return asked[0]
    others = [code for code in classes if not _CONTROL.search(code)]
    return next(iter(others or classes), "treatment")


def _between(
    made: ReviewRows,
    facts: ImportFacts,
    tables: Mapping[str, list[Row]],
    classes: Counter[str],
    treatment: str,
) -> list[str]:
    others = [code for code in classes if code != treatment]
    means = {row["outcome"] for row in tables["outcomes"] if row.get("mean")}
    means |= {row["outcome"] for row in tables["contrasts"]}
    ready = facts.time_h is not None and facts.low is not None and facts.high is not None
    lines = []
    for outcome in [o for o in made.outcomes.values() if o in means and others]:
        sides = ", ".join(
            f"{{ class = {_quoted(code)}, name = {_quoted(made.words.get(code, code))} }}"
            for code in others
        )
        time = facts.time_h if facts.time_h is not None else 0.0
        block = [
            "[[question]]",
            f"id = {_quoted(f'between-{outcome}')}",
            'kind = "between-arms"',
            f"title = {_quoted(made.words.get(outcome, outcome))}",
            'asks = "How do the arms differ?"',
            f"outcome = {_quoted(outcome)}",
            f"comparators = [{sides}]",
            f"time_h = [{time:.15g}, {time:.15g}]",
        ]
        lines.append("")
        if not ready:
            lines.append(
                "# To pool: give the scale its bounds in scales.csv, the rows of outcomes.csv "
                "their kind,"
            )
            lines.append("# time_h and time_anchor, and take the # away.")
        lines += block if ready else [f"# {line}" for line in block]
    return lines


def _quoted(text: str) -> str:
    """Return a TOML string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else " " for c in escaped) + '"'


def _comment(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
