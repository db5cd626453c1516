"""What is written down when somebody looks at a person: who looked at whom, over what, in the audit log of the ledger.

Written before anything is shown, so that nothing is seen without its line. Groups of agents leave no line: nobody is named in them.
"""

from dashboard.ask import desk
from dashboard.guard import viewer
from sql.ledger import audit


def named(about: str, **detail: str) -> None:
    """The viewer of this request is about to see `about` ("agent/a17", "team/sav": its agents one by one), in what detail."""
    with desk().ledger.write() as session:
        audit.write(session, viewer().name, "view.named", about, detail)
