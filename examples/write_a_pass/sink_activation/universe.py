"""What this package adds to every xDSL tool of its environment.

All of them import this module when they start, so it imports the pass only when the pass is asked for.
"""

from xdsl.passes import ModulePass
from xdsl.universe import Universe


def get_sink_activation() -> type[ModulePass]:
    """Import the pass."""
    from .sink_activation import SinkActivationPass

    return SinkActivationPass


UNIVERSE = Universe(all_passes={"sink-activation": get_sink_activation})
