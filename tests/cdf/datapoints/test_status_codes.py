import pytest

from fn_emulator.cdf.datapoints.points import Status
from fn_emulator.cdf.datapoints.status_codes import complete, make_status
from fn_emulator.cdf.datapoints.status_names import BAD_NAMES, GOOD_NAMES, UNCERTAIN_NAMES

KNOWN = [
    (0, "Good"),
    (1073741824, "Uncertain"),
    (2147483648, "Bad"),
    (3145728, "GoodClamped"),
    (2153809152, "BadBrowseNameInvalid, StructureChanged, Low"),  # the documentation's example
    (1073741824 + 1024 + 768 + 128, "Uncertain, Constant, Overflow"),
    (1024 + 1, "Good, Calculated"),
]


@pytest.mark.parametrize(("code", "symbol"), KNOWN)
def test_code_and_symbol_stand_for_each_other(code, symbol):
    assert make_status(code, None) == make_status(None, symbol) == make_status(code, symbol) == Status(code, symbol)


def test_no_status_is_good():
    assert make_status(None, None) == Status(0, "Good")


@pytest.mark.parametrize("status", [Status(2147483648, ""), Status(0, "Bad"), Status(2147483648, "Bad")])
def test_what_a_message_leaves_away_is_completed(status):
    assert complete(status) == Status(2147483648, "Bad")


@pytest.mark.parametrize("code", [1, 0x400, 0x300, -1, 2**32, 0x12340000, 0x80000020, 0x80000403])
def test_an_unknown_code_is_refused(code):
    with pytest.raises(ValueError, match="none that the platform knows") as caught:
        make_status(code, None)
    assert str(caught.value) == f"Status code {code} is none that the platform knows."


@pytest.mark.parametrize(
    "symbol", ["", "good", "BadNews", "Good, Low, StructureChanged", "Bad, Low, High", "Bad,Low", "Low"]
)
def test_an_unknown_symbol_is_refused(symbol):
    with pytest.raises(ValueError, match="none that the platform knows") as caught:
        make_status(None, symbol)
    assert str(caught.value) == f"Status symbol {symbol!r} is none that the platform knows."


def test_code_and_symbol_must_agree():
    with pytest.raises(ValueError, match="not 'Bad'") as caught:
        make_status(0, "Bad")
    assert str(caught.value) == "Status code 0 is 'Good', not 'Bad'."


def test_names_are_of_their_category_and_each_occurs_once():
    for text, category in ((GOOD_NAMES, 0), (UNCERTAIN_NAMES, 1), (BAD_NAMES, 2)):
        numbers = [text.split()[0], *text.split()[1::2]]
        assert len(numbers) == len(set(numbers))
        assert {int(number, 16) >> 14 for number in numbers} == {category}
