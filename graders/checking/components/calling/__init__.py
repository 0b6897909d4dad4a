"""How a component's student code is called: as a pair of functions, or as the methods of a class."""

from __future__ import annotations

from graders.checking.components.calling.calls import Calls as Calls
from graders.checking.components.calling.calls import Values as Values
from graders.checking.components.calling.functions import Functions as Functions
from graders.checking.components.calling.layers import Layer as Layer
