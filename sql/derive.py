"""Events to facts: what the rest of Apogee asks of the derivation."""

from sql.derivation import derive, pending
from sql.rebuild import as_known, content, forget, rebuild

__all__ = ["as_known", "content", "derive", "forget", "pending", "rebuild"]
