"""The handbook: every metric's words, formula, worked example, parameters, source and SQL, in one language. `make docs` writes it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from metrics.example import Example, examples
from metrics.fact import tables
from metrics.metric import Better, Kind, Metric, Number, Parameter, Text, Unit
from metrics.promise import PROMISES
from metrics.query import Query, Scope
from metrics.registry import metrics
from metrics.statement import statement

LANGUAGES = ("en", "fr")

_TITLE = Text("Handbook of metrics", "Guide des indicateurs")
_OPENING = Text(
    "Written from the catalogue by `make docs`; do not edit. A time of day in an example means 2 March 2026, in UTC. Shares are between "
    "0 and 1; intervals are of 95 %.",
    "Écrit à partir du catalogue par `make docs` ; ne pas modifier. Dans les exemples, une heure désigne le 2 mars 2026, en UTC. Les parts "
    "vont de 0 à 1 ; les intervalles sont à 95 %.",
)
_COLON, _SEMICOLON = Text(": ", " : "), Text("; ", " ; ")
_WORDS = {
    "why": Text("Why", "Pourquoi"),
    "formula": Text("Formula", "Formule"),
    "kind": Text("Kind", "Nature"),
    "unit": Text("Unit", "Unité"),
    "better": Text("Better", "Sens favorable"),
    "target": Text("Target", "Cible"),
    "promised": Text("what each channel promises, by default", "ce que promet chaque canal, par défaut"),
    "promise": Text("{channel} {share:g} within {s} s", "{channel} {share:g} en {s} s"),
    "counter": Text("Read with", "À lire avec"),
    "opt_in": Text(
        "Off until the installation opts in with `{name} = true` under `[agent_time]`",
        "Désactivé tant que l'installation ne l'autorise pas par `{name} = true` sous `[agent_time]`",
    ),
    "owner": Text("Owner", "Responsable"),
    "source": Text("Source", "Source"),
    "parameters": Text("Parameters", "Paramètres"),
    "default": Text("by default", "par défaut"),
    "between": Text("from {low:g} to {high:g}", "de {low:g} à {high:g}"),
    "example": Text("Worked example", "Exemple chiffré"),
    "now": Text("It is", "Il est"),
    "asked": Text("Asked with", "Demandé avec"),
    "answer": Text("Answer", "Réponse"),
    "sql": Text("SQL", "SQL"),
    "none": Text("none", "aucune"),
}
KINDS = {
    Kind.COUNT: Text("count", "dénombrement"),
    Kind.SUM: Text("sum", "somme"),
    Kind.RATIO: Text("ratio", "rapport"),
    Kind.QUANTILE: Text("quantile", "quantile"),
    Kind.CURVE: Text("product-limit estimate", "estimation de Kaplan-Meier"),
    Kind.LEVEL: Text("level at an instant", "niveau à un instant"),
    Kind.EXTREME: Text("largest value", "plus grande valeur"),
    Kind.DISTINCT: Text("count of different ones", "dénombrement de valeurs distinctes"),
}
UNITS = {
    Unit.COUNT: Text("number", "nombre"),
    Unit.SECONDS: Text("seconds", "secondes"),
    Unit.SHARE: Text("share (0 to 1)", "part (de 0 à 1)"),
    Unit.PER_ORDER: Text("per order", "par commande"),
    Unit.PER_JOURNEY: Text("per journey", "par parcours"),
    Unit.AT_ONCE: Text("contacts at once", "contacts simultanés"),
}
BETTER = {
    Better.HIGHER: Text("higher", "à la hausse"),
    Better.LOWER: Text("lower", "à la baisse"),
    Better.WITHIN: Text("within the target", "dans la cible"),
    Better.NEITHER: Text("neither", "aucun"),
}


def book(language: str) -> str:
    """The whole handbook in one language, as Markdown."""
    pages = [page(metric, language) for metric in sorted(metrics().values(), key=lambda metric: metric.name[language].casefold())]
    return "\n".join((f"# {_TITLE[language]}", "", _OPENING[language], "", *pages))


def page(metric: Metric, language: str) -> str:
    """One metric's page, as Markdown: what the screen's handbook shows too."""
    word = {name: text[language] for name, text in _WORDS.items()}
    colon, semicolon = _COLON[language], _SEMICOLON[language]
    kind, unit, better = KINDS[metric.kind][language], UNITS[metric.unit][language], BETTER[metric.better][language]
    nature = semicolon.join([kind, f"{word['unit'].lower()}{colon}{unit}", f"{word['better'].lower()}{colon}{better}"])
    facts = [
        f"- {word['why']}{colon}{metric.why[language]}",
        f"- {word['formula']}{colon}{metric.formula[language]}",
        f"- {word['kind']}{colon}{nature}",
        f"- {word['target']}{colon}{_target(metric, language)}",
        *_counter(metric, language),
        *([f"- {word['opt_in'].format(name=metric.opt_in)}"] if metric.opt_in else []),
        f"- {word['owner']}{colon}{metric.owner[language]}",
        f"- {word['source']}{colon}{metric.source.author}, [{metric.source.title}]({metric.source.address})",
    ]
    lines = [f"## {metric.name[language]} (`{metric.id}`)", "", metric.definition[language], "", *facts, ""]
    if metric.parameters:
        lines += [f"### {word['parameters']}", "", *(line for one in metric.parameters for line in _parameter(one, language)), ""]
    lines += [f"### {word['example']}", "", *_example(metric, examples()[metric.example], language), ""]
    lines += [f"### {word['sql']}", "", "```sql", *"\n".join(sql(metric)).splitlines(), "```", ""]
    return "\n".join(lines)


def sql(metric: Metric) -> tuple[str, ...]:
    """The metric's statements as they run for one period, with their values bound and named, not written out."""
    since, until = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)
    query = Query((metric.id,), since=since, until=until, scope=Scope.all(), now=datetime(2026, 3, 2, 12, tzinfo=UTC))
    return tuple(each.sql for each in statement(query))


def _counter(metric: Metric, language: str) -> list[str]:
    if metric.counter is None:
        return []
    name = metrics()[metric.counter.metric].name[language]
    return [f"- {_WORDS['counter'][language]}{_COLON[language]}{name} (`{metric.counter.metric}`). {metric.counter.why[language]}"]


def _target(metric: Metric, language: str) -> str:
    target = metric.target
    if metric.promised:
        word = _WORDS["promise"][language]
        made = [word.format(channel=name, share=one.share, s=one.within_s) for name, one in PROMISES.items()]
        return f"{_WORDS['promised'][language]} ({', '.join(made)})"
    if target is None:
        return _WORDS["none"][language]
    bars = [f"≥ {target.low:g}" if target.low is not None else "", f"≤ {target.high:g}" if target.high is not None else ""]
    return f"{' '.join(bar for bar in bars if bar)} ({target.why[language]})"


def _parameter(parameter: Parameter, language: str) -> list[str]:
    default, colon, semicolon = _WORDS["default"][language], _COLON[language], _SEMICOLON[language]
    if isinstance(parameter.allowed, Number):
        limits = _WORDS["between"][language].format(low=parameter.allowed.low, high=parameter.allowed.high)
        return [f"- `{parameter.name}`{colon}{parameter.text[language]} ({limits}{semicolon}{default} {parameter.default})"]
    choices = [
        f"  - `{choice.value}`{colon}{choice.text[language]}" + (f" ({default})" if choice.value == parameter.default else "")
        for choice in parameter.allowed
    ]
    return [f"- `{parameter.name}`{colon}{parameter.text[language]}", *choices]


def _example(metric: Metric, example: Example, language: str) -> list[str]:
    """The rows of the facts the metric reads, the question, the answer, and the sum in words."""
    lines = []
    for table in example.tables:
        if table.fact in (*tables(metric.facts), "person"):
            lines += [f"`{table.fact}`", "", f"| {' | '.join(table.columns)} |", f"|{'---|' * len(table.columns)}"]
            lines += [f"| {' | '.join(row)} |" for row in table.rows] + [""]
    asked = f" {_WORDS['asked'][language]} `{example.ask}`." if example.ask else ""
    lines += [f"{_WORDS['now'][language]} {example.now}.{asked}", ""]
    answers = "; ".join(" ".join(f"{name} = {value}" for name, value in answer.items()) for answer in example.answers)
    return [*lines, f"{example.words[language]}", "", f"{_WORDS['answer'][language]}{_COLON[language]}{answers}"]


def write(folder: Path) -> None:
    """Write both handbooks into `folder`."""
    for language in LANGUAGES:
        (folder / f"handbook.{language}.md").write_text(book(language), encoding="utf-8")


if __name__ == "__main__":
    write(Path(__file__).parent.parent / "docs")
