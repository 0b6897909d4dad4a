"""Collects the code of the marked functions into a LaTeX or Markdown document for the write-up."""

import argparse
import ast
import sys
from pathlib import Path

PACKAGE = Path(__file__).parent / "neural_networks"
METHODS = ["forward", "backward"]

# What is collected: title, file, class, methods.
student_implementations = [
    ("Activation Functions", "activations.py", "ReLU", METHODS),
    ("Activation Functions", "activations.py", "SoftMax", METHODS),
    ("Layers", "layers.py", "FullyConnected", ["_init_parameters", *METHODS]),
    ("Layers", "layers.py", "Conv2D", ["_init_parameters", *METHODS]),
    ("Layers", "layers.py", "Pool2D", METHODS),
    ("Losses", "losses.py", "CrossEntropy", METHODS),
    ("Losses", "losses.py", "L2", METHODS),
    ("Models", "models.py", "NeuralNetwork", [*METHODS, "predict"]),
]


def source_of(file, class_name, method):
    """The lines of a method as they stand in the file."""
    text = (PACKAGE / file).read_text(encoding="utf-8")
    for outer in ast.parse(text).body:
        if isinstance(outer, ast.ClassDef) and outer.name == class_name:
            for inner in outer.body:
                if isinstance(inner, ast.FunctionDef) and inner.name == method:
                    return "\n".join(text.splitlines()[inner.lineno - 1 : inner.end_lineno])
    sys.exit(f"{file} has no {class_name}.{method}")


def heading(title, level, style):
    """A heading of level 1, 2 or 3."""
    if style == "markdown":
        return "#" * level + " " + title
    return "\\" + "sub" * (level - 1) + "section{" + title.replace("_", "\\_") + "}"


def listing(code, style):
    """Code as it is."""
    if style == "markdown":
        return f"```python\n{code}\n```"
    return f"\\begin{{verbatim}}\n{code}\n\\end{{verbatim}}"


def document(style, level):
    """The whole document."""
    parts = []
    last = None
    for title, file, class_name, methods in student_implementations:
        if title != last:
            parts.append(heading(title, level, style))
            last = title
        for method in methods:
            name = f"{class_name}.{method}"
            parts.append(f"**{name}**" if style == "markdown" else "\\textbf{" + name.replace("_", "\\_") + "}")
            parts.append(listing(source_of(file, class_name, method), style))
    return "\n\n".join(parts) + "\n"


def main():
    """Write the document to a file, or to the terminal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", choices=["latex", "markdown"], default="latex")
    parser.add_argument("--heading_level", type=int, choices=[1, 2, 3], default=1)
    parser.add_argument("--output", help="the file to write; the terminal if none is given")
    options = parser.parse_args()
    text = document(options.format, options.heading_level)
    if options.output:
        Path(options.output).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
