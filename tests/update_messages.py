"""Writes every message that a student can meet into fixtures/messages/all again: python -m tests.update_messages.

Read the difference before it is committed, as a tired student would.
"""

from __future__ import annotations

from tests.messages import FOLDER, ROOMS, texts


def main() -> None:
    """Write a file for each room."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for room in ROOMS:
        (FOLDER / f"{room}.txt").write_text(texts(room), encoding="utf-8")


if __name__ == "__main__":
    main()
