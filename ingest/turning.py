"""Turning the key of pseudonyms: a new key beside the old one, everything written under the new one, the old one destroyed.

An HMAC cannot be undone: which pseudonym somebody has under the new key is known only once his identifier is seen. So there are two steps.

`begin` puts a new key beside the old one. Nothing changes for whoever looks or sends: what arrives is still stored under the old key, but
each value that is sealed is noted under both (`keys/links`), those of a list that the company supplies at once (`link`). A replay of old
files is such a list too, and the only one of values nobody else keeps, such as sealed message ids.

`finish` writes the log, quarantine, the list of erased people and everything derived under the new key in one go, and destroys the old
key and the links. Pseudonyms that were not linked become random ones: what their people did stays counted, and nobody finds them again.
It is refused as long as there are any, unless told that they are left behind. Erased people whose identifiers were given at their erasure
are recognised by their mark and need no link. Interrupted anywhere, `finish` ends it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from ingest import pseudonym
from ingest.seal import ERASED, FINISHING, LINKS, NEXT, OLD, SEAL, Following, Keys, links_in
from sql import private, turn
from sql.arrival import prepare
from sql.clickhouse import Store
from sql.derivation import prepare as prepare_derivation
from sql.derive import forget, rebuild
from sql.erase import held
from sql.failpoint import failpoint

_IN_TEXT = re.compile(rb"k[0-9]+:[0-9a-f]{64}")


class NotTurned(ValueError):
    """The key is not turned as asked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a turn has come: pseudonyms of the old key in the log and among erased people, and how many are known under both."""

    before: int
    after: int
    names: int
    linked: int
    erased: int
    erased_linked: int

    @property
    def behind(self) -> int:
        """Pseudonyms that are not known under the new key."""
        return self.names - self.linked + self.erased - self.erased_linked


def folder_of(keys: Keys) -> Path:
    """Where the keys are kept. Raises NotTurned where they are given by the environment."""
    if keys.list_ is None or os.environ.get("APOGEE_SEAL_KEY"):
        raise NotTurned("The key of pseudonyms is given by APOGEE_SEAL_KEY: only one that lies in the folder keys/ can be turned here.")
    return keys.list_.parent


def begin(keys: Keys) -> None:
    """Put a new key beside the present one. Raises NotTurned when one is there already."""
    folder = folder_of(keys)
    if keys.following is not None or keys.finishing:
        raise NotTurned("A new key is there already: `apogee rotate-key status` says how far it has come.")
    private.destroy(folder / LINKS)  # of a key that was given up
    version, secret = keys.version + 1, secrets.token_hex(32).encode()
    private.put(folder / NEXT, b"k%d %s" % (version, secret))
    keys.following = Following(version, secret, folder / LINKS)
    keys.listed(keys.gone | keys.marks)  # what is remembered of seals was not noted


def give_up(keys: Keys) -> None:
    """Take the new key away again, before anything was written under it."""
    folder = folder_of(keys)
    _following(keys)
    keys.following = None
    for name in (LINKS, NEXT):  # links without their key would count for the next one
        private.destroy(folder / name)


def link(keys: Keys, values: list[str]) -> int:
    """Note the pseudonyms of values under both keys, on the disk before it returns; how many were given."""
    _following(keys)
    for value in values:
        keys.seal(value)
    keys.flush()
    return len(values)


def standing(store: Store, keys: Keys) -> Standing:
    """How far it has come."""
    following = _following(keys)
    keys.flush()
    links = {before for before, _ in links_in(following.links)}
    names = turn.names(store, keys.version)
    gone = keys.gone - {mark.partition("/")[2] for mark in keys.marks}  # a mark is recognised under any key
    return Standing(keys.version, following.version, len(names), len(names & links), len(gone), len(gone & links))


def decide(store: Store, keys: Keys, *, leave_behind: bool) -> None:
    """From here on there is no way back but to the end: whatever is not linked gets a random pseudonym. Raises NotTurned where some are
    not linked and that was not allowed."""
    found = standing(store, keys)
    if found.behind and not leave_behind:
        raise NotTurned(
            f"{found.behind} pseudonyms are not known under the new key yet ({found.names - found.linked} in the log, "
            f"{found.erased - found.erased_linked} of erased people): supply their identifiers with `apogee rotate-key link`, replay old "
            "files, or leave them behind with --leave-behind."
        )
    folder, following = folder_of(keys), _following(keys)
    told = {"before": keys.version, "linked": found.linked, "behind": found.names - found.linked,
            "erased_behind": found.erased - found.erased_linked, "events": turn.count(store, keys.version)}  # fmt: skip
    private.put(folder / FINISHING, json.dumps(told).encode())
    keys.version, keys.secret, keys.following, keys.finishing = following.version, following.secret, None, True
    keys.listed(keys.gone | keys.marks)  # what is remembered of seals is of the old key
    failpoint("turn.after_mark")


def decidedly(keys: Keys) -> bool:
    """Whether a turn was decided whose old key is still there."""
    return keys.finishing and (folder_of(keys) / NEXT).exists()


def decided(keys: Keys) -> dict[str, int]:
    """What was decided: the old version, pseudonyms linked and left behind, erased people's left behind, and events to be written anew."""
    found: dict[str, int] = json.loads((folder_of(keys) / FINISHING).read_text(encoding="ascii"))
    return found


def write(store: Store, keys: Keys) -> tuple[dict[str, str], dict[str, int]]:
    """Write everything in the store under the new key: the new pseudonym of each old one, and by table how many rows still hold an old
    one. Safe to run again."""
    before = decided(keys)["before"]
    with store.lock, store.deriving:
        prepare(store)
        after = _after(store, keys, before)
        turn.rewrite(store, before, lambda rows: turned(rows, after))
        _quarantine(store, keys, after)
        failpoint("turn.after_quarantine")
        forget(store)
        prepare_derivation(store)
        rebuild(store)
        failpoint("turn.after_rebuild")
        return after, turn.left(store, before)


def _after(store: Store, keys: Keys, before: int) -> dict[str, str]:
    """The new pseudonym of each old one: the one it is linked to, or a random one, which is on the disk before it is used."""
    links = folder_of(keys) / LINKS
    after = dict(links_in(links))
    behind = {name: f"k{keys.version}:{secrets.token_hex(32)}" for name in sorted(turn.names(store, before) - after.keys())}
    if behind:
        private.append(links, "".join(f"{old} {new}\n" for old, new in behind.items()))
    return after | behind


def turned(rows: pa.Table, after: dict[str, str]) -> pa.Table:
    """Events (columns of the log) with each pseudonym as it is under the new key."""
    return pa.concat_tables(_turned(part, after) for part in pseudonym.pieces(rows)) if rows.num_rows else rows


def _turned(rows: pa.Table, after: dict[str, str]) -> pa.Table:
    for name, column in pseudonym.columns(rows):
        if known := pseudonym.among(name, column) & after.keys():
            fresh = pseudonym.replaced(name, column, {each: after[each] for each in known})
            rows = rows.set_column(rows.column_names.index(name), name, fresh)
    return rows


def _quarantine(store: Store, keys: Keys, after: dict[str, str]) -> None:
    """What is held of events that were sealed already holds pseudonyms too."""
    fresh = {}
    for row in held(store):
        try:
            payload = keys.unlock(row["payload"])
        except ValueError:
            continue
        changed = _IN_TEXT.sub(lambda found: after.get(found[0].decode(), found[0].decode()).encode(), payload)
        if changed != payload:
            fresh[int(row["line"])] = keys.lock(changed)
    turn.reseal(store, fresh)


def relist(keys: Keys, after: dict[str, str]) -> None:
    """The list of erased people under the new key, without those left behind. Safe to run again."""
    own = f"k{keys.version}:"
    changes = {name: after.get(name, "") for name in keys.gone if not name.startswith(own)}
    changes |= {mark: mark.partition("/")[0] for mark in keys.marks}
    keys.listed({changes.get(name, name) for name in keys.gone | keys.marks} - {""})
    private.put(folder_of(keys) / ERASED, "".join(f"{name}\n" for name in sorted(keys.gone | keys.marks)).encode())
    failpoint("turn.after_list")


def destroy(keys: Keys) -> None:
    """The new key in the place of the old one, which is overwritten, with what led from one to the other. Safe to run again."""
    folder = folder_of(keys)
    if (folder / NEXT).exists():
        (folder / OLD).unlink(missing_ok=True)
        os.link(folder / SEAL, folder / OLD)  # by a name of its own it can still be overwritten after a crash
        (folder / NEXT).replace(folder / SEAL)
        private.settle(folder)
    failpoint("turn.after_replace")
    private.destroy(folder / OLD)
    failpoint("turn.after_key")
    private.destroy(folder / LINKS)
    private.destroy(folder / FINISHING)
    keys.finishing = False


def _following(keys: Keys) -> Following:
    if keys.following is None:
        raise NotTurned("There is no new key: `apogee rotate-key begin` makes one.")
    return keys.following
