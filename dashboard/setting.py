"""What an installation decides: about its screens, and what its channels promise. The definitions of numbers are not decided here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network

from dashboard.people.rules import Rules
from metrics.maturity.model import Model
from metrics.promise import PROMISES, Promises

LOOPBACK = ("127.0.0.0/8", "::1/128")
ANYWHERE = ("0.0.0.0/0", "::/0")


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices of one installation; the defaults are those of a laptop: reachable from the machine itself and from nowhere else.

    `hosts` are the names the server answers to (the Host header, without port): any other is refused, so that no foreign site can point
    its own name at this server. `peers` are the networks whose connections are taken; widen it only where something in front of the
    server decides who comes through, such as the port mapping of a container bound to the host's loopback.
    """

    zone: str = "Europe/Paris"  # where days begin and clocks are shown
    hosts: frozenset[str] = frozenset({"127.0.0.1", "localhost", "::1"})
    peers: tuple[str, ...] = LOOPBACK
    viewers: int = 500  # open live streams, at most; the next one is told to come back later
    heartbeat_s: float = 15.0  # a silent stream says that it is alive this often
    pause_s: float = 0.5  # between two snapshots of one board, at least
    patience_s: float = 5.0  # between two snapshots of one board while something waits, at most
    threads: int = 16  # for everything that is not a stream and not a sender of events
    senders: int = 32  # who wait at one time until their events are on disk; the next one is told to come back
    body_s: float = 60.0  # what is sent to the server must have arrived whole after this time
    promises: Promises = field(default_factory=lambda: PROMISES)  # by channel; what is asked about promises is asked with these
    late: Mapping[str, int] = field(default_factory=dict)  # by source: seconds of silence after which it is late, in place of what is usual
    maturity: Model | None = None  # the company's own version of the maturity model (maturity.toml of the data folder)
    rules: Rules = field(default_factory=Rules)  # how people sign in
    open: bool = True  # without accounts, whoever is let in by address sees everything; never where the server left the machine
    networks: tuple[IPv4Network | IPv6Network, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "networks", tuple(ip_network(peer) for peer in self.peers))
