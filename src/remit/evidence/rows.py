"""The rows of an evidence base: one class per table, one object per row.

Field names are the tables' column names, so a row can be found again from any number. ``None``
means *not reported*; it is never zero and never no. Every object carries its `Place`.
"""

from __future__ import annotations

from dataclasses import dataclass

from remit.core.place import Place

__all__ = [
    "AdverseEvent",
    "Arm",
    "ArmOutcome",
    "Conflict",
    "Contrast",
    "PooledReport",
    "Scale",
    "Source",
    "Study",
]

SUBGROUP_PREFIX = "subgroup-"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Study:
    """One report of one study.

    Attributes
    ----------
    study : str
        Key.
    cohort : str
        Key of the main report; studies that share it report overlapping patients.
    authors, title, journal, doi, pmid, notes : str or None
        As printed; authors are surnames separated by semicolons.
    short_name : str or None
        Name in tables and figures; None: first author and year.
    year : int or None
        Year of the report.
    registry : tuple of str
        Registration numbers.
    status : str or None
        ``published``, ``conference-abstract``, ``preprint``, ``registered`` or ``unpublished``.
    design, control, blinding, setting, country, population, refractory, use : str or None
        Categories of the codebook.
    diagnosis : tuple of str
        Categories of the codebook.
    n_enrolled, n_analysed : int or None
        In the unit of the study.
    age_mean, age_sd : float or None
        Years.
    female_pct : float or None
        Percent.
    rob_overall, read_in : str or None
        Risk of bias as judged by a published review; best kind of text that was read.
    place : Place
        Row of ``studies.csv``.
    """

    study: str
    cohort: str
    authors: str | None
    short_name: str | None
    year: int | None
    title: str | None
    journal: str | None
    doi: str | None
    pmid: str | None
    registry: tuple[str, ...]
    status: str | None
    design: str | None
    control: str | None
    blinding: str | None
    setting: str | None
    country: str | None
    diagnosis: tuple[str, ...]
    population: str | None
    refractory: str | None
    use: str | None
    n_enrolled: int | None
    n_analysed: int | None
    age_mean: float | None
    age_sd: float | None
    female_pct: float | None
    rob_overall: str | None
    read_in: str | None
    notes: str | None
    place: Place

    @property
    def randomised(self) -> bool:
        """Whether patients were allotted to treatments at random."""
        return self.design in {"rct-parallel", "rct-crossover"}

    @property
    def label(self) -> str:
        """Short name; else first author and year, or the key where either is not known."""
        if self.short_name:
            return self.short_name
        first = (self.authors or "").split(";")[0].strip()
        if not first:
            return self.study
        return f"{first} {self.year}" if self.year else f"{first} (year not read)"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arm:
    """An arm of a study, or a subgroup of one.

    Attributes
    ----------
    study, arm : str
        Key.
    treatment, treatment_class : str
        Drug or fixed combination, and class of its leading drug.
    route : str or None
        Category of the codebook.
    dosing : str or None
        ``fixed``, ``titrated`` (raised until relief or a limit), ``as-needed`` or ``unknown``.
    dose_low, dose_high : float or None
        Range of one administration, in ``dose_unit``.
    rate_low, rate_high : float or None
        Range of the infusion rate, in ``rate_unit``.
    duration_h : float or None
        Hours of one administration or of the course.
    doses : int or None
        Planned number of doses; the maximum where it is optional.
    n : int or None
        Number in the arm, in the unit of the study.
    cointerventions, regimen, notes : str or None
        Text.
    place : Place
        Row of ``arms.csv``.
    """

    study: str
    arm: str
    treatment: str
    treatment_class: str
    route: str | None
    dosing: str | None
    dose_low: float | None
    dose_high: float | None
    dose_unit: str | None
    rate_low: float | None
    rate_high: float | None
    rate_unit: str | None
    duration_h: float | None
    doses: int | None
    n: int | None
    cointerventions: str | None
    regimen: str | None
    notes: str | None
    place: Place

    @property
    def is_subgroup(self) -> bool:
        """Whether this is part of another arm of the study, and so never added to it."""
        return self.arm.startswith(SUBGROUP_PREFIX)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmOutcome:
    """What one arm showed for one outcome at one time.

    Attributes
    ----------
    study, arm, outcome : str
        Which arm, and what was measured.
    scale : str or None
        Key of `Scale`; None for yes/no outcomes.
    kind : str or None
        ``value``, ``change`` (negative is improvement) or ``relative-change`` (percent).
    time_label : str
        Time as a word.
    time_h : float or None
        Hours from ``time_anchor``.
    time_anchor : str or None
        ``start-of-treatment``, ``discharge`` or ``recall``.
    n : int or None
        Number in the denominator.
    mean, sd, se, spread_unlabelled : float or None
        Scale units; ``spread_unlabelled`` is a plus-minus whose kind is not named.
    ci_low, ci_high, ci_level : float or None
        Interval of the mean, and its level in percent.
    median, q1, q3, iqr_width, min, max : float or None
        Scale units.
    events : int or None
        Number with the outcome, only where printed.
    percent : float or None
        Percentage as printed, also where it does not fit the count.
    denominator : str or None
        ``patients``, ``infusions``, ``encounters``, ``attacks``, ``responders``, ``attenders``.
    p_value : float or None
        P against the same arm at baseline.
    p_operator : str or None
        ``=``, ``<`` or ``>``.
    direction : str or None
        Direction in words where no figure is held.
    definition, estimand_note : str or None
        Threshold counted; who is left out.
    reading : str
        ``primary``, or ``alternative`` where another text gives the same figure differently.
    source, locator, note : str or None
        Where it is printed, and doubts.
    place : Place
        Row of ``outcomes.csv``.
    """

    study: str
    arm: str
    outcome: str
    scale: str | None
    kind: str | None
    time_label: str
    time_h: float | None
    time_anchor: str | None
    n: int | None
    mean: float | None
    sd: float | None
    se: float | None
    spread_unlabelled: float | None
    ci_low: float | None
    ci_high: float | None
    ci_level: float | None
    median: float | None
    q1: float | None
    q3: float | None
    iqr_width: float | None
    min: float | None
    max: float | None
    events: int | None
    percent: float | None
    denominator: str | None
    p_value: float | None
    p_operator: str | None
    direction: str | None
    definition: str | None
    estimand_note: str | None
    reading: str
    source: str
    locator: str | None
    note: str | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contrast:
    """A comparison of two arms as printed, a minus b.

    Attributes
    ----------
    study, arm_a, arm_b, outcome : str
        Which arms, and what was compared.
    scale : str or None
        Key of `Scale`.
    time_h : float or None
        Hours from the start of treatment.
    measure : str or None
        ``md`` or ``difference-of-medians``; None where only a p value or a direction is held.
    estimate, se, ci_low, ci_high : float or None
        Scale units.
    ci_level : float or None
        Percent.
    p_value : float or None
        P of the comparison.
    p_operator, direction : str or None
        Relation of p to ``p_value``; ``favours-a``, ``favours-b`` or ``no-difference``.
    reading, source, locator, note : str
        As in `ArmOutcome`.
    place : Place
        Row of ``contrasts.csv``.
    """

    study: str
    arm_a: str
    arm_b: str
    outcome: str
    scale: str | None
    time_h: float | None
    measure: str | None
    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    ci_level: float | None
    p_value: float | None
    p_operator: str | None
    direction: str | None
    reading: str
    source: str
    locator: str | None
    note: str | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AdverseEvent:
    """An adverse event in an arm.

    Attributes
    ----------
    study, arm, event : str
        Which arm, and the normalised term.
    term_as_printed : str or None
        Term of the source.
    events : int or None
        Number of units with the event, only where printed; None is not zero.
    percent : float or None
        Percentage as printed.
    n : int or None
        Denominator.
    denominator : str or None
        What ``n`` counts.
    serious, led_to_stop : str or None
        ``yes``, ``no`` or ``unknown``.
    source, locator, note : str or None
        Where it is printed, and doubts.
    place : Place
        Row of ``events.csv``.
    """

    study: str
    arm: str
    event: str
    term_as_printed: str | None
    events: int | None
    percent: float | None
    n: int | None
    denominator: str | None
    serious: str | None
    led_to_stop: str | None
    source: str
    locator: str | None
    note: str | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledReport:
    """A published pooled result, or a review that did not pool.

    Attributes
    ----------
    review, topic : str
        Which review, and its subject.
    population, comparison, time : str or None
        As the review words them.
    outcome : str
        What was pooled.
    scale, measure : str or None
        Key of `Scale`; ``md``, ``smd``, ``or`` or ``rr``.
    estimate, ci_low, ci_high : float or None
        As printed; ratios are not logarithms.
    ci_level, i2_percent : float or None
        Percent.
    p_value : float or None
        As printed.
    p_operator : str or None
        Relation of p to ``p_value``.
    k, n : int or None
        Number of studies and of patients.
    scope_of_k, model : str or None
        Categories of the codebook.
    source, locator, note : str or None
        Where it is printed, and doubts.
    place : Place
        Row of ``pooled.csv``.
    """

    review: str
    topic: str
    population: str | None
    comparison: str | None
    outcome: str
    scale: str | None
    time: str | None
    measure: str | None
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    ci_level: float | None
    p_value: float | None
    p_operator: str | None
    i2_percent: float | None
    k: int | None
    n: int | None
    scope_of_k: str | None
    model: str | None
    source: str
    locator: str | None
    note: str | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conflict:
    """A known disagreement between two readings, and what was taken.

    Attributes
    ----------
    conflict, study, item : str
        Key, study or review, and what disagrees.
    reading_a, source_a, reading_b, source_b, what_arithmetic_says, why : str or None
        The two readings with their sources, what can be computed, and the reason.
    taken : str
        ``a``, ``b``, ``both`` or ``neither``.
    place : Place
        Row of ``conflicts.csv``.
    """

    conflict: str
    study: str
    item: str
    reading_a: str | None
    source_a: str | None
    reading_b: str | None
    source_b: str | None
    what_arithmetic_says: str | None
    taken: str
    why: str | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """A text that was read.

    Attributes
    ----------
    source : str
        Key.
    url, kind, what_it_gave : str
        Address of the copy that was read, kind of text, what was taken from it.
    place : Place
        Row of ``sources.csv``.
    """

    source: str
    url: str
    kind: str
    what_it_gave: str | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scale:
    """A measuring scale.

    Attributes
    ----------
    scale : str
        Key.
    low, high : float or None
        Bounds, in ``unit``; None where there is none.
    step : float or None
        Smallest step between two scores of one person; None where the scale is continuous.
    unit : str
        Unit, such as ``points`` or ``mm``.
    better : str or None
        ``lower`` or ``higher``.
    place : Place
        Row of ``scales.csv``.
    """

    scale: str
    low: float | None
    high: float | None
    step: float | None
    unit: str
    better: str | None
    place: Place

    @property
    def width(self) -> float | None:
        """Distance between the bounds; None where one is missing."""
        return None if self.low is None or self.high is None else self.high - self.low
