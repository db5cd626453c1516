"""Who is looking: a name, a role, and the part of the company he may see.

Nothing in the dashboard is open by default. A page, a callback, a route and a stream each name the roles that may use them
(`dashboard.guard`); what a viewer may see inside them is his `scope`, which the query layer demands with every question.
Who a viewer is comes from his session or his token (`dashboard.people`); in an installation without accounts there is one viewer, the
one who sits at the machine itself (`at_the_machine`).
"""

from dataclasses import dataclass
from enum import Enum, StrEnum

from metrics.query import Scope


class Role(StrEnum):
    """What somebody is here for; roles are not ordered, each page names all of those it is meant for."""

    SUPERVISOR = "supervisor"
    ANALYST = "analyst"  # plans and studies: everything a supervisor and a committee see
    COMMITTEE = "committee"
    OFFICER = "officer"  # the Chief Customer Officer
    AGENT = "agent"  # sees himself
    ADMINISTRATOR = "administrator"


class Use(Enum):
    """What a request says of the person behind it, and so of his session.

    ACTS   he did something: the session was used, and one that was idle too long is refused
    LOOKS  his open page goes on by itself: no use of the session, and refused like any other
    WALL   the same of a board on a wall: it goes on in an idle session too, until that has to end in any case
    """

    ACTS = "acts"
    LOOKS = "looks"
    WALL = "wall"


EVERYONE = frozenset(Role)
SUPERVISION = frozenset({Role.SUPERVISOR, Role.ANALYST, Role.OFFICER, Role.ADMINISTRATOR})
GOVERNANCE = frozenset({Role.COMMITTEE, Role.ANALYST, Role.OFFICER, Role.ADMINISTRATOR})
ADMINISTRATION = frozenset({Role.ADMINISTRATOR})
# The first page of each role: the first of these addresses that there is and that the role may open, else the first of the navigation.
FIRST: dict[Role, tuple[str, ...]] = {
    Role.SUPERVISOR: ("/live",),
    Role.ANALYST: ("/live",),
    Role.COMMITTEE: ("/committee",),
    Role.OFFICER: ("/maturity", "/committee"),
    Role.AGENT: ("/me",),
    Role.ADMINISTRATOR: ("/live",),
}
RIGHTS = ("read", "live", "scrape", "send")  # of a token: ask the API, follow a stream, read the operator's figures, send events
# Of a token of an account that sees the whole company only: figures of the server tell of all, and what is sent may move anybody anywhere.
WHOLE_RIGHTS = frozenset({"scrape", "send"})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody whose request was let in: `scope` is asked with every query and is part of every cache key and every live channel.

    account  the number of his account, 0 for whoever sits at the machine of an installation without accounts
    agent    the id of the agent he is, '' for none
    csrf     what his pages send with every change, '' where there is no session
    rights   of the token he came with; None for a session, which may do whatever its role may
    due      his password was given to him by somebody else: until he has changed it, he may do nothing else
    """

    name: str
    role: Role
    scope: Scope
    account: int = 0
    called: str = ""
    agent: str = ""
    csrf: str = ""
    rights: frozenset[str] | None = None
    due: bool = False

    def may(self, allowed: frozenset[Role]) -> bool:
        """Whether this viewer's role is among those something names."""
        return self.role in allowed


def at_the_machine() -> Viewer:
    """The viewer of an installation without accounts: whoever reaches it from the machine it runs on sees everything."""
    return Viewer(name="local", role=Role.ADMINISTRATOR, scope=Scope.all())
