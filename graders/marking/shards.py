"""Deals checks out to forks of this process, which has torch and everything else imported already.

The numbers of the checks lie in a pipe from which every fork takes the next; each sends its results back through a
pipe of its own. A fork that dies takes along only the check that it was at: the others take over the rest.
"""

from __future__ import annotations

import os
import select
import signal
import struct
from collections.abc import Callable, Sequence

import msgspec

from graders.coursework.record import CheckResult, OnResult
from graders.sandbox.apart import end_with
from graders.sandbox.process import Worker

Run = Callable[[int, Worker], CheckResult | None]
_NUMBER = struct.Struct("=I")
_LENGTH = struct.Struct("=I")


def run_in_shards(count: int, workers: Sequence[Worker], run: Run, keep: OnResult) -> list[str]:
    """Have `run` do checks 0 to count - 1, one fork for each worker (none if there is one), and `keep` the results.

    What ended a fork before its time is returned; the checks that it was to do have no result then.
    """
    if len(workers) == 1:
        for index in range(count):
            result = run(index, workers[0])
            if result is not None:
                keep(result)
        return []
    queue, fill = os.pipe()
    os.write(fill, b"".join(map(_NUMBER.pack, range(count))))
    os.close(fill)
    shards = [_fork(queue, worker, run) for worker in workers]
    os.close(queue)
    try:
        return _gather([results for _, results in shards], keep)
    except BaseException:
        for pid, _ in shards:
            os.kill(pid, signal.SIGINT)  # not waited for yet, so the number is still its own
        raise
    finally:
        for pid, results in shards:
            os.close(results)
            os.waitpid(pid, 0)


def _fork(queue: int, worker: Worker, run: Run) -> tuple[int, int]:
    reading, writing = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    try:
        end_with(parent)
        os.close(reading)
        while number := os.read(queue, _NUMBER.size):
            result = run(_NUMBER.unpack(number)[0], worker)
            if result is not None:
                _write(writing, msgspec.msgpack.encode(result))
    except BaseException as error:
        _write(writing, msgspec.msgpack.encode(f"{type(error).__name__}: {error}"))
    finally:
        worker.close()
        os._exit(0)


def _write(descriptor: int, payload: bytes) -> None:
    rest = memoryview(_LENGTH.pack(len(payload)) + payload)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _gather(sources: Sequence[int], keep: OnResult) -> list[str]:
    faults = []
    received = {source: bytearray() for source in sources}
    while received:
        ready, _, _ = select.select(list(received), [], [])
        for source in ready:
            chunk = os.read(source, 1 << 16)
            if not chunk:
                del received[source]
                continue
            received[source] += chunk
            for payload in _complete(received[source]):
                message = msgspec.msgpack.decode(payload, type=CheckResult | str)
                if isinstance(message, str):
                    faults.append(message)
                else:
                    keep(message)
    return faults


def _complete(buffer: bytearray) -> list[bytes]:
    payloads = []
    while len(buffer) >= _LENGTH.size:
        (length,) = _LENGTH.unpack_from(buffer)
        if len(buffer) < _LENGTH.size + length:
            break
        payloads.append(bytes(buffer[_LENGTH.size : _LENGTH.size + length]))
        del buffer[: _LENGTH.size + length]
    return payloads
