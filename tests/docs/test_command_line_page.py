"""docs/command-line.md describes every command, argument and option, and no other."""

import pytest
import typer

from remit.cli import app


def commands() -> dict:
    root = typer.main.get_command(app)
    return {"remit": root} | {f"remit {name}": part for name, part in root.commands.items()}


def names(command) -> set[str]:
    """Return the options of a command, and its arguments in capitals."""
    found = {"--help"}
    for parameter in command.params:
        option = parameter.param_type_name == "option"
        found |= set(parameter.opts) if option else {parameter.name.upper()}
    return found


def test_the_program_is_read_rightly():
    assert {"remit", "remit review", "remit check"} <= set(commands())
    assert {"FOLDER", "--output", "-o", "--json"} <= names(commands()["remit review"])


def test_every_command_has_a_section(page):
    told = [title for title in page("command-line.md").headings(2) if title.startswith("remit")]
    assert told == list(commands())


@pytest.mark.parametrize("name", commands())
def test_every_argument_and_option_is_described_and_no_other(page, name):
    part = page("command-line.md").section(name)
    told = {*part.codes("option"), *part.codes("argument or option")}
    assert told == names(commands()[name])
