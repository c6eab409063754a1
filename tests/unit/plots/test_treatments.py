"""Treatments keep their look."""

from remit.plots.treatments import treatment_key, treatment_styles


def test_looks_follow_first_occurrence_and_differ_for_eight_treatments() -> None:
    styles = treatment_styles(["a", "b", "a", "c", "d", "e", "f", "g", "h"])
    assert styles[0] == styles[2]
    looks = {(s.role, s.shape, s.hollow) for s in styles}
    assert len(looks) == 8


def test_an_entry_set_aside_is_grey_and_the_key_keeps_the_colour() -> None:
    styles = treatment_styles(["ketamine", "ketamine"], ["set-aside", "observed"])
    assert [s.role for s in styles] == ["muted", "accent"]
    _, marks, _ = treatment_key(styles, left=0, top=0)
    assert [m.role for m in marks] == ["accent"]


def test_a_long_key_takes_a_second_row() -> None:
    styles = treatment_styles([f"a rather long treatment name {i}" for i in range(6)])
    texts, _, bottom = treatment_key(styles, left=10, top=0, width=300)
    assert len({t.y for t in texts}) > 1
    assert all(t.box.inside(300, bottom) for t in texts)
