"""An evidence base in the neutral form of the file formats, ready to be written in any of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from remit.core.place import Place
from remit.evidence.data import Arm, ArmOutcome, Contrast, EvidenceBase
from remit.io.formats.imported import (
    Cell,
    ImportedArm,
    ImportedContrast,
    ImportedEvidence,
    ImportedOutcome,
    ImportedStudy,
    OutcomeKind,
)
from remit.io.formats.study_names import told_apart
from remit.workbench.review_rows import ImportNote

__all__ = ["NeutralForm", "neutral_form"]

Spot = tuple[str, str, str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NeutralForm:
    """A base as files hold it.

    Attributes
    ----------
    evidence : ImportedEvidence
        Studies, outcomes, arms and contrasts. Rows of one outcome that differ in scale, time or
        definition are outcomes of their own.
    left : tuple of ImportNote
        Rows that no such file holds, and what was converted.
    """

    evidence: ImportedEvidence
    left: tuple[ImportNote, ...]


def neutral_form(base: EvidenceBase, words: Mapping[str, str]) -> NeutralForm:
    """Return a base in the neutral form.

    Parameters
    ----------
    base : EvidenceBase
        Its primary readings are taken.
    words : mapping of str to str
        Names for the codes of outcomes and treatments.
    """
    return _Writer(base.primary(), words).write()


@dataclass(slots=True)
class _Writer:
    base: EvidenceBase
    words: Mapping[str, str]
    left: list[ImportNote] = field(default_factory=list)
    outcomes: dict[Spot, ImportedOutcome] = field(default_factory=dict)

    def write(self) -> NeutralForm:
        names = self._arm_names()
        arms = [one for o in self.base.outcomes if (one := self._arm(o, names)) is not None]
        contrasts = [
            two for c in self.base.contrasts if (two := self._contrast(c, names)) is not None
        ]
        labels = told_apart([study.label for study in self.base.studies])
        studies = tuple(
            ImportedStudy(
                key=study.study,
                label=label,
                year=str(study.year) if study.year else "",
                place=study.place,
            )
            for study, label in zip(self.base.studies, labels, strict=True)
        )
        for event in self.base.events:
            self._leave(event.place, event.study, event.event, "adverse events are not exported")
        evidence = ImportedEvidence(
            file=self.base.name,
            format="remit-folder",
            studies=studies,
            outcomes=tuple(self._named()),
            arms=tuple(arms),
            contrasts=tuple(contrasts),
        )
        return NeutralForm(evidence=evidence, left=tuple(self.left))

    def _word(self, code: str) -> str:
        return self.words.get(code, code)

    def _leave(self, place: Place, what: str, text: str, reason: str) -> None:
        self.left.append(ImportNote(place=place, what=what, text=text, reason=reason))

    def _arm_names(self) -> dict[tuple[str, str], str]:
        """Return a name for each arm: its treatment, with the arm's key where several have one."""

        def treatment(arm: Arm) -> tuple[str, str]:
            return (arm.study, arm.treatment)

        whole = [arm for arm in self.base.arms if not arm.is_subgroup]
        counts = Counter(treatment(arm) for arm in whole)
        return {
            (arm.study, arm.arm): self._word(arm.treatment)
            if counts[treatment(arm)] == 1
            else f"{self._word(arm.treatment)} ({arm.arm})"
            for arm in whole
        }

    def _outcome(self, row: ArmOutcome | Contrast, kind: OutcomeKind) -> str:
        time = row.time_label if isinstance(row, ArmOutcome) else f"{row.time_h or ''}"
        what = row.kind if isinstance(row, ArmOutcome) else ""
        definition = row.definition if isinstance(row, ArmOutcome) else ""
        spot = (row.outcome, kind, row.scale or "", what or "", time, definition or "")
        if spot not in self.outcomes:
            self.outcomes[spot] = ImportedOutcome(
                key=str(len(self.outcomes) + 1), name=row.outcome, kind=kind, place=row.place
            )
        return self.outcomes[spot].key

    def _named(self) -> list[ImportedOutcome]:
        """Return the outcomes with names that tell those of one code apart."""
        counts = Counter(spot[0] for spot in self.outcomes)
        found = []
        for spot, outcome in self.outcomes.items():
            name = self._word(spot[0])
            if counts[spot[0]] > 1:
                name = ", ".join((name, *(self._word(part) for part in spot[2:] if part)))
            found.append(
                ImportedOutcome(
                    key=outcome.key,
                    name=name,
                    kind=outcome.kind,
                    measure="MD" if outcome.kind == "effects" else "",
                    place=outcome.place,
                )
            )
        return found

    def _arm(self, row: ArmOutcome, names: Mapping[tuple[str, str], str]) -> ImportedArm | None:
        what = f"{row.study}, {row.arm}, {row.outcome}"
        if (row.study, row.arm) not in names:
            self._leave(row.place, what, "", "part of another arm")
            return None
        n = _cell(row.n, row.place, "n")
        if row.events is not None and row.n is not None:
            values = {"events": _cell(row.events, row.place, "events"), "n": n}
            kind: OutcomeKind = "events"
        elif row.mean is not None and (row.sd is not None or (row.se is not None and row.n)):
            values = {"mean": _cell(row.mean, row.place, "mean"), "sd": self._sd(row, what), "n": n}
            kind = "means"
        else:
            reason = "neither events of a number, nor a mean with its SD or standard error"
            self._leave(row.place, what, "", reason)
            return None
        return ImportedArm(
            study=row.study,
            outcome=self._outcome(row, kind),
            treatment=names[row.study, row.arm],
            values=values,
            place=row.place,
        )

    def _sd(self, row: ArmOutcome, what: str) -> Cell:
        if row.sd is not None or row.se is None or row.n is None:
            return _cell(row.sd, row.place, "sd")
        text = f"SD {row.se * math.sqrt(row.n):.6g}"
        self._leave(row.place, what, text, "worked out from the standard error and n")
        return _cell(row.se * math.sqrt(row.n), row.place, "se")

    def _contrast(
        self, row: Contrast, names: Mapping[tuple[str, str], str]
    ) -> ImportedContrast | None:
        what = f"{row.study}, {row.arm_a} against {row.arm_b}, {row.outcome}"
        sides = [names.get((row.study, arm)) for arm in (row.arm_a, row.arm_b)]
        if row.measure != "md" or row.estimate is None or None in sides:
            self._leave(row.place, what, "", "no difference of means of two whole arms")
            return None
        numbers = {"effect": row.estimate, "se": row.se, "ci_low": row.ci_low,
                   "ci_high": row.ci_high}  # fmt: skip
        return ImportedContrast(
            study=row.study,
            outcome=self._outcome(row, "effects"),
            one=sides[0] or "",
            two=sides[1] or "",
            values={k: _cell(x, row.place, k) for k, x in numbers.items() if x is not None},
            place=row.place,
        )


def _cell(number: float | None, place: Place, column: str) -> Cell:
    text = "" if number is None else repr(number).removesuffix(".0")
    return Cell(text=text, place=place.at(column))
