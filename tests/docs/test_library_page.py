"""docs/library.md: what its tables name is there."""

import pytest

import remit


@pytest.mark.parametrize(("table", "column"), [("metafor", 1), ("package", 2)])
def test_the_functions_beside_those_of_other_packages_are_public(page, table, column):
    named = page("library.md").section("From metafor to remit").codes(table, column)
    assert len(named) > 5
    assert set(named) <= set(remit.__all__)


def test_every_figure_has_an_example(page):
    figures = [name for name in remit.__all__ if name.startswith("plot_")]
    assert len(figures) == 10
    for name in figures:
        assert f"remit.{name}(" in page("library.md").section("Figures")
