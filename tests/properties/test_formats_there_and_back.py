"""What is written in a format of evidence is read back the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from remit.core.place import Place
from remit.io.formats.imported import (
    Cell,
    ImportedArm,
    ImportedEvidence,
    ImportedOutcome,
    ImportedStudy,
)
from remit.io.formats.metainsight import (
    metainsight_long_table,
    metainsight_wide_table,
    read_metainsight_long,
    read_metainsight_wide,
)
from remit.io.formats.netmeta import netmeta_long_table, read_netmeta_long
from remit.io.formats.read_imported import read_opened
from remit.io.formats.revman5_export import read_revman5_export
from remit.io.formats.revman5_export_table import revman5_export_table
from remit.io.formats.ris import read_ris, write_ris
from remit.io.formats.study_names import told_apart
from remit.io.open_file import open_text
from remit.io.write_tables import TextForm, table_text

PLACE = Place(file="x")
#: Letters that have a meaning in one format or another, and others.
LETTERS = st.sampled_from(list("abAB 12éß漢,;\t\"'=+-@&<>|.#()"))
WORDS = (
    st.text(LETTERS, min_size=1, max_size=8)
    .map(lambda t: "x" + " ".join(t.split()) + "y")
    .filter(lambda t: t.lower() not in ("na", "nan"))
)
WHOLE = st.integers(0, 10_000).map(str)
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(repr)


@st.composite
def evidence(draw, kind: str):
    """Draw studies with two to four arms of treatments of their own."""
    names = draw(st.lists(WORDS, min_size=1, max_size=4, unique=True))
    treatments = draw(st.lists(WORDS, min_size=2, max_size=4, unique=True))
    arms = []
    for key in names:
        mine = draw(st.lists(st.sampled_from(treatments), min_size=2, max_size=4, unique=True))
        for treatment in mine:
            values = {"n": draw(WHOLE)}
            if kind == "means":
                values |= {"mean": draw(NUMBERS), "sd": draw(NUMBERS)}
            else:
                values |= {"events": draw(WHOLE)}
            arms.append(
                ImportedArm(
                    study=key,
                    outcome="1",
                    treatment=treatment,
                    values={k: Cell(text=v, place=PLACE) for k, v in values.items()},
                    place=PLACE,
                )
            )
    return ImportedEvidence(
        file="x",
        format="remit-folder",
        studies=tuple(ImportedStudy(key=n, label=n, place=PLACE) for n in names),
        outcomes=(ImportedOutcome(key="1", name="x", kind=kind, place=PLACE),),
        arms=tuple(arms),
    )


EVIDENCE = st.sampled_from(["events", "means"]).flatmap(evidence)


def content(made: ImportedEvidence):
    labels = made.labels()
    return [
        (labels[a.study], a.treatment, {k: c.text for k, c in a.values.items() if c.text})
        for a in made.arms
    ]


@given(EVIDENCE)
def test_metainsight_and_netmeta(made):
    for write, read in (
        (metainsight_long_table, read_metainsight_long),
        (metainsight_wide_table, read_metainsight_wide),
        (netmeta_long_table, read_netmeta_long),
    ):
        assert content(read(write(made, "1", "x.csv"))) == content(made)


@given(EVIDENCE)
def test_revmans_export_of_every_pair(made):
    names = list(dict.fromkeys(a.treatment for a in made.arms))
    pairs = [(names[0], other) for other in names[1:]]
    back = read_revman5_export(revman5_export_table(made, pairs, "x.csv"))
    labels = made.labels()
    held = {(labels[a.study], a.treatment): a.values for a in made.arms}
    shared = [
        (study, one, two)
        for one, two in pairs
        for study in dict.fromkeys(labels.values())
        if (study, one) in held and (study, two) in held
    ]
    again = back.labels()
    read = [(again[a.study], a.treatment, a.values) for a in back.arms]
    assert [(r[0], r[1]) for r in read] == [
        (study, side) for study, one, two in shared for side in (one, two)
    ]
    for study, treatment, values in read:
        kept = {k: c.text for k, c in values.items() if k in held[study, treatment]}
        assert kept == {k: c.text for k, c in held[study, treatment].items()}


@given(EVIDENCE, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["utf-8-sig", "utf-16"]))
def test_through_a_file_in_any_dialect(made, separator, encoding):
    table = metainsight_long_table(made, "1", "x.csv")
    raw = table_text(table, TextForm(separator=separator, encoding=encoding))
    assert content(read_opened(open_text(raw, "x.csv"))) == content(made)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"label": WORDS, "title": WORDS, "author": WORDS, "year": st.integers(1800, 2100)}
        ),
        min_size=1,
        max_size=5,
    )
)
def test_ris(references):
    text = write_ris(
        {
            "label": [one["label"]],
            "title": [one["title"]],
            "authors": [one["author"]],
            "year": [str(one["year"])],
        }
        for one in references
    )
    back = read_ris(text, "x.ris")
    assert [s.label for s in back.studies] == told_apart([one["label"] for one in references])
    assert [
        (r.authors, r.fields["title"].text, r.fields["year"].text) for r in back.references
    ] == [((one["author"],), one["title"], str(one["year"])) for one in references]
    assert back.unread == ()


@given(st.lists(st.text(LETTERS, max_size=4), max_size=8))
def test_names_are_told_apart(labels):
    names = told_apart(labels)
    assert len(set(names)) == len(labels)
    assert all(name.startswith(label) for name, label in zip(names, labels, strict=True))
