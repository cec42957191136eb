"""Wire: what is sent arrives, however it is cut, and garbage is known as such."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetfed.devices import wire
from sheetfed.devices.wire import Decoder, WireError

MESSAGES = st.dictionaries(
    st.text(max_size=8),
    st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers(), max_size=4),
    max_size=4,
)


@given(st.lists(MESSAGES, max_size=5), st.integers(min_value=1, max_value=50))
def test_messages_arrive_whole_and_in_order_however_they_are_cut(
    messages: list[wire.Message], size: int
) -> None:
    stream = b"".join(wire.encode(message) for message in messages)
    decoder = Decoder()
    arrived = []
    for start in range(0, len(stream), size):
        arrived += list(decoder.feed(stream[start : start + size]))
    assert arrived == messages


@given(st.binary(max_size=200))
def test_garbage_is_a_wire_error_or_not_whole_yet(garbage: bytes) -> None:
    try:
        for message in Decoder().feed(garbage):
            assert isinstance(message, dict)
    except WireError:
        pass


@given(st.binary(max_size=100))
def test_a_body_that_is_no_json_object_is_a_wire_error(body: bytes) -> None:
    frame = (len(body) + 1).to_bytes(4, "big") + b"[" + body
    with pytest.raises(WireError):
        list(Decoder().feed(frame))


def test_a_frame_longer_than_the_limit_is_refused_at_its_length() -> None:
    length = (wire.MAX_BODY_BYTES + 1).to_bytes(4, "big")
    with pytest.raises(WireError, match="too long"):
        list(Decoder().feed(length))


def test_deep_nesting_is_a_wire_error() -> None:
    body = b'{"a":' * 200_000
    with pytest.raises(WireError):
        list(Decoder().feed(len(body).to_bytes(4, "big") + body))


def test_a_message_longer_than_the_limit_is_not_sent() -> None:
    with pytest.raises(WireError, match="too long"):
        wire.encode({"text": "x" * wire.MAX_BODY_BYTES})


@pytest.mark.parametrize("value", [float("nan"), b"bytes", object()])
def test_what_json_cannot_say_is_not_sent(value: object) -> None:
    with pytest.raises(WireError):
        wire.encode({"value": value})
