"""The demo company: Vaubrun, a French furniture and electronics retailer that exists nowhere else.

A discrete-event simulation: `simulate` gives its history as CloudEvents in time order, `live` goes on from there, `hostile` is the bad
network in front of it, and `Simulation.tally` is the exact count the state machine keeps by itself.
"""

from ingest.simulation.company import Simulation, simulate
from ingest.simulation.live import live
from ingest.simulation.network import hostile
from ingest.simulation.tally import Tally

__all__ = ["Simulation", "Tally", "hostile", "live", "simulate"]
