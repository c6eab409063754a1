"""A result that a file carries, as a row of ``pooled.csv``."""

from __future__ import annotations

from remit.io.formats.effect_scale import number_of
from remit.io.formats.imported import ImportedEvidence, ImportedResult
from remit.workbench.review_rows import ReviewRows, locator, number_text

__all__ = ["add_result"]

_MEASURES = {"MD": "md", "SMD": "smd", "OR": "or", "RR": "rr", "RD": "rd", "PETO": "peto-or",
             "HR": "hr", "IRR": "irr", "ROM": "rom"}  # fmt: skip


def add_result(
    evidence: ImportedEvidence, result: ImportedResult, made: ReviewRows, source: str, scale: str
) -> None:
    """Add a whole analysis to ``pooled.csv``, or note why it has no place.

    Parameters
    ----------
    evidence : ImportedEvidence
        What was read.
    result : ImportedResult
        One of its results. That of a single study follows from its row and is left out.
    made : ReviewRows
        Grows by a row or a note.
    source, scale : str
        Keys of the source, and of the scale of means.
    """
    outcome = evidence.outcome(result.outcome)
    if result.study:
        return  # a study's own effect follows from its row
    what = made.outcomes[result.outcome]
    shown = ", ".join(
        f"{role.replace('_', ' ')} {cell.text}" for role, cell in result.values.items()
    )
    if result.subgroup or outcome.measure not in _MEASURES:
        reason = "pooled.csv holds results of whole analyses whose measure is known"
        made.note(result.place, f"{what}, {result.subgroup}".rstrip(", "), shown, reason)
        return
    values = {role: cell.text for role, cell in result.values.items()}
    df = number_of(result.values.get("df"))
    sizes = [number_of(result.values.get(role)) for role in ("n1", "n2")]
    known = [size for size in sizes if size]
    made.add(
        "pooled",
        {
            "review": source,
            "topic": "imported",
            "comparison": " against ".join(x for x in (outcome.one, outcome.two) if x),
            "outcome": what,
            "scale": scale if outcome.kind == "means" else "",
            "measure": _MEASURES[outcome.measure],
            "estimate": values.get("effect", ""),
            "ci_low": values.get("ci_low", ""),
            "ci_high": values.get("ci_high", ""),
            "ci_level": number_text(outcome.level * 100),
            "p_value": values.get("p_z", ""),
            "p_operator": "=" if "p_z" in values else "",
            "i2_percent": values.get("i2", ""),
            "k": str(int(df) + 1) if df is not None else "",
            "n": str(int(sum(known))) if len(known) == 2 else "",
            "scope_of_k": "outcome" if df is not None else "",
            "model": "random-effects" if outcome.model == "random" else "common-effect",
            "source": source,
            "locator": locator(result.place),
            "note": f"{outcome.method or 'method not named'}; {shown}",
        },
    )
