"""Which column of a file holds what, by the names that metafor, RevMan and meta use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from remit.core.errors import InputError, RemitError
from remit.evidence.tables import TextTable

__all__ = ["LAYOUTS", "ColumnGuess", "Layout", "guess_columns", "plain_name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Columns that together give an effect.

    Attributes
    ----------
    family : str
        Family of measures, a key of `remit.synthesis.effects.inputs.FAMILIES`; empty for effects
        that are given with their variances.
    words : str
        What the columns hold.
    roles : tuple of str
        metafor's names of the columns.
    measure : str
        Measure that is taken unless another is asked for.
    """

    family: str
    words: str
    roles: tuple[str, ...]
    measure: str


LAYOUTS = (
    Layout(family="", words="effects and variances", roles=("yi", "vi"), measure="GEN"),
    Layout(family="", words="effects and standard errors", roles=("yi", "sei"), measure="GEN"),
    Layout(family="2x2", words="2x2 tables", roles=("ai", "bi", "ci", "di"), measure="RR"),
    Layout(
        family="2x2", words="events and totals", roles=("ai", "n1i", "ci", "n2i"), measure="RR"
    ),
    Layout(
        family="two means",
        words="means, SDs and totals of two arms",
        roles=("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"),
        measure="MD",
    ),
    Layout(
        family="two rates",
        words="events and person-time of two arms",
        roles=("x1i", "t1i", "x2i", "t2i"),
        measure="IRR",
    ),
    Layout(family="correlation", words="correlations", roles=("ri", "ni"), measure="ZCOR"),
    Layout(
        family="mean", words="means and SDs of one group", roles=("mi", "sdi", "ni"), measure="MN"
    ),
    Layout(
        family="proportion", words="events and totals of one group", roles=("xi", "ni"),
        measure="PLO",
    ),
    Layout(
        family="proportion", words="events and others of one group", roles=("xi", "mi"),
        measure="PLO",
    ),
    Layout(
        family="rate", words="events and person-time of one group", roles=("xi", "ti"),
        measure="IRLN",
    ),
)  # fmt: skip

_ONE = ("experimental", "treatment", "intervention", "treat", "exp")
_TWO = ("control", "comparator", "placebo", "ctrl")


def _arms(role: str, *words: str) -> dict[str, tuple[str, ...]]:
    """Return the names of one column of both arms, such as ``Experimental cases``, ``Events 1``."""
    found = {}
    for number, arms, letter in (("1", _ONE, "e"), ("2", _TWO, "c")):
        long = [f"{arm}{word}" for arm in arms for word in words]
        turned = [f"{word}{arm}" for arm in arms for word in words]
        short = [f"{word}{number}" for word in words] + [f"{word}{letter}" for word in words]
        found[role.replace("#", number)] = (*long, *turned, *short)
    return found


def _names() -> dict[str, tuple[str, ...]]:
    events = _arms("#", "cases", "events", "event", "r", "responders")
    names = {
        "yi": ("yi", "te", "effect", "effectsize", "es", "logor", "logrr", "lnor", "lnrr"),
        "vi": ("vi", "variance", "var"),
        "sei": (
            "sei",
            "se",
            "sete",
            "stderr",
            "stderror",
            "standarderror",
            "effectsizestandarderror",
            "effectsizese",
            "seeffectsize",
        ),
        "ai": ("ai", "tpos", *events["1"]),
        "bi": ("bi", "tneg"),
        "ci": ("ci", "cpos", *events["2"]),
        "di": ("di", "cneg"),
        "xi": ("xi", "events", "cases", "r"),
        "mi": ("mi", "mean"),
        "sdi": ("sdi", "sd"),
        "ni": ("ni", "n", "total", "samplesize"),
        "ri": ("ri", "cor", "correlation"),
        "ti": ("ti", "persontime", "time"),
    }
    for role, words in (
        ("n#i", ("total", "n", "size", "samplesize")),
        ("m#i", ("mean", "m")),
        ("sd#i", ("sd", "standarddeviation", "stddev")),
        ("x#i", ("xevents",)),
        ("t#i", ("persontime", "time")),
    ):
        for name, words_of_arm in _arms(role, *words).items():
            names[name] = (name, *words_of_arm)
    return names


#: Names of each column, the most telling first, written as `plain_name` writes them.
NAMES: Mapping[str, tuple[str, ...]] = _names()
_LABELS = (
    "slab", "studlab", "label", "studylabel", "studylabels", "author", "authors", "study",
    "studyid", "studyname",
)  # fmt: skip
_MORE_LABELS = ("name", "trial", "source", "reference", "paper", "id")
_YEARS = ("year", "yearofstudy", "pubyear")
_MISSING = frozenset({"", "na", "nan", "."})


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnGuess:
    """What each column was taken for.

    Attributes
    ----------
    layout : Layout
        What the file holds.
    columns : dict of str to str
        Name in the file for each of the layout's names.
    label : tuple of str
        Columns that name the study; empty: the rows are numbered.
    others : tuple of str
        Other layouts that the columns would serve as well, in words.
    """

    layout: Layout
    columns: dict[str, str]
    label: tuple[str, ...]
    others: tuple[str, ...] = ()

    def sentences(self) -> list[str]:
        """Say what was guessed, and from what."""
        told = ", ".join(
            role if name == role else f"{role} from '{name}'" for role, name in self.columns.items()
        )
        names = " and ".join(f"'{name}'" for name in self.label)
        lines = [
            f"Columns taken for {self.layout.words}: {told}.",
            f"Studies are named by {names}." if names else "Studies are numbered by row.",
        ]
        if self.others:
            lines.append(
                f"The file also holds {'; '.join(self.others)}; --measure chooses among them."
            )
        return lines

    def to_dict(self) -> dict[str, object]:
        """Return the guess as a plain dictionary."""
        return {
            "layout": self.layout.words,
            "columns": dict(self.columns),
            "label": list(self.label),
            "others": list(self.others),
        }


def plain_name(name: str) -> str:
    """Return a column name in small letters without blanks, points and underscores."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def guess_columns(table: TextTable, family: str | None = None) -> ColumnGuess:
    """Guess what the columns of a table hold.

    Parameters
    ----------
    table : TextTable
        One row per study.
    family : str, optional
        Family of measures that is wanted; by default the layout that the most rows are complete
        in, and of several the first of `LAYOUTS`.

    Raises
    ------
    InputError
        If no set of columns is complete.
    """
    plain = {plain_name(name): name for name in reversed(table.header)}
    roles = {
        role: next(plain[name] for name in names if name in plain)
        for role, names in NAMES.items()
        if any(name in plain for name in names)
    }
    fitting = [
        layout
        for layout in LAYOUTS
        if all(role in roles for role in layout.roles)
        and len({roles[role] for role in layout.roles}) == len(layout.roles)
    ]
    # effects that are given serve any measure; arm data of its own family come first
    wanted = [x for x in fitting if family is None or x.family == family]
    wanted = wanted or [x for x in fitting if not x.family]
    if not wanted:
        raise _no_layout(table, family)
    complete = {id(x): _complete(table, [roles[role] for role in x.roles]) for x in wanted}
    best = max(wanted, key=lambda x: complete[id(x)])
    others = {
        x.words
        for x in fitting
        if x.family != best.family and _complete(table, [roles[role] for role in x.roles])
    }
    return ColumnGuess(
        layout=best,
        columns={role: roles[role] for role in best.roles},
        label=_label(table, plain, {roles[role] for role in best.roles}),
        others=tuple(sorted(others)),
    )


def _complete(table: TextTable, columns: Sequence[str]) -> int:
    at = [table.header.index(name) for name in columns]
    return sum(all(row[i].lower() not in _MISSING for i in at) for row in table.rows)


def _label(table: TextTable, plain: Mapping[str, str], used: set[str]) -> tuple[str, ...]:
    """Return the columns that name the study: words before numbers, an author with the year."""
    found = [plain[name] for name in (*_LABELS, *_MORE_LABELS) if name in plain]
    found = [name for name in found if name not in used]
    if not found:
        return ()

    def number_only(name: str) -> bool:
        at = table.header.index(name)
        return all(row[at].isdigit() or not row[at] for row in table.rows)

    label = min(found, key=number_only)
    year = next((plain[name] for name in _YEARS if name in plain), None)
    alone = plain_name(label) not in ("author", "authors")
    return (label,) if alone or year is None else (label, year)


def _no_layout(table: TextTable, family: str | None) -> RemitError:
    ways = [x for x in LAYOUTS if family is None or x.family in (family, "")]
    return InputError.at(
        f"{table.place()}, header",
        found=", ".join(f"'{name}'" for name in table.header),
        expected="one of these sets of columns: "
        + "; ".join(f"{' '.join(x.roles)} ({x.words})" for x in ways),
        hint="Rename the columns as metafor names them.",
    )
