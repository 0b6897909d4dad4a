"""Drafts a pack from a worked solution: which layers it has, how they are called, what they compute."""

from graders import find_oracles

find_oracles()
