"""The ways in which a statement can be held against the evidence: one function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from remit.evidence.data import Arm, ArmOutcome, Study
from remit.io.toml_section import TomlSection
from remit.report.document import AccountEntry
from remit.report.numbers import count_word, decimal, percent, with_error
from remit.synthesis.between import BetweenSpec, between_effects
from remit.synthesis.binomial import clopper_pearson
from remit.workbench.bench import Bench
from remit.workbench.questions.adverse_events import CountedEvent, counted_events
from remit.workbench.questions.forests import share_text

__all__ = ["CHECK_KINDS", "Check", "Verdict", "read_check"]

Holds = Literal["yes", "partly", "no", "open"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A kind of check and its keys, as ``review.toml`` gives them.

    Attributes
    ----------
    kind : str
        Key of `CHECK_KINDS`.
    texts : dict of str to str
        Single words.
    lists : dict of str to tuple of str
        Lists of words.
    numbers : dict of str to tuple of float
        Numbers; a single number is a tuple of one.
    """

    kind: str
    texts: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verdict:
    """What a check found.

    Attributes
    ----------
    shows : str
        The recomputed numbers in a sentence.
    holds : str
        ``yes``, ``partly``, ``no`` or ``open``.
    words : str
        The same for a reader, with the reason.
    certainty : str
        Suggested level; a dash where the statement is not about an effect.
    account : tuple of AccountEntry
        Rows behind it.
    numbers : dict
        The numbers at full precision.
    """

    shows: str
    holds: Holds
    words: str
    certainty: str
    account: tuple[AccountEntry, ...]
    numbers: dict[str, Any]


#: Keys of each kind: single words, lists of words, numbers.
_KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "change": (("study", "arm", "outcome", "from", "to"), (), ()),
    "share": (("study", "arm", "outcome", "at", "definition"), (), ()),
    "share-drop": (("study", "arm", "from", "from_at", "to", "to_at"), (), ()),
    "sequence": (("study", "outcome"), ("arms", "at"), ()),
    "contrasts": (("outcome", "use", "route", "dose_unit"), (), ("dose", "time_h")),
    "harms": (("serious", "stops", "any"), (), ()),
    "longest-follow-up": ((), ("outcomes",), ("after_h",)),
    "mentions": (("subject", "nobody"), ("words", "treatments"), ()),
}


def read_check(section: TomlSection) -> Check:
    """Read a check's kind and the keys of that kind."""
    kind = section.choice("kind", tuple(_KEYS))
    texts, lists, numbers = _KEYS.get(kind, ((), (), ()))
    values = {}
    for key in numbers:
        single = not isinstance(section.values.get(key), list)
        values[key] = (section.number(key),) if single else section.numbers(key)
    return Check(
        kind=kind,
        texts={key: section.text(key) for key in texts},
        lists={key: section.texts(key) for key in lists},
        numbers=values,
    )


def _row(bench: Bench, check: Check, outcome: str, label: str) -> ArmOutcome | None:
    """Return the primary row of the check's study and arm for an outcome at a time."""
    definition = check.texts.get("definition")
    for row in bench.base.outcomes:
        if (row.study, row.arm) != (check.texts["study"], check.texts["arm"]):
            continue
        if (row.outcome, row.time_label) != (outcome, label):
            continue
        if definition is None or row.definition == definition:
            return row
    return None


def _missing(what: str) -> Verdict:
    return Verdict(
        shows=f"The base holds no row for {what}.",
        holds="open",
        words="Cannot be checked.",
        certainty="–",
        account=(),
        numbers={},
    )


def _change(bench: Bench, check: Check) -> Verdict:
    before = _row(bench, check, check.texts["outcome"], check.texts["from"])
    after = _row(bench, check, check.texts["outcome"], check.texts["to"])
    if before is None or after is None or before.mean is None or after.mean is None:
        return _missing(f"{check.texts['study']} before and after")
    fall = before.mean - after.mean
    spread = after.sd is not None or before.sd is not None
    shows = (
        f"{decimal(before.mean)} to {decimal(after.mean)} in {after.n or 'an unprinted number of'} "
        f"patients: a fall of {decimal(fall)} points ({percent(fall / before.mean)})."
    )
    if not spread:
        shows += " No spread is printed, so the report gives no interval."
    return Verdict(
        shows=shows,
        holds="yes",
        words="Yes, as printed; without a control group the cause is not shown.",
        certainty="very low",
        account=(
            bench.shown(
                after.study, "the two means", (before.place, after.place), ("Fall: arithmetic.",)
            ),
        ),
        numbers={"before": before.mean, "after": after.mean, "fall": fall, "n": after.n},
    )


def _share(bench: Bench, check: Check) -> Verdict:
    row = _row(bench, check, check.texts["outcome"], check.texts["at"])
    if row is None or row.events is None or not row.n:
        return _missing(f"{check.texts['study']}, {check.texts['outcome']}")
    interval = clopper_pearson(row.events, row.n)
    fits = row.percent is None or abs(100 * row.events / row.n - row.percent) <= 0.051
    return Verdict(
        shows=f"{row.events} of {row.n} is {percent(row.events / row.n, 1)} (exact 95 % interval "
        f"{100 * interval.low:.1f} to {100 * interval.high:.1f} %).",
        holds="yes" if fits else "partly",
        words="Yes: count and percentage fit; uncontrolled."
        if fits
        else "The printed percentage does not fit the count.",
        certainty="very low",
        account=(bench.shown(row.study, share_text(row.events, row.n), (row.place,)),),
        numbers={
            "events": row.events,
            "n": row.n,
            "ci_low": interval.low,
            "ci_high": interval.high,
        },
    )


def _share_drop(bench: Bench, check: Check) -> Verdict:
    first = _row(bench, check, check.texts["from"], check.texts["from_at"])
    later = _row(bench, check, check.texts["to"], check.texts["to_at"])
    if first is None or later is None or first.events is None or later.events is None:
        return _missing(f"{check.texts['study']}, lasting response")
    if not first.n or not later.n:
        return _missing(f"{check.texts['study']}, denominators")
    shows = (
        f"{share_text(first.events, first.n)} at the end, {later.events} later: "
        f"{percent(later.events / later.n, 1)} of the {later.n} treated, "
        f"{percent(later.events / first.events, 1)} of the {first.events} responders."
    )
    printed = later.percent
    misfit = printed is not None and abs(100 * later.events / later.n - printed) > 0.051
    if misfit:
        shows += (
            f" The report prints {later.events}/{later.n} as {printed:g} %, which is "
            f"{later.events}/{first.events}."
            if abs(100 * later.events / first.events - (printed or 0)) <= 0.051
            else f" The report prints {printed:g} %, which does not fit."
        )
    return Verdict(
        shows=shows,
        holds="yes" if later.events / later.n < first.events / first.n else "no",
        words="Yes; and the printed count and percentage do not fit each other."
        if misfit
        else "Yes.",
        certainty="very low",
        account=(
            bench.shown(first.study, share_text(first.events, first.n), (first.place,)),
            bench.shown(later.study, share_text(later.events, later.n), (later.place,)),
        ),
        numbers={
            "first": [first.events, first.n],
            "later": [later.events, later.n],
            "of_treated": later.events / later.n,
            "of_responders": later.events / first.events,
        },
    )


def _sequence(bench: Bench, check: Check) -> Verdict:
    study, labels = check.texts["study"], check.lists["at"]
    series: dict[str, list[ArmOutcome]] = {}
    for arm in check.lists["arms"]:
        rows = [
            o
            for o in bench.base.outcomes
            if (o.study, o.arm, o.outcome, o.kind) == (study, arm, check.texts["outcome"], "value")
            and o.time_label in labels
            and o.mean is not None
        ]
        series[arm] = sorted(rows, key=lambda o: labels.index(o.time_label))
    if any(len(rows) < 2 for rows in series.values()):
        return _missing(f"{study}, the series of means")
    falls = {arm: (rows[0].mean or 0) - (rows[1].mean or 0) for arm, rows in series.items()}
    words = "; ".join(
        f"{arm} "
        + ", ".join(f"{decimal(o.mean or 0)} ({o.time_label.replace('-', ' ')})" for o in rows)
        for arm, rows in series.items()
    )
    first, second = check.lists["arms"][:2]
    n = series[first][0].n
    return Verdict(
        shows=f"{n} patients: {words}. Falls by the end: {first} {decimal(falls[first])}, {second} "
        f"{decimal(falls[second])} points.",
        holds="partly",
        words="The means are as printed; "
        f"{n} patients given one treatment after the other cannot show that {first} is better "
        f"than {second}.",
        certainty="very low",
        account=tuple(
            bench.shown(study, f"mean pain with {arm}", (o.place for o in rows))
            for arm, rows in series.items()
        ),
        numbers={arm: [o.mean for o in rows] for arm, rows in series.items()},
    )


def _contrasts(bench: Bench, check: Check) -> Verdict:
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
                f"{with_error(row.effect, row.std_error)}"
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
    none_better = bool(signs) and all(value > 0 for value in signs)
    return Verdict(
        shows=shows,
        holds="partly",
        words=f"Less than mixed: no trial at this dose favours {bench.settings.treatment}."
        if none_better
        else "Yes: trials point in different directions.",
        certainty="low",
        account=tuple(account),
        numbers=numbers,
    )


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


def _harms(bench: Bench, check: Check) -> Verdict:
    counted = counted_events(bench.base, bench.settings.treatment_class)
    serious = [c for c in counted if c.row.event == check.texts["serious"]]
    stops = [c for c in counted if c.row.event == check.texts["stops"]]
    anything = [c for c in counted if c.row.event == check.texts["any"]]
    zero, of = sum(c.events for c in serious), sum(c.n for c in serious)
    stopped, stop_of = sum(c.events for c in stops), sum(c.n for c in stops)
    bound = clopper_pearson(zero, of).high if of else 1.0
    shares = sorted(c.events / c.n for c in anything)
    shows = (
        f"{zero or 'No'} serious events in {of} (upper bound {percent(bound, 1)}); stopped for "
        f"them {stopped} of {stop_of}"
    )
    if shares:
        shows += f"; any adverse event in {percent(shares[0])} to {percent(shares[-1])}"
    named = {c.row.study for c in counted}
    return Verdict(
        shows=shows + ".",
        holds="partly",
        words="In part: no serious event among those counted, but few studies count."
        if not zero
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


def _longest(bench: Bench, check: Check) -> Verdict:
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
        return _missing("any follow-up")
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


def _mentions(bench: Bench, check: Check) -> Verdict:
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
        f"{count_word(len(treated), 'of them gave', 'of them gave')} "
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


CHECK_KINDS: dict[str, Callable[[Bench, Check], Verdict]] = {
    "change": _change,
    "share": _share,
    "share-drop": _share_drop,
    "sequence": _sequence,
    "contrasts": _contrasts,
    "harms": _harms,
    "longest-follow-up": _longest,
    "mentions": _mentions,
}
