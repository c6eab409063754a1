from remit.report.document import AccountEntry, Answer


def test_doubts_of_an_answer_stand_once_and_in_order():
    def entry(*doubts):
        return AccountEntry(label="L", study="s", status="used", shows="", doubts=doubts)

    answer = Answer(
        id="a", title="A", asks="What?", sentence="So.", studies={}, data={},
        account=(entry("second", "first"), entry("first"), entry()),
    )  # fmt: skip
    assert answer.doubts == ("second", "first")
