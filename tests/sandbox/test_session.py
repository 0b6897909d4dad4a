"""One check's conversation, the trusted side alone: whatever comes over the wire ends as a value or a StudentFault."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graders.sandbox.allowance import Allowance
from graders.sandbox.channel import OUTPUT_LIMIT, Channel
from graders.sandbox.faults import StudentCrash, StudentError, StudentFault, StudentTimeout
from graders.sandbox.idleness import Idleness
from graders.sandbox.inside import wire
from graders.sandbox.session import Session
from tests.sandbox.test_wire import ARRAYS, VALUES, sent


@contextmanager
def session_that_hears(answer: bytes, seconds: float = 5.0, *, hang_up: bool = True) -> Iterator[Session]:
    """A session with one `read` queued, whose other end says these bytes."""
    ours, theirs = socket.socketpair()
    status: Mapping[str, int] = {"exit": 0}
    session = Session(Channel(ours), Allowance(2, 10.0, seconds), lambda patience: status)
    theirs.sendall(answer)
    if hang_up:
        theirs.shutdown(socket.SHUT_WR)
    session.queue(["read", wire.Reference(1)], "layer.Z", "layer.Z")
    try:
        yield session
    finally:
        session.close()
        theirs.close()


def reply(*parts: Any) -> bytes:
    return wire.encode(sent(list(parts)))


def test_a_reply_gives_what_was_read() -> None:
    with session_that_hears(reply([np.arange(3.0)], None, None)) as session:
        (value,) = session.flush()
    assert value.tolist() == [0.0, 1.0, 2.0]


def test_nothing_queued_asks_nothing() -> None:
    with session_that_hears(b"") as session:
        session.discard()
        assert session.flush() == []


def test_an_error_keeps_what_was_read_before_it() -> None:
    with session_that_hears(reply([], {"type": "ValueError", "text": "no"}, 0)) as session:
        with pytest.raises(StudentError) as caught:
            session.flush()
        assert not session.lost
    assert caught.value.message == "layer.Z raised ValueError: no"
    assert caught.value.values == []


BAD_REPLIES = {
    "not a list": wire.encode(7),
    "an empty list": wire.encode([]),
    "two of three parts": reply([1.0], None),
    "too many values": reply([1.0, 2.0], None, None),
    "too few values": reply([], None, None),
    "values that are no list": reply(1.0, None, None),
    "an error that is no record": reply([1.0], "oops", 0),
    "an error that is an array": reply([1.0], np.zeros(3), 0),
    "an error with too many values": reply([1.0, 2.0], {"type": "X"}, 0),
    "garbage": b"\0\0\0\x08garbage!",
    "a length of 4 GiB": b"\xff" * 64,
    "a frame cut short": struct.pack(">I", 100) + b"too short",
    "half a length": b"\0\0",
    "nothing at all": b"",
    "objects": wire.encode([[1.0], None, None]).replace(b"null", b'{"p"'),
}


@pytest.mark.parametrize("what", BAD_REPLIES)
def test_a_reply_that_breaks_the_protocol_is_a_crash_of_that_check(what: str) -> None:
    with session_that_hears(BAD_REPLIES[what]) as session:
        with pytest.raises(StudentCrash, match="the process that runs your code"):
            session.flush()
        assert session.lost


def test_a_reply_over_the_limit_is_a_crash_before_it_is_read() -> None:
    announced = struct.pack(">I", wire.MAX_FRAME + 1)
    with session_that_hears(announced, hang_up=False) as session, pytest.raises(StudentCrash, match="over the limit"):
        session.flush()


RECORDS = st.dictionaries(
    st.sampled_from(["type", "text", "file", "line", "function", "code", "missing", "?"]), ARRAYS | VALUES, max_size=6
)


@given(RECORDS, VALUES)
@example({"type": np.zeros(2), "file": np.zeros(0)}, 0)
@example({"type": "x" * 100_000, "text": ["not", "text"], "file": 5, "line": "x" * 100_000}, 0)
@example({"missing": "y" * 100_000}, True)
@example({}, None)
@example({"type": "\ud800", "text": "\ud800\n\0", "file": "\ud800", "line": 3}, 0)
def test_an_error_record_of_any_content_becomes_a_message(record: dict[str, Any], index: Any) -> None:
    with session_that_hears(reply([], record, index)) as session, pytest.raises(StudentFault) as caught:
        session.flush()
    assert isinstance(caught.value.message, str)
    assert caught.value.message.strip()
    assert caught.value.message.encode() + caught.value.hint.encode()
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 10_000


@settings(max_examples=200)
@given(st.lists(VALUES, max_size=4) | VALUES)
def test_any_reply_is_a_value_or_a_fault(answer: Any) -> None:
    with session_that_hears(wire.encode(sent(answer))) as session:
        try:
            values = session.flush()
        except StudentFault:
            return
    assert len(values) == 1


def test_silence_ends_at_the_deadline() -> None:
    with session_that_hears(b"", 0.2, hang_up=False) as session:
        with pytest.raises(StudentTimeout, match=r"no answer within 0\.2 s"):
            session.flush()
        assert session.lost


def test_a_dribble_of_bytes_does_not_put_the_deadline_off() -> None:
    ours, theirs = socket.socketpair()
    session = Session(Channel(ours), Allowance(2, 10.0, 0.3), lambda patience: {})
    session.queue(["read", wire.Reference(1)])
    theirs.sendall(struct.pack(">I", 1000) + b"x" * 10)
    with pytest.raises(StudentTimeout):
        session.flush()
    session.close()
    theirs.close()


def test_the_seconds_are_those_of_the_whole_check() -> None:
    ours, theirs = socket.socketpair()
    session = Session(Channel(ours), Allowance(2, 10.0, 5.0), lambda patience: {})
    for _ in range(3):
        session.queue(["read", wire.Reference(1)])
        theirs.sendall(reply([1.0], None, None))
        session.flush()
    assert session._left < 5.0
    session.close()
    theirs.close()


def test_a_lost_session_says_again_why() -> None:
    with session_that_hears(b"\xff" * 8) as session:
        faults = []
        for _ in range(2):
            session.queue(["read", wire.Reference(1)])
            with pytest.raises(StudentCrash) as caught:
                session.flush()
            faults.append(caught.value)
    assert faults[0] is faults[1]


def test_an_end_names_how_the_process_ended() -> None:
    for status, words in (
        ({"exit": 3}, "exited with status 3"),
        ({"signal": 11}, "was killed by SIGSEGV (segmentation fault)"),
        ({"signal": 63}, "was killed by"),
        ({}, "ended"),
    ):
        ours, theirs = socket.socketpair()
        theirs.close()
        session = Session(Channel(ours), Allowance(2, 10.0, 1.0), lambda patience, status=status: status)
        session.queue(["read", wire.Reference(1)])
        with pytest.raises(StudentCrash) as caught:
            session.flush()
        assert words in caught.value.message
        session.close()


def test_output_is_kept_up_to_its_limit() -> None:
    ours, theirs = socket.socketpair()
    reading, writing = os.pipe()
    channel = Channel(ours, reading)
    os.write(writing, b"\xc3\xa4 \xff\n")
    assert channel.printed() == "ä \ufffd\n"
    os.write(writing, b"x" * 60_000)
    printed = channel.printed()
    assert printed.endswith("\n[... more was printed]")
    assert len(printed.encode()) < OUTPUT_LIMIT + 100
    os.close(writing)
    assert channel.printed() == printed
    channel.close()
    theirs.close()


class Enough(Exception):
    """Raised to end a wait."""


def test_whoever_waits_is_told_at_every_tick_whether_it_was_quiet() -> None:
    ours, theirs = socket.socketpair()
    reading, writing = os.pipe()
    channel = Channel(ours, reading)
    told: list[bool] = []

    def tick(quiet: bool) -> None:
        told.append(quiet)
        os.write(writing, b"x" * (10_000 if len(told) == 2 else 10))
        if len(told) == 3:
            raise Enough

    os.write(writing, b"x" * 10_000)
    with pytest.raises(Enough):
        channel.ask(["ready"], 60.0, tick=tick)
    assert told == [False, True, False]
    os.close(writing)
    channel.close()
    theirs.close()


def test_an_answer_that_came_while_we_were_kept_waiting_came_in_time() -> None:
    with session_that_hears(reply([1.0], None, None), 0.0) as session:
        assert session.flush() == [1.0]


def test_events_without_an_end_do_not_put_the_deadline_off() -> None:
    events = wire.encode([wire.SLOW, ["layer.py:f"]]) * 20_000
    ours, theirs = socket.socketpair()
    session = Session(Channel(ours), Allowance(2, 10.0, 0.0), lambda patience: {})
    session._channel._received += events
    session.queue(["read", wire.Reference(1)])
    with pytest.raises(StudentTimeout):
        session.flush()
    assert len(session._channel._received) > len(events) // 2
    session.close()
    theirs.close()


def test_where_code_is_late_counts_only_once_it_is_seen_to_be_idle() -> None:
    late = wire.encode([wire.LATE, ["layer.py:f"]])
    for seconds, slow_in in ((0.0, frozenset()), (100.0, frozenset({"layer.py:f"}))):
        ours, theirs = socket.socketpair()
        idleness = Idleness(os.getpid())
        session = Session(Channel(ours), Allowance(2, 200.0, 0.6), lambda patience: {}, idleness=idleness)
        idleness.seconds = seconds
        theirs.sendall(late)
        session.queue(["read", wire.Reference(1)])
        with pytest.raises(StudentTimeout):
            session.flush()
        assert session.slow_in == slow_in
        session.close()
        theirs.close()
