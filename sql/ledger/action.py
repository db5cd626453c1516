"""What the audit log tells of: every action that is written into it, by its noun. Its words are `people.did_<noun>_<verb>` and
`people.audit_<noun>`; a test holds the three (what is written, this list, the words) to each other."""

from collections.abc import Mapping

ACTIONS: Mapping[str, tuple[str, ...]] = {
    "account": ("made", "renamed", "granted", "closed", "opened", "password_reset", "password_changed", "locked", "unvouched"),
    "session": ("opened", "closed"),
    "token": ("issued", "revoked"),
    "view": ("named",),
    "person": ("erasure_asked", "erased", "exported", "key_begun", "key_given_up", "key_turned"),
    "quarantine": ("shown",),
    "retention": ("begun", "ended"),
    "log": ("marked", "forgotten", "restored"),
    "assessment": ("started", "opened", "closed"),
    "vote": ("cast",),
    "evidence": ("attached",),
    "criterion": (
        "waiver_asked", "waiver_withdrawn", "waived", "asked_again", "equivalent_asked", "equivalent_agreed", "equivalent_ended",
    ),
    "stage": ("written", "removed"),
    "decision": ("linked",),
}  # fmt: skip
