"""Statements about all studies of the base together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from remit.evidence.data import Arm, ArmOutcome, Study
from remit.report.document import AccountEntry
from remit.report.numbers import count_word, percent, percent_range, with_interval
from remit.synthesis.between import BetweenSpec, between_effects
from remit.synthesis.binomial import clopper_pearson
from remit.workbench.bench import Bench
from remit.workbench.questions.adverse_events import CountedEvent, counted_events
from remit.workbench.questions.claim_check import Check, Holds, Verdict, cannot_be_checked
from remit.workbench.questions.forests import share_text

__all__ = ["check_contrasts", "check_harms", "check_longest_follow_up", "check_mentions"]


def check_contrasts(bench: Bench, check: Check) -> Verdict:
    """Collect the trials of a route and dose, whatever the comparator, side by side."""
    low, high = check.numbers["dose"]
    keep = {
        a.study
        for a in bench.base.arms
        if _has_dose(a, bench.settings.treatment_class, check, low, high)
    }
    base = bench.with_use((check.texts["use"],)).filter_studies(lambda s: s.study in keep)
    classes = dict.fromkeys(
        a.treatment_class for a in base.arms if a.treatment_class != bench.settings.treatment_class
    )
    parts, account, numbers, signs = [], [], {}, []
    start, end = check.numbers["time_h"]
    for code in classes:
        effects = between_effects(
            base,
            BetweenSpec(
                outcome=check.texts["outcome"],
                treatment_class=bench.settings.treatment_class,
                comparator_class=code,
                time_h=(start, end),
                scale=bench.settings.pain_scale,
            ),
        )
        for row in effects.rows:
            parts.append(
                f"{row.label} against {code.replace('-', ' ')} "
                f"{with_interval(row.effect, row.interval())}"
            )
            account.append(bench.used(row, f"difference against {code.replace('-', ' ')}"))
            numbers[row.study] = {"effect": row.effect, "std_error": row.std_error}
            signs.append(row.effect)
        account.extend(bench.aside(row) for row in effects.set_aside)
    silent = [s.study for s in base.studies if s.study not in numbers]
    shows = f"Difference in points of 10, negative favours {bench.settings.treatment}: "
    shows += ("; ".join(parts) or "no usable number") + "."
    if silent:
        names = ", ".join(bench.base.study(s).label for s in silent)
        shows += f" Without results: {names}."
    holds, words = _direction_words(signs, bench.settings.treatment)
    return Verdict(
        shows=shows,
        holds=holds,
        words=words,
        certainty="very low",
        account=tuple(account),
        numbers=numbers,
    )


def _direction_words(effects: Sequence[float], treatment: str) -> tuple[Holds, str]:
    """Say whether trials point in different directions; negative favours the treatment."""
    if not effects:
        return "open", "Cannot be checked: no trial at this dose gives a usable number."
    if all(effect > 0 for effect in effects):
        return "partly", f"Less than mixed: no trial at this dose favours {treatment}."
    if all(effect < 0 for effect in effects):
        return "no", f"Better than mixed: every trial at this dose favours {treatment}."
    return "yes", "Yes: trials point in different directions."


def _has_dose(arm: Arm, treatment_class: str, check: Check, low: float, high: float) -> bool:
    return (
        arm.treatment_class == treatment_class
        and arm.route is not None
        and arm.route.startswith(check.texts["route"].split("-")[0])
        and arm.dose_unit == check.texts["dose_unit"]
        and arm.dose_low is not None
        and arm.dose_high is not None
        and low <= arm.dose_low
        and arm.dose_high <= high
    )


def check_harms(bench: Bench, check: Check) -> Verdict:
    """Count serious events, stops and any events over all studies."""
    counted = counted_events(bench.base, bench.settings.treatment_class)
    serious = [c for c in counted if c.row.event == check.texts["serious"]]
    stops = [c for c in counted if c.row.event == check.texts["stops"]]
    anything = [c for c in counted if c.row.event == check.texts["any"]]
    zero, of = sum(c.events for c in serious), sum(c.n for c in serious)
    stopped, stop_of = sum(c.events for c in stops), sum(c.n for c in stops)
    if not (serious or stops or anything):
        return cannot_be_checked("a counted adverse event")
    bound = clopper_pearson(zero, of).high if of else 1.0
    shares = sorted(c.events / c.n for c in anything)
    shows = (
        f"{zero or 'No'} serious events in {of} (upper bound {percent(bound, 1)})"
        if of
        else "No study counts serious events"
    )
    if stop_of:
        shows += f"; stopped for them {stopped} of {stop_of}"
    if shares:
        shows += f"; any adverse event in {percent_range(shares)}"
    named = {c.row.study for c in counted}
    return Verdict(
        shows=shows + ".",
        holds="partly",
        words="In part: no serious event among those counted, but few studies count."
        if of and not zero
        else "Not shown: no study counts serious events."
        if not of
        else "In part: serious events were counted.",
        certainty="very low",
        account=tuple(_event_entry(bench, c) for c in (*serious, *stops, *anything)),
        numbers={
            "serious": [zero, of],
            "stopped": [stopped, stop_of],
            "any_low": shares[0] if shares else None,
            "any_high": shares[-1] if shares else None,
            "studies_that_count": len(named),
        },
    )


def _event_entry(bench: Bench, counted: CountedEvent) -> AccountEntry:
    words = counted.row.term_as_printed or counted.row.event
    return bench.shown(
        counted.row.study,
        f"{share_text(counted.events, counted.n)}: {words}",
        (counted.row.place,),
        counted.done,
    )


def check_longest_follow_up(bench: Bench, check: Check) -> Verdict:
    """Find the longest dated follow-up, and results later than asked for."""
    after = check.numbers["after_h"][0]
    ours = {
        (a.study, a.arm)
        for a in bench.base.arms
        if a.treatment_class == bench.settings.treatment_class
    }
    rows = [
        o
        for o in bench.base.outcomes
        if (o.study, o.arm) in ours and o.outcome in check.lists["outcomes"] and o.time_h
    ]
    late = [o for o in rows if (o.time_h or 0) >= after]
    longest = max(rows, key=lambda o: o.time_h or 0, default=None)
    if longest is None:
        return cannot_be_checked("any follow-up")
    label = bench.base.study(longest.study).label
    days = (longest.time_h or 0) / 24
    return Verdict(
        shows=f"{count_word(len(late), 'dated result').capitalize()} at {after / 24:.0f} days or "
        f"later. The longest dated follow-up is {days:.0f} days ({label}), uncontrolled.",
        holds="yes" if not late else "partly",
        words="Yes: unknown, for benefit and for harm."
        if not late
        else "Partly: there is a late result, uncontrolled.",
        certainty="–",
        account=(bench.shown(longest.study, f"{days:.0f} days", (longest.place,)),),
        numbers={"late_results": len(late), "longest_days": days},
    )


def check_mentions(bench: Bench, check: Check) -> Verdict:
    """Find the studies that speak of something, with what they saw."""
    words = check.lists["words"]
    ours = {a.study for a in bench.base.arms if a.treatment_class == bench.settings.treatment_class}
    found = [s for s in bench.base.studies if _speaks(bench, s, words)]
    treated = [s for s in found if s.study in ours]
    rows = [
        o
        for o in bench.base.outcomes
        if o.outcome in words and o.percent is not None and o.study in {s.study for s in found}
    ]
    saw = "; ".join(
        f"{bench.base.study(o.study).label}, {bench.base.arm(o.study, o.arm).treatment}: "
        f"{(o.definition or o.outcome).replace('-', ' ')} {o.percent:g} %"
        for o in rows
    )
    names = ", ".join(s.label for s in found) or "no study"
    return Verdict(
        shows=f"{check.texts['subject']}: mentioned by {names}; "
        f"{count_word(len(treated), 'of them', 'of them') if treated else 'none of them'} gave "
        f"{bench.settings.treatment}. "
        + (f"What they saw: {saw}. " if saw else "")
        + check.texts["nobody"],
        holds="open",
        words="Not shown: no study looked at this group.",
        certainty="very low",
        account=tuple(
            bench.shown(s.study, s.notes or s.title or "", _mention_places(rows, s), ())
            for s in found
        ),
        numbers={"studies": [s.study for s in found]},
    )


def _mention_places(rows: Sequence[ArmOutcome], study: Study) -> tuple[Any, ...]:
    return tuple(o.place for o in rows if o.study == study.study) or (study.place,)


def _speaks(bench: Bench, study: Study, words: Sequence[str]) -> bool:
    arms = [a for a in bench.base.arms if a.study == study.study]
    outcomes = {o.outcome for o in bench.base.outcomes if o.study == study.study}
    text = " ".join(
        t or "" for t in (study.notes, study.title, *(a.cointerventions for a in arms))
    ).lower()
    return any(
        w in outcomes or w in study.diagnosis or (w.lower() in text and "-" not in w) for w in words
    )
