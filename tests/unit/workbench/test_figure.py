import pytest

from remit.core.errors import InputError, SpecError
from remit.workbench.figure import list_figures, save_review_figure


@pytest.fixture(autouse=True)
def review_made_once(shipped_review, monkeypatch):
    """Figures of the shipped review, without making it for each test."""
    monkeypatch.setattr(
        "remit.workbench.figure.make_review", lambda folder=None, tell=None: shipped_review
    )


def test_every_figure_of_the_page_is_listed(shipped_html):
    names = list_figures()
    assert "map" in names
    assert len(names) >= 7
    for name, title in names.items():
        assert f'id="{name}"' in shipped_html
        assert title


@pytest.mark.parametrize(
    ("suffix", "start"), [(".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")]
)
def test_saved(tmp_path, suffix, start):
    path = tmp_path / f"figure{suffix}"
    save_review_figure("acute-placebo-forest", path, dpi=50)
    assert path.read_bytes().startswith(start)


def test_narrow(tmp_path):
    wide, narrow = tmp_path / "wide.svg", tmp_path / "narrow.svg"
    save_review_figure("acute-placebo-forest", wide)
    save_review_figure("acute-placebo-forest", narrow, narrow=True)
    assert wide.read_bytes() != narrow.read_bytes()


def test_narrow_where_there_is_none(tmp_path):
    with pytest.raises(SpecError, match="a figure that has a drawing for phones"):
        save_review_figure("map", tmp_path / "map.svg", narrow=True)


def test_unknown_name(tmp_path):
    with pytest.raises(SpecError) as caught:
        save_review_figure("acute-placebo-forrest", tmp_path / "x.svg")
    (problem,) = caught.value.problems
    assert problem.found == "'acute-placebo-forrest'"
    assert problem.hint == "Did you mean 'acute-placebo-forest'?"
    assert list(tmp_path.iterdir()) == []


def test_unknown_suffix(tmp_path):
    with pytest.raises(SpecError, match=r"a name that ends in \.png, \.svg or \.pdf"):
        save_review_figure("map", tmp_path / "map.docx")


def test_an_absent_folder_is_made_as_for_the_page(tmp_path):
    save_review_figure("map", tmp_path / "absent" / "map.svg")
    assert (tmp_path / "absent" / "map.svg").stat().st_size > 0


def test_where_a_folder_stands(tmp_path):
    (tmp_path / "map.svg").mkdir()
    with pytest.raises(InputError, match="a place that cannot be written to"):
        save_review_figure("map", tmp_path / "map.svg")
