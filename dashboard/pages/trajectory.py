"""The trajectory: stages with their date, the levels aimed at, and what customers, advisers and the company gain; written, never erased."""

from dash import html
from dash.development.base_component import Component

from dashboard.format import NOTHING
from dashboard.matter import sendable, tab
from dashboard.page import Page, Visit
from dashboard.pages.assess import assessor_of
from dashboard.parts.sheet import button, choice, field, form, labelled
from dashboard.scorecard import book, entity_of, models, pairs_of
from dashboard.viewer import GOVERNANCE
from dashboard.word import in_words, plain
from metrics.maturity.model import Model
from sql.ledger import maturity as kept


def layout(visit: Visit) -> Component:
    """A form for each stage, and one for a new one."""
    language, entity = visit.language, entity_of(visit)
    pairs_of(entity)
    told, model = book(entity), models()[-1]
    back = html.A(plain("frame.maturity", language), href=visit.href("/maturity", entity=entity or None))
    head = html.Header(
        [
            html.Nav([back, " › ", plain("maturity.trajectory", language)], className="scope"),
            html.H1(plain("maturity.trajectory_title", language, n=len(told.trajectory)), className="answer"),
            html.P(plain("maturity.trajectory_about", language), className="lede"),
        ],
        className="head",
    )
    stages = [_stage(visit, model, each) for each in told.trajectory]
    return html.Div([head, *stages, _stage(visit, model, None)], className="ask", **sendable(language))


def _title(visit: Visit) -> str:
    return tab(visit, plain("maturity.trajectory", visit.language))


def _stage(visit: Visit, model: Model, each: kept.Stage | None) -> Component:
    language = visit.language

    def named(key: str, value: str, kind: str = "text") -> Component:
        return labelled(plain(f"maturity.{key}", language), field(key.removeprefix("stage_"), value, kind))

    aims = [("", NOTHING), *((str(place), in_words(level, language)) for place, level in enumerate(model.levels) if place)]
    said = {text: each.told(text, language) if each else "" for text in kept.TEXTS}
    targets = {name: str(level or "") for name, level in each.targets.items()} if each else {}
    levels = [labelled(in_words(one.name, language), choice(f"level_{one.id}", targets.get(one.id, ""), aims)) for one in model.dimensions]
    fields = [
        html.Div([named("stage_name", said["name"]), named("stage_due", each.due.isoformat() if each else "", "date")]),
        html.Div(levels),
        html.Div(
            [
                named("customers", said["customers"], "area"),
                named("advisers", said["advisers"], "area"),
                labelled(plain("maturity.company_side", language), field("company", said["company"], "area")),
            ]
        ),
        button(plain("maturity.stage_save", language)),
    ]
    if each and each.words:
        other = "maturity.stage_untold" if language not in each.words else "maturity.stage_both" if len(each.words) > 1 else ""
        fields.insert(-1, html.P(plain(other, language) if other else "", className="note"))
    hidden = {"entity": entity_of(visit), "key": each.key if each else "", "assessor": assessor_of(visit)[0], "language": language}
    head: list[Component] = [html.H2(said["name"] if each else plain("maturity.stage_new", language))]
    if each:
        head.append(form("stage", [button(plain("maturity.stage_remove", language), "btn plain")], hidden | {"gone": "1"}))
    return html.Section([html.Header(head), form("stage", fields, hidden)], className="sec stage")


page = Page(
    path="/maturity/trajectory",
    words="frame.maturity",
    order=None,
    may=GOVERNANCE,
    layout=layout,
    whole=True,
    title=_title,
    asks=frozenset({"entity"}),
)
