"""A row with another fault is still asked whether what it refers to exists."""

from __future__ import annotations

import pytest

from remit.core.errors import InputError
from remit.io.review_folder import read_evidence


def test_a_missing_study_is_found_in_a_row_with_a_bad_number(folder):
    folder.cell("outcomes", 2, "mean", "-3,2")
    folder.cell("outcomes", 2, "study", "exmple-2024")
    with pytest.raises(InputError) as caught:
        read_evidence(folder.path)
    found = [str(problem) for problem in caught.value.problems]
    assert len(found) == 2
    assert any("'-3,2'" in text for text in found)
    assert any("Did you mean 'example-2024/drug-a'?" in text for text in found)


def test_a_bad_key_is_said_once(folder):
    folder.cell("outcomes", 2, "study", "Example 2024")
    with pytest.raises(InputError) as caught:
        read_evidence(folder.path)
    assert len(caught.value.problems) == 1
