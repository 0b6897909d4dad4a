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
from graders.marking.recordings.rules import kept

_PATIENCE = 1.0
"""Seconds for a thread to end that is no longer needed; its worker's end ends it, too."""


@dataclass
class SideBySide:
    """A submission, asked through several workers; `otherwise` is called once it is known that a check doesn't pass.

    Its files are read in a fork, which beside another thread could wait for ever: that comes first.
    """

    askings: Sequence[Asking]
    recordings: Mapping[str, Recording]
    otherwise: Callable[[], None] = lambda: None

    def passing(self, checks: Sequence[str]) -> Iterator[CheckResult]:
        """The results of those checks that pass as they were recorded."""
        recorded = [check for check in checks if check in self.recordings]
        rules = [rule for check in recorded for rule in self.recordings[check].rules]
        found = kept(rules, self.askings[0].copy)
        if len(recorded) < len(set(checks)) or len(found) < len(rules):
            self.otherwise()
        with ExitStack() as stack:
            repeats = [stack.enter_context(Repeats(asking, self.recordings, found)) for asking in self.askings]
            yield from self._passed(_results(repeats, recorded))

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
