"""Trusted side: tells the worker to refuse functions and classes that a homework forbids."""

from __future__ import annotations

from graders.checking.student import Student


def forbidden(student: Student, *names: str) -> None:
    """From now on in this example each of these raises when it is called, with its name and the student's line.

    `numpy.tanh`, `torch.nn.Linear`, `torch.Tensor.backward`: also where the submission has it under another name.
    A name that doesn't exist in the worker is passed over.
    """
    student.queue(["forbid", list(names)])
