"""What marking leans on in pytest and Hypothesis: each part is there, does what it is for, and is missed by name."""

from __future__ import annotations

import importlib.metadata
import random
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import hypothesis
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.internal import constants_ast
from hypothesis.internal.conjecture import providers

from graders import UsageError
from graders.checking.decorators import budget, few_cases, section
from graders.coursework.packs.pack import load_homework
from graders.coursework.selection import select
from graders.marking import private_parts
from graders.marking.run import Request, mark
from tests.support import WORKED

Gone = Callable[[pytest.MonkeyPatch], None]


def with_a_handle_that_has(**attributes: object) -> Gone:
    return lambda patch: patch.setattr(private_parts, "_handle", lambda test: SimpleNamespace(**attributes))


def with_settings_elsewhere(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(settings, "__call__", lambda self, test: test)


def with_examples_elsewhere(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(hypothesis.example, "__call__", lambda self, test: test)


def with_a_plain_obj(kind: type) -> Gone:
    return lambda patch: patch.setattr(kind, "obj", None)


PROVIDER = providers.HypothesisProvider
GONE: dict[str, Gone] = {
    "HypothesisProvider._local_constants": lambda patch: patch.delattr(PROVIDER, "_local_constants"),
    "CONSTANTS_CACHE": lambda patch: patch.delattr(providers, "CONSTANTS_CACHE"),
    "constants_ast.Constants": lambda patch: patch.delattr(constants_ast, "Constants"),
    "HypothesisHandle._given_kwargs": with_a_handle_that_has(inner_test=print),
    "HypothesisHandle.inner_test": with_a_handle_that_has(_given_kwargs={"x": st.none()}),
    "_hypothesis_internal_use_settings": with_settings_elsewhere,
    "hypothesis_explicit_examples": with_examples_elsewhere,
    "Module.obj with a setter": with_a_plain_obj(pytest.Module),
    "Function.obj with a setter": with_a_plain_obj(pytest.Function),
}


def test_every_part_is_there() -> None:
    private_parts.require_parts()
    assert [part.name for part in private_parts.PARTS] == list(GONE)


@pytest.mark.parametrize("part", private_parts.PARTS, ids=lambda part: part.name)
def test_a_part_that_is_gone_is_named_with_the_versions_that_have_it(
    part: private_parts.Part,
) -> None:
    version = importlib.metadata.version(part.package)
    with pytest.MonkeyPatch.context() as patch:
        GONE[part.name](patch)
        with pytest.raises(UsageError) as caught:
            private_parts.require_parts()
    wanted = f"{part.package}{private_parts.KNOWN_TO_WORK[part.package]}"
    assert str(caught.value) == (f"{part.package} {version} has no {part.name}, which marking needs: install {wanted}")


def test_a_whole_module_that_is_gone_is_one_line_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_parts, "_PROVIDERS", "hypothesis.internal.elsewhere")
    with pytest.raises(UsageError, match=r"hypothesis .* has no HypothesisProvider\._local_constants"):
        private_parts.require_parts()


def test_nothing_is_marked_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(PROVIDER, "_local_constants")
    homework = load_homework("ai702")
    seen: list[object] = []
    request = Request(WORKED, homework, select(homework, ["linear.forward"], {}), on_result=seen.append)
    with pytest.raises(UsageError, match="_local_constants"):
        mark(request)
    assert seen == []


def drawn_with(seed: int) -> list[int]:
    found: list[int] = []

    @hypothesis.seed(seed)
    @settings(max_examples=300, database=None, suppress_health_check=list(HealthCheck))
    @given(x=st.integers())
    def draw(x: int) -> None:
        found.append(x)

    draw()
    return found


def test_constants_of_local_modules_are_never_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    local = constants_ast.Constants(integers={random.Random(0).getrandbits(60)})
    (known,) = local.integers
    monkeypatch.setattr(PROVIDER, "_local_constants", local)
    providers.CONSTANTS_CACHE.cache.clear()
    assert known in drawn_with(0)  # so that it is kept by now, too
    with private_parts.no_local_constants():
        assert known not in drawn_with(0)
    assert known in drawn_with(0)
    assert vars(PROVIDER)["_local_constants"] is local
    providers.CONSTANTS_CACHE.cache.clear()


def test_the_strategies_and_the_function_of_a_test_are_those_that_were_given() -> None:
    strategy = st.integers()

    def plain(x: int) -> None: ...

    test = given(x=strategy)(plain)
    assert private_parts.strategies_of(test) == {"x": strategy}
    assert private_parts.inner_test(test) is plain
    assert private_parts.authors_settings(test) is None


@pytest.mark.parametrize("below", [False, True])
def test_settings_of_an_author_are_found_above_and_below(below: bool) -> None:
    def plain(x: int) -> None: ...

    three, drawn = settings(max_examples=3), given(x=st.integers())
    found = private_parts.authors_settings(drawn(three(plain)) if below else three(drawn(plain)))
    assert found is not None
    assert found.max_examples == 3


def test_marks_and_examples_go_along_with_a_function_that_is_given_anew() -> None:
    @section("linear")
    @few_cases
    @budget(cpu_seconds=7)
    @pytest.mark.filterwarnings("ignore")
    @example(x=5)
    @given(x=st.integers())
    def test_it(x: int) -> None: ...

    made = given(x=st.integers())(private_parts.inner_test(test_it))
    private_parts.copy_marks(test_it, made)
    ours = {name: value for name, value in vars(test_it).items() if name not in ("hypothesis", "__wrapped__")}
    assert {name: vars(made)[name] for name in ours if "_internal_" not in name} == {
        name: value for name, value in ours.items() if "_internal_" not in name
    }
    assert {"gradmark_check_id", "gradmark_few_cases", "gradmark_cpu_seconds", "pytestmark"} <= vars(made).keys()


def test_an_item_calls_the_function_that_was_put_there_and_a_module_is_the_one_that_was(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text("def test_it(): raise SystemError\n")
    module, called = ModuleType("given_to_pytest"), []

    def test_it() -> None:
        raise SystemError

    module.test_it = test_it  # type: ignore[attr-defined]

    class Plugin:
        def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> pytest.Module:
            collector: pytest.Module = pytest.Module.from_parent(parent, path=module_path)
            private_parts.put_module(collector, module)
            return collector

        def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
            (item,) = items
            assert isinstance(item, pytest.Function)
            assert item.obj is test_it
            private_parts.put_function(item, lambda: called.append(True))

    arguments = [str(tmp_path), "--noconftest", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", "-p", "no:terminal"]
    assert pytest.main(arguments, plugins=[Plugin()]) == pytest.ExitCode.OK
    assert called == [True]
