"""Tables of studies in few words."""

from __future__ import annotations

from typing import Any

import pytest

from remit.core.place import Place
from remit.evidence.data import Scale
from remit.evidence.plausibility import ArmNumbers, StudyRow, Suspicion, check_study_rows

NRS = Scale(
    scale="nrs-0-10",
    low=0.0,
    high=10.0,
    step=1.0,
    unit="points",
    better="lower",
    place=Place(file="scales.csv", row=2),
)


class Table:
    """Rows of one table; the arms of a row are in columns that end in 1 and 2."""

    def __init__(self) -> None:
        self.rows: list[StudyRow] = []

    def add(
        self, study: str, *arms: dict[str, float], file: str = "table.csv", **given: Any
    ) -> StudyRow:
        place = Place(file=file, row=len(self.rows) + 2)
        made = tuple(
            ArmNumbers(
                name=f"arm {i}",
                place=place,
                columns={name: f"{name}{i}" for name in ("n", "events", "mean", "sd", "se")},
                **arm,
            )
            for i, arm in enumerate(arms, 1)
        )
        row = StudyRow(study=study, place=place, arms=made, **given)
        self.rows.append(row)
        return row

    def means(self, study: str, *numbers: tuple[float, float, float], **given: Any) -> StudyRow:
        """Add mean, SD and n of each arm."""
        arms = ({"mean": m, "sd": sd, "n": n} for m, sd, n in numbers)
        return self.add(study, *arms, **given)

    def counts(self, study: str, *numbers: tuple[float, float], **given: Any) -> StudyRow:
        """Add events and n of each arm."""
        return self.add(study, *({"events": e, "n": n} for e, n in numbers), **given)

    def effect(self, study: str, effect: float, low: float, high: float, **given: Any) -> StudyRow:
        return self.add(study, effect=effect, ci_low=low, ci_high=high, **given)

    def found(self) -> tuple[Suspicion, ...]:
        return check_study_rows(self.rows)

    def only(self) -> Suspicion:
        """The one suspicion; fails where there are more."""
        found = self.found()
        assert len(found) == 1, "\n".join(s.message for s in found)
        return found[0]


# Six trials of pain from 0 to 10, invented, with the usual spread of about 2 points.
PAIN = (
    ("Alpha 2010", (3.1, 2.2, 40), (4.0, 2.1, 41)),
    ("Beta 2011", (3.6, 1.8, 25), (4.4, 2.0, 24)),
    ("Gamma 2012", (2.9, 2.5, 60), (4.1, 2.4, 58)),
    ("Delta 2013", (3.3, 1.9, 33), (4.2, 2.2, 35)),
    ("Epsilon 2014", (2.4, 2.0, 51), (3.9, 2.3, 49)),
    ("Zeta 2015", (3.9, 2.1, 80), (4.6, 2.2, 82)),
)


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def pain() -> Table:
    made = Table()
    for study, *arms in PAIN:
        made.means(study, *arms)
    return made


@pytest.fixture
def nrs() -> Scale:
    return NRS
