"""Small evidence bases: rows with a few numbers given and everything else not reported."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from remit.core.place import Place
from remit.evidence.data import Arm, ArmOutcome, Contrast, EvidenceBase, Scale, Study

FILES = {
    Study: "studies.csv",
    Arm: "arms.csv",
    ArmOutcome: "outcomes.csv",
    Contrast: "contrasts.csv",
    Scale: "scales.csv",
}


class Maker:
    """Makes rows and collects them into a base; rows are numbered in the order they are made."""

    def __init__(self) -> None:
        self.made: dict[type, list[Any]] = {cls: [] for cls in FILES}
        points = {"unit": "points", "better": "lower", "low": 0.0, "high": 10.0}
        self.scale("nrs-0-10", **points)
        self.scale("vas-0-10", **points)
        self.scale("vas-0-100-mm", unit="mm", better="lower", low=0.0, high=100.0)
        self.scale("nrs-1-10", **points | {"low": 1.0})
        self.scale("relief-0-10", **points | {"better": "higher"})
        self.scale("minutes", unit="min", low=0.0)

    def _add(self, cls: type, given: dict[str, Any]) -> Any:
        rows = self.made[cls]
        values: dict[str, Any] = {f.name: None for f in fields(cls)}
        values["place"] = Place(file=FILES[cls], row=len(rows) + 2)
        assert not set(given) - set(values), f"no such columns: {set(given) - set(values)}"
        row = cls(**(values | given))
        rows.append(row)
        return row

    def scale(self, scale: str, **given: Any) -> Scale:
        return self._add(Scale, {"scale": scale} | given)

    def study(self, study: str = "one", **given: Any) -> Study:
        base = {"study": study, "cohort": study, "registry": (), "diagnosis": ()}
        return self._add(Study, base | {"status": "published"} | given)

    def arm(self, study: str = "one", arm: str = "drug", cls: str = "drug", **given: Any) -> Arm:
        base = {"study": study, "arm": arm, "treatment": cls, "treatment_class": cls}
        return self._add(Arm, base | given)

    def trial(self, study: str = "one", n: tuple[int, int] = (20, 22), **given: Any) -> Study:
        """A study with a treated arm and a placebo arm."""
        made = self.study(study, **given)
        self.arm(study, n=n[0])
        self.arm(study, "placebo", "placebo", n=n[1])
        return made

    def outcome(self, study: str = "one", arm: str = "drug", **given: Any) -> ArmOutcome:
        base = {"study": study, "arm": arm, "outcome": "pain", "kind": "value"}
        base |= {"scale": "nrs-0-10", "time_label": "1-h", "time_h": 1.0, "reading": "primary"}
        base |= {"time_anchor": "start-of-treatment", "source": "text"}
        return self._add(ArmOutcome, base | given)

    def contrast(self, study: str = "one", **given: Any) -> Contrast:
        base = {"study": study, "arm_a": "drug", "arm_b": "placebo", "outcome": "pain"}
        base |= {"scale": "nrs-0-10", "time_h": 1.0, "measure": "md", "reading": "primary"}
        return self._add(Contrast, base | {"source": "text"} | given)

    def base(self) -> EvidenceBase:
        tables = {FILES[cls].removesuffix(".csv"): tuple(r) for cls, r in self.made.items()}
        return EvidenceBase(name="small", events=(), pooled=(), conflicts=(), sources=(), **tables)


@pytest.fixture
def make() -> Maker:
    return Maker()
