"""Whether counts with percentages inside free text fit the size of the study.

Notes are read with one pattern only, a whole number followed by a percentage in parentheses:
``41 (25 %)`` or ``141 (83.9%)``. A number that is part of a longer one, of a decimal or of a
range, and a percentage with a sign or a range, are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from remit.core.percentages import denominators_giving, fit_of_percent
from remit.core.place import Place
from remit.core.printed import plural, say, span
from remit.evidence.data import EvidenceBase
from remit.evidence.integrity.finding import Finding
from remit.evidence.integrity.known import known_numbers

__all__ = ["check_percent_in_notes", "counts_in_text"]

COUNT_WITH_PERCENT = re.compile(r"(?<![\d.,/-])(\d{1,6}) \((\d{1,3}(?:\.\d+)?) ?%\)")


def counts_in_text(text: str) -> tuple[tuple[int, float], ...]:
    """Return the pairs of a count and its percentage that a text holds.

    Examples
    --------
    >>> counts_in_text("before an infusion 41 (25 %), after one 46 (28 %); 67.5 % daily")
    ((41, 25.0), (46, 28.0))
    """
    return tuple((int(count), float(p)) for count, p in COUNT_WITH_PERCENT.findall(text))


def check_percent_in_notes(base: EvidenceBase) -> Iterator[Finding]:
    """Find ``N (P %)`` in the notes of studies and arms that no known number of the study fits.

    The note may count another group than the study does, so a misfit is a doubt.
    """
    notes: list[tuple[str, str | None, Place]] = []
    notes += [(s.study, s.notes, s.place.at("notes")) for s in base.studies]
    notes += [(a.study, a.notes, a.place.at("notes")) for a in base.arms]
    for study, text, place in notes:
        pairs = counts_in_text(text or "")
        known = known_numbers(base, study)
        if not known:
            continue
        sizes = [k.n for k in known]
        misfits = [
            (count, p)
            for count, p in pairs
            if not any(k >= count and fit_of_percent(count, k, p) != "no" for k in sizes)
        ]
        if misfits:
            yield _misfit(study, misfits, sizes[0], known[0].what, place)


def _misfit(study: str, pairs: list[tuple[int, float]], n: int, what: str, place: Place) -> Finding:
    shares = [f"{c}/{n} is {say(100 * c / n, 1)} %" for c, _ in pairs]
    common = set(denominators_giving(pairs[0][1], pairs[0][0]))
    for count, p in pairs[1:]:
        common &= set(denominators_giving(p, count))
    both = "" if len(pairs) == 1 else "Together they "
    verb = "It fits" if len(pairs) == 1 else "fit"
    fits = f"{both}{verb} a denominator of {span(sorted(common))}." if common else ""
    return Finding(
        check="percent-in-notes",
        severity="doubt",
        study=study,
        place=place,
        expected=f"of {n}, {what}, {plural(shares)}",
        found=f"the note gives {plural([f'{c} ({say(p)} %)' for c, p in pairs])}",
        fits=fits,
        source="arithmetic",
    )
