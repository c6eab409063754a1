"""What is not known: trials without results, outcomes nobody measured, results without figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from remit.evidence.data import ArmOutcome, Contrast, Study
from remit.io.toml_section import TomlSection
from remit.report.document import Answer, Column, Row, Table
from remit.report.numbers import count_word
from remit.workbench.bench import Bench
from remit.workbench.settings import QuestionHead

__all__ = ["Spec", "Wanted", "answer", "read"]

SIGNS = {
    "favours-a": "▲",
    "favours-b": "▼",
    "no-difference": "◄►",
    "better": "▲",
    "worse": "▼",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An outcome that a reader would want, whether only a figure on a scale counts, and a note."""

    outcome: str
    name: str
    scaled: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Outcomes whose presence is looked for."""

    wanted: tuple[Wanted, ...]


def read(section: TomlSection) -> Spec:
    """Read this kind's keys from ``review.toml``."""
    wanted = []
    for part in section.sections("wanted", required=True):
        wanted.append(
            Wanted(
                outcome=part.text("outcome"),
                name=part.text("name"),
                scaled=part.flag("scaled", False),
                note=part.text("note", ""),
            )
        )
        part.finish()
    return Spec(wanted=tuple(wanted))


def answer(bench: Bench, head: QuestionHead, spec: Spec) -> Answer:
    """List what is missing, and the results that exist only as a direction."""
    waiting = [s for s in bench.scoped.studies if s.status in {"registered", "unpublished"}]
    silent = [
        s
        for s in bench.scoped.studies
        if s not in waiting
        and any(
            a.study == s.study and a.treatment_class == bench.settings.treatment_class
            for a in bench.scoped.arms
        )
        and not any(o.study == s.study for o in bench.scoped.outcomes)
        and not any(c.study == s.study for c in bench.scoped.contrasts)
    ]
    missing = [w for w in spec.wanted if not _measured(bench, w)]
    directions = _directions(bench)
    bare = _bare_outcomes(bench)
    results: list[Contrast | ArmOutcome] = [*directions, *bare]
    return Answer(
        id=head.id,
        title=head.title,
        asks=head.asks,
        sentence=(
            f"{count_word(len(waiting), 'trial').capitalize()} "
            f"{'is' if len(waiting) == 1 else 'are'} registered or ended without a result that "
            f"could be read, {count_word(len(silent), 'report')} more "
            f"{'holds' if len(silent) == 1 else 'hold'} no outcome, and "
            f"{len(results)} results exist only as a direction or a p value. In what could be "
            f"read, no result after {bench.settings.treatment} was found for "
            + ("; ".join(w.name for w in missing) or "none of the outcomes asked for")
            + "."
        ),
        blocks=tuple(
            table
            for table in (
                _wanted_table(bench, spec),
                _waiting_table(waiting, silent),
                _direction_table(bench, directions, bare),
            )
            if table.rows
        ),
        account=tuple(bench.shown(row.study, _result_words(row), (row.place,)) for row in results),
        studies=dict.fromkeys(
            (*(s.study for s in waiting), *(row.study for row in results)), "direction"
        ),
        data={
            "registered_or_unpublished": [s.study for s in waiting],
            "without_outcome": [s.study for s in silent],
            "not_measured": [w.outcome for w in missing],
            "direction_only": [str(row.place) for row in results],
        },
    )


def _measured(bench: Bench, wanted: Wanted) -> list[ArmOutcome]:
    """Return rows of the treatment that measure an outcome after the start."""
    ours = {
        (a.study, a.arm)
        for a in bench.base.arms
        if a.treatment_class == bench.settings.treatment_class
    }
    return [
        o
        for o in bench.base.outcomes
        if o.outcome == wanted.outcome
        and (o.study, o.arm) in ours
        and o.time_label not in {"baseline", "before-use"}
        and (not wanted.scaled or o.scale is not None)
    ]


def _directions(bench: Bench) -> list[Contrast]:
    """Return contrasts between treatments that hold no estimate, and whose arms hold no means."""
    base = bench.base

    def has_mean(study: str, arm: str, outcome: str) -> bool:
        return any(
            o.mean is not None
            for o in base.outcomes
            if (o.study, o.arm, o.outcome) == (study, arm, outcome)
        )

    return [
        c
        for c in base.contrasts
        if c.estimate is None
        and base.arm(c.study, c.arm_a).treatment != base.arm(c.study, c.arm_b).treatment
        and not (has_mean(c.study, c.arm_a, c.outcome) and has_mean(c.study, c.arm_b, c.outcome))
    ]


def _bare_outcomes(bench: Bench) -> list[ArmOutcome]:
    """Return outcome rows that hold no figure but a direction or a p value."""
    return [
        o
        for o in bench.base.outcomes
        if o.mean is None
        and o.median is None
        and o.min is None
        and o.events is None
        and o.percent is None
        and (o.direction is not None or o.p_value is not None)
    ]


def _wanted_table(bench: Bench, spec: Spec) -> Table:
    rows = []
    for wanted in spec.wanted:
        found = _measured(bench, wanted)
        studies = ", ".join(dict.fromkeys(bench.base.study(o.study).label for o in found))
        rows.append(
            Row(
                cells=(
                    wanted.name[:1].upper() + wanted.name[1:],
                    studies or "no result read",
                    "; ".join(
                        (
                            *dict.fromkeys(_figure_words(o) for o in found),
                            *((wanted.note,) if wanted.note else ()),
                        )
                    )
                    or "–",
                ),
                muted=bool(found),
            )
        )
    return Table(
        caption=f"Was a result after {bench.settings.treatment} read?",
        columns=(
            Column(title="Outcome"),
            Column(title="Result read from"),
            Column(title="What is held"),
        ),
        rows=tuple(rows),
    )


def _figure_words(row: ArmOutcome) -> str:
    if row.kind == "relative-change" and row.mean is not None:
        return f"relative change {row.mean:g} % at {row.time_label.replace('-', ' ')}"
    if row.mean is not None:
        return f"mean {row.mean:g} at {row.time_label.replace('-', ' ')}"
    if row.median is not None:
        return f"median {row.median:g} at {row.time_label.replace('-', ' ')}"
    return row.time_label.replace("-", " ")


def _waiting_table(waiting: Sequence[Study], silent: Sequence[Study]) -> Table:
    def row(study: Study, state: str) -> Row:
        return Row(
            cells=(
                ", ".join(study.registry) or study.label,
                study.title or "–",
                state,
                (study.design or "design not read").replace("-", " "),
                study.notes or "–",
            )
        )

    return Table(
        caption="Trials and reports without results",
        columns=tuple(
            Column(title=title)
            for title in ("Registration", "Title", "State", "Design", "What is known")
        ),
        rows=(
            *(row(study, study.status or "status not read") for study in waiting),
            *(row(study, "no outcome read") for study in silent),
        ),
    )


def _direction_table(
    bench: Bench, directions: Sequence[Contrast], bare: Sequence[ArmOutcome]
) -> Table:
    rows = []
    for contrast in directions:
        base = bench.base
        first = base.arm(contrast.study, contrast.arm_a).treatment
        second = base.arm(contrast.study, contrast.arm_b).treatment
        rows.append(
            Row(
                cells=(
                    base.study(contrast.study).label,
                    f"{first} against {second}",
                    contrast.outcome.replace("-", " ")
                    + (f", {contrast.time_h:g} h" if contrast.time_h is not None else ""),
                    SIGNS.get(contrast.direction or "", "?"),
                    _contrast_result(bench, contrast),
                )
            )
        )
    rows += [
        Row(
            cells=(
                bench.base.study(row.study).label,
                f"{bench.base.arm(row.study, row.arm).treatment}, before and after",
                row.outcome.replace("-", " "),
                SIGNS.get(row.direction or "", "?"),
                _result_words(row),
            )
        )
        for row in bare
    ]
    return Table(
        caption="Results that exist only as a direction or a p value",
        columns=tuple(
            Column(title=title) for title in ("Study", "Compared", "Outcome", "Way", "Printed")
        ),
        rows=tuple(rows),
        note="▲ favours the first arm or improvement, ▼ the second arm or worsening, ◄► no "
        "difference reported, ? direction not read. A p value without an estimate says nothing "
        "about size; these results are counted nowhere else and their p values are not combined.",
    )


def _contrast_result(bench: Bench, row: Contrast) -> str:
    """Say a contrast's direction with the names of its treatments."""
    arms = {"favours-a": row.arm_a, "favours-b": row.arm_b}
    parts = []
    if row.direction in arms:
        parts.append(f"favours {bench.base.arm(row.study, arms[row.direction]).treatment}")
    elif row.direction:
        parts.append(row.direction.replace("-", " "))
    if row.p_value is not None:
        parts.append(f"p {row.p_operator} {row.p_value:g}")
    return ", ".join(parts) or "no direction, no figure"


def _result_words(row: Contrast | ArmOutcome) -> str:
    parts = []
    if row.direction:
        parts.append(row.direction.replace("-", " "))
    if row.p_value is not None:
        parts.append(f"p {row.p_operator} {row.p_value:g}")
    return ", ".join(parts) or "no direction, no figure"
