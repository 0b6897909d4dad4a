"""Which line is it: from what became right with other values in a statement's place, to the lines that are reported."""

from graders.judging.suspect.reach import Reach as Reach
from graders.judging.suspect.spots import Spot as Spot
from graders.judging.suspect.spots import calls_with_several as calls_with_several
from graders.judging.suspect.spots import of_spots as of_spots
from graders.judging.suspect.spots import targets as targets
from graders.judging.suspect.spots import unassigned as unassigned
from graders.judging.suspect.statements import Statement as Statement
from graders.judging.suspect.trace import Event as Event
from graders.judging.suspect.trace import Repair as Repair
from graders.judging.suspect.trace import Trace as Trace
from graders.judging.suspect.verdict import Place as Place
from graders.judging.suspect.verdict import Suspicion as Suspicion
from graders.judging.suspect.verdict import verdict as verdict
