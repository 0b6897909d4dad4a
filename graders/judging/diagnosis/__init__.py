"""What mistake a wrong answer shows: equal to the right one up to a factor, a transposition, a missing term.

Knows arrays and words, nothing of pytest, processes or files.
"""

from __future__ import annotations

from graders.judging.diagnosis.catalogue import Catalogue, Misconception
from graders.judging.diagnosis.evidence import Evidence
from graders.judging.diagnosis.explanation import Explanation
from graders.judging.diagnosis.verdict import Findings, diagnose, findings

__all__ = ["Catalogue", "Evidence", "Explanation", "Findings", "Misconception", "diagnose", "findings"]
