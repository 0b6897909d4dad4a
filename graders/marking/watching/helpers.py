"""The two helpers as one that is asked: what is recorded goes to one until the other is ready, which then has all."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from graders import UsageError
from graders.marking.run import Request
from graders.marking.watching.helper import Helper
from graders.marking.watching.messages import Failed, Mark, Marked, News, Order, Reached, Ready, Sources, Stop
from graders.marking.watching.prepared import with_checks, with_recordings

MOST_LOST = 3
"""Helpers that go one after the other, before it is given up."""
_ENDS = Sources | Reached | Marked | Failed


class Helpers:
    """Both helpers, with a folder for all that is temporary. What is asked ends what was asked before."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._number = 0
        self._lost = 0
        self._busy: Helper | None = None
        self._order: Order | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = tempfile.TemporaryDirectory(prefix="gradmark-watch-", ignore_cleanup_errors=True)
            self._scratch = Path(stack.enter_context(folder))
            self._scratch.chmod(0o711)  # student code may run as another user, who has to get through it
            self._start()
            stack.callback(self._close)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def pipes(self) -> list[int]:
        """What can be read where there is news."""
        return [self._checking.pipe, self._recording.pipe]

    @property
    def can_run_checks(self) -> bool:
        """Whether all that is asked for can be marked now."""
        return self._checking.is_ready

    @property
    def is_busy(self) -> bool:
        """Whether what was asked for has not come to its end."""
        return self._busy is not None

    def ask(self, order: Callable[[int], Order]) -> None:
        """Ask for what has this number; what was asked for before is left off."""
        if self._busy is not None:
            self._busy.ask(Stop(self._number))
        self._number += 1
        self._order = order(self._number)
        marks = isinstance(self._order, Mark)
        self._busy = self._checking if marks and self.can_run_checks else self._recording
        self._busy.ask(self._order)

    def news(self, ready: Sequence[int]) -> Iterator[News]:
        """What helpers tell whose pipes are ready: of what was asked for last, and that one is ready."""
        for helper in (self._recording, self._checking):
            if helper.pipe not in ready:
                continue
            found = helper.news()
            if found is None:
                self._begin_anew()
                return
            for news in found:
                if isinstance(news, Ready):
                    yield news
                elif news.number == 0:
                    _refuse(news)
                elif news.number == self._number:
                    if isinstance(news, _ENDS):
                        self._busy = None
                        self._lost = 0
                    yield news

    def _start(self) -> None:
        self._checking = Helper(with_checks(self._request), self._scratch)
        self._recording = Helper(with_recordings(self._request), self._scratch)

    def _close(self) -> None:
        self._recording.close()
        self._checking.close()

    def _begin_anew(self) -> None:
        """One of them is gone, which is not its work's fault: that is a fork's."""
        self._lost += 1
        if self._lost >= MOST_LOST:
            raise RuntimeError("the process that marks was ended several times")
        self._close()
        self._start()
        if self._busy is not None:
            self._busy = self._recording
            assert self._order is not None
            self._busy.ask(self._order)


def _refuse(news: News) -> None:
    """A helper could not even begin."""
    assert isinstance(news, Failed)
    raise RuntimeError(news.why) if news.fault else UsageError(news.why)
