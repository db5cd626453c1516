"""What the maturity forms send (votes, evidence, waivers, stages) and the files they give back (evidence, exports).

Every change needs the token of an open page and leaves a line in the audit log in the same unit of work. Who did it is the account; at a
machine without accounts, the name the form gives. What is refused is said in the language of the page that sent it.
"""

import secrets
from datetime import UTC, date, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, jsonify, request, send_file
from werkzeug.datastructures import FileStorage

from dashboard import reader
from dashboard.ask import desk
from dashboard.export import EXPORTS
from dashboard.guard import stop, viewer
from dashboard.scorecard import book, entity_of, instant_of, models, scorecard
from dashboard.sent import author, criterion_of, fields, filled, number_of, part_of
from dashboard.viewer import GOVERNANCE, Role
from dashboard.waiver import waiver
from metrics.maturity.answer import VALUES
from sql.ledger import audit
from sql.ledger import maturity as kept

MOST_BYTES = 10 << 20
MOST_FIELDS = 1 << 20  # what the fields beside a file may take
MOST_YEARS = 20  # between today and a stage
# What a file of each ending begins with: the name alone proves nothing. Texts are checked to be texts.
MAGIC: dict[str, tuple[bytes, str]] = {
    "pdf": (b"%PDF-", "application/pdf"),
    "png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "jpg": (b"\xff\xd8\xff", "image/jpeg"),
    "jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    "docx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "csv": (b"", "text/csv"),
    "txt": (b"", "text/plain"),
}
_BASE = "/api/v1/maturity"
ROUTES: dict[str, frozenset[Role]] = {
    **{f"{_BASE}/{action}": GOVERNANCE for action in ("start", "vote", "evidence", "waiver", "advance", "stage", "deed")},
    f"{_BASE}/evidence/<int:number>": GOVERNANCE,
    f"{_BASE}/scorecard.<kind>": GOVERNANCE,
}


def routes() -> Blueprint:
    """The blueprint of all of them."""
    blueprint = Blueprint("maturity", __name__)
    blueprint.before_request(_whole)
    for rule, function in (
        ("start", _start), ("vote", _vote), ("evidence", _evidence), ("waiver", waiver), ("advance", _advance), ("stage", _stage),
    ):  # fmt: skip
        blueprint.post(f"{_BASE}/{rule}", endpoint=rule)(function)
    blueprint.post(f"{_BASE}/deed", endpoint="deed")(_deed)
    blueprint.get(f"{_BASE}/evidence/<int:number>", endpoint="file")(_file)
    blueprint.get(f"{_BASE}/scorecard.<kind>", endpoint="export")(_export)
    return blueprint


def _whole() -> None:
    """Maturity is of the whole company: nothing of it is told to whoever may see a part."""
    if viewer().scope.only:
        stop(403, "maturity.no_whole")
    if (request.content_length or 0) > MOST_BYTES + MOST_FIELDS:  # before anything of it is read
        stop(413, "maturity.no_large_file", most=MOST_BYTES >> 20)


# --- what is sent ----------------------------------------------------------------------------------------------------------------------


def _start() -> Response:
    said = fields()
    [title] = filled(said, "title")
    by, entity = author(said), part_of(said)
    with desk().ledger.write() as session:
        one = kept.start(session, entity, title, models()[-1].version, by)
        audit.write(session, by, "assessment.started", f"assessment/{one.number}", {"entity": entity})
    return jsonify({"assessment": one.number})


def _vote() -> Response:
    said = fields()
    by, criterion = author(said), criterion_of(said)
    number = number_of(said.get("assessment", ""))
    value = next((each for each in VALUES if said.get("value") in (str(each), f"{each:g}")), None)
    if value is None or not number:
        stop(400, "maturity.no_vote")
    ballot = kept.Ballot(
        assessment=number, criterion=criterion, assessor=by, direction=said.get("direction", ""), round="", value=value,
        note=said.get("note", ""), ticket=said.get("ticket") or None, at=datetime.now(UTC),
    )  # fmt: skip
    with desk().ledger.write() as session:
        stored = kept.vote(session, ballot)
        if not stored and kept.stage(session, number) not in (kept.BLIND, kept.OPEN):
            stop(409, "maturity.no_votes_more")
        if stored:
            audit.write(session, by, "vote.cast", f"assessment/{number}", {"criterion": criterion})
    return jsonify({"stored": stored})


def _advance() -> Response:
    said = fields()
    by = author(said)
    number, to = number_of(said.get("assessment", "")), said.get("to", "")
    if to not in kept.STAGES or not number:
        stop(400, "maturity.no_step")
    with desk().ledger.write() as session:
        moved = kept.advance(session, number, to, by)
        if moved:
            audit.write(session, by, "assessment.opened" if to == kept.OPEN else "assessment.closed", f"assessment/{number}")
    return jsonify({"moved": moved})


def _evidence() -> Response:
    said = fields()
    by, criterion, entity = author(said), criterion_of(said), part_of(said)
    [title] = filled(said, "title")
    try:
        today = datetime.now(ZoneInfo(desk().settings.zone)).date()
        dated = date.fromisoformat(said.get("dated") or today.isoformat())
    except ValueError:
        stop(400, "maturity.no_proof_day")
    if dated > today:
        stop(400, "maturity.no_future_proof")
    file = request.files.get("file")
    content, media = checked(file) if file and file.filename else (None, "")
    target = said.get("target", "")
    if content is None and not target:
        stop(400, "maturity.no_proof_given")
    kind = "file" if content is not None else "link" if target.startswith(("https://", "http://")) else "note"
    proof = kept.Proof(
        entity=entity, criterion=criterion, kind=kind, title=title, target=target, media=media, size=0, digest="", content=content,
        dated=dated, by=by, at=datetime.now(UTC),
    )  # fmt: skip
    with desk().ledger.write() as session:
        kept.attach(session, proof)
        audit.write(session, by, "evidence.attached", f"criterion/{criterion}", {"digest": proof.digest, "kind": kind})
    return jsonify({"number": proof.number, "digest": proof.digest})


def checked(file: FileStorage) -> tuple[bytes, str]:
    """The bytes of an uploaded file and its media type, once its ending, its beginning and its size are found to be allowed."""
    ending = (file.filename or "").rpartition(".")[2].casefold()
    if ending not in MAGIC:
        stop(400, "maturity.no_such_kind", kinds=", ".join(sorted(MAGIC)))
    content = file.stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        stop(413, "maturity.no_large_file", most=MOST_BYTES >> 20)
    start, media = MAGIC[ending]
    if not content or not content.startswith(start):
        stop(400, "maturity.no_true_file", kind=ending)
    if not start:
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            stop(400, "maturity.no_text_file")
    return content, media


def _stage() -> Response:
    said = fields()
    by, entity = author(said) if said.get("assessor") or viewer().account else viewer().name, part_of(said)
    gone = said.get("gone") == "1"
    with desk().ledger.write() as session:
        known = next((each for each in kept.stages(session, entity) if each.key == said.get("key")), None)
        if gone and known is None:
            stop(400, "maturity.no_stage")
        if gone and known is not None:
            said |= {**{text: known.told(text, reader.spoken()) for text in kept.TEXTS}, "due": known.due.isoformat()}
        name, due = filled(said, "name", "due")
        try:
            day = date.fromisoformat(due)
            targets = {key.removeprefix("level_"): int(value) for key, value in said.items() if key.startswith("level_") and value}
        except ValueError:
            stop(400, "maturity.no_stage_day", most=MOST_YEARS)
        far = abs(day.year - datetime.now(UTC).year) > MOST_YEARS
        if far or any(level not in (0, 1, 2, 3) for level in targets.values()):
            stop(400, "maturity.no_stage_day", most=MOST_YEARS)
        key, texts = known.key if known else secrets.token_hex(6), {text: said.get(text, "") for text in kept.TEXTS}
        words: dict[str, dict[str, str]] = dict(known.words) if known else {}
        if not gone:
            words[reader.spoken()] = texts
        session.add(
            kept.Stage(entity=entity, key=key, due=day, targets=targets, words=words, gone=gone, by=by, at=datetime.now(UTC), **texts)
        )
        audit.write(session, by, "stage.removed" if gone else "stage.written", f"stage/{key}", {"name": name})
    return jsonify({"key": key})


def _deed() -> Response:
    said = fields()
    by, criterion, entity = author(said) if said.get("assessor") or viewer().account else viewer().name, criterion_of(said), part_of(said)
    [decision] = filled(said, "decision")
    with desk().ledger.write() as session:
        if not any(each.criterion == criterion and each.decision == decision for each in kept.deeds(session, entity)):
            session.add(kept.Deed(entity=entity, criterion=criterion, decision=decision, by=by, at=datetime.now(UTC)))
            audit.write(session, by, "decision.linked", f"criterion/{criterion}", {"decision": decision})
    return jsonify({"stored": True})


# --- what is given back ----------------------------------------------------------------------------------------------------------------


def _file(number: int) -> Response:
    with desk().ledger.read() as session:
        found = session.get(kept.Proof, number)
        content = found.content if found is not None else None
    if found is None or content is None:
        stop(404, "maturity.no_file")
    name = f"{found.digest[:12]}.{_ending(found.media)}"
    answer = send_file(BytesIO(content), mimetype=found.media, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _ending(media: str) -> str:
    return next((ending for ending, (_, kind) in MAGIC.items() if kind == media), "bin")


def _export(kind: str) -> Response:
    if kind not in EXPORTS:
        stop(404, "maturity.no_export", kinds=", ".join(EXPORTS))
    from dashboard.app import understood, visit_of
    from dashboard.pages.maturity import page

    visit = visit_of("/maturity", request.query_string.decode())
    understood(visit, page)
    entity = entity_of(visit)
    told = book(entity)
    found = scorecard(visit, entity, instant_of(visit), told)
    make, media = EXPORTS[kind]
    name = f"apogee-maturity-{found.now.at:%Y-%m-%d}.{kind}"
    return send_file(BytesIO(make(found, told, visit)), mimetype=media, as_attachment=True, download_name=name)
