from remit.evidence.tables import TextTable


def test_from_records():
    table = TextTable.from_records(
        "arms.csv", [{"study": "one", "n": 30}, {"study": " two ", "n": None}]
    )
    assert table.header == ("study", "n")
    assert table.rows == (("one", "30"), ("two", ""))
    assert table.row_numbers == (2, 3)


def test_columns_of_later_records_do_not_count():
    table = TextTable.from_records("t.csv", [{"a": 1}, {"a": 2, "b": 3}])
    assert table.rows == (("1",), ("2",))


def test_no_records():
    table = TextTable.from_records("t.csv", [])
    assert (table.header, table.rows) == ((), ())


def test_records_know_their_place():
    table = TextTable(file="t.csv", header=("a", "b"), rows=(("1", "2"),), row_numbers=(7,))
    ((place, cells),) = table.records()
    assert str(place) == "t.csv, row 7"
    assert cells == {"a": "1", "b": "2"}
