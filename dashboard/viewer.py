"""Who is looking: a name, a role, and the part of the company he may see.

Nothing in the dashboard is open by default. A page, a callback, a route and a stream each name the roles that may use them
(`dashboard.guard`); what a viewer may see inside them is his `scope`, which the query layer demands with every question.
Sign-in comes later: for now the only viewer is the one who sits at the machine itself (`at_the_machine`).
"""

from dataclasses import dataclass
from enum import StrEnum

from metrics.query import Scope


class Role(StrEnum):
    """What somebody is here for; roles are not ordered, each page names all of those it is meant for."""

    SUPERVISOR = "supervisor"
    PLANNER = "planner"
    COMMITTEE = "committee"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


EVERYONE = frozenset(Role)
SUPERVISION = frozenset({Role.SUPERVISOR, Role.PLANNER, Role.OFFICER, Role.ADMINISTRATOR})
GOVERNANCE = frozenset({Role.COMMITTEE, Role.OFFICER, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Viewer:
    """One signed-in person: `scope` is asked with every query and is part of every cache key and every live channel."""

    name: str
    role: Role
    scope: Scope

    def may(self, allowed: frozenset[Role]) -> bool:
        """Whether this viewer's role is among those something names."""
        return self.role in allowed


def at_the_machine() -> Viewer:
    """The viewer of an installation without accounts: whoever reaches it from the machine it runs on sees everything."""
    return Viewer(name="local", role=Role.ADMINISTRATOR, scope=Scope.all())
