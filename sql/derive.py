"""Events to facts: what the rest of Apogee asks of the derivation."""

from sql.derivation import derive, pending, spared
from sql.rebuild import Building, as_known, content, forget, rebuild, settled

__all__ = ["Building", "as_known", "content", "derive", "forget", "pending", "rebuild", "settled", "spared"]
