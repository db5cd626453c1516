"""What the forms of maturity send: their fields, in whose name, about which criterion and entity; what is amiss is said in words."""

from flask import request

from dashboard import reader
from dashboard.guard import CSRF_FIELD, FORMS, stop, viewer
from dashboard.scorecard import models, pairs_of
from dashboard.word import plain

MOST_TEXT = 500
# What the fields of the forms are called on the page.
FIELDS = {
    "title": "maturity.field_title", "reason": "maturity.aside_reason", "approver": "maturity.aside_approver",
    "name": "maturity.stage_name", "due": "maturity.stage_due", "decision": "maturity.field_decision",
    "customers": "maturity.customers", "advisers": "maturity.advisers", "company": "maturity.company_side",
    "target": "maturity.proof_note", "assessor": "maturity.your_name", "direction": "maturity.direction",
    "until": "maturity.equivalent_until",
}  # fmt: skip


def _called(field: str) -> str:
    return plain(FIELDS[field], reader.spoken()) if field in FIELDS else field


def fields() -> dict[str, str]:
    """The fields of a form or of a JSON object, whose token the gate has checked; texts are bounded."""
    if not request.is_json and request.mimetype not in FORMS:
        stop(415, "maturity.no_form")
    found = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    if not isinstance(found, dict):
        stop(400, "maturity.no_form")
    said = {str(name): str(value).strip() for name, value in found.items() if name != CSRF_FIELD}
    for name, value in said.items():
        if len(value) > MOST_TEXT:
            stop(400, "maturity.no_long_text", name=_called(name), most=MOST_TEXT)
    return said


def author(said: dict[str, str]) -> str:
    """Who sends this: the account, by its unique name, or the name the form gives where there are no accounts."""
    here = viewer()
    name = here.name if here.account else said.get("assessor", "")
    if here.account and said.get("assessor", here.name) != here.name:
        stop(403, "maturity.no_other_name")
    if not name:
        stop(400, "maturity.no_name")
    return name


def filled(said: dict[str, str], *names: str) -> list[str]:
    """The fields of these names, none of which may be empty."""
    for name in names:
        if not said.get(name):
            stop(400, "maturity.no_field", name=_called(name))
    return [said[name] for name in names]


def number_of(said: str) -> int:
    """A number of the ledger, 0 when it is none."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def criterion_of(said: dict[str, str]) -> str:
    """The criterion that is meant, of any version of the model."""
    name = said.get("criterion", "")
    if not any(model.criterion(name) for model in models()):
        stop(400, "maturity.no_criterion")
    return name


def part_of(said: dict[str, str]) -> str:
    """The entity that is meant, '' for the company."""
    entity = said.get("entity", "")
    pairs_of(entity)  # the application says what is Refused
    return entity
