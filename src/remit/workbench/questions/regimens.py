"""Every regimen that was studied, in units that can be compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from remit.evidence.data import Arm
from remit.io.toml_section import TomlSection
from remit.plots.regimens import RegimenRow, regimens_layout
from remit.report.document import Answer, Column, Figure, Row, Table
from remit.report.numbers import count_word
from remit.workbench.bench import Bench
from remit.workbench.settings import QuestionHead

__all__ = ["Regimen", "Spec", "answer", "read", "regimen_of"]

Range = tuple[float, float]
#: Infusions longer than this, in hours, are told by their rate, shorter ones by their dose.
LONG_INFUSION_H = 4.0
ROUTE_ORDER = (
    "iv-bolus",
    "iv-infusion",
    "intranasal",
    "subcutaneous",
    "intramuscular",
    "oral",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Nothing is asked for beyond the heading."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Regimen:
    """One arm's regimen in comparable units.

    Attributes
    ----------
    arm : Arm
        As reported.
    dose : (low, high) or None
        mg/kg of one administration, or of the bolus before an infusion.
    rate : (low, high) or None
        mg/kg/h.
    total : (low, high) or None
        mg/kg over the whole course.
    assumed : frozenset of str
        Which of the three rest on an assumed body weight.
    done : tuple of str
        What was worked out, and how.
    """

    arm: Arm
    dose: Range | None
    rate: Range | None
    total: Range | None
    assumed: frozenset[str]
    done: tuple[str, ...] = field(default=())


def read(section: TomlSection) -> Spec:
    """Read this kind's keys from ``review.toml``: there are none."""
    del section
    return Spec()


def regimen_of(arm: Arm, weight_kg: float, why: str) -> Regimen:
    """Bring an arm's dose and rate to mg/kg and mg/kg/h, and work out the total.

    A dose without a rate, given over a stated time by infusion, has the rate dose / time; the
    total is doses x dose, or rate x time, or their sum where a bolus precedes an infusion.

    Parameters
    ----------
    arm : Arm
        As reported.
    weight_kg : float
        Weight, in kg, by which amounts in mg are divided.
    why : str
        Reason for the weight.
    """
    assumed, done = set(), []
    dose = _pair(arm.dose_low, arm.dose_high)
    rate = _pair(arm.rate_low, arm.rate_high)
    if dose and arm.dose_unit == "mg":
        dose = (dose[0] / weight_kg, dose[1] / weight_kg)
        assumed.add("dose")
        done.append(f"Dose in mg divided by {weight_kg:g} kg ({why}).")
    if rate and arm.rate_unit == "mg/h":
        rate = (rate[0] / weight_kg, rate[1] / weight_kg)
        assumed.add("rate")
        done.append(f"Rate in mg/h divided by {weight_kg:g} kg ({why}).")
    bolus_first = dose is not None and rate is not None
    infused = arm.route == "iv-infusion" and arm.duration_h
    if dose and not rate and infused and arm.doses in {None, 1} and arm.duration_h:
        rate = (dose[0] / arm.duration_h, dose[1] / arm.duration_h)
        done.append(f"Rate: dose over {arm.duration_h:g} h.")
        assumed |= {"rate"} if "dose" in assumed else set()
    total = _total(arm, dose, rate, bolus_first=bolus_first)
    if total:
        done.append("Total: " + _total_words(arm, bolus_first=bolus_first) + ".")
        assumed |= {"total"} if assumed else set()
    return Regimen(
        arm=arm, dose=dose, rate=rate, total=total, assumed=frozenset(assumed), done=tuple(done)
    )


def _pair(low: float | None, high: float | None) -> Range | None:
    return None if low is None or high is None else (low, high)


def _total(arm: Arm, dose: Range | None, rate: Range | None, *, bolus_first: bool) -> Range | None:
    infusion: Range = (0.0, 0.0)
    if rate and arm.duration_h and (bolus_first or dose is None):
        infusion = (rate[0] * arm.duration_h, rate[1] * arm.duration_h)
    count = 1 if bolus_first else arm.doses
    doses = (dose[0] * count, dose[1] * count) if dose and count else (0.0, 0.0)
    total = (infusion[0] + doses[0], infusion[1] + doses[1])
    return total if total[1] > 0 else None


def _total_words(arm: Arm, *, bolus_first: bool) -> str:
    if bolus_first:
        return f"bolus plus rate over {arm.duration_h:g} h"
    if arm.rate_low is not None:
        return f"rate times {arm.duration_h:g} h" + (
            ", from the lowest rate throughout to the highest throughout"
            if arm.rate_low != arm.rate_high or arm.dosing == "titrated"
            else ""
        )
    return f"{count_word(arm.doses or 1, 'dose')}"


def answer(bench: Bench, head: QuestionHead, spec: Spec) -> Answer:
    """Set every regimen of the treatment in one table and one figure."""
    del spec
    arms = [
        a
        for a in bench.base.arms
        if a.treatment_class == bench.settings.treatment_class and not a.is_subgroup
    ]
    regimens = [regimen_of(arm, *bench.settings.weight_kg.for_study(arm.study)) for arm in arms]
    known = [r for r in regimens if r.dose or r.rate or r.total]
    known.sort(key=lambda r: (_route_rank(r.arm.route), _size(r)))
    shown = {bench.base.study(r.arm.study).cohort for r in known}
    unread = [
        r.arm
        for r in regimens
        if r not in known and bench.base.study(r.arm.study).cohort not in shown
    ]
    return Answer(
        id=head.id,
        title=head.title,
        asks=head.asks,
        sentence=_sentence(bench, known, unread),
        cautions=(
            "A titrated dose runs backwards: whoever does not respond gets more. No dose-response "
            "can be read from titrated cohorts.",
            f"Amounts in mg are divided by an assumed weight of "
            f"{bench.settings.weight_kg.value:g} kg (open marks): {bench.settings.weight_kg.why}.",
        ),
        blocks=(_figure(bench, head, known), _table(bench, known, unread)) if known else (),
        account=tuple(bench.shown(r.arm.study, _words(r), (r.arm.place,), _done(r)) for r in known),
        studies={r.arm.study: "shown" for r in known},
        data={"regimens": [_data(r) for r in known], "not_read": [a.study for a in unread]},
    )


def _route_rank(route: str | None) -> int:
    return ROUTE_ORDER.index(route) if route in ROUTE_ORDER else len(ROUTE_ORDER)


def _size(regimen: Regimen) -> float:
    for quantity in (regimen.rate, regimen.dose, regimen.total):
        if quantity:
            return quantity[1]
    return 0.0


def _done(regimen: Regimen) -> tuple[str, ...]:
    notes = (regimen.arm.notes,) if regimen.arm.notes else ()
    return (*regimen.done, *(f"Base: {note}." for note in notes))


def _sentence(bench: Bench, known: list[Regimen], unread: list[Arm]) -> str:
    if not known:
        return "No regimen could be read."
    titrated = sum(r.arm.dosing == "titrated" for r in known)
    parts = []
    for route in ROUTE_ORDER:
        of_route = [r for r in known if r.arm.route == route]
        name = route.replace("iv-", "intravenous ")
        long = [r for r in of_route if r.rate and (r.arm.duration_h or 0) > LONG_INFUSION_H]
        rates = [v for r in long if r.rate for v in r.rate]
        doses = [v for r in of_route if r not in long and r.dose for v in r.dose]
        if doses:
            parts.append(f"{name} {_ends(doses)} mg/kg a dose")
        if rates:
            parts.append(f"infusions over {LONG_INFUSION_H:g} hours {_ends(rates)} mg/kg/h")
    return (
        f"{count_word(len(known), 'regimen').capitalize()} can be compared ("
        + "; ".join(parts)
        + f"); {count_word(titrated, 'was', 'were') if titrated else 'none was'} titrated, "
        + (f"{len(unread)} more could not be read, " if unread else "")
        + f"and {_comparisons(known)}."
    )


def _ends(values: list[float]) -> str:
    low, high = min(values), max(values)
    return f"{low:.2g}" if low == high else f"{low:.2g} to {high:.2g}"


def _comparisons(known: list[Regimen]) -> str:
    """Say whether any study gave two of its arms different regimens."""
    studies = [r.arm.study for r in known]
    compared = sum(studies.count(study) > 1 for study in dict.fromkeys(studies))
    if compared:
        return f"{count_word(compared, 'study', 'studies')} compared regimens"
    return "no study compared two regimens, so which is best is not known"


def _figure(bench: Bench, head: QuestionHead, known: list[Regimen]) -> Figure:
    rows = tuple(
        RegimenRow(
            label=bench.base.study(r.arm.study).label,
            group=_route_name(r.arm.route),
            dosing=r.arm.dosing or "",
            dose=r.dose,
            rate=r.rate,
            total=r.total,
            assumed=r.assumed,
        )
        for r in known
    )
    return Figure(
        id=f"{head.id}-figure",
        title=head.title,
        alt="Regimens in mg/kg, mg/kg/h and total mg/kg. "
        + "; ".join(f"{bench.base.study(r.arm.study).label}: {_words(r)}" for r in known)
        + ".",
        caption="A dot is a fixed figure, a bar a range, an open mark rests on an assumed body "
        "weight. Logarithmic axes.",
        wide=regimens_layout(rows),
    )


def _route_name(route: str | None) -> str:
    if route is None:
        return "Route not read"
    name = route.replace("iv-", "intravenous ").replace("-", " ")
    return name[:1].upper() + name[1:]


def _range(quantity: Range | None, unit: str) -> str:
    if quantity is None:
        return "–"
    low, high = (f"{v:.3g}" for v in quantity)
    return f"{low} {unit}" if low == high else f"{low} to {high} {unit}"


def _words(regimen: Regimen) -> str:
    parts = [
        _range(quantity, unit)
        for quantity, unit in (
            (regimen.dose, "mg/kg a dose"),
            (regimen.rate, "mg/kg/h"),
            (regimen.total, "mg/kg in all"),
        )
        if quantity
    ]
    return f"{_route_name(regimen.arm.route).lower()}, " + ", ".join(parts)


def _table(bench: Bench, known: list[Regimen], unread: list[Arm]) -> Table:
    rows = []
    for route in dict.fromkeys(r.arm.route for r in known):
        rows.append(Row(cells=(_route_name(route),), heading=True))
        for r in (x for x in known if x.arm.route == route):
            rows.append(
                Row(
                    cells=(
                        bench.base.study(r.arm.study).label,
                        r.arm.regimen or "–",
                        _starred(r, "dose", r.dose),
                        _starred(r, "rate", r.rate),
                        _starred(r, "total", r.total),
                        r.arm.dosing or "not read",
                    )
                )
            )
    names = ", ".join(dict.fromkeys(bench.base.study(a.study).label for a in unread))
    return Table(
        caption="Regimens by route",
        columns=(
            Column(title="Study"),
            Column(title="As printed"),
            Column(title="Dose, mg/kg", numeric=True),
            Column(title="Rate, mg/kg/h", numeric=True),
            Column(title="Total at most, mg/kg", numeric=True),
            Column(title="Dosing"),
        ),
        rows=tuple(rows),
        note="* from an assumed body weight. Totals are those of the planned or largest number of "
        "doses, or of the printed rates over the mean length; where a rate is a peak, the total is "
        "an upper bound. Not read: " + (names or "none") + ".",
    )


def _starred(regimen: Regimen, name: str, quantity: Range | None) -> str:
    text = _range(quantity, "").strip()
    return f"{text}*" if name in regimen.assumed and quantity else text


def _data(regimen: Regimen) -> dict[str, Any]:
    return {
        "study": regimen.arm.study,
        "arm": regimen.arm.arm,
        "route": regimen.arm.route,
        "dosing": regimen.arm.dosing,
        "dose_mg_per_kg": list(regimen.dose) if regimen.dose else None,
        "rate_mg_per_kg_per_h": list(regimen.rate) if regimen.rate else None,
        "total_mg_per_kg": list(regimen.total) if regimen.total else None,
        "assumed": sorted(regimen.assumed),
    }
