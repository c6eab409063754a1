"""Small evidence bases: rows with a few numbers given and everything else not reported."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from remit.core.place import Place
from remit.evidence.data import (
    AdverseEvent,
    Arm,
    ArmOutcome,
    Contrast,
    EvidenceBase,
    PooledReport,
    Scale,
    Study,
)
from remit.evidence.integrity import Finding, check_integrity

FILES = {
    Study: "studies.csv",
    Arm: "arms.csv",
    ArmOutcome: "outcomes.csv",
    Contrast: "contrasts.csv",
    AdverseEvent: "events.csv",
    PooledReport: "pooled.csv",
    Scale: "scales.csv",
}


class Maker:
    """Makes rows and collects them into a base; rows are numbered in the order they are made."""

    def __init__(self) -> None:
        self.rows: dict[type, list[Any]] = {cls: [] for cls in FILES}
        pain = {"unit": "points", "better": "lower", "low": 0.0, "high": 10.0}
        self.scale("nrs-0-10", **pain, step=1.0)
        self.scale("vas-0-10", **pain)
        self.scale("vas-0-100-mm", low=0.0, high=100.0, unit="mm", better="lower")
        self.scale("satisfaction-0-10", low=0.0, high=10.0, unit="points", better="higher")
        self.scale("percent-change", low=-100.0, unit="percent", better="lower")
        self.scale("days-per-month", low=0.0, high=31.0, unit="days/month", better="lower")
        for name, unit in (
            ("days", "d"), ("minutes", "min"), ("hours", "h"), ("mg", "mg"), ("mg-per-h", "mg/h"),
        ):  # fmt: skip
            self.scale(name, low=0.0, unit=unit)

    def _add(self, cls: type, given: dict[str, Any]) -> Any:
        rows = self.rows[cls]
        values: dict[str, Any] = {f.name: None for f in fields(cls)}
        values |= {"place": Place(file=FILES[cls], row=len(rows) + 2)}
        unknown = set(given) - set(values)
        assert not unknown, f"no such columns: {unknown}"
        row = cls(**(values | given))
        rows.append(row)
        return row

    def study(self, study: str = "one", **given: Any) -> Study:
        base = {"study": study, "cohort": study, "registry": (), "diagnosis": ()}
        return self._add(Study, base | {"status": "published"} | given)

    def arm(self, arm: str = "a", study: str = "one", **given: Any) -> Arm:
        base = {"study": study, "arm": arm, "treatment": "drug", "treatment_class": "other"}
        return self._add(Arm, base | given)

    def outcome(self, outcome: str = "pain-intensity", **given: Any) -> ArmOutcome:
        base = {"study": "one", "arm": "a", "outcome": outcome, "kind": "value"}
        base |= {"time_label": "end", "reading": "primary", "source": "text"}
        return self._add(ArmOutcome, base | given)

    def contrast(self, **given: Any) -> Contrast:
        base = {"study": "one", "arm_a": "a", "arm_b": "b", "outcome": "pain-intensity"}
        base |= {"reading": "primary", "source": "text"}
        return self._add(Contrast, base | given)

    def event(self, event: str = "nausea", **given: Any) -> AdverseEvent:
        base = {"study": "one", "arm": "a", "event": event, "source": "text"}
        return self._add(AdverseEvent, base | given)

    def pooled(self, **given: Any) -> PooledReport:
        base = {"review": "review", "topic": "headache", "outcome": "pain-intensity"}
        return self._add(PooledReport, base | {"source": "text"} | given)

    def scale(self, scale: str, **given: Any) -> Scale:
        return self._add(Scale, {"scale": scale} | given)

    def base(self) -> EvidenceBase:
        tables = {FILES[cls].removesuffix(".csv"): tuple(r) for cls, r in self.rows.items()}
        return EvidenceBase(name="small", conflicts=(), sources=(), **tables)

    def findings(self) -> tuple[Finding, ...]:
        return check_integrity(self.base())

    def only(self) -> Finding:
        """The one finding of the base; fails where there are none or several."""
        (finding,) = self.findings()
        return finding


@pytest.fixture
def make() -> Maker:
    return Maker()
