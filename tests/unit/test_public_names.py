"""The public names, and what importing them costs."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import remit

MODULES = sorted(m.name for m in pkgutil.walk_packages(remit.__path__, "remit."))
ROOT = Path(remit.__file__).parent


def test_the_listed_names_are_those_that_have_a_home():
    assert set(remit.__all__) == set(remit._HOMES) | {"__version__"}
    assert len(remit.__all__) == len(set(remit.__all__))
    assert sorted(remit.__all__) == remit.__dir__()


@pytest.mark.parametrize("name", sorted(remit._HOMES))
def test_each_name_can_be_imported_and_is_public_at_home(name):
    value = getattr(remit, name)
    home = importlib.import_module(remit._HOMES[name])
    assert value is getattr(home, name)
    assert name in home.__all__
    assert inspect.getdoc(value)


def test_names_are_known_to_type_checkers():
    tree = ast.parse(Path(remit.__file__).read_text(encoding="utf-8"))
    typed = {
        alias.name: node.module
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if node.module and node.module.startswith("remit.")
    }
    assert typed == remit._HOMES


def test_unknown_name():
    with pytest.raises(AttributeError, match="module 'remit' has no attribute 'poool'"):
        remit.poool  # noqa: B018


def loaded(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(  # noqa: S603 - this interpreter, a fixed text
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_importing_remit_is_light():
    found = loaded("import remit")
    for heavy in ("scipy", "scipy.stats", "numpy", "matplotlib", "jinja2", "typer", "rich"):
        assert heavy not in found, heavy


def test_the_numeric_rooms_never_load_the_heavy_ones():
    found = loaded(
        "from remit import pool, pool_proportions, read_evidence, check_integrity, effect_sizes, "
        "fit_linear, meta_regression, bayes_pool, glmm, selection_model, gosh, pool_many"
    )
    for heavy in ("scipy.stats", "matplotlib", "jinja2", "typer", "rich", "pandas"):
        assert heavy not in found, heavy


def test_making_a_review_draws_nothing():
    found = loaded("from remit import make_review")
    for heavy in ("scipy.stats", "matplotlib.pyplot", "typer", "rich"):
        assert heavy not in found, heavy


def test_laying_out_a_figure_loads_nothing_that_draws():
    found = loaded("from remit import plot_forest, plot_gosh")
    for heavy in ("scipy.stats", "matplotlib", "typer", "rich"):
        assert heavy not in found, heavy


@pytest.mark.parametrize("name", MODULES)
def test_module_says_what_it_is_for(name):
    if name == "remit.__main__":  # importing it runs the command line
        tree = ast.parse((ROOT / "__main__.py").read_text(encoding="utf-8"))
        assert ast.get_docstring(tree)
        return
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} has no docstring"
    first = module.__doc__.strip().splitlines()[0]
    assert first.endswith((".", ":")), first
    for public in getattr(module, "__all__", ()):
        value = getattr(module, public)  # __all__ names nothing that is not there
        if getattr(value, "__module__", None) != name:
            continue
        if inspect.isfunction(value) or inspect.isclass(value):
            assert inspect.getdoc(value), f"{name}.{public} has no docstring"
        if inspect.isclass(value):
            for key, member in vars(value).items():
                if not key.startswith("_") and inspect.isfunction(member):
                    assert member.__doc__, f"{name}.{public}.{key} has no docstring"


def test_every_file_is_a_module_that_was_looked_at():
    files = {
        ".".join(("remit", *path.relative_to(ROOT).with_suffix("").parts))
        for path in ROOT.rglob("*.py")
    }
    files = {name.removesuffix(".__init__") for name in files} - {"remit"}
    assert files - set(MODULES) == set(), "these lie in a folder without an __init__.py"
