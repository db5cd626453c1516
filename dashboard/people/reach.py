"""How far an administrator's decisions reach: no further than what he sees himself.

Otherwise whoever looks after a part of the company would give himself the whole of it, or sign in with the new password of somebody who
sees it.
"""

from __future__ import annotations

from dashboard.people.register import Given
from dashboard.viewer import Role
from metrics.query import Scope


def holds(scope: Scope | None, given: Given) -> bool:
    """Whether all that an account sees, or would see once it was given that, lies within a scope; within None everything does.

    An agent's account sees a single agent, wherever he works: it lies within a scope that holds every agent, one by one.
    """
    if scope is None:
        return True
    if given.role == Role.AGENT:
        return scope.named and not scope.only
    if given.named and not scope.named:
        return False
    if not scope.only or not (given.everything or given.limits):
        return True
    limits: dict[str, set[str]] = {}
    for name, value in given.limits:
        limits.setdefault(name, set()).add(value)
    return not given.everything and all(name in limits and limits[name] <= set(values) for name, values in scope.only)
