"""What every question is worked on with: the evidence in scope, the settings, the way back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from remit.core.place import Place
from remit.evidence.data import (
    AdverseEvent,
    Arm,
    ArmOutcome,
    Contrast,
    EvidenceBase,
    PooledReport,
    Study,
)
from remit.evidence.integrity import Finding
from remit.evidence.readings import with_alternatives
from remit.report.document import AccountEntry, SourceLink
from remit.synthesis.data import SetAside, StudyCount, StudyEffect
from remit.workbench.settings import ReviewSettings

__all__ = ["Bench", "make_bench"]

RowKey = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bench:
    """Evidence in scope, settings, and the way from any row back to its source.

    Attributes
    ----------
    base : EvidenceBase
        Studies in scope, primary readings only.
    scoped : EvidenceBase
        Studies in scope, alternative readings too.
    full : EvidenceBase
        Everything that the base holds.
    settings : ReviewSettings
        What the review asks and assumes.
    findings : tuple of Finding
        What the integrity check found in the whole base.
    """

    base: EvidenceBase
    scoped: EvidenceBase
    full: EvidenceBase
    settings: ReviewSettings
    findings: tuple[Finding, ...]
    _links: dict[RowKey, SourceLink] = field(repr=False)
    _doubts: dict[RowKey, tuple[str, ...]] = field(repr=False)

    def with_use(self, use: Iterable[str], alternative: Collection[str] = ()) -> EvidenceBase:
        """Return the base with only the studies of these uses; all of them if none is named.

        Of the studies in ``alternative``, the other reading of a figure takes its place.
        """
        wanted = set(use)
        base = with_alternatives(self.scoped, alternative) if alternative else self.base
        return base.filter_studies(lambda study: study.use in wanted) if wanted else base

    def links(self, places: Iterable[Place]) -> tuple[SourceLink, ...]:
        """Return where these rows were read.

        Rows of ``studies.csv`` and ``arms.csv`` have no source of their own: they lead to the
        report itself, or to a source of the study's other rows; failing both, the row is named
        alone.
        """
        found = []
        for place in dict.fromkeys(places):
            empty = SourceLink(
                key="", kind="", url="", locator="", row=f"{place.file}, row {place.row}"
            )
            found.append(self._links.get((place.file, place.row), empty))
        return tuple(found)

    def doubts(self, places: Iterable[Place]) -> tuple[str, ...]:
        """Return the contradictions and doubts of the integrity check on these rows."""
        found = [t for p in places for t in self._doubts.get((p.file, p.row), ())]
        return tuple(dict.fromkeys(found))

    def used(self, row: StudyEffect | StudyCount, shows: str) -> AccountEntry:
        """Account for a row that was pooled."""
        return AccountEntry(
            label=row.label,
            study=row.study,
            status="used",
            shows=shows,
            done=tuple(f"{n.text} [{n.method}]" if n.method else n.text for n in row.notes),
            doubts=self.doubts(row.places),
            sources=self.links(row.places),
        )

    def aside(self, row: SetAside) -> AccountEntry:
        """Account for a row that was not pooled."""
        return AccountEntry(
            label=row.label,
            study=row.study,
            status="set-aside",
            shows=row.shows,
            done=(f"Not pooled: {row.reason}.",),
            doubts=self.doubts(row.places),
            sources=self.links(row.places),
        )

    def shown(
        self, study: str, shows: str, places: Iterable[Place], done: Iterable[str] = ()
    ) -> AccountEntry:
        """Account for a row that stands in an answer and is pooled with nothing."""
        places = tuple(places)
        return AccountEntry(
            label=self.full.study(study).label,
            study=study,
            status="shown",
            shows=shows,
            done=tuple(done),
            doubts=self.doubts(places),
            sources=self.links(places),
        )

    def control_words(self, studies: Iterable[str]) -> str:
        """Say which of these studies had a control group."""
        keys = dict.fromkeys(studies)
        with_control = [
            self.full.study(key).label
            for key in keys
            if self.full.study(key).control not in {"none", None}
        ]
        if not with_control:
            return "no cohort had a control group"
        return "only " + ", ".join(with_control) + " had a control group"

    def overlaps(self, studies: Iterable[str]) -> tuple[str, ...]:
        """Return a caution for each set of studies whose patients may overlap."""
        present = set(studies)
        cautions = []
        for overlap in self.settings.overlaps:
            both = [s for s in overlap.studies if s in present]
            if len(both) > 1:
                names = " and ".join(self.full.study(s).label for s in both)
                cautions.append(
                    f"{names} may share patients ({overlap.why}); no source says so, and both are "
                    "counted."
                )
        return tuple(cautions)


def make_bench(
    base: EvidenceBase, settings: ReviewSettings, findings: tuple[Finding, ...]
) -> Bench:
    """Lay out the evidence of a review."""
    out = set(settings.scope.leave_out_diagnosis)
    scoped = base.filter_studies(lambda study: not out & set(study.diagnosis))
    links: dict[RowKey, SourceLink] = {}
    rows: list[ArmOutcome | Contrast | AdverseEvent | PooledReport] = [
        *base.outcomes,
        *base.contrasts,
        *base.events,
        *base.pooled,
    ]
    for row in rows:
        source = base.source(row.source)
        links[row.place.file, row.place.row] = SourceLink(
            key=source.source,
            kind=source.kind,
            url=source.url,
            locator=row.locator or "",
            row=f"{row.place.file}, row {row.place.row}",
            note=row.note or "",
        )
    without_source: tuple[Study | Arm, ...] = (*base.studies, *base.arms)
    for of_study in without_source:
        link = _report_link(base, of_study.study, of_study.place)
        if link is not None:
            links[of_study.place.file, of_study.place.row] = link
    doubts: dict[RowKey, tuple[str, ...]] = {}
    for finding in findings:
        if finding.severity == "remark":
            continue
        for place in (finding.place, *finding.other_places):
            key = (place.file, place.row)
            text = finding.statement[:1].upper() + finding.statement[1:]
            doubts[key] = (*doubts.get(key, ()), f"{text} [{finding.place}]")
    return Bench(
        base=scoped.primary(),
        scoped=scoped,
        full=base,
        settings=settings,
        findings=findings,
        _links=links,
        _doubts=doubts,
    )


def _report_link(base: EvidenceBase, key: str, place: Place) -> SourceLink | None:
    """Return the address of a study's report, or of the first source of its rows."""
    study = base.study(key)
    row = f"{place.file}, row {place.row}"
    trial = next((r for r in study.registry if r.startswith("NCT")), None)
    for name, address in (
        (study.doi, f"https://doi.org/{study.doi}"),
        (study.pmid and f"PMID {study.pmid}", f"https://pubmed.ncbi.nlm.nih.gov/{study.pmid}/"),
        (trial, f"https://clinicaltrials.gov/study/{trial}"),
    ):
        if name:
            return SourceLink(key=name, kind="the report", url=address, locator="", row=row)
    rows: tuple[ArmOutcome | Contrast | AdverseEvent, ...] = (
        *base.outcomes,
        *base.contrasts,
        *base.events,
    )
    for other in rows:
        if other.study == key:
            source = base.source(other.source)
            return SourceLink(
                key=source.source,
                kind=f"{source.kind}, source of the study's results",
                url=source.url,
                locator="",
                row=row,
            )
    return None
