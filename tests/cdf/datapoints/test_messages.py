"""Our codec beside the SDK's own messages: what one writes, the other reads."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.cdf.datapoints.messages import (
    InsertionItem,
    ListItem,
    MessageError,
    decode_insertion_request,
    decode_list_response,
    encode_insertion_request,
    encode_list_response,
)
from fn_emulator.cdf.datapoints.points import Points, Status

requests = pytest.importorskip("cognite.client._proto.data_point_insertion_request_pb2", reason="needs the SDK")
responses = pytest.importorskip("cognite.client._proto.data_point_list_response_pb2", reason="needs the SDK")

NO_POINTS = Points([], [], {})
times = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(2**35 - 3, 2**42 + 3), st.integers(0, 9))
numbers = st.one_of(st.floats(allow_nan=False), st.sampled_from([0.0, -0.0, 1.0]))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
statuses = st.builds(Status, st.integers(0, 2**32 - 1), texts)


@st.composite
def some_points(draw, values):
    rows = draw(st.lists(st.tuples(times, values, st.none() | statuses), max_size=12))
    marked = {place: status for place, (_, _, status) in enumerate(rows) if status}
    return Points([time for time, _, _ in rows], [value for _, value, _ in rows], marked)


plain = st.lists(st.tuples(st.integers(2**35, 2**42 - 1), numbers), max_size=12).map(
    lambda rows: Points([time for time, _ in rows], [value for _, value in rows], {})
)
numeric = st.tuples(st.just("numeric"), st.one_of(plain, some_points(st.none() | numbers)))
string = st.tuples(st.just("string"), some_points(st.none() | texts))
references = st.one_of(
    st.integers(1, 2**53).map(lambda number: {"id": number}),
    texts.map(lambda text: {"externalId": text}),
    st.tuples(texts, texts).map(lambda pair: {"instanceId": {"space": pair[0], "externalId": pair[1]}}),
)
insertions = st.builds(lambda reference, data: InsertionItem(reference, *data), references, numeric | string)


def fill(message, kind, points):
    part = getattr(message, f"{kind}Datapoints")
    part.SetInParent()
    for place, (time, value) in enumerate(zip(points.times, points.values, strict=True)):
        point = part.datapoints.add(timestamp=time)
        if value is None:
            point.nullValue = True
        else:
            point.value = value
        if place in points.statuses:
            point.status.SetInParent()
            point.status.code, point.status.symbol = points.statuses[place]


def to_sdk(items):
    request = requests.DataPointInsertionRequest()
    for item in items:
        message = request.items.add()
        for name, value in item.reference.items():
            if name == "instanceId":
                message.instanceId.SetInParent()
                message.instanceId.space, message.instanceId.externalId = value.values()
            else:
                setattr(message, name, value)
        fill(message, item.kind, item.points)
    return request


def with_defaults(reference):
    """An empty text of an instance's id is not on the wire."""
    pair = reference.get("instanceId")
    return {**reference, "instanceId": {key: text for key, text in pair.items() if text}} if pair else reference


@given(st.lists(insertions, max_size=3))
def test_we_read_what_the_sdk_writes(items):
    ours = decode_insertion_request(to_sdk(items).SerializeToString())
    assert ours == [item._replace(reference=with_defaults(item.reference)) for item in items]


@given(st.lists(insertions, max_size=3))
def test_the_sdk_reads_what_we_write(items):
    assert requests.DataPointInsertionRequest.FromString(encode_insertion_request(items)) == to_sdk(items)


@given(st.lists(insertions, max_size=3))
def test_we_read_what_we_write(items):
    assert decode_insertion_request(encode_insertion_request(items)) == items


@given(numeric | string, texts, st.booleans())
def test_the_sdk_reads_our_list_response(data, unit, is_step):
    kind, points = data
    header = {"id": 7, "externalId": "x", "isStep": is_step, "unit": unit, "nextCursor": "c"}
    theirs = responses.DataPointListResponse.FromString(encode_list_response([ListItem(header, kind, points)]))
    expected = responses.DataPointListResponse()
    fill(expected.items.add(**header), kind, points)
    assert theirs == expected


@pytest.mark.parametrize("kind", ["numeric", "string", "aggregate"])
def test_a_response_without_points_tells_its_kind(kind):
    theirs = responses.DataPointListResponse.FromString(encode_list_response([ListItem({"id": 1}, kind, NO_POINTS)]))
    assert theirs.items[0].WhichOneof("datapointType") == f"{kind}Datapoints"
    assert decode_list_response(theirs.SerializeToString()) == [ListItem({"id": 1}, kind, NO_POINTS)]


def test_the_sdk_reads_our_aggregates():
    rows = [
        {"timestamp": 5, "count": 3, "average": 0.5, "maxDatapoint": {"timestamp": 6, "value": 2.0}},
        {"timestamp": 9, "durationBad": 1.0},
    ]
    raw = encode_list_response([ListItem({"id": 1}, "aggregate", aggregates=rows)])
    first, second = responses.DataPointListResponse.FromString(raw).items[0].aggregateDatapoints.datapoints
    assert (first.count, first.average, first.maxDatapoint.value, second.durationBad) == (3.0, 0.5, 2.0, 1.0)
    assert decode_list_response(raw)[0].aggregates == rows


def test_state_points_keep_number_text_and_status():
    points = Points([1, 2, 3], [(0, "OFF"), (1, None), None], {2: Status(0x80000000, "Bad")})
    item = InsertionItem({"id": 1}, "state", points)
    assert decode_insertion_request(encode_insertion_request([item])) == [item]


def test_the_type_of_a_series_is_told_by_name():
    item = ListItem({"id": 1, "type": "string"}, "string", NO_POINTS)
    assert decode_list_response(encode_list_response([item])) == [item]


def test_the_last_kind_of_points_on_the_wire_counts():
    numeric_then_string = b"\x0a\x04" + b"\x1a\x00" + b"\x22\x00"
    assert decode_insertion_request(numeric_then_string) == [InsertionItem({}, "string", NO_POINTS)]
    assert requests.DataPointInsertionRequest.FromString(numeric_then_string).items[0].HasField("stringDatapoints")


def test_points_in_two_pieces_are_put_together():
    one = to_sdk([InsertionItem({"id": 1}, "numeric", Points([5], [1.0], {}))]).items[0].SerializeToString()
    two = to_sdk([InsertionItem({"id": 1}, "numeric", Points([6], [2.0], {}))]).items[0].SerializeToString()
    raw = b"\x0a" + bytes([len(one + two)]) + one + two
    assert decode_insertion_request(raw)[0].points == Points([5, 6], [1.0, 2.0], {})


def test_unknown_fields_are_passed_over():
    assert decode_insertion_request(b"\x98\x06\x01" + b"\x0a\x02\x08\x05") == [InsertionItem({"id": 5}, "", NO_POINTS)]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    for decode in (decode_insertion_request, decode_list_response):
        with suppress(MessageError):
            decode(data)


@given(st.lists(insertions, min_size=1, max_size=2), st.data())
def test_damaged_messages_are_read_or_refused(items, data):
    raw = bytearray(encode_insertion_request(items))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] = data.draw(st.integers(0, 255))
    with suppress(MessageError):
        decode_insertion_request(bytes(raw[: data.draw(st.integers(0, len(raw)))]))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x0a\x05\x08", "A field of 5 bytes begins at byte 2 of 3: the message is cut off."),
        (b"\x0a", "The number that ends at byte 1 is cut off."),
        (b"\x08" + b"\xff" * 11, "The number that ends at byte 11 is longer than 10 bytes."),
        (b"\x02\x00", "Byte 0 begins a field with the number 0; fields count from 1."),
        (b"\x0b", "The field before byte 1 has the wire type 3, which datapoint messages never use."),
        (b"\x0a\x03\x12\x01\xff", "Text in the message is not UTF-8: invalid start byte at its byte 0."),
    ],
)
def test_a_damaged_message_is_told(data, message):
    with pytest.raises(MessageError) as caught:
        decode_insertion_request(data)
    assert str(caught.value) == message


def test_many_pieces_take_no_time_that_grows_with_their_square():
    raw = b"\x1a\x00" * 300_000
    size = len(raw)
    head = bytes([0x0A, size & 0x7F | 0x80, size >> 7 & 0x7F | 0x80, size >> 14])
    assert decode_insertion_request(head + raw)[0].kind == "numeric"


def test_a_missing_value_among_plain_points_is_written():
    item = InsertionItem({"id": 1}, "numeric", Points([2**40, 2**40 + 1], [1.5, None], {}))
    assert decode_insertion_request(encode_insertion_request([item])) == [item]
