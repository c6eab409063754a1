"""Imported evidence as rows of a review's tables, and an account of what has no place there."""

from __future__ import annotations

from collections.abc import Mapping

from remit.core.place import Place
from remit.io.formats.effect_scale import number_of
from remit.io.formats.imported import (
    ImportedArm,
    ImportedContrast,
    ImportedEvidence,
    ImportedOutcome,
    ImportedStudy,
)
from remit.workbench.import_facts import ImportFacts, free_slug
from remit.workbench.import_numbers import whole
from remit.workbench.import_results import add_result
from remit.workbench.import_studies import study_row
from remit.workbench.review_rows import ReviewRows, Row, locator, number_text

__all__ = ["review_rows"]

_SEVERAL = "several sizes of the group were given, so that none stands in arms.csv"


def review_rows(
    evidence: ImportedEvidence, facts: ImportFacts, held: Mapping[str, list[Row]]
) -> ReviewRows:
    """Return the rows of a review's tables.

    Parameters
    ----------
    evidence : ImportedEvidence
        What was read; its numbers are numbers.
    facts : ImportFacts
        What the file does not say.
    held : mapping of str to list of dict
        Rows of a review that the file is added to, by table; empty for a new one.
    """
    return _Writer(evidence, facts, held).write()


class _Writer:
    """Makes the rows, table after table."""

    def __init__(
        self, evidence: ImportedEvidence, facts: ImportFacts, held: Mapping[str, list[Row]]
    ) -> None:
        self.evidence, self.facts, self.held = evidence, facts, held
        self.made = ReviewRows()
        self.labels = evidence.labels()
        self.source = self._free(evidence.file, "sources", "source", "file")
        self.studies: dict[str, str] = {}
        self.treatments: dict[str, str] = {}
        self.arms: dict[tuple[str, str], Row] = {}
        self.split: set[tuple[str, str]] = set()
        self.repeated: set[tuple[str, str]] = set()

    def _free(self, name: str, table: str, column: str, otherwise: str) -> str:
        taken = [row.get(column, "") for row in self.held.get(table, [])]
        return free_slug(name, [*taken, *self.made.column(table, column)], otherwise)

    def write(self) -> ReviewRows:
        words = "; ".join(self.evidence.told)
        self.made.add(
            "sources",
            {
                "source": self.source,
                "url": self.evidence.file,
                "kind": "data-file",
                "what_it_gave": words,
            },
        )
        for study in self.evidence.studies:
            self._study(study)
        for outcome in self.evidence.outcomes:
            self._outcome(outcome)
        self._find_repeated()
        for arm in self.evidence.arms:
            self._arm(arm)
        for contrast in self.evidence.contrasts:
            self._contrast(contrast)
        for result in self.evidence.results:
            scale = self._scale_of(result.outcome)
            add_result(self.evidence, result, self.made, self.source, scale)
        own = sum(bool(result.study) for result in self.evidence.results)
        if own:
            self.made.note(
                Place(file=self.evidence.file),
                "",
                f"{own} effects of single studies, with intervals and weights",
                "they follow from the rows, which are kept",
            )
        for judgement in self.evidence.judgements:
            if judgement.domain != "Overall" or judgement.outcome:
                shown = f"{judgement.domain}: {judgement.judgement}"
                more = "; ".join(t for t in (judgement.outcome, judgement.support) if t)
                self.made.note(
                    judgement.place,
                    self.labels[judgement.study],
                    f"{shown} ({more})" if more else shown,
                    "risk of bias by domain has no column; the overall judgement has",
                )
        for row in self.evidence.unread:
            self.made.note(row.place, "", row.text, row.reason)
        self.made.rows.setdefault("arms", []).extend(self._without_blanks())
        return self.made

    def _without_blanks(self) -> list[Row]:
        return [{k: v for k, v in row.items() if v} for row in self.arms.values()]

    def _study(self, study: ImportedStudy) -> None:
        known = next(
            (
                row["study"]
                for row in self.held.get("studies", [])
                if study.label in (row.get("short_name"), row["study"])
            ),
            None,
        )
        slug = known or self._free(study.label, "studies", "study", "study")
        self.studies[study.key] = slug
        row, left = study_row(self.evidence, study, slug)
        if known is None:
            self.made.add("studies", row)
        else:
            self.made.note(
                study.place, study.label, study.label, "the review has this study: its row was kept"
            )
        for place, text, reason in left:
            self.made.note(place, study.label, text, reason)

    def _outcome(self, outcome: ImportedOutcome) -> None:
        name = outcome.name or self.facts.outcome or self.evidence.file.rpartition(".")[0]
        used = [
            row.get("outcome", "")
            for t in ("outcomes", "contrasts")
            for row in self.held.get(t, [])
        ]
        slug = free_slug(name, [*used, *self.made.outcomes.values()], "outcome")
        self.made.outcomes[outcome.key] = slug
        self.made.words[slug] = name
        if outcome.kind in ("means", "effects"):
            self._scale(outcome)
        favours = " / ".join(label for label in outcome.favours if label)
        if favours:
            self.made.note(outcome.place, name, favours, "labels of the figure have no column")
        if outcome.swapped:
            self.made.note(
                outcome.place, name, "events and non-events exchanged", "analyses are set anew"
            )

    def _scale(self, outcome: ImportedOutcome) -> None:
        slug = self._scale_of(outcome.key)
        known = [*self.made.column("scales", "scale")]
        known += [row["scale"] for row in self.held.get("scales", [])]
        if slug in known:
            return
        given = bool(self.facts.scale)
        self.made.add(
            "scales",
            {
                "scale": slug,
                "low": number_text(self.facts.low) if given else "",
                "high": number_text(self.facts.high) if given else "",
                "unit": self.facts.unit,
                "better": self.facts.better,
            },
        )

    def _scale_of(self, key: str) -> str:
        return self.facts.scale or f"{self.made.outcomes[key]}-units"

    def _treatment(self, name: str) -> str:
        if name not in self.treatments:
            slug = free_slug(name, self.treatments.values(), "treatment")
            self.treatments[name] = slug
            self.made.words[slug] = name
        return self.treatments[name]

    def _find_repeated(self) -> None:
        """Find the studies that an analysis has in several subgroups."""
        seen: dict[tuple[str, str], set[str]] = {}
        for arm in self.evidence.arms:
            seen.setdefault((arm.study, arm.outcome), set()).add(arm.subgroup)
        for contrast in self.evidence.contrasts:
            seen.setdefault((contrast.study, contrast.outcome), set()).add(contrast.subgroup)
        self.repeated = {spot for spot, subgroups in seen.items() if len(subgroups) > 1}

    def _arm_key(self, study: str, outcome: str, treatment: str, subgroup: str) -> str:
        """Return the key of an arm; part of an arm where the study is in several subgroups."""
        slug = self._treatment(treatment)
        if (study, outcome) not in self.repeated:
            return slug
        return f"subgroup-{free_slug(subgroup or 'all', (), 'part')}-{slug}"

    def _put_arm(self, study: str, arm: str, treatment: str, n: str) -> None:
        slug = self.studies[study]
        have = {(row["study"], row["arm"]) for row in self.held.get("arms", [])}
        if (slug, arm) in have:
            return
        code = self._treatment(treatment)
        row = self.arms.setdefault(
            (slug, arm),
            {"study": slug, "arm": arm, "treatment": code, "treatment_class": code, "n": n},
        )
        if n and row["n"] and row["n"] != n:
            self.split.add((slug, arm))
            row["n"] = ""
            row["notes"] = _SEVERAL
        elif n and not row["n"] and (slug, arm) not in self.split:
            row["n"] = n

    def _arm(self, arm: ImportedArm) -> None:
        key = self._arm_key(arm.study, arm.outcome, arm.treatment, arm.subgroup)
        n = whole(arm.values.get("n"))
        self._put_arm(arm.study, key, arm.treatment, n)
        outcome = self.evidence.outcome(arm.outcome)
        row = {
            "study": self.studies[arm.study],
            "arm": key,
            "outcome": self.made.outcomes[arm.outcome],
            "time_label": self.facts.time_label,
            "time_h": number_text(self.facts.time_h),
            "time_anchor": "start-of-treatment" if self.facts.time_h is not None else "",
            "n": n,
            "denominator": "patients",
            "reading": "primary",
            "source": self.source,
            "locator": locator(arm.place),
            "note": f"subgroup: {arm.subgroup}" if arm.subgroup else "",
        }
        if outcome.kind == "means":
            numbers = {r: arm.values[r].text for r in ("mean", "sd", "se") if r in arm.values}
            row |= {"scale": self._scale_of(arm.outcome), "kind": self.facts.kind, **numbers}
        else:
            row["events"] = whole(arm.values.get("events"))
        kept = {"events", "n", "mean", "sd", "se"}
        for role, cell in arm.values.items():
            lost = role not in kept or (role in ("events", "n") and not whole(cell))
            if cell.text and lost:
                what = f"{self.labels[arm.study]}, {arm.treatment}"
                reason = f"{role.replace('_', ' ')} with decimals, or of a kind without a column"
                self.made.note(cell.place, what, cell.text, reason)
        if any(row.get(name) for name in ("mean", "sd", "se", "events")):
            self.made.add("outcomes", row)
        elif outcome.kind != "rates":
            what = f"{self.labels[arm.study]}, {arm.treatment}"
            self.made.note(arm.place, what, f"n {n}" if n else "", "an arm without a result")

    def _contrast(self, contrast: ImportedContrast) -> None:
        outcome = self.evidence.outcome(contrast.outcome)
        measure = outcome.measure or self.facts.measure
        what = f"{self.labels[contrast.study]}, {self.made.outcomes[contrast.outcome]}"
        shown = ", ".join(
            f"{role.replace('_', ' ')} {cell.text}"
            for role, cell in contrast.values.items()
            if cell.text
        )
        if measure != "MD" or contrast.scale != "identity" or "effect" not in contrast.values:
            reason = "contrasts.csv holds differences of means; this is another effect"
            if not measure:
                reason = "the file does not say what the effect is: give measure 'MD' if it is one"
            self.made.note(contrast.place, what, f"{shown} ({contrast.scale} scale)", reason)
            return
        sides = []
        for name, number in ((contrast.one or "Group 1", "n1"), (contrast.two or "Group 2", "n2")):
            key = self._arm_key(contrast.study, contrast.outcome, name, contrast.subgroup)
            self._put_arm(contrast.study, key, name, whole(contrast.values.get(number)))
            sides.append(key)
        values = {
            name: contrast.values[role].text
            for role, name in (("effect", "estimate"), ("se", "se"), ("ci_low", "ci_low"),
                               ("ci_high", "ci_high"))
            if role in contrast.values
        }  # fmt: skip
        variance = number_of(contrast.values.get("variance"))
        if not values.get("se") and variance is not None:
            values["se"] = repr(variance**0.5)
        has_interval = values.get("ci_low") and values.get("ci_high")
        self.made.add(
            "contrasts",
            {
                "study": self.studies[contrast.study],
                "arm_a": sides[0],
                "arm_b": sides[1],
                "outcome": self.made.outcomes[contrast.outcome],
                "scale": self._scale_of(contrast.outcome),
                "time_h": number_text(self.facts.time_h),
                "measure": "md",
                **values,
                "ci_level": number_text(outcome.level * 100) if has_interval else "",
                "reading": "primary",
                "source": self.source,
                "locator": locator(contrast.place),
                "note": f"subgroup: {contrast.subgroup}" if contrast.subgroup else "",
            },
        )
