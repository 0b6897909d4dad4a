"""A helper: a fork of this process that forks for every piece of work, and ends with it; and how it is asked."""

from __future__ import annotations

import contextlib
import gc
import itertools
import os
import selectors
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from graders import UsageError
from graders.marking.watching.jobs import Tell
from graders.marking.watching.messages import (
    Failed,
    Incoming,
    News,
    Order,
    Ready,
    Stop,
    news_of,
    order_of,
    send,
    send_frame,
)
from graders.sandbox.apart import end_with

Do = Callable[[Order, Tell], None]
Serve = Callable[[Do], None]
"""What serves until nobody asks any more, each order done as it says in a fork."""
Prepare = Callable[[Serve], None]
"""Imports, or makes, what forks have from the start, and calls what serves."""


class Helper:
    """The helper, seen by who asks. `pipe` can be read where there is news."""

    def __init__(self, prepare: Prepare, scratch: Path) -> None:
        theirs, self._orders = os.pipe()
        self.pipe, news = os.pipe()
        self.is_ready = False
        parent = os.getpid()
        self.pid = os.fork()
        if not self.pid:
            os.close(self._orders)
            os.close(self.pipe)
            _live(prepare, _Server(theirs, news, scratch), parent)
        os.close(theirs)
        os.close(news)
        self._incoming = Incoming(self.pipe)

    def ask(self, order: Order) -> None:
        """Ask for something; what was asked for before has to have ended, or been stopped."""
        with contextlib.suppress(OSError):  # where it is gone its news say so
            send(self._orders, order)

    def news(self) -> list[News] | None:
        """What it has told; None where it is gone."""
        frames = self._incoming.read()
        if frames is None:
            return None
        found = [news_of(frame) for frame in frames]
        self.is_ready |= any(isinstance(news, Ready) for news in found)
        return found

    def close(self) -> None:
        """End it, and what it is at."""
        for pipe in (self._orders, self.pipe):
            os.close(pipe)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM if self.is_ready else signal.SIGKILL)  # it may be deep in an import
        os.waitpid(self.pid, 0)


def _live(prepare: Prepare, server: _Server, parent: int) -> NoReturn:
    """The helper's whole life. Ctrl-C, and the end of a terminal, are for who asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, server.end)
    status = 1
    try:
        end_with(parent)
        _be_quiet()
        server.use_folder()
        prepare(server.serve)
        status = 0
    except Exception as error:
        server.give_up(error)
    finally:
        server.stop()
        os._exit(status)


def _be_quiet() -> None:
    """Nothing that is imported, or that a fork says as it dies, is for the eyes of who watches."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)
    os.close(nothing)


class _Server:
    """The helper's own side: one order at a time, in a fork with a process group and its own folder."""

    def __init__(self, orders: int, news: int, scratch: Path) -> None:
        self._orders = Incoming(orders)
        self._news = news
        self._scratch = scratch
        self._pid = 0
        self._number = 0
        self._told: Incoming | None = None
        self._folder = scratch
        self._count = itertools.count()

    def serve(self, do: Do) -> None:
        """Until nobody asks any more."""
        gc.collect()
        gc.freeze()  # forks needn't look through what is there, nor copy it
        send(self._news, Ready())
        with selectors.DefaultSelector() as selector:
            selector.register(self._orders.pipe, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fd == self._orders.pipe:
                        frames = self._orders.read()
                        if frames is None:
                            return
                        for frame in frames:
                            self._take(order_of(frame), do, selector)
                    elif self._told is not None and key.fd == self._told.pipe:
                        self._relay(selector)

    def use_folder(self) -> None:
        """Have this process put what is temporary where it is taken away."""
        tempfile.tempdir = str(self._scratch)

    def give_up(self, error: Exception) -> None:
        """Tell why there is nothing to be asked here."""
        said = " ".join(str(error).split())[:500]
        if isinstance(error, UsageError):
            send(self._news, Failed(0, said))
        else:
            send(self._news, Failed(0, f"{type(error).__name__}: {said}", fault=True))

    def end(self, *_: object) -> NoReturn:
        """End at once."""
        self.stop()
        os._exit(0)

    def stop(self) -> None:
        """End the fork that is at work, and take away what it has left."""
        if not self._pid:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        self._reap()

    def _take(self, order: Order, do: Do, selector: selectors.BaseSelector) -> None:
        if self._told is not None:
            selector.unregister(self._told.pipe)
            os.close(self._told.pipe)
            self._told = None
        self.stop()
        if isinstance(order, Stop):
            return
        self._number = order.number
        self._told = Incoming(self._fork(order, do))
        selector.register(self._told.pipe, selectors.EVENT_READ)

    def _fork(self, order: Order, do: Do) -> int:
        """Where the fork tells of what it does."""
        self._folder = self._scratch / f"{os.getpid()}-{next(self._count)}"
        self._folder.mkdir()
        self._folder.chmod(0o711)  # student code may run as another user, who has to get through it
        reading, writing = os.pipe()
        parent = os.getpid()
        self._pid = os.fork()
        if not self._pid:
            status = 1
            try:
                os.setpgid(0, 0)
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                end_with(parent)
                os.close(reading)
                tempfile.tempdir = str(self._folder)
                do(order, lambda news: send(writing, news))
                status = 0
            finally:
                os._exit(status)
        with contextlib.suppress(OSError):
            os.setpgid(self._pid, self._pid)  # whichever of us comes first
        os.close(writing)
        return reading

    def _relay(self, selector: selectors.BaseSelector) -> None:
        assert self._told is not None
        frames = self._told.read()
        for frame in frames or ():
            send_frame(self._news, frame)
        if frames is not None:
            return
        selector.unregister(self._told.pipe)
        os.close(self._told.pipe)
        self._told = None
        if self._reap():
            send(self._news, Failed(self._number, "marking ended without a report", fault=True))

    def _reap(self) -> int:
        """The status that the fork has ended with."""
        pid, self._pid = self._pid, 0
        _, status = os.waitpid(pid, 0)
        shutil.rmtree(self._folder, ignore_errors=True)
        return status
