"""`coverage.md` says what the stored results of the simulation say."""

import json

import pytest
from PIL import Image
from validation.coverage import FIGURE, PAGE, STORED, digest
from validation.coverage_page import tables, with_tables

STORED_RESULTS = json.loads(STORED.read_text(encoding="utf-8"))
ROWS = STORED_RESULTS["rows"]
MOST_BYTES = 80_000
ALL, VARIED = (0, 30, 75), (30, 75)


def values(family, interval, key="coverage", k=(3, 5, 10), i2=ALL):
    found = [
        row[key]
        for row in ROWS
        if (row["family"], row["interval"]) == (family, interval)
        and row["k"] in k
        and row["i2"] in i2
    ]
    assert len(found) == len(k) * len(i2)
    return found


def per_cent(family, interval, **where):
    """Return the least and the greatest coverage, as they are printed."""
    found = values(family, interval, **where)
    return f"{100 * min(found):.1f}", f"{100 * max(found):.1f}"


def share(family, interval, key, **where):
    found = values(family, interval, key, **where)
    sets = values(family, interval, "sets", **where)
    return [100 * a / b for a, b in zip(found, sets, strict=True)]


def least(*args, **where):
    return per_cent(*args, **where)[0]


def both(*args, **where):
    return " to ".join(per_cent(*args, **where))


def widths(family, interval, **where):
    found = values(family, interval, "width", **where)
    return f"{min(found):.1f} to {max(found):.1f} times as wide"


def unbounded():
    found = share("mean", "Kenward-Roger", "unbounded", k=(3,))
    return f"in {min(found):.0f} to {max(found):.0f} % of the sets it has no bounds"


def at_75(interval, k, family="mean"):
    return least(family, interval, k=(k,), i2=(75,))


CLAIMS = (
    f"({at_75('z', 3)} % with three studies and I² of 75 %, still {at_75('z', 10)} % with ten)",
    f"common-effect interval even more ({float(at_75('common effect', 3)):.0f} %)",
    f"differ in size ({both('mean', 'HKSJ without floor', i2=VARIED)} %)",
    f"default, brings {least('mean', 'HKSJ with floor')} % or more everywhere",
    f"three studies are covered in {least('mean', 'HKSJ with floor', k=(3,))} % or more, by "
    "intervals "
    f"{widths('mean', 'HKSJ with floor', k=(3,))}",
    f"slightly short with ten studies ({at_75('t', 10)} %)",
    unbounded(),
    f"({at_75('profile likelihood', 3)} and {at_75('Henmi-Copas', 3)} % with three)",
    f"prior that fits, covers {least('mean', 'Bayes')} % or more",
    f"REML's profile likelihood covers {least('tau2', 'profile likelihood')} % or more",
    f"heterogeneity is large ({both('tau2', 'Wald', i2=(75,))} %)",
    f"more studies there are ({at_75('Higgins-Thompson', 10, 'tau2')} % with ten)",
    f"Q-profile is empty in up to {max(share('tau2', 'Q-profile', 'empty')):.1f} % of the sets",
    f"default, covers {least('prediction', 'HKSJ k-1', k=(10,), i2=(30,))} % with ten studies and "
    f"I² of 30 %, and {at_75('HKSJ k-1', 5, 'prediction')} % with five and 75 %",
    f"better with five studies ({least('prediction', 'HTS k-2', k=(5,))} % or more), but with "
    f"three it is {widths('prediction', 'HTS k-2', k=(3,))}",
    f"tau² is not zero ({both('prediction', 'z', i2=VARIED)} %)",
    f"near its level throughout ({both('prediction', 'bootstrap')} %), with three studies by "
    f"intervals {widths('prediction', 'bootstrap', k=(3,))}",
)


@pytest.fixture(scope="module")
def prose():
    return " ".join(PAGE.read_text(encoding="utf-8").split())


def test_the_tables_are_those_of_the_stored_results():
    text = PAGE.read_text(encoding="utf-8")
    made = tables(STORED_RESULTS)
    assert len(made) == 8
    for name, table in made.items():
        assert f"<!-- coverage: {name} -->\n\n{table}\n\n<!-- end -->" in text
    assert with_tables(text, STORED_RESULTS) == text


def test_a_cell_is_the_number_of_its_row_and_column(page):
    """Read back from the page, without the function that wrote it."""
    rows = page("coverage.md").section("The effect of a new study").rows("interval")
    row = next(cells for cells in rows if cells[0] == "HTS k-1")
    stored = [r for r in ROWS if (r["family"], r["interval"]) == ("prediction", "HTS k-1")]
    for place, r in zip(range(2, 11), sorted(stored, key=lambda r: (r["k"], r["i2"])), strict=True):
        share, error = row[place].replace("*", "").rstrip(")").split(" (")
        # printed to one place of a per cent, of a number stored to three
        assert float(share) == pytest.approx(100 * r["coverage"], abs=0.051)
        assert float(error) == pytest.approx(100 * r["error"], abs=0.051)
        assert ("**" in row[place]) == (r["coverage"] < 0.93)


@pytest.mark.parametrize("claim", CLAIMS)
def test_the_conclusions_have_the_numbers_of_the_results(claim, prose):
    assert claim in prose


class TestWordsOfTheConclusions:
    def test_exact_intervals_of_tau2_keep_their_level(self):
        for name in ("Q-profile", "Biggerstaff-Jackson"):
            errors = values("tau2", name, "error")
            for found, error in zip(values("tau2", name), errors, strict=True):
                assert abs(found - 0.95) < 3 * error  # Monte Carlo

    def test_higgins_thompson_gets_worse_with_more_studies(self):
        found = values("tau2", "Higgins-Thompson", i2=(75,))
        assert found == sorted(found, reverse=True)

    def test_the_profile_likelihood_of_tau2_is_narrower(self):
        assert max(values("tau2", "profile likelihood", "width")) < 1

    def test_the_bootstrap_alone_stays_near_its_level(self):
        least_of = {
            name: min(values("prediction", name))
            for name in ("HKSJ k-1", "HTS k-1", "HTS k-2", "z", "bootstrap")
        }
        assert least_of.pop("bootstrap") > 0.93
        assert max(least_of.values()) < 0.9

    def test_hts_is_the_equal_of_hksj(self):
        pair = zip(values("prediction", "HTS k-1"), values("prediction", "HKSJ k-1"), strict=True)
        assert max(abs(a - b) for a, b in pair) < 0.005  # half of a per cent

    def test_t_is_nearly_hksj_with_floor(self):
        pair = zip(values("mean", "t"), values("mean", "HKSJ with floor"), strict=True)
        assert max(abs(a - b) for a, b in pair) < 0.01  # one per cent

    def test_estimated_variances_change_hardly_anything(self):
        for name in ("common effect", "z", "t", "HKSJ without floor", "HKSJ with floor"):
            pair = zip(values("mean", name), values("mean, variances estimated", name), strict=True)
            assert max(abs(a - b) for a, b in pair) < 0.0101  # one per cent


def test_the_figure_is_of_these_results_and_small():
    with Image.open(FIGURE) as picture:
        assert picture.text["Source"] == digest(ROWS)
    assert FIGURE.stat().st_size < MOST_BYTES
