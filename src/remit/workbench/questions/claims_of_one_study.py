"""Statements about the printed numbers of one study."""

from __future__ import annotations

from remit.core.percentages import fit_of_percent
from remit.evidence.data import ArmOutcome
from remit.report.numbers import decimal, percent
from remit.synthesis.binomial import clopper_pearson
from remit.workbench.bench import Bench
from remit.workbench.questions.claim_check import Check, Verdict, cannot_be_checked
from remit.workbench.questions.forests import share_text

__all__ = ["check_change", "check_sequence", "check_share", "check_share_drop"]


def _row(bench: Bench, check: Check, outcome: str, label: str) -> ArmOutcome | None:
    """Return the primary row of the check's study and arm for an outcome at a time.

    Rows of a change or a relative change are not values and are passed over.
    """
    definition = check.texts.get("definition")
    for row in bench.base.outcomes:
        if (row.study, row.arm) != (check.texts["study"], check.texts["arm"]):
            continue
        if (row.outcome, row.time_label) != (outcome, label) or row.kind not in {"value", None}:
            continue
        if definition is None or row.definition == definition:
            return row
    return None


def check_change(bench: Bench, check: Check) -> Verdict:
    """Recompute a fall between two printed means."""
    before = _row(bench, check, check.texts["outcome"], check.texts["from"])
    after = _row(bench, check, check.texts["outcome"], check.texts["to"])
    if before is None or after is None or before.mean is None or after.mean is None:
        return cannot_be_checked(f"{check.texts['study']} before and after")
    fall = before.mean - after.mean
    share = f" ({percent(fall / before.mean)})" if before.mean else ""
    spread = after.sd is not None or before.sd is not None
    shows = (
        f"{decimal(before.mean)} to {decimal(after.mean)} in {after.n or 'an unprinted number of'} "
        f"patients: a fall of {decimal(fall)} points{share}."
    )
    if not spread:
        shows += " No spread is printed, so the report gives no interval."
    return Verdict(
        shows=shows,
        holds="yes" if fall > 0 else "no",
        words="Yes, as printed; without a control group the cause is not shown."
        if fall > 0
        else "No: as printed, the score did not fall.",
        certainty="very low",
        account=(
            bench.shown(
                after.study, "the two means", (before.place, after.place), ("Fall: arithmetic.",)
            ),
        ),
        numbers={"before": before.mean, "after": after.mean, "fall": fall, "n": after.n},
    )


def check_share(bench: Bench, check: Check) -> Verdict:
    """Recompute a printed share, with its exact interval."""
    row = _row(bench, check, check.texts["outcome"], check.texts["at"])
    if row is None or row.events is None or not row.n:
        return cannot_be_checked(f"{check.texts['study']}, {check.texts['outcome']}")
    interval = clopper_pearson(row.events, row.n)
    fits = row.percent is None or fit_of_percent(row.events, row.n, row.percent) != "no"
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


def check_share_drop(bench: Bench, check: Check) -> Verdict:
    """Set a lasting share beside the first one, by both denominators."""
    first = _row(bench, check, check.texts["from"], check.texts["from_at"])
    later = _row(bench, check, check.texts["to"], check.texts["to_at"])
    if first is None or later is None or first.events is None or later.events is None:
        return cannot_be_checked(f"{check.texts['study']}, lasting response")
    if not first.n or not later.n or not first.events:
        return cannot_be_checked(f"{check.texts['study']}, denominators")
    shows = (
        f"{share_text(first.events, first.n)} at the end, {later.events} later: "
        f"{percent(later.events / later.n, 1)} of the {later.n} treated, "
        f"{percent(later.events / first.events, 1)} of the {first.events} responders."
    )
    printed = later.percent
    misfit = printed is not None and fit_of_percent(later.events, later.n, printed) == "no"
    if misfit:
        shows += (
            f" The report prints {later.events}/{later.n} as {printed:g} %, which is "
            f"{later.events}/{first.events}."
            if fit_of_percent(later.events, first.events, printed or 0.0) != "no"
            else f" The report prints {printed:g} %, which does not fit."
        )
    lower = later.events / later.n < first.events / first.n
    words = "Yes" if lower else "No"
    return Verdict(
        shows=shows,
        holds="yes" if lower else "no",
        words=f"{words}; and the printed count and percentage do not fit each other."
        if misfit
        else f"{words}.",
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


def check_sequence(bench: Bench, check: Check) -> Verdict:
    """Lay out the means of two treatments that followed each other."""
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
        return cannot_be_checked(f"{study}, the series of means")
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
