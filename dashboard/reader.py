"""What the browser says about its reader: language and theme, from the address, a cookie, or the system."""

from typing import Any

from flask import after_this_request, request

from dashboard.format import Language
from dashboard.word import language_of

THEMES = ("light", "dark")
THEME_COOKIE, LANGUAGE_COOKIE = "apogee_theme", "apogee_lang"
YEAR_S = 31_536_000


def language(search: str) -> Language:
    """The reader's language from the address, his cookie or his browser."""
    return language_of(search, request.cookies.get(LANGUAGE_COOKIE), request.headers.get("Accept-Language"))


def spoken() -> Language:
    """The language of whoever sent the current request; English where nothing in it names one, as programs ask."""
    named = request.args.get("lang") or request.cookies.get(LANGUAGE_COOKIE) or request.headers.get("Accept-Language")
    return language(request.query_string.decode()) if named else "en"


def theme() -> str:
    """The theme asked for by the address or remembered; empty leaves it to the reader's system."""
    asked = request.args.get("theme") or request.cookies.get(THEME_COOKIE, "")
    return asked if asked in THEMES else ""


def remember() -> None:
    """Keep in cookies what the address of this request says about language and theme."""
    chosen = {LANGUAGE_COOKIE: ("lang", language(request.query_string.decode())), THEME_COOKIE: ("theme", theme())}

    @after_this_request
    def keep(response: Any) -> Any:
        for cookie, (asked, value) in chosen.items():
            if value and request.args.get(asked):
                response.set_cookie(cookie, value, max_age=YEAR_S, samesite="Strict")
        return response
