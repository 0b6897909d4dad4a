"""A module of the submission, as a check asks for it: its classes and functions, which live in the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graders.coursework.begun import Part

if TYPE_CHECKING:
    from graders.checking.student import Remote, Student


class Module:
    """A module of the submission as the handout names it; its attributes are the student's classes and functions."""

    def __init__(self, student: Student, name: str) -> None:
        self._student = student
        self._name = name

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("__"):
            raise AttributeError(name)
        candidates, files = self._student.locate(self._name, name)
        return self._student.ask("find", [[list(pair) for pair in candidates]], name, files)

    def has(self, name: str) -> bool:
        """Whether the submission defines this name; a StudentError if the file that should do so is broken."""
        candidates, files = self._student.locate(self._name, name)
        return self._student.get("defines", [[list(pair) for pair in candidates]], name, files) is True

    def begun(self, name: str, method: str = "") -> bool:
        """Whether the submission defines this name with something to do in it: practice may be left in part.

        That is read off its source, so nobody has to ask for it whose section counts.
        """
        folder = self._student.session.folder
        candidates, _ = self._student.locate(self._name, name)
        files = [f"{module.replace('.', '/')}.py" for module, _ in candidates]
        return folder is not None and self._student.outlined(folder).begins(Part(name, method, files))
