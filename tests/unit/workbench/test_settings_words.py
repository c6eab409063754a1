"""A slip in a word of review.toml is a fault, not an empty answer."""

from __future__ import annotations

import pytest

from remit.core.errors import InputError
from remit.workbench.review import make_review


@pytest.mark.parametrize(
    ("right", "wrong", "key"),
    [
        ('outcome = "pain-intensity"', 'outcome = "pain-intensty"', "outcome"),
        ('use = ["acute-attack"]', 'use = ["acute-atack"]', "use"),
        ('class = "placebo"', 'class = "placebos"', "class"),
        ('any = "any-adverse-event"', 'any = "any-adverse-events"', "any"),
    ],
)
def test_a_word_that_the_codebook_lacks_is_named_with_the_near_one(folder, right, wrong, key):
    path = folder.path / "review.toml"
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        make_review(folder.path)
    (problem,) = caught.value.problems
    assert f"key '{key}'" in problem.where
    assert "Did you mean" in problem.hint


def test_an_outcome_that_is_asked_for_because_nobody_measured_it_is_free(folder):
    path = folder.path / "review.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('outcome = "headache-days"', 'outcome = "never-measured"'), encoding="utf-8"
    )
    assert make_review(folder.path).answers
