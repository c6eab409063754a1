"""Whether whole-number scores of n people can have this mean and this standard deviation.

GRIM (Brown & Heathers 2017, doi:10.1177/1948550616673876): the sum of n scores in steps of
``step`` is a multiple of ``step``, so that only some means can be printed. GRIMMER (Anaya 2016,
doi:10.7287/peerj.preprints.2400v1; analytic form of Allard 2018): the sum of squares is a whole
number too, and it is odd exactly where the sum is odd.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor

from remit.core.printed import either, exact, half_unit, say
from remit.evidence.data import ArmOutcome, EvidenceBase
from remit.evidence.integrity.finding import Finding

__all__ = ["check_grim", "check_grimmer", "grim_consistent", "grim_sums", "grimmer_consistent"]

GRIM = "GRIM, Brown & Heathers 2017"
GRIMMER = "GRIMMER, Anaya 2016; Allard 2018"
NEAR = 2
"""How far from the printed n another n is tried."""


def grim_sums(mean: float, n: int, step: float = 1.0) -> range:
    """Return the sums, in steps, of ``n`` scores whose mean rounds to ``mean``.

    Parameters
    ----------
    mean : float
        As printed, on a scale whose scores are multiples of ``step``.
    n : int
        Number of scores, at least 1.
    step : float
        Smallest step between two scores.

    Returns
    -------
    range
        Empty where the mean is impossible.
    """
    unit = Fraction(n) / exact(step)
    first = ceil((exact(mean) - half_unit(mean)) * unit)
    last = floor((exact(mean) + half_unit(mean)) * unit)
    return range(first, last + 1)


def grim_consistent(mean: float, n: int, step: float = 1.0) -> bool:
    """Tell whether ``n`` scores in steps of ``step`` can have this mean.

    Examples
    --------
    >>> grim_consistent(7.4, 6), grim_consistent(7.4, 5), grim_consistent(7.4, 6, 0.5)
    (False, True, True)
    """
    return len(grim_sums(mean, n, step)) > 0


def grimmer_consistent(mean: float, sd: float, n: int, step: float = 1.0) -> bool:
    """Tell whether ``n`` scores in steps of ``step`` can have this mean and standard deviation.

    With S the sum and Q the sum of squares in steps, the variance is
    ``step^2 (Q - S^2/n) / (n - 1)``. Q must be whole, odd exactly where S is odd (Allard 2018),
    and no less than that of the most even split of S.

    Parameters
    ----------
    mean, sd : float
        As printed; sd has the divisor n - 1.
    n : int
        Number of scores, at least 2.
    step : float
        Smallest step between two scores.
    """
    half = half_unit(sd)
    low, high = max(Fraction(0), exact(sd) - half), exact(sd) + half
    scale = (n - 1) / exact(step) ** 2
    for total in grim_sums(mean, n, step):
        centre = Fraction(total * total, n)
        whole, rest = divmod(total, n)
        most_even = (n - rest) * whole**2 + rest * (whole + 1) ** 2
        first = max(ceil(scale * low**2 + centre), most_even)
        first += (first - total) % 2
        if first <= floor(scale * high**2 + centre):
            return True
    return False


def check_grim(base: EvidenceBase) -> Iterator[Finding]:
    """Find means that whole-number scores of the printed n cannot have."""
    for row, n, mean, step in _stepped(base):
        if grim_consistent(mean, n, step):
            continue
        below = floor(exact(mean) * n / exact(step))
        near = [say(Fraction(total) * exact(step) / n, 2) for total in (below, below + 1)]
        others = [m for m in _other_n(n) if grim_consistent(mean, m, step)]
        yield Finding(
            check="grim",
            severity="doubt",
            study=row.study,
            place=row.place.at("mean"),
            other_places=(row.place.at("n"),),
            expected=f"the nearest means of {n} scores in steps of {say(step)} are "
            f"{near[0]} and {near[1]}",
            found=f"{say(mean)} is printed",
            fits=_fits(others, step, grim_consistent(mean, n, step / 2)),
            source=GRIM,
        )


def check_grimmer(base: EvidenceBase) -> Iterator[Finding]:
    """Find standard deviations that whole-number scores of the printed n and mean cannot have."""
    for row, n, mean, step in _stepped(base):
        if row.sd is None or row.sd < 0 or n < 2 or not grim_consistent(mean, n, step):
            continue
        if grimmer_consistent(mean, row.sd, n, step):
            continue
        near = [m for m in _other_n(n) if m > 1]
        others = [m for m in near if grimmer_consistent(mean, row.sd, m, step)]
        yield Finding(
            check="grimmer",
            severity="doubt",
            study=row.study,
            place=row.place.at("sd"),
            other_places=(row.place.at("mean"), row.place.at("n")),
            expected=f"{n} scores in steps of {say(step)} with a mean of {say(mean)} "
            "have other standard deviations",
            found=f"{say(row.sd)} is printed",
            fits=_fits(others, step, grimmer_consistent(mean, row.sd, n, step / 2)),
            source=GRIMMER,
        )


def _stepped(base: EvidenceBase) -> Iterator[tuple[ArmOutcome, int, float, float]]:
    """Yield rows with a mean and n on a stepped scale, with n, mean and step.

    Scales whose lower bound is not itself a multiple of the step are left out.
    """
    scales = {s.scale: s for s in base.scales}
    for row in base.outcomes:
        scale = scales.get(row.scale or "")
        if scale is None or not scale.step or row.mean is None or not row.n or row.n < 1:
            continue
        aligned = (exact(scale.low or 0.0) / exact(scale.step)).denominator == 1
        if aligned and row.kind in {"value", "change"}:
            yield row, row.n, row.mean, scale.step


def _other_n(n: int) -> list[int]:
    return [m for m in range(n - NEAR, n + NEAR + 1) if m >= 1 and m != n]


def _fits(others: list[int], step: float, halves: bool) -> str:
    parts = [f"n = {either([str(m) for m in others])}"] if others else []
    if halves:
        parts.append(f"scores in steps of {say(step / 2)}")
    if not parts:
        return "No n near it and no half steps fit either."
    return f"It fits {', or '.join(parts)}."
