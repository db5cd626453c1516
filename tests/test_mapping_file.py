"""Mistakes in a mapping file, and files it does not fit: each is one sentence with the place and the closest right thing."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from ingest.connector import Options
from ingest.connectors.mapping import connector
from ingest.mapping.complaint import MappingError

ROW = 'row = { kind = "interaction", id = "id" }\n'
ZONE = 'time = { zone = "UTC" }\n'
TIMES = 'times = { started = "at" }\n'
UNTIMED = f'source = "s"\n{ROW}{TIMES}'
STILL = f'source = "s"\n{ROW}{ZONE}'
GOOD = STILL + TIMES
EXPORT = b"id,at,Queue\n1,2026-01-01,q\n"


def complaint(mapping: str, folder: Path, export: bytes = EXPORT) -> str:
    file = folder / "my.toml"
    file.write_text(mapping, "utf-8")
    with pytest.raises(MappingError) as caught:
        list(connector.read(io.BytesIO(export), Options(file)))
    return str(caught.value)


MISTAKES = {
    'source = "s': "cannot be read as TOML",
    ROW + ZONE + TIMES: 'source is needed: the name under which these events are known, such as source = "crm/tickets".',
    "source = 3\n": "source must be a text in quotes, not 3.",
    'sorce = "s"\n': "sorce is not a key that can stand there. Did you mean source?",
    'source = "s"\nrow = "interaction"\n': 'row must be a table, written [row], not "interaction".',
    'source = "s"\nrow = { kind = "interactions" }\n': 'row.kind must be one of interaction, event, work, presence, not "interactions". '
    "Did you mean interaction?",
    'source = "s"\nrow = { kind = "work", id = "a" }\n': "row.interaction is needed when row.kind is work: the contact this segment",
    'source = "s"\nrow = { kind = "event", id = "a", typ = "b" }\n': "row.typ is not a key that can stand there. Did you mean type?",
    'source = "s"\nrow = { kind = "presence", agent = "a" }\n': "row.id is needed when row.kind is presence: what identifies a row",
    f"{UNTIMED}": 'time.zone is needed: the place whose clock the stamps follow, such as "Europe/Paris", or "UTC".',
    f'{UNTIMED}time = {{ zone = "Paris" }}': 'time.zone "Paris" is not a zone of the IANA database. Did you mean Europe/Paris?',
    f'{UNTIMED}time = {{ zone = "US/Pacifc" }}': "Did you mean US/Pacific?",
    f'{UNTIMED}time = {{ zone = "+01:00" }}': "An offset is not a zone: it does not know when clocks change.",
    f'{UNTIMED}time = {{ zone = "UTC", formats = ["%d/%m"] }}': 'time.formats[0] "%d/%m" lacks %Y: a stamp needs year,',
    f'{UNTIMED}time = {{ zone = "UTC", formats = ["%d/%m/%Q"] }}': 'time.formats[0] "%d/%m/%Q": %Q is not known. Known: %Y,',
    f'{UNTIMED}time = {{ zone = "UTC", formats = ["%Y-%m-%d %d"] }}': "names a part twice.",
    f'{UNTIMED}time = {{ zone = "UTC", formats = ["epoch"] }}': 'time.formats[0] "epoch" is not a form of stamps. Did you mean epoch_',
    f'{UNTIMED}time = {{ zone = "UTC", formats = "iso" }}': 'time.formats must be a list of texts such as ["one", "two"], not "iso".',
    f'{UNTIMED}time = {{ zone = "UTC", formats = [] }}': "time.formats must name at least one form",
    f'{UNTIMED}time = {{ zone = "UTC", gap = "skip" }}': 'time.gap must be one of shift, refuse, not "skip".',
    f'{UNTIMED}time = {{ zone = "UTC", offset_in_text = true }}': "time.offset_in_text must be a text in quotes, not true or false.",
    f"{STILL}": "times.started is needed when row.kind is interaction: the column that holds its instant.",
    f'{STILL}times = {{ started = "at", answerd = "x" }}': "times.answerd is not a key that can stand there. Did you mean answered?",
    f'{STILL}times = {{ started = "at", answered = "x" }}': "fields.agent is needed because times.answered is something an agent does.",
    f"{STILL}times = {{ started = 7 }}": "times.started must be a column's name in quotes or a table",
    GOOD + 'fields = { chanel = "Queue" }': "fields.chanel is not a key that can stand there. Did you mean channel?",
    GOOD + 'fields = { talk_s = "Queue" }': "fields.agent is needed because fields.talk_s is an agent's time.",
    GOOD
    + 'keep = { channel = "Queue" }': "keep.channel is a field of the event contract: put it in [fields], or keep it under another name.",
    GOOD
    + 'seal = ["custumer"]\nfields = { customer = "Queue" }': "seal.custumer is not a key that can stand there. Did you mean customer?",
    GOOD + "seal = true": 'seal must be a list of texts such as ["one", "two"], not true or false.',
    GOOD + 'skip = "x"': 'skip must be written as [[skip]] with reason = "…" and when = { … }.',
    GOOD + '[[skip]]\nwhen = { column = "id", is = "1" }': "skip[0].reason is needed: rows are left out for a reason that is counted.",
    GOOD + '[[skip]]\nreason = "x"': "skip[0].when is needed",
    GOOD + '[[skip]]\nreason = "x"\nwhen = { column = "id" }': "skip[0].when needs exactly one test of is, is_not,",
    GOOD
    + '[[skip]]\nreason = "x"\nwhen = { column = "id", iz = "1" }': "skip[0].when.iz is not a key that can stand there. Did you mean is?",
    GOOD + '[[skip]]\nreason = "x"\nwhen = { column = "id", is = 1 }': "skip[0].when.is must be a text in quotes, not 1.",
    GOOD + '[[skip]]\nreason = "x"\nwhen = { column = "id", above = "1" }': 'skip[0].when.above must be a number, not "1".',
    GOOD + '[[skip]]\nreason = "x"\nwhen = { column = "id", empty = "no" }': 'skip[0].when.empty must be true or false, not "no".',
    GOOD + '[[skip]]\nreason = "x"\nwhen = { any = [] }': "skip[0].when.any must be a list of conditions, not a list.",
    GOOD + '[[skip]]\nreason = "x"\nwhen = "id"': 'skip[0].when must be a table such as { column = "State", is = "Closed" }, not "id".',
    GOOD
    + 'fields = { queue = { colum = "Queue" } }': "fields.queue needs exactly one of column, constant, concat, first, when; it has none.",
    GOOD + 'fields = { queue = { column = "Queue", constant = "x" } }': "it has column and constant.",
    GOOD
    + 'fields = { queue = { column = "Queue", strip = true } }': "fields.queue.strip is not a key that can stand there. Did you mean trim",
    GOOD + 'fields = { queue = { column = "Queue", lower = false } }': "fields.queue.lower can only be true: leave it out otherwise.",
    GOOD + 'fields = { queue = { column = "Queue", cut = "5" } }': "fields.queue.cut must be how many characters to keep",
    GOOD + 'fields = { queue = { column = "Queue", map = "x" } }': "fields.queue.map must be a table such as",
    GOOD
    + 'fields = { queue = { column = "Queue", split = { by = "", part = 1 } } }': "fields.queue.split needs by, the text between the parts",
    GOOD + 'fields = { queue = { column = "Queue", number = { decimals = "," } } }': "fields.queue.number.decimals is not a key "
    "that can stand there. Did you mean decimal?",
    GOOD + 'fields = { queue = { column = "Queue", number = { times = "60" } } }': 'fields.queue.number.times must be a number, not "60".',
    GOOD + 'fields = { queue = { column = "Queue", otherwise = [] } }': "fields.queue.otherwise must be a text or a number, not a list.",
    GOOD + 'fields = { queue = { column = "Queue", with = "-" } }': "fields.queue.with says what stands between the parts of concat",
    GOOD + "fields = { queue = { concat = [] } }": "fields.queue.concat must be a list of expressions such as",
    GOOD + 'fields = { queue = { concat = ["id", 3] } }': "fields.queue.concat[1] must be a column's name in quotes or a table",
    GOOD + "fields = { queue = { constant = [] } }": "fields.queue.constant must be a text, a number, true or false, not a list.",
    GOOD + 'fields = { queue = { when = [{ if = { column = "id", is = "1" } }] } }': "fields.queue.when[0] needs both if and then.",
    GOOD + 'fields = { queue = { when = "x" } }': 'fields.queue.when must be a list of { if = …, then = … }, not "x".',
    GOOD + 'input = { format = "xls" }': 'input.format must be one of csv, tsv, json, ndjson, parquet, not "xls".',
    GOOD + 'input = { encoding = "utf8000" }': 'input.encoding "utf8000" is not known: utf-8, cp1252 and utf-16 are usual.',
    GOOD + 'input = { separator = ";;" }': 'input.separator must be one character, not ";;".',
    GOOD + 'fields = { queue = "queue" }': 'The file has no column "queue". Did you mean Queue? It has 3 columns.',
}


@pytest.mark.parametrize(("mapping", "sentence"), MISTAKES.items(), ids=range(len(MISTAKES)))
def test_a_mistake_is_named_with_its_place(mapping: str, sentence: str, tmp_path: Path):
    assert sentence in complaint(mapping, tmp_path)


def test_the_file_is_named(tmp_path: Path):
    assert complaint("x = 1", tmp_path).startswith("my.toml: x is not a key")


def test_a_mapping_that_is_not_there():
    with pytest.raises(MappingError, match=r"There is no mapping file nowhere\.toml\. Those that ship .* without an ending: cfpb, sf311\."):
        connector.terms(Options(Path("nowhere.toml")))
    with pytest.raises(MappingError, match=r"A mapping is needed: --mapping FILE\.toml"):
        connector.terms(Options())


def test_an_export_that_is_not_there(tmp_path: Path):
    with pytest.raises(MappingError, match=r"There is no file .*none\.csv\."):
        list(connector.read(tmp_path / "none.csv", Options(Path("sf311"))))


def test_a_format_that_cannot_be_told(tmp_path: Path):
    (tmp_path / "export.dat").write_bytes(EXPORT)
    (tmp_path / "my.toml").write_text(GOOD, "utf-8")
    with pytest.raises(MappingError, match=r"input\.format is needed, as the name of the file does not say it: one of csv, tsv,"):
        list(connector.read(tmp_path / "export.dat", Options(tmp_path / "my.toml")))


def test_a_parquet_file_that_was_cut(tmp_path: Path):
    assert complaint(GOOD + 'input = { format = "parquet" }', tmp_path, b"PAR1 and then nothing") == (
        "This is not a whole Parquet file: it may have been cut on the way. Export it again."
    )
