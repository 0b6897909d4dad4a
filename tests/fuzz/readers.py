"""The readers of student files, each with several kinds of inputs of any size, built to be hard for it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graders import UsageError
from graders.checking import CheckFailed, uses
from graders.checking.rules.batches import loops_over_examples
from graders.checking.rules.remarks import remarks
from graders.classroom.similarity.sources import sources_in
from graders.classroom.similarity.winnowing import text_of
from graders.coursework.begun import outline
from graders.coursework.dialects import _Classes
from graders.coursework.flags import read_flags
from graders.coursework.layout import layout
from graders.coursework.notebooks import module_source
from graders.coursework.packs.pack import read_rubric
from graders.coursework.recognising import likeness
from graders.coursework.record import Manner, Sign
from graders.coursework.rubric import RubricFile
from graders.homeworks.a4 import rules
from graders.homeworks.cs189 import predictions
from graders.homeworks.dpl import questionnaire, results, source, training

Make = Callable[[int], bytes]
"""A content with this many of what a kind consists of."""


@dataclass(frozen=True)
class Reader:
    """What reads a file: its `name`, the file's name in a folder, what is done with the folder, and kinds of inputs."""

    name: str
    file: str
    read: Callable[[Path], object]
    kinds: Mapping[str, Make]

    def put(self, kind: str, count: int, folder: Path) -> int:
        """The input of a kind in a folder; its size."""
        path = folder / self.file
        path.parent.mkdir(parents=True, exist_ok=True)
        content = self.kinds[kind](count)
        path.write_bytes(content)
        return len(content)

    def run(self, folder: Path) -> None:
        """Have it read; what it refuses it has read."""
        with contextlib.suppress(CheckFailed, UsageError):
            self.read(folder)


# --- sources ------------------------------------------------------------------------------------------------------

LAYER = (
    "class Layer(Base):\n    def forward(self, A):\n{}        return A\n    def backward(self, d):\n        return d\n"
)
BEFORE = "import numpy as np\nimport numpy as x\nfrom numpy import vectorize as v\nfrom scipy import *\n"


def lines(text: str, ends: str = "") -> Make:
    """This line this many times, with its number for {i} and the next for {j}."""
    return lambda count: (
        BEFORE
        + LAYER.format("")
        + "".join(text.replace("{i}", str(i)).replace("{j}", str(i + 1)) + "\n" for i in range(count))
        + ends
    ).encode()


def in_forward(text: str) -> Make:
    """These statements this many times in a layer's forward."""
    return lambda count: (
        BEFORE
        + LAYER.format(
            "".join(f"        {text.replace('{i}', str(i)).replace('{j}', str(i + 1))}\n" for i in range(count))
        )
    ).encode()


def line_of(first: str, text: str, last: str = "") -> Make:
    """One line that has a piece this many times, and lines like it where Python reads none as deep."""

    def made(count: int) -> bytes:
        rows = [min(DEEP, count - start) for start in range(0, count, DEEP)]
        return (BEFORE + LAYER.format("") + "".join(f"{first}{text * row}{last}\n" for row in rows)).encode()

    return made


def wide(first: str, text: str, last: str = "") -> Make:
    """One line that has a piece this many times."""
    return lambda count: (
        BEFORE + LAYER.format("") + first + "".join(text.replace("{i}", str(i)) for i in range(count)) + last + "\n"
    ).encode()


DEEP = 900
SOURCES: Mapping[str, Make] = {
    "names": lines("a = a", "Layer.a = a\n"),
    "one name": lines("v", "Layer.v = v\n"),
    "names of each other": lines("a{i} = a{j}", "Layer.a = a0\n"),
    "names in a ring": lines("v = Layer = v"),
    "names that grow": lines("x = x.a", "Layer.x = x\n"),
    "names that grow by getattr": lines("x = getattr(x, 'a')"),
    "attributes": line_of("x", ".a"),
    "attributes of nothing": line_of("nothing", ".a"),
    "attributes taken in turns": line_of("(y := x)", ".a[(y := y.a)]"),
    "dicts of modules": line_of("x", ".__dict__['a']"),
    "entries of vars": lines("x = vars(x)['a']"),
    "imports": lines("import m{i}"),
    "imports below": lines("import m.a{i}.b.c.d"),
    "imports of one line": wide("import a", ", m{i}"),
    "imports of names": lines("from numpy import a{i}"),
    "imports of many names": wide("from numpy import b", ", a{i}"),
    "imports of a long name": lambda count: (
        f"from {'a.' * count}b import {', '.join('c' * 3 for _ in range(count))}\n".encode()
    ),
    "stars": lines("from m{i} import *\nb{i}"),
    "guarded imports": lines("try:\n    import m{i}\nexcept ImportError:\n    pass"),
    "unknown names": lines("b{i}"),
    "targets": wide("", "a = ", "x" + ".a" * 50),
    "targets of tuples": wide("", "a, = ", "x" + ".a" * 50 + ","),
    "tuples": wide("(a,) = (", "(a, b), ", ")"),
    "texts joined": line_of("x['a'", " + 'a'", "]"),
    "texts": lines("'text' 'text' f'{a}'"),
    "texts one after the other": wide("a = (", "'a' ", ")"),
    "formatted texts one after the other": wide("a = (", "f'{x}' ", ")"),
    "brackets without end": lines("f(" * 60 + "x"),
    "a long text": wide("a = '", "text ", "'"),
    "calls in each other": lines("f(" * 60 + "x" + ")" * 60),
    "calls of calls": line_of("f", "()"),
    "calls of methods": line_of("x", ".f(x)"),
    "sums": line_of("x", " + x"),
    "ands": wide("x", " and x"),
    "comparisons": wide("x", " < x"),
    "minuses": line_of("", "-", "x"),
    "conditions": line_of("", "x if x else ", "x"),
    "lambdas": lines("lambda a: (a, lambda b: (a, b))"),
    "lambdas in each other": line_of("", "lambda: ", "x"),
    "functions": lines("def f{i}(a):\n    return f{j}(a)", "Layer.f = f0\n"),
    "functions in each other": lines("".join(f"{' ' * deep}def f(a):\n" for deep in range(40)) + " " * 40 + "x"),
    "decorators": lines("@x.a\ndef f(): pass"),
    "parameters": lambda count: (
        LAYER.format("        f(A)\n" * count) + f"def f({', '.join(f'a{i}' for i in range(count))}): pass\n"
    ).encode(),
    "classes": lines("class A{i}: pass"),
    "bases": lines("class A{i}(A{j}, A{j}): pass", "class Base(A0, A0): pass\n"),
    "bases of one": wide("class Base(A", ", Base", "): pass"),
    "methods": lines("class Base:\n    def f{i}(self): return self.f{j}()"),
    "branches": lambda count: (
        (BEFORE + "if a: pass\n" + "elif x.a: b = 1\n" * min(count, DEEP)).encode() * -(-count // DEEP)
    ),
    "branches in each other": lines("".join(f"{' ' * deep}if a:\n" for deep in range(40)) + " " * 40 + "x = x"),
    "handlers": lines("try:\n    a = x.a\nexcept E:\n    a = None"),
    "lists": wide("a = [", "Linear(1), ReLU(), ", "]"),
    "lists in lists": lines("a = " + "[" * 60 + "]" * 60),
    "dicts": wide("a = {", "'a': x, ", "}"),
    "comprehensions": lines("[a for a in x for b in a]"),
    "comprehensions in each other": lines("[" * 30 + "a" + " for a in x]" * 30),
    "globals": lines("def f():\n    global a{i}\n    a{i} = x"),
    "comments": lines("# comment"),
    "nothing": lines("  "),
    "one statement in a line": wide("a", "; a"),
    "loops": in_forward("for a in A: self.b = [c for c in A]"),
    "loops of rounds": in_forward("while a < len(A): a = a + 1"),
    "helpers": in_forward("self.a{i} = self.h{i}(A)"),
    "own attributes": in_forward("self.a{j} = self.a{i}"),
    "sums of batches": in_forward("B = A" + " + A" * 30),
    "chains of batches": in_forward("B = C = D = A" + ".copy()" * 30),
    "maps": in_forward("map(f, " * 30 + "A" + ")" * 30),
    "self as another": in_forward("a{j} = a{i} = self.a{i}"),
    "what is stored": in_forward("self.dW = self.grads['dW'] = layers.append(Linear(1))"),
}


def notebook(cells: list[Mapping[str, object]]) -> bytes:
    """A notebook of these cells."""
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}).encode()


def cell(text: str, outputs: list[Mapping[str, object]] | None = None) -> Mapping[str, object]:
    """A cell with code."""
    shown = outputs or []
    return {"cell_type": "code", "metadata": {}, "outputs": shown, "execution_count": None, "source": text}


def in_one_cell(make: Make) -> Make:
    """A source in one cell."""
    return lambda count: notebook([cell(make(count).decode())])


STREAM = {"output_type": "stream", "name": "stdout", "text": "1 2 3"}
PICTURE = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "", "text/plain": "1"}}
NOTEBOOKS: Mapping[str, Make] = {
    "cells": lambda count: notebook([cell(f"a{i} = 1") for i in range(count)]),
    "cells that don't parse": lambda count: notebook([cell("a(") for _ in range(count)]),
    "constants": in_one_cell(lambda count: b"a=1\n" * count),
    "functions": in_one_cell(lambda count: b"def f(a):\n    return a\n" * count),
    "imports": in_one_cell(lambda count: b"import a\n" * count),
    "magics": in_one_cell(lambda count: b"%time a\n!ls\n" * count),
    "guarded": in_one_cell(lambda count: b"try:\n    import a\nexcept E:\n    b = 1\n" * count),
    "a tuple": in_one_cell(lambda count: b"a = (" + b"1, " * count + b")"),
    "texts": lambda count: notebook([{"cell_type": "markdown", "metadata": {}, "source": "text"}] * count),
    "outputs": lambda count: notebook([cell("a", [STREAM, PICTURE] * count)]),
    "a long output": lambda count: notebook([cell("a", [STREAM | {"text": "12 " * count}])]),
    "lines of an output": lambda count: notebook([cell("a", [STREAM | {"text": ["1\n"] * count}])]),
}

# --- answers and tables -------------------------------------------------------------------------------------------

ANSWERS: Mapping[str, Make] = {
    "a long key": lambda count: (".".join(["a"] * count) + " = 1\n").encode(),
    "a long key between blanks": lambda count: ("[papers . " + " . ".join(['"a"'] * count) + "]\n").encode(),
    "keys of eight parts": lambda count: "".join(f"a{i}.b.c.d.e.f.g.h = 1\n" for i in range(count)).encode(),
    "tables": lambda count: "".join(f"[papers.{i}]\na = 'text'\n" for i in range(count)).encode(),
    "tables in a list": lambda count: b"[[papers]]\na = 1\n" * count,
    "tables in each other": lambda count: "".join(f"[a{i}.b.c.d.e]\nf.g.h = 1\n" for i in range(count)).encode(),
    "keys": lambda count: ("[papers.1]\n" + "".join(f"a{i} = 'text'\n" for i in range(count))).encode(),
    "inline tables": lambda count: ("a = {" + ", ".join(f"b{i} = 1" for i in range(count)) + "}\n").encode(),
    "inline tables in each other": lambda count: "".join(
        f"a{i} = {'{b = ' * 30}1{'}' * 30}\n" for i in range(count)
    ).encode(),
    "a list": lambda count: b"a = [" + b"1, " * count + b"]\n",
    "lists in lists": lambda count: (
        b"[papers.1]\n" + b"".join(b"a%d = %s\n" % (i, b"[" * 60 + b"]" * 60) for i in range(count))
    ),
    "brackets": lambda count: b"a = " + b"[" * count,
    "a long text": lambda count: b'[papers.1]\na = "' + b"text. " * count + b'"\n',
    "a text of lines": lambda count: b'[papers.1]\na = """\n' + b"text.text.text\n" * count + b'"""\n',
    "escapes": lambda count: b'[papers.1]\na = "' + b"\\n\\u00e9" * count + b'"\n',
    "quotation marks": lambda count: b'[papers.1]\na = """' + b'"" ' * count + b'"""\n',
    "comments": lambda count: b"# comment\n" * count,
    "nothing": lambda count: b" \n" * count,
    "numbers": lambda count: "".join(f"a{i} = 1.5e3\n" for i in range(count)).encode(),
    "a long number": lambda count: b"a = 1." + b"5" * count + b"\n",
}
TABLES: Mapping[str, Make] = {
    "rows": lambda count: b"Id,Category\n" + "".join(f"{i},{i % 10}\n" for i in range(count)).encode(),
    "one column": lambda count: b"1\n" * count,
    "cells": lambda count: b"1," * count,
    "commas": lambda count: b"1" + b"," * count,
    "quotation marks": lambda count: b'1,"' + b'""' * count + b'"\n',
    "an open quotation": lambda count: b'1,"' + b"2\n" * count,
    "empty lines": lambda count: b"\n" * count + b"1,2\n",
    "a long number": lambda count: b"1" * count + b",1\n",
    "a long number with a point": lambda count: b"1." + b"0" * count + b",1\n",
}
READMES: Mapping[str, Make] = {
    "commands": lambda count: "".join(f"python train_curves.py --a{i}\n" for i in range(count)).encode(),
    "options": lambda count: b"python train_curves.py" + b" -e 1 --b" * count + b"\n",
    "blanks": lambda count: b"python train_curves.py -e" + b" " * count + b"\n",
    "ends": lambda count: b"python train_curves.py " + b"`." * count + b"x\n",
}

FLAGS: Mapping[str, Make] = {
    "flags": lambda count: "".join(f"a{i} = True\n" for i in range(count)).encode(),
    "texts": lambda count: b"'text'\n" * count,
    "a long name": lambda count: b"import " + b"a." * count + b"b\n",
    "brackets": lambda count: b"a = " + b"(" * count,
}

# --- names of files -----------------------------------------------------------------------------------------------

NAMES: Mapping[str, Make] = {
    "copies of copies": lambda count: ("a" + " copy" * count + "b.py").encode(),
    "numbered copies": lambda count: ("a" + " (1)" * count + "b.py").encode(),
    "blanks": lambda count: ("a" + " " * count + "b.py").encode(),
    "dashes": lambda count: ("a" + " - " * count + "copyb.py").encode(),
}
NAME = "names.txt"


@cache
def _rubric() -> RubricFile:
    return read_rubric("ai702")


def _of_names(folder: Path) -> None:
    """A folder with files of a name as long as names may be, and of every shorter one."""
    name = (folder / NAME).read_text()
    for end in range(0, len(name) - 3, max(len(name) // 20, 1)):
        (folder / f"{name[end:-3][:240]}.py").touch()
    layout(folder, _rubric())


LINEAR = "mytorch/nn/linear.py"


def _remarks(folder: Path) -> object:
    rubric = _rubric()
    return remarks(folder, rubric, list(rubric.modules))


def _begun(folder: Path) -> object:
    return outline(folder / LINEAR)


def _dialect(folder: Path) -> object:
    return _Classes(folder, [LINEAR]).why_missing(Sign(manner=Manner.MISSING, of="layer", asked="dLdW"))


def _similarity(folder: Path) -> object:
    return [text_of(one) for one in sources_in(folder, [])]


READERS = [
    Reader("uses", "a.py", lambda folder: uses((folder / "a.py").read_bytes()), SOURCES),
    Reader("loops", "a.py", lambda folder: loops_over_examples((folder / "a.py").read_bytes(), "Layer"), SOURCES),
    Reader("own code", "q1.py", lambda folder: rules.check_own_code(folder, "q1.py", "Layer"), SOURCES),
    Reader("autograd", source.NETWORKS, source.check_no_autograd, SOURCES),
    Reader("remarks", LINEAR, _remarks, SOURCES),
    Reader("begun", LINEAR, _begun, SOURCES),
    Reader("dialect", LINEAR, _dialect, SOURCES),
    Reader("recognising", LINEAR, lambda folder: likeness(folder, _rubric()), SOURCES),
    Reader("similarity", LINEAR, _similarity, SOURCES),
    Reader(
        "notebook", "a.ipynb", lambda folder: module_source((folder / "a.ipynb").read_bytes(), "a.ipynb"), NOTEBOOKS
    ),
    Reader("results", "a.ipynb", lambda folder: results._counts(folder / "a.ipynb"), NOTEBOOKS),
    Reader("answers", questionnaire.ANSWERS, lambda folder: questionnaire.answers_of(folder, "1"), ANSWERS),
    Reader("table", predictions.NAME, lambda folder: predictions.read(folder / predictions.NAME, "a"), TABLES),
    Reader("flags", "flags.py", lambda folder: read_flags(folder / "flags.py"), FLAGS),
    Reader("readme", "README.md", training.readme_options, READMES),
    Reader("layout", NAME, _of_names, NAMES),
]
