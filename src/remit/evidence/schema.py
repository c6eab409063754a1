"""Which tables an evidence base has, what identifies a row, and what refers to what."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, get_type_hints

from remit.evidence import data

__all__ = ["ENGINE_WORDS", "TABLES", "FieldKind", "TableSchema"]

FieldKind = Literal["text", "integer", "number", "list"]

#: Categories on which the engine acts. A base's codebook may allow fewer, never others.
ENGINE_WORDS: dict[tuple[str, str], frozenset[str]] = {
    ("studies", "status"): frozenset(
        {"published", "conference-abstract", "preprint", "registered", "unpublished"}
    ),
    ("studies", "design"): frozenset(
        {
            "rct-parallel",
            "rct-crossover",
            "nonrandomised-comparative",
            "prospective-cohort",
            "retrospective-cohort",
            "case-series",
            "case-report",
        }
    ),
    ("arms", "dosing"): frozenset({"fixed", "titrated", "as-needed"}),
    ("arms", "dose_unit"): frozenset({"mg", "mg/kg"}),
    ("arms", "rate_unit"): frozenset({"mg/h", "mg/kg/h"}),
    ("outcomes", "kind"): frozenset({"value", "change", "relative-change"}),
    ("outcomes", "denominator"): frozenset(
        {"patients", "infusions", "encounters", "attacks", "responders", "attenders"}
    ),
    ("outcomes", "p_operator"): frozenset({"=", "<", ">"}),
    ("outcomes", "direction"): frozenset({"better", "worse", "no-difference"}),
    ("outcomes", "reading"): frozenset({"primary", "alternative"}),
    ("contrasts", "measure"): frozenset({"md", "difference-of-medians"}),
    ("contrasts", "p_operator"): frozenset({"=", "<", ">"}),
    ("contrasts", "direction"): frozenset({"favours-a", "favours-b", "no-difference"}),
    ("contrasts", "reading"): frozenset({"primary", "alternative"}),
    ("events", "serious"): frozenset({"yes", "no", "unknown"}),
    ("events", "led_to_stop"): frozenset({"yes", "no", "unknown"}),
    ("scales", "better"): frozenset({"lower", "higher"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema:
    """Form of one table.

    Attributes
    ----------
    name : str
        Table and file stem, such as ``outcomes``.
    row_class : type
        Class of `remit.evidence.data` that a row becomes.
    key : tuple of str
        Columns that together identify a row.
    references : tuple of (columns, table, columns)
        Cells that must exist in another table, if they are not empty.
    required : bool
        Whether the file must be there.
    not_negative : tuple of str
        Number columns that cannot be below 0.
    levels : tuple of str
        Columns with the level of an interval in percent.
    ordered : tuple of (low, high)
        Pairs of columns whose first cannot exceed the second; of several pairs that share a
        column only the first that fails is reported.
    """

    name: str
    row_class: type
    key: tuple[str, ...]
    references: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...] = ()
    required: bool = True
    not_negative: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    ordered: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> dict[str, tuple[FieldKind, bool]]:
        """Return each column's kind and whether it may be empty, read off the row class."""
        hints: dict[str, Any] = get_type_hints(self.row_class)
        return {f.name: _kind(hints[f.name]) for f in fields(self.row_class) if f.name != "place"}


def _kind(hint: Any) -> tuple[FieldKind, bool]:
    """Return the kind of a field's annotation, and whether it may be empty."""
    kinds: dict[Any, tuple[FieldKind, bool]] = {
        str: ("text", False),
        str | None: ("text", True),
        int | None: ("integer", True),
        float | None: ("number", True),
        tuple[str, ...]: ("list", True),
    }
    return kinds[hint]


_STUDY = (("study",), "studies", ("study",))
_SOURCE = (("source",), "sources", ("source",))
_SCALE = (("scale",), "scales", ("scale",))
_INTERVAL = ("ci_low", "ci_high")

TABLES: tuple[TableSchema, ...] = (
    TableSchema(name="sources", row_class=data.Source, key=("source",)),
    TableSchema(name="scales", row_class=data.Scale, key=("scale",), ordered=(("low", "high"),)),
    TableSchema(
        name="studies",
        row_class=data.Study,
        key=("study",),
        references=((("cohort",), "studies", ("study",)),),
        not_negative=("n_enrolled", "n_analysed", "age_mean", "age_sd", "female_pct"),
    ),
    TableSchema(
        name="arms",
        row_class=data.Arm,
        key=("study", "arm"),
        references=(_STUDY,),
        not_negative=(
            "dose_low",
            "dose_high",
            "rate_low",
            "rate_high",
            "duration_h",
            "doses",
            "n",
        ),
        ordered=(("dose_low", "dose_high"), ("rate_low", "rate_high")),
    ),
    TableSchema(
        name="outcomes",
        row_class=data.ArmOutcome,
        key=(
            "study",
            "arm",
            "outcome",
            "scale",
            "kind",
            "time_label",
            "definition",
            "denominator",
            "reading",
        ),
        references=((("study", "arm"), "arms", ("study", "arm")), _SCALE, _SOURCE),
        not_negative=(
            "n",
            "sd",
            "se",
            "spread_unlabelled",
            "iqr_width",
            "events",
            "percent",
            "p_value",
        ),
        levels=("ci_level",),
        ordered=(
            _INTERVAL,
            ("min", "max"),
            ("q1", "q3"),
            ("q1", "median"),
            ("median", "q3"),
            ("min", "q1"),
            ("min", "median"),
            ("median", "max"),
            ("q3", "max"),
        ),
    ),
    TableSchema(
        name="contrasts",
        row_class=data.Contrast,
        key=("study", "arm_a", "arm_b", "outcome", "scale", "time_h", "reading"),
        references=(
            (("study", "arm_a"), "arms", ("study", "arm")),
            (("study", "arm_b"), "arms", ("study", "arm")),
            _SCALE,
            _SOURCE,
        ),
        not_negative=("se", "p_value"),
        levels=("ci_level",),
        ordered=(_INTERVAL,),
    ),
    TableSchema(
        name="events",
        row_class=data.AdverseEvent,
        key=("study", "arm", "event"),
        references=((("study", "arm"), "arms", ("study", "arm")), _SOURCE),
        not_negative=("events", "percent", "n"),
    ),
    TableSchema(
        name="pooled",
        row_class=data.PooledReport,
        key=("review", "outcome", "scale", "time", "measure"),
        references=(_SCALE, _SOURCE),
        required=False,
        not_negative=("p_value", "i2_percent", "k", "n"),
        levels=("ci_level",),
        ordered=(_INTERVAL,),
    ),
    TableSchema(
        name="conflicts",
        row_class=data.Conflict,
        key=("conflict",),
        references=(
            (("source_a",), "sources", ("source",)),
            (("source_b",), "sources", ("source",)),
        ),
        required=False,
    ),
)
