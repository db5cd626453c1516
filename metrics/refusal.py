"""The sentences in which a question about metrics is refused, each in English and in French.

They have their one home here: `refuse("no_metric", name="servce_level", near=…)` makes the refusal, whose English sentence the command
line prints, and a page says the same in its reader's language under the key "refused.no_metric" (dashboard/word.py). What only pages
refuse has its words with theirs, in `dashboard/words`.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TypeAlias

from metrics.metric import Text

Value: TypeAlias = str | int | Text  # put into a sentence; a Text in the sentence's own language

SENTENCES: dict[str, Text] = {
    # the question as it is written
    "not_json": Text("The question is not valid JSON.", "La question n'est pas du JSON valide."),
    "no_object": Text(
        'The question must be a JSON object such as {{"metrics": ["offered"]}}.',
        'La question doit être un objet JSON comme {{"metrics": ["offered"]}}.',
    ),
    "no_field": Text("A question has no field '{name}'; it has {known}.", "Une question n'a pas de champ « {name} » ; elle a {known}."),
    "no_objects": Text(
        '"where" and "parameters" must be objects such as {{"channel": ["chat"]}} and {{"threshold_s": 30}}.',
        '"where" et "parameters" doivent être des objets comme {{"channel": ["chat"]}} et {{"threshold_s": 30}}.',
    ),
    "no_texts": Text("{name} must be a list of texts.", "{name} doit être une liste de textes."),
    "half_character": Text(
        "The question holds half of a character (a lone surrogate), which is no text: write it in UTF-8.",
        "La question contient la moitié d'un caractère (un demi-codet isolé), qui n'est pas du texte : écrivez-la en UTF-8.",
    ),
    # what is asked, and of what
    "no_metrics": Text("A question needs at least one metric.", "Une question demande au moins un indicateur."),
    "no_metric": Text("There is no metric '{name}'{near}", "Il n'y a pas d'indicateur « {name} »{near}"),
    "no_dimension": Text("There is no dimension '{name}'{near}", "Il n'y a pas de dimension « {name} »{near}"),
    "near_one": Text("; did you mean '{name}'?", " ; vouliez-vous dire « {name} » ?"),
    "near_known": Text("; known are {names}.", " ; celles et ceux qui existent : {names}."),
    "near_none": Text("; none is known here.", " ; il n'en existe pas ici."),
    "grouped_twice": Text("A dimension can be grouped by only once.", "On ne peut grouper par une dimension qu'une fois."),
    "not_known_by": Text(
        "{fact} are not known by {dimension}: leave out '{name}'.",
        "« {fact} » : ces données ne se distinguent pas par « {dimension} » ; retirez « {name} ».",
    ),
    "known_elsewhere": Text(
        "{fact} are not known by {dimension}: leave out '{name}', or ask for {other}, which is.",
        "« {fact} » : ces données ne se distinguent pas par « {dimension} » ; retirez « {name} », ou demandez « {other} », qui s'y prête.",
    ),
    "no_values": Text(
        "The filter {name} names no value: name at least one, or leave it out.",
        "Le filtre « {name} » ne nomme aucune valeur : donnez-en au moins une, ou retirez-le.",
    ),
    "long_value": Text("A value of {name} has at most {most} characters.", "Une valeur de « {name} » a {most} caractères au plus."),
    # parameters
    "no_parameter": Text(
        "None of the metrics asked for has a parameter '{name}'{near}", "Aucun des indicateurs demandés n'a de paramètre « {name} »{near}"
    ),
    "parameter_kind": Text("The parameter {name} must be a number or a text.", "Le paramètre « {name} » doit être un nombre ou un texte."),
    "parameter_twice": Text(
        "The parameter {name} is set twice: say which value is meant.",
        "Le paramètre « {name} » est donné deux fois : n'en gardez qu'un.",
    ),
    "parameter_number": Text(
        "{name} must be a number from {low} to {high}, not '{value}'.", "{name} doit être un nombre de {low} à {high}, et non « {value} »."
    ),
    "parameter_choice": Text(
        "{name} must be one of {known}, not '{value}'.", "{name} doit être l'une de ces valeurs : {known}, et non « {value} »."
    ),
    # time
    "no_zone": Text(
        "There is no time zone '{name}'; write an IANA name such as Europe/Paris or Asia/Kathmandu.",
        "Il n'y a pas de fuseau horaire « {name} » ; écrivez un nom IANA comme Europe/Paris ou Asia/Kathmandu.",
    ),
    "zone_kind": Text(
        "zone must be the name of a time zone such as Europe/Paris, not {value}.",
        "zone doit être le nom d'un fuseau horaire comme Europe/Paris, et non {value}.",
    ),
    "no_grain": Text("There is no grain {name}; choose one of {known}.", "Il n'y a pas de maille « {name} » ; choisissez parmi {known}."),
    "no_instant": Text(
        "{name} is not an instant: '{value}'; write it like 2026-11-21T09:00:00+01:00.",
        "{name} n'est pas un instant : « {value} » ; écrivez-le comme 2026-11-21T09:00:00+01:00.",
    ),
    "no_offset": Text(
        "{name} has no offset: {value}; write it like 2026-11-21T09:00:00+01:00.",
        "{name} n'a pas de décalage horaire : {value} ; écrivez-le comme 2026-11-21T09:00:00+01:00.",
    ),
    "empty_period": Text(
        "The period is empty: its end must come after its beginning.", "La période est vide : sa fin doit venir après son début."
    ),
    "outside_time": Text(
        "The period lies before 1970 or after 2099, where nothing can have happened: ask for one in between.",
        "La période est avant 1970 ou après 2099, où rien n'a pu se passer : demandez-en une entre les deux.",
    ),
    # who asks
    "no_scope": Text("A question needs to say who asks: give it a scope.", "Une question doit dire qui la pose : donnez-lui un périmètre."),
    "scope_kind": Text(
        "A scope is made of {known}; it cannot be limited by '{name}'.",
        "Un périmètre est fait de {known} ; il ne peut pas être limité par « {name} ».",
    ),
    "agents": Text(
        "You may not see single agents: ask by team or by channel, or ask your administrator for that right.",
        "Vous n'avez pas le droit de voir les conseillers un par un : demandez par équipe ou par canal, ou demandez ce droit à votre "
        "administrateur.",
    ),
    "scorecard_scope": Text(
        "A scorecard needs to say who asks: give it a scope.", "Une carte de maturité doit dire qui la demande : donnez-lui un périmètre."
    ),
    "scorecard_part": Text(
        "Maturity is told for the company, a brand or a site; it is not known by {name}.",
        "La maturité se dit de l'entreprise, d'une enseigne ou d'un site ; elle n'est pas connue par « {name} ».",
    ),
    # how much, and when
    "too_much": Text(
        "That is more than one question may read: ask for a shorter period, longer buckets or fewer groups.",
        "C'est plus qu'une question ne peut lire : demandez une période plus courte, une maille plus large ou moins de groupes.",
    ),
    "too_many_levels": Text(
        "That is a level in every {grain} of {groups} groups, more than {most} figures: "
        "ask for a shorter period, longer buckets or fewer groups.",
        "C'est un niveau pour chaque intervalle ({grain}) de {groups} groupes, soit plus de {most} valeurs : "
        "demandez une période plus courte, une maille plus large ou moins de groupes.",
    ),
    "building": Text(
        "What was known at an instant is being put together for somebody else: ask again in a moment.",
        "Ce qui était connu à un instant est en cours de calcul pour quelqu'un d'autre : redemandez dans un moment.",
    ),
    "asked_already": Text(
        "Somebody asked the same a while ago and has no answer yet: ask again in a moment, or for a shorter period.",
        "Quelqu'un a posé la même question il y a un moment et n'a pas encore de réponse : redemandez dans un moment, ou pour une période "
        "plus courte.",
    ),
    # what a program left out
    "no_now": Text("A question needs its present moment: give it now.", "Une question a besoin de son moment présent : donnez-lui now."),
    "no_database": Text("That is not the name of a database.", "Ce n'est pas le nom d'une base."),
}


class Refused(ValueError):
    """A question that cannot be answered as asked; the message is one plain English sentence for whoever asked it.

    `key` and `values` name the same sentence for a page, which says it in its reader's language.
    """

    def __init__(self, sentence: str, key: str, /, **values: Value) -> None:
        super().__init__(sentence)
        self.key, self.values = key, values


class Later(Refused):
    """A question that cannot be answered at this moment, and can be asked again after `retry_s` seconds."""

    retry_s = 5


def refuse(which: str, /, **values: Value) -> Refused:
    """The refusal of that name among the sentences."""
    return Refused(phrase(which, **values).en, f"refused.{which}", **values)


def later(which: str, /, **values: Value) -> Later:
    """The same of what can be asked again in a moment."""
    return Later(phrase(which, **values).en, f"refused.{which}", **values)


def phrase(which: str, /, **values: Value) -> Text:
    """A sentence, or a piece of one, with its values put in."""
    told = SENTENCES[which]
    en, fr = ({each: value[to] if isinstance(value, Text) else str(value) for each, value in values.items()} for to in ("en", "fr"))
    return Text(told.en.format_map(en), told.fr.format_map(fr))


def nearest(name: str, known: Iterable[str]) -> Text:
    """The end of a sentence about an unknown name: what it may have been meant to be."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    if close:
        return phrase("near_one", name=close[0])
    return phrase("near_known", names=", ".join(names)) if names else phrase("near_none")
