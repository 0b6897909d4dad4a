"""Has pytest collect a pack's checks: the items that one submission after another is marked with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch

from graders.coursework.check_sources import CHECK_ID
from graders.coursework.packs.pack import Homework
from graders.marking import drawing, private_parts
from graders.marking.examples import Examples, Test, watch
from graders.marking.execution import EXECUTION
from graders.marking.profiles import Effort

if TYPE_CHECKING:
    from graders.coursework.data import ImageData


@dataclass(frozen=True)
class Wanted:
    """Which checks of a pack are to be collected, and how their cases are drawn; `data` is a folder to train on.

    Those `beside` come along, and aren't run.
    """

    homework: Homework
    checks: Sequence[str]
    effort: Effort
    seed: int
    data: Path | None = None
    beside: Sequence[str] = ()

    @property
    def everything(self) -> list[str]:
        """All that is collected, what is run first."""
        return [*self.checks, *self.beside]


@dataclass(frozen=True)
class Collection:
    """The checks of a pack at an effort and a seed, in the rubric's order, and the images if one of them trains."""

    wanted: Wanted
    items: Sequence[pytest.Function]
    images: ImageData | None

    @property
    def homework(self) -> Homework:
        """The pack."""
        return self.wanted.homework

    @property
    def effort(self) -> Effort:
        """What each check may take."""
        return self.wanted.effort

    def of(self, checks: Sequence[str]) -> list[pytest.Function]:
        """The items of these checks."""
        wanted = set(checks)
        return [item for item in self.items if id_of(item) in wanted]


@dataclass
class Collector:
    """The plugin of a collection, which `use` does with what it likes while pytest runs; `faults` are ours."""

    wanted: Wanted
    use: Callable[[Collection], None]
    images: ImageData | None = None
    faults: list[str] = field(default_factory=list)

    def pytest_configure(self) -> None:
        """Settle what would slow us down."""
        torch.set_num_threads(1)

    @pytest.hookimpl
    def pytest_collect_directory(self, path: Path, parent: pytest.Collector) -> pytest.Collector:
        """A folder is a folder: the `__init__.py` of the package that a pack was installed with isn't imported."""
        found: pytest.Collector = pytest.Dir.from_parent(parent, path=path)
        return found

    @pytest.hookimpl
    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Of the folders on the way to a pack, which may be a home folder, nobody else's tests are looked at."""
        return True if collection_path.suffix == ".py" and collection_path not in self._files else None

    @cached_property
    def _files(self) -> set[Path]:
        sources = self.wanted.homework.sources
        return {sources[check].file for check in self.wanted.everything}

    @pytest.hookimpl
    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> pytest.Module:
        """A file of checks is a module of its pack, which its other modules can be imported from."""
        module: pytest.Module = pytest.Module.from_parent(parent, path=module_path)
        private_parts.put_module(module, self.wanted.homework.module_of(module_path))
        return module

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the chosen checks, in the rubric's order, each with a function made for this collection."""
        place = {check: index for index, check in enumerate(self.wanted.everything)}
        functions = [item for item in items if isinstance(item, pytest.Function) and id_of(item) in place]
        chosen = sorted(filter(self._is_the_packs, functions), key=lambda item: place[id_of(item)])
        items[:] = chosen
        for item in chosen:
            private_parts.put_function(item, self._function_for(item))
        if any("data" in item.fixturenames for item in chosen if id_of(item) in self.wanted.checks):
            from graders.coursework.data import load  # here and not above: few homeworks train

            self.images = load(self.wanted.data)  # before the forks, which then share it

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Hand over what has been collected."""
        if not session.testsfailed:
            items = [item for item in session.items if isinstance(item, pytest.Function)]
            self.use(Collection(self.wanted, items, self.images))
        return True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file of checks that can't be collected is our fault."""
        if report.failed:
            self.faults.append(str(report.longrepr).strip().splitlines()[-1])

    def pytest_internalerror(self, excrepr: object) -> None:
        """So is any error of pytest's or of marking's own."""
        self.faults.append(str(excrepr).strip().splitlines()[-1])

    def _is_the_packs(self, item: pytest.Function) -> bool:
        """Whether it is the pack's check of that name: a file of that name may have replaced another one."""
        return self.wanted.homework.sources[id_of(item)].file == item.path

    def _function_for(self, item: pytest.Function) -> Test:
        def current() -> Examples:
            return item.stash[EXECUTION].attempt_under_way

        return drawing.made_for(item.obj, lambda test: watch(test, current), self.wanted.seed, self.wanted.effort.cases)


def id_of(item: pytest.Function) -> str:
    """The check that pytest has as this item; empty if it is none."""
    return str(getattr(item.obj, CHECK_ID, ""))
