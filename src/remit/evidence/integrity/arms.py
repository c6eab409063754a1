"""Whether the sizes of arms, subgroups and denominators fit the size of the study."""

from __future__ import annotations

from collections.abc import Iterator

from remit.core.printed import either, plural
from remit.evidence.data import AdverseEvent, Arm, ArmOutcome, EvidenceBase, Study
from remit.evidence.integrity.finding import Finding
from remit.evidence.integrity.known import arm_size

__all__ = ["check_arms_sum", "check_denominator_of_arm", "check_subgroups"]

ARITHMETIC = "arithmetic"


def check_arms_sum(base: EvidenceBase) -> Iterator[Finding]:
    """Find arms that do not add up to the number enrolled or analysed.

    Arms that each hold everybody (a crossover, or treatments in sequence) fit too. Studies with
    an arm of unknown size are passed over.
    """
    for study in base.studies:
        arms = [a for a in base.arms if a.study == study.study and not a.is_subgroup]
        sizes = [a.n for a in arms if a.n is not None]
        totals = sorted({n for n in (study.n_enrolled, study.n_analysed) if n is not None})
        if not arms or len(sizes) < len(arms) or not totals:
            continue
        if sum(sizes) in totals or (set(sizes) <= set(totals) and len(set(sizes)) == 1):
            continue
        if totals[0] <= sum(sizes) <= totals[-1]:
            continue
        yield _sum_finding(study, arms, sum(sizes), totals)


def _sum_finding(study: Study, arms: list[Arm], total: int, totals: list[int]) -> Finding:
    sizes = " + ".join(str(a.n) for a in arms)
    text = sizes if len(arms) == 1 else f"{sizes} = {total}"
    column = "n_analysed" if study.n_analysed is not None else "n_enrolled"
    return Finding(
        check="arms-sum",
        severity="doubt",
        study=study.study,
        place=study.place.at(column),
        other_places=tuple(a.place.at("n") for a in arms),
        expected=f"the arms hold {text}",
        found=f"the study holds {either([str(n) for n in totals])}",
        fits="",
        source=ARITHMETIC,
    )


def check_subgroups(base: EvidenceBase) -> Iterator[Finding]:
    """Find subgroups that are larger than the arm they are part of, alone or together.

    The arm is known only where the study has one arm besides its subgroups.
    """
    for study in base.studies:
        arms = [a for a in base.arms if a.study == study.study]
        whole = [a for a in arms if not a.is_subgroup]
        parts = [a for a in arms if a.is_subgroup and a.n is not None]
        if len(whole) != 1 or whole[0].n is None or not parts:
            continue
        n = whole[0].n
        for part in parts:
            if part.n is not None and part.n > n:
                yield _subgroup_finding(part, [], whole[0], "contradiction")
        total = sum(a.n or 0 for a in parts)
        if total > n and all((a.n or 0) <= n for a in parts):
            yield _subgroup_finding(parts[0], parts[1:], whole[0], "remark", total - n)


def _subgroup_finding(
    part: Arm, rest: list[Arm], whole: Arm, severity: str, both: int = 0
) -> Finding:
    sizes = plural([str(a.n) for a in (part, *rest)])
    return Finding(
        check="subgroups",
        severity="remark" if severity == "remark" else "contradiction",
        study=part.study,
        place=part.place.at("n"),
        other_places=(*(a.place.at("n") for a in rest), whole.place.at("n")),
        expected=f"the arm {whole.arm} holds {whole.n}",
        found=f"its subgroups hold {sizes}" if rest else f"its subgroup holds {sizes}",
        fits=f"It fits if at least {both} are in more than one subgroup: never add them up."
        if rest
        else "",
        source=ARITHMETIC,
    )


def check_denominator_of_arm(base: EvidenceBase) -> Iterator[Finding]:
    """Find denominators of patients above the size of their arm.

    Whatever an arm counts (patients, encounters, infusions), it counts each patient at least
    once, so that no row can have more patients than its arm has units. Rows that count infusions,
    encounters or attacks are passed over.
    """
    rows: tuple[ArmOutcome | AdverseEvent, ...] = (*base.outcomes, *base.events)
    for row in rows:
        size = arm_size(base, row.study, row.arm)
        if row.denominator != "patients" or row.n is None or size is None or row.n <= size:
            continue
        yield Finding(
            check="denominator-of-arm",
            severity="contradiction",
            study=row.study,
            place=row.place.at("n"),
            expected=f"the arm {row.arm} holds {size}",
            found=f"{row.n} patients are printed",
            fits="",
            source=ARITHMETIC,
        )
