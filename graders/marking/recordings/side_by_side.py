"""Repeats a submission's checks on all of its workers at once: where one waits for its code, another is asked."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from queue import SimpleQueue

from graders.coursework.record import CheckResult
from graders.marking.recordings.recording import Recording
from graders.marking.recordings.repeating import Asking, Repeats

_PATIENCE = 1.0
"""Seconds for a thread to end that is no longer needed; its worker's end ends it, too."""


@dataclass
class SideBySide:
    """A submission, asked through several workers; `otherwise` is called once it is known that a check doesn't pass.

    What reads files does so in forks, and beside another thread these could wait for ever: it comes first, and alone.
    """

    askings: Sequence[Asking]
    recordings: Mapping[str, Recording]
    otherwise: Callable[[], None] = lambda: None

    def passing(self, checks: Sequence[str]) -> Iterator[CheckResult]:
        """The results of those checks that pass as they were recorded."""
        forking, others = self._told_apart(checks)
        with ExitStack() as stack:
            repeats = [stack.enter_context(Repeats(asking, self.recordings)) for asking in self.askings]
            first = list(filter(None, repeats[0].results(forking)))
            yield from first
            if len(first) + len(others) < len(set(checks)):
                self.otherwise()
            yield from self._passed(_results(repeats, others))

    def _told_apart(self, checks: Sequence[str]) -> tuple[list[str], list[str]]:
        """Those of the recorded checks that read files, and the others."""
        recorded = [check for check in checks if check in self.recordings]
        forking = [check for check in recorded if self.recordings[check].rules]
        return forking, [check for check in recorded if check not in forking]

    def _passed(self, results: Iterator[CheckResult | None]) -> Iterator[CheckResult]:
        for result in results:
            if result is None:
                self.otherwise()
            else:
                yield result


def _results(repeats: Sequence[Repeats], checks: Sequence[str]) -> Iterator[CheckResult | None]:
    if len(repeats) == 1:
        yield from repeats[0].results(checks)
    else:
        with _Threads(repeats, deque(checks)) as threads:
            yield from threads.results()


@dataclass
class _Threads:
    """One for each worker; they share the checks that are left."""

    repeats: Sequence[Repeats]
    left: deque[str]
    _came: SimpleQueue[CheckResult | BaseException | threading.Thread | None] = field(default_factory=SimpleQueue)
    _running: list[threading.Thread] = field(default_factory=list)

    def results(self) -> Iterator[CheckResult | None]:
        """As they come; what went wrong in a thread on our side is raised here."""
        running = set(self._running)
        while running:
            match self._came.get():
                case threading.Thread() as ended:
                    running.discard(ended)
                case BaseException() as error:
                    raise error
                case result:
                    yield result

    def _work(self, repeats: Repeats) -> None:
        try:
            for result in repeats.results(self._taken()):
                self._came.put(result)
        except BaseException as error:
            self._came.put(error)
        finally:
            self._came.put(threading.current_thread())

    def _taken(self) -> Iterable[str]:
        while self.left:
            try:
                yield self.left.popleft()
            except IndexError:  # another thread was faster
                return

    def __enter__(self) -> _Threads:
        self._running = [threading.Thread(target=self._work, args=[one], daemon=True) for one in self.repeats]
        for thread in self._running:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.left.clear()
        for thread in self._running:
            thread.join(_PATIENCE)
