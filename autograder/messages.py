"""The one message catalogue: every text that a learner reads passes through ``_``.

English is the source language. Translations are gettext catalogues in ``autograder/locale``;
``KATA_LANG`` chooses one, else the usual LANGUAGE, LC_ALL, LC_MESSAGES and LANG do.
"""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path

DOMAIN = "torchkata"
LOCALE = Path(__file__).parent / "locale"


@cache
def _catalogue(language: str | None) -> gettext.NullTranslations:
    languages = [language] if language else None
    return gettext.translation(DOMAIN, LOCALE, languages=languages, fallback=True)


def _(text: str) -> str:
    """The text in the learner's language (an empty text stays empty: gettext keeps its header there)."""
    return _catalogue(os.environ.get("KATA_LANG")).gettext(text) if text else ""


def N_(text: str) -> str:
    """Marks a text for the catalogue that is translated later, where it is shown."""
    return text


def ngettext(one: str, many: str, n: int) -> str:
    """The singular or plural text for n."""
    return _catalogue(os.environ.get("KATA_LANG")).ngettext(one, many, n)
