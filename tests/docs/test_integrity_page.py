"""docs/integrity.md describes every check, and every known conflict of the shipped base."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import remit
from remit.evidence import integrity

QUOTED = re.compile(r'`([\w-]+)`: "(.+?)"')


def slugs_in_code() -> set[str]:
    """Return every slug that the modules give to a `Finding`, directly or through a function.

    A slug is a text given for the parameter ``check`` of any call.
    """
    found = set()
    for file in Path(inspect.getfile(integrity)).parent.glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        place = {
            node.name: [a.arg for a in node.args.args].index("check")
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and "check" in [a.arg for a in node.args.args]
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            given = [keyword.value for keyword in node.keywords if keyword.arg == "check"]
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            if name in place and len(node.args) > place[name]:
                given.append(node.args[place[name]])
            found |= {
                value.value
                for value in given
                if isinstance(value, ast.Constant) and isinstance(value.value, str)
            }
    return found


@pytest.fixture(scope="module")
def base():
    return remit.read_evidence()


@pytest.fixture(scope="module")
def findings(base):
    return remit.check_integrity(base)


def test_the_code_is_read_rightly(findings):
    slugs = slugs_in_code()
    assert {"grim", "direction-of-sign", "interval-order"} <= slugs
    assert {f.check for f in findings} <= slugs


def test_every_check_is_described_once_and_no_other(page):
    assert sorted(page("integrity.md").codes("check")) == sorted(slugs_in_code())


def test_every_finding_has_the_severity_and_source_of_its_row(page, findings):
    checks = {row[0].strip("`"): row for row in page("integrity.md").rows("check")}
    assert findings
    for finding in findings:
        _, _, severity, source = checks[finding.check]
        assert finding.severity in severity, finding
        assert finding.source in source, finding


def test_every_conflict_of_the_shipped_base_is_listed(page, base):
    known = [(c.conflict, c.study) for c in base.conflicts]
    listed = [(row[0], row[1]) for row in page("integrity.md").rows("conflict")]
    assert listed == known
    assert f"holds {len(known)} disagreements" in page("integrity.md")


def test_what_is_said_to_be_found_is_found(page, findings):
    found = [row for row in page("integrity.md").rows("conflict") if row[3] == "yes"]
    for conflict, _, _, _, how in found:
        slug, words = QUOTED.match(how).groups()
        assert any(f.check == slug and words in f.message for f in findings), conflict
    assert f"{len(found)} of them are" in page("integrity.md")


def test_what_is_not_found_says_why(page):
    missed = [row for row in page("integrity.md").rows("conflict") if row[3] != "yes"]
    assert {row[3] for row in missed} == {"no"}
    assert all(row[4] for row in missed)
