import pytest

from remit.core.errors import InputError
from remit.evidence.schema import TABLES
from remit.io.review_folder import (
    read_evidence,
    read_review_folder,
    read_settings_file,
    shipped_folder,
    write_new_folder,
)


class TestNewFolder:
    def test_writes_every_table_and_the_settings(self, tmp_path):
        written = write_new_folder(tmp_path / "deep" / "inside")
        names = {path.name for path in written}
        assert names >= {f"{schema.name}.csv" for schema in TABLES} | {
            "codebook.csv",
            "review.toml",
        }
        assert names == {path.name for path in (tmp_path / "deep" / "inside").iterdir()}

    def test_into_an_empty_folder(self, tmp_path):
        assert write_new_folder(tmp_path)

    def test_every_table_has_an_example_row(self, tmp_path):
        write_new_folder(tmp_path)
        base = read_evidence(tmp_path)
        for schema in TABLES:
            assert getattr(base, schema.name), f"{schema.name} has no example"

    def test_never_over_something(self, tmp_path):
        letter = tmp_path / "letter.txt"
        letter.write_text("Dear editor", encoding="utf-8")
        with pytest.raises(InputError, match=r"something there already.*Nothing was written"):
            write_new_folder(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]

    def test_never_over_a_file(self, tmp_path):
        letter = tmp_path / "letter.txt"
        letter.write_text("Dear editor", encoding="utf-8")
        with pytest.raises(InputError, match="something there already"):
            write_new_folder(letter)
        assert letter.read_text(encoding="utf-8") == "Dear editor"

    def test_where_nothing_can_be_written(self, tmp_path):
        (tmp_path / "letter.txt").write_text("Dear editor", encoding="utf-8")
        with pytest.raises(InputError, match="a place that cannot be written to"):
            write_new_folder(tmp_path / "letter.txt" / "review")


class TestRead:
    def test_base_is_named_after_its_folder(self, folder):
        assert read_review_folder(folder.path).base.name == "my-review"

    def test_settings_are_those_of_the_file(self, folder):
        settings = read_review_folder(folder.path).settings
        assert settings["review"]["title"] == "Drug A for migraine"
        assert settings == read_settings_file(folder.path)

    def test_shipped_base_by_name(self):
        assert read_evidence("template").studies[0].study == "example-2024"

    def test_a_folder_comes_before_a_shipped_name(self, tmp_path, monkeypatch):
        write_new_folder(tmp_path / "ketamine-headache")
        monkeypatch.chdir(tmp_path)
        assert len(read_evidence("ketamine-headache").studies) == 1

    def test_evidence_needs_no_settings(self, folder):
        (folder.path / "review.toml").unlink()
        assert read_evidence(folder.path).studies

    def test_unreadable_table_is_not_called_missing(self, folder):
        folder.raw("arms.csv", lambda _: b"")
        with pytest.raises(InputError) as caught:
            read_evidence(str(folder.path))
        assert [p.found for p in caught.value.problems] == ["an empty file"]

    def test_a_table_that_is_a_folder_is_missing(self, folder):
        (folder.path / "arms.csv").unlink()
        (folder.path / "arms.csv").mkdir()
        with pytest.raises(InputError, match=r"arms\.csv: found no such table"):
            read_evidence(folder.path)

    def test_settings_in_another_encoding(self, folder):
        folder.raw("review.toml", lambda b: b.replace(b"Drug A for", b"Dr\xfcg A for"))
        # Windows-1252 was refused before; its letters fit their words
        assert read_settings_file(folder.path)["review"]["title"] == "Drüg A for migraine"

    def test_settings_with_windows_lines_and_a_mark(self, folder):
        folder.raw("review.toml", lambda b: b"\xef\xbb\xbf" + b.replace(b"\n", b"\r\n"))
        assert read_settings_file(folder.path)["review"]["version"] == "1"


class TestDigest:
    def test_same_data_same_digest_wherever_they_lie(self, folder, tmp_path):
        write_new_folder(tmp_path / "other")
        one = read_review_folder(folder.path).digest
        assert one == read_review_folder(tmp_path / "other").digest
        assert len(one) == 64
        assert set(one) <= set("0123456789abcdef")

    def test_other_files_do_not_count(self, folder):
        before = read_review_folder(folder.path).digest
        (folder.path / "remit-review.html").write_text("<p>", encoding="utf-8")
        assert read_review_folder(folder.path).digest == before

    @pytest.mark.parametrize("name", ["studies.csv", "codebook.csv", "review.toml"])
    def test_one_byte_counts(self, folder, name):
        before = read_review_folder(folder.path).digest
        folder.raw(name, lambda b: b + b"\n")
        assert read_review_folder(folder.path).digest != before


def test_shipped_folder_holds_a_review():
    assert (shipped_folder() / "review.toml").is_file()
