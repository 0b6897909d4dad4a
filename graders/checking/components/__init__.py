"""Components: a layer, loss or activation described once, from which its checks, oracle and mistakes follow."""

from __future__ import annotations

from graders.checking.components import families as families
from graders.checking.components import presets as presets
from graders.checking.components.calling import Functions as Functions
from graders.checking.components.calling import Layer as Layer
from graders.checking.components.cases.case import Default as Default
from graders.checking.components.cases.variation import Check as Check
from graders.checking.components.chance import Chance as Chance
from graders.checking.components.description import Labels as Labels
from graders.checking.components.description import replaced as replaced
from graders.checking.components.networks.network import Network as Network
from graders.checking.components.networks.network import part as part
from graders.checking.components.optimizers import Optimizer as Optimizer
from graders.checking.components.optimizers import Update as Update
from graders.checking.components.standard.standard import Standard as Standard
