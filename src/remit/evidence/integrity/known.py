"""Which numbers of people a study reports: candidates for a denominator."""

from __future__ import annotations

from dataclasses import dataclass

from remit.core.place import Place
from remit.evidence.data import Arm, EvidenceBase

__all__ = ["KnownNumber", "arm_of", "arm_size", "known_numbers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNumber:
    """A number of people, or of what the study counts, with what it is and where it stands."""

    n: int
    what: str
    place: Place


def known_numbers(base: EvidenceBase, study: str, arm: str | None = None) -> list[KnownNumber]:
    """List the numbers that a percentage of this study may be out of, each number once.

    They are the numbers enrolled and analysed, the sizes of arms, the denominators of outcome and
    event rows, and the numbers with an outcome (later percentages are often out of responders).

    Parameters
    ----------
    base : EvidenceBase
        Evidence.
    study : str
        Key of the study.
    arm : str, optional
        Restrict rows to this arm; its study's numbers stay.

    Returns
    -------
    list of KnownNumber
        In the order of the tables; numbers below 2 are left out.
    """
    candidates: list[tuple[int | None, str, Place]] = []
    for s in base.studies:
        if s.study == study:
            candidates.append((s.n_analysed, "the number analysed", s.place.at("n_analysed")))
            candidates.append((s.n_enrolled, "the number enrolled", s.place.at("n_enrolled")))
    for a in base.arms:
        if a.study == study and arm in (None, a.arm):
            candidates.append((a.n, f"the size of arm {a.arm}", a.place.at("n")))
    for o in base.outcomes:
        if o.study == study and arm in (None, o.arm):
            what = f"the denominator of {o.outcome} at {o.time_label}"
            candidates.append((o.n, what, o.place.at("n")))
            what = f"the count of {o.outcome} at {o.time_label}"
            candidates.append((o.events, what, o.place.at("events")))
    for e in base.events:
        if e.study == study and arm in (None, e.arm):
            candidates.append((e.n, f"the denominator of {e.event}", e.place.at("n")))
    seen: dict[int, KnownNumber] = {}
    for n, what, place in candidates:
        if n is not None and n >= 2 and n not in seen:
            seen[n] = KnownNumber(n=n, what=what, place=place)
    return list(seen.values())


def arm_of(base: EvidenceBase, study: str, arm: str) -> Arm | None:
    """Return the arm with this key, or None where the table has no such row."""
    return next((a for a in base.arms if a.study == study and a.arm == arm), None)


def arm_size(base: EvidenceBase, study: str, arm: str) -> int | None:
    """Return the printed size of an arm, or None."""
    row = arm_of(base, study, arm)
    return row.n if row else None
