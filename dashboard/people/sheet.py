"""A document of its own, outside the frame: signing in, changing a password, a secret that is shown once. Plain HTML, no script needed."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template_string, request

from dashboard import reader
from dashboard.asset import asset
from dashboard.format import LANGUAGES, Language
from dashboard.guard import CSRF_FIELD, page_token
from dashboard.word import plain

_SHEET = """<!DOCTYPE html>
<html lang="{{ language }}"{% if theme %} data-theme="{{ theme }}"{% endif %}>
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{ title }} · Apogee</title><link rel="icon" type="image/svg+xml" href="{{ asset('icon.svg') }}">
{% for each in ('apogee.css', 'shell.css', 'people.css') %}<link rel="stylesheet" href="{{ asset(each) }}">{% endfor %}
<script src="{{ asset('theme.js') }}"></script></head>
<body class="leaf-page"><main class="leaf">
<p class="brand"><span class="logo"></span>Apogee</p>
<h1>{{ title }}</h1>
{% if text %}<p class="muted">{{ text }}</p>{% endif %}
{% if error %}<p class="said st ink bad" role="alert"><span>{{ error }}</span></p>{% endif %}
{% if shown %}<p><code class="shown" tabindex="0">{{ shown }}</code></p>{% endif %}
{% if fields %}<form method="post" action="{{ action }}" class="asked">
<input type="hidden" name="{{ csrf_field }}" value="{{ csrf }}">
{% for name, value in kept %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}
{% for each in fields %}<label><span>{{ each.label }}</span>
<input name="{{ each.name }}" type="{{ each.kind }}" value="{{ each.value or '' }}" autocomplete="{{ each.complete }}" required
{% if each.shortest %} minlength="{{ each.shortest }}"{% endif %}{% if each.focus %} autofocus{% endif %}
maxlength="200" autocapitalize="none" spellcheck="false">
{% if each.note %}<small>{{ each.note }}</small>{% endif %}</label>{% endfor %}
<button type="submit" class="primary">{{ button }}</button></form>{% endif %}
{% for href, label in links %}<p class="or"><a class="button" href="{{ href }}">{{ label }}</a></p>{% endfor %}
<p class="foot">{% for other, name, href in languages %}
<a href="{{ href }}" lang="{{ other }}" hreflang="{{ other }}">{{ name }}</a>{% endfor %}</p>
</main></body></html>"""
_NAMES = {"fr": "Français", "en": "English"}


def language() -> Language:
    """The reader's language."""
    return reader.language(request.query_string.decode())


def sheet(title: str, *, status: int = 200, **parts: Any) -> Response:
    """A sheet in the reader's language; `title` is the key of its title, see the template for the other parts."""
    reader.remember()
    spoken = language()
    query = {name: value for name, value in request.args.items() if name != "lang"}
    others = [(each, _NAMES[each], _address({**query, "lang": each})) for each in LANGUAGES if each != spoken]
    body = render_template_string(
        _SHEET, language=spoken, theme=reader.theme(), asset=asset, title=plain(title, spoken), csrf=page_token(), csrf_field=CSRF_FIELD,
        languages=others if request.method == "GET" else [], **{"kept": [], "links": [], **parts},
    )  # fmt: skip
    return make_response(body, status)


def _address(query: dict[str, str]) -> str:
    from urllib.parse import urlencode

    return f"{request.path}?{urlencode(query)}"
