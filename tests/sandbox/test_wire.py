"""The language of the wire: what is sent arrives, and nothing else is taken for a message."""

from __future__ import annotations

import io
import json
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graders.sandbox.inside import wire
from graders.sandbox.inside.wire import Mapped, Opaque, ProtocolError, Reference, decode, encode, read_frame

DTYPES = [
    *("?", "i1", "<i2", ">i2", "<i4", ">i4", "<i8", ">i8", "u1", "<u2", "<u4", ">u8"),
    *("<f2", "<f4", ">f4", "<f8", ">f8", "<c8", ">c16", np.dtype("longdouble").str, np.dtype("clongdouble").str),
]
ARRAYS = hnp.arrays(
    st.sampled_from(DTYPES).map(np.dtype), hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
)
PLAIN_KEYS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
LEAVES = (
    PLAIN_KEYS | st.floats() | st.builds(Reference, st.integers(0)) | st.builds(Opaque, st.text(max_size=50)) | ARRAYS
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PLAIN_KEYS, inner, max_size=3), max_leaves=12
)


def sent(value: Any) -> Any:
    """The value as `encode` wants it: dicts as Mapped, opaque things as any object of such a type."""
    if isinstance(value, dict):
        return Mapped({key: sent(item) for key, item in value.items()})
    if isinstance(value, Opaque):
        return value
    return [sent(item) for item in value] if isinstance(value, list) else value


def travelled(value: Any) -> Any:
    frame = encode(value)
    payload = read_frame(io.BytesIO(frame).read)
    assert payload == frame[4:]
    return decode(payload)


def same(got: Any, wanted: Any) -> bool:
    if isinstance(wanted, np.ndarray):
        alike = type(got) is np.ndarray and got.dtype == wanted.dtype and got.shape == wanted.shape
        return bool(alike) and np.array_equal(got, wanted, equal_nan=wanted.dtype.kind in "fc")
    if isinstance(wanted, Reference):
        return type(got) is Reference and got.slot == wanted.slot
    if isinstance(wanted, Opaque):
        return type(got) is Opaque
    if isinstance(wanted, list):
        return type(got) is list and len(got) == len(wanted) and all(map(same, got, wanted))
    if isinstance(wanted, dict):
        pairs = zip(got.items(), wanted.items(), strict=True)
        return all(same(a, b) and same(x, y) for (a, x), (b, y) in pairs)
    return type(got) is type(wanted) and (got == wanted or (got != got and wanted != wanted))


@given(VALUES)
@example(np.array(np.nan))
@example([float("inf"), -0.0, 2**63, -(10**30), "\ud800", "\0", True, None])
def test_plain_data_and_arrays_arrive_as_they_were_sent(value: Any) -> None:
    assert same(travelled(sent(value)), value)


@given(ARRAYS)
def test_an_array_arrives_writable_owning_its_bytes_and_bit_by_bit(array: np.ndarray) -> None:
    got = travelled([array])[0]
    assert got.flags.writeable
    assert got.flags.owndata or got.base.flags.owndata
    assert got.tobytes() == array.tobytes()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1,), (2, 3), (1,) * 32])
def test_every_dtype_travels_in_every_kind_of_shape(dtype: str, shape: tuple[int, ...]) -> None:
    array = np.ones(shape, np.dtype(dtype))
    assert same(travelled(array), array)


def test_arrays_that_are_not_contiguous_arrive_as_they_read() -> None:
    whole = np.arange(24.0).reshape(2, 3, 4)
    views = [whole.T, whole[::-1, ::2, 1::2], whole[:, :, 0], np.asfortranarray(whole), np.broadcast_to(1.5, (2, 3))]
    for view, got in zip(views, travelled(views), strict=True):
        assert same(got, np.array(view))


def test_nan_and_infinities_arrive_inside_and_outside_of_arrays() -> None:
    special = [float("nan"), float("inf"), float("-inf")]
    array, *scalars = travelled([np.array(special), *special])
    np.testing.assert_array_equal(array, special)
    np.testing.assert_array_equal(scalars, special)


@pytest.mark.parametrize("scalar", [np.float32(1.5), np.int8(-3), np.bool_(True), np.uint64(2**63), np.complex64(1j)])
def test_a_numpy_scalar_arrives_as_an_array_without_dimensions(scalar: np.generic) -> None:
    assert same(travelled(scalar), np.asarray(scalar))


@pytest.mark.parametrize(
    "array",
    [
        np.array([object()]),
        np.array([None, 1]),
        np.array(["text"]),
        np.array([b"bytes"]),
        np.zeros(2, dtype=[("x", "f8"), ("y", "i4")]),
        np.zeros(2, dtype="M8[s]"),
        np.zeros(2, dtype="m8[s]"),
        np.zeros(2, dtype="V8"),
    ],
    ids=lambda array: str(array.dtype),
)
def test_an_array_of_anything_but_numbers_arrives_as_the_name_of_its_dtype_only(array: np.ndarray) -> None:
    got = travelled([array])[0]
    assert type(got) is Opaque
    assert got.type_name == f"ndarray of dtype {array.dtype}"


def test_other_objects_arrive_as_the_name_of_their_type_only() -> None:
    names = [opaque.type_name for opaque in travelled([object(), {1, 2}, b"bytes", len, 1j])]
    assert names == ["object", "set", "bytes", "builtin_function_or_method", "complex"]


def test_a_list_that_contains_itself_cannot_be_sent() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(ProtocolError, match="can't be sent"):
        encode(loop)


def test_a_message_over_the_limit_is_not_sent() -> None:
    with pytest.raises(ProtocolError, match="over the limit"):
        encode(np.zeros(wire.MAX_FRAME, np.uint8))
    with pytest.raises(ProtocolError, match="over the limit"):
        encode("x" * wire.MAX_HEADER)


def payload(header: str | bytes, *blobs: bytes, length: int | None = None) -> bytes:
    raw = header if isinstance(header, bytes) else header.encode()
    return struct.pack(">I", len(raw) if length is None else length) + raw + b"".join(blobs)


def array_payload(dtype: Any, shape: Any, length: Any, blob: bytes) -> bytes:
    return payload(json.dumps({"a": [dtype, shape, length]}), blob)


EIGHT = bytes(8)
BAD_PAYLOADS = {
    "nothing": b"",
    "half a length": b"\0\0",
    "a header cut short": payload("[1,2]", length=100),
    "a header of 4 GiB": payload("[]", length=2**32 - 1),
    "no JSON": payload("[1,"),
    "no text": payload(b"\xff\xfe\xfd"),
    "an empty object": payload("{}"),
    "an unknown tag": payload('{"x": 1}'),
    "two tags": payload('{"r": 1, "o": "x"}'),
    "a tag twice": payload('{"r": 1, "r": 2}'),
    "a pickle": payload('{"p": "gASVBgAAAAAAAACMAWGULg=="}'),
    "a slot that is no number": payload('{"r": "1"}'),
    "a slot that is a bool": payload('{"r": true}'),
    "a slot that is a float": payload('{"r": 1.5}'),
    "a type name that is no text": payload('{"o": 1}'),
    "a dict that is no list": payload('{"d": 5}'),
    "a dict of single things": payload('{"d": [[1]]}'),
    "a dict with a list for a key": payload('{"d": [[[1], 2]]}'),
    "a dict with a reference for a key": payload('{"d": [[{"r": 1}, 2]]}'),
    "an int of 10,000 digits": payload("1" * 10_000),
    "deep lists": payload("[" * 100_000 + "]" * 100_000),
    "deep dicts": payload('{"d":[[1,' * 50_000),
    "bytes left over": payload("[1]", EIGHT),
    "an array cut short": array_payload("<f8", [2], 16, EIGHT),
    "an array longer than its shape": array_payload("<f8", [1], 16, EIGHT * 2),
    "an array shorter than its shape": array_payload("<f8", [2], 8, EIGHT),
    "an array of no length": array_payload("<f8", [1], None, EIGHT),
    "an array of a float length": array_payload("<f8", [1], 8.0, EIGHT),
    "an array of a negative size": array_payload("<f8", [-1, -1], 8, EIGHT),
    "an array of a bool size": array_payload("<f8", [True], 8, EIGHT),
    "an array of a float size": array_payload("<f8", [1.0], 8, EIGHT),
    "an array of a nested shape": array_payload("<f8", [[1]], 8, EIGHT),
    "an array with text for a shape": array_payload("<f8", "1", 8, EIGHT),
    "an array with empty text for a shape": array_payload("<f8", "", 8, EIGHT),
    "an array with a number for a shape": array_payload("<f8", 1, 8, EIGHT),
    "an array of 33 dimensions": array_payload("<f8", [1] * 33, 8, EIGHT),
    "an empty array too large to count": array_payload("<f8", [0, 2**62, 2**62], 0, b""),
    "an empty array with a size over 64 bits": array_payload("<f8", [0, 2**80], 0, b""),
    "an array described by text": payload('{"a": "abc"}'),
    "an array with two of three things": payload('{"a": ["<f8", [1]]}', EIGHT),
    "an array with a dtype that is a list": array_payload([["x", "<f8"]], [1], 8, EIGHT),
    **{
        f"an array of dtype {dtype}": array_payload(dtype, [1], 8, EIGHT)
        for dtype in (
            "O",
            "|O",
            "O8",
            "V8",
            "|S8",
            "<U2",
            "<M8[s]",
            "<m8",
            "f8,f8",
            "<f8\n",
            " <f8",
            "f7",
            "float64",
            "",
        )
    },
}


@pytest.mark.parametrize("what", BAD_PAYLOADS)
def test_what_is_not_a_message_is_a_protocol_error(what: str) -> None:
    with pytest.raises(ProtocolError):
        decode(BAD_PAYLOADS[what])


@given(st.binary(max_size=200))
def test_garbage_is_never_anything_but_a_protocol_error_or_plain_data(garbage: bytes) -> None:
    _decode_or_refuse(garbage)


@given(st.text(alphabet='{}[]",:0123456789.eE-+adrotuenlfs<>|iNI', max_size=60), st.binary(max_size=24))
def test_garbage_that_looks_like_a_header_is_refused_or_plain_data(header: str, blob: bytes) -> None:
    _decode_or_refuse(payload(header, blob))


@given(VALUES, st.data())
def test_a_message_that_was_tampered_with_is_refused_or_plain_data(value: Any, data: st.DataObject) -> None:
    frame = bytearray(encode(sent(value))[4:])
    for _ in range(data.draw(st.integers(1, 4), label="changes")):
        frame[data.draw(st.integers(0, len(frame) - 1), label="where")] = data.draw(st.integers(0, 255), label="what")
    _decode_or_refuse(bytes(frame))


@given(VALUES, st.data())
def test_a_message_cut_short_is_refused(value: Any, data: st.DataObject) -> None:
    frame = encode(sent(value))[4:]
    with pytest.raises(ProtocolError):
        decode(frame[: data.draw(st.integers(0, len(frame) - 1), label="length")])


def _decode_or_refuse(raw: bytes) -> None:
    try:
        message = decode(raw)
    except ProtocolError:
        return
    assert_plain(message)


def assert_plain(message: Any) -> None:
    assert type(message) in (type(None), bool, int, float, str, list, dict, Reference, Opaque, np.ndarray)
    if isinstance(message, np.ndarray):
        assert message.dtype.kind in "biufc"
    for item in message if isinstance(message, list) else message.values() if isinstance(message, dict) else ():
        assert_plain(item)


def test_a_frame_that_announces_more_than_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(ProtocolError, match="over the limit"):
        read_frame(io.BytesIO(struct.pack(">I", wire.MAX_FRAME + 1)).read)


@pytest.mark.parametrize("stream", [b"", b"\0\0", struct.pack(">I", 10) + b"too short"])
def test_the_end_of_the_stream_is_the_end_of_the_conversation(stream: bytes) -> None:
    assert read_frame(io.BytesIO(stream).read) is None


def test_a_frame_is_read_even_if_it_comes_a_byte_at_a_time() -> None:
    stream = io.BytesIO(encode(["hello", np.arange(3)]))
    received = read_frame(lambda count: stream.read(1))
    assert received is not None
    assert same(decode(received), ["hello", np.arange(3)])
