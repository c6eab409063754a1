"""One reading of every figure at a time."""

from __future__ import annotations

from remit.evidence.readings import alternative_studies, with_alternatives


def rows(base, study):
    return [o for o in base.outcomes if o.study == study]


def test_only_readings_with_a_figure_count(shipped_base):
    studies = alternative_studies(shipped_base)
    assert {"pomeroy-2017", "schwenk-2018", "yuan-2023"} <= set(studies)
    assert "zitek-2018" not in studies  # its other readings are p values and a direction
    assert alternative_studies(shipped_base.primary()) == ()


def test_nobody_believed_is_the_primary_base(shipped_base):
    assert with_alternatives(shipped_base, ()).outcomes == shipped_base.primary().outcomes
    assert with_alternatives(shipped_base, ()).contrasts == shipped_base.primary().contrasts


def test_the_other_reading_takes_the_place_of_the_first(shipped_base):
    found = with_alternatives(shipped_base, ("pomeroy-2017",))
    primary = shipped_base.primary()
    assert len(found.outcomes) == len(primary.outcomes)
    changed = [o for o in found.outcomes if o not in primary.outcomes]
    assert [(o.study, o.events, o.n) for o in changed] == [("pomeroy-2017", 15, 55)]
    place = found.outcomes.index(changed[0])
    assert (primary.outcomes[place].events, primary.outcomes[place].n) == (15, 77)


def test_a_reading_without_a_primary_row_is_added(shipped_base):
    found = with_alternatives(shipped_base, ("rosenthal-2023",))
    more = {o.place for o in rows(found, "rosenthal-2023")}
    fewer = {o.place for o in rows(shipped_base.primary(), "rosenthal-2023")}
    assert fewer < more


def test_a_contrast_too(shipped_base):
    found = with_alternatives(shipped_base, ("afridi-2013",))
    added = set(found.contrasts) - set(shipped_base.primary().contrasts)
    assert [(c.outcome, c.estimate) for c in added] == [("aura-duration", -3.0)]
