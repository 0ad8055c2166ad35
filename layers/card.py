"""The card of a page: what search engines, messengers and social networks show of it, in its `<head>`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from .strings import language
from .summary import summary

# The first pair of marks in a page is the card's own: nothing but the page's fixed head stands before it, and text
# from data is escaped.
_CARD = re.compile(r"<!-- panj:card -->.*?<!-- /panj:card -->", re.DOTALL)


@dataclass(frozen=True)
class Card:
    """Texts and addresses of a page's card.

    Attributes
    ----------
    title, description, locale
        What every page has; the locale as Open Graph writes it (`en_GB`).
    url, image, oembed
        Addresses of the published page, its poster and its oEmbed file; empty until they are known.
    alt, size
        Text and size (width, height in px) of the poster.
    """

    title: str
    description: str
    locale: str
    url: str = ""
    image: str = ""
    oembed: str = ""
    alt: str = ""
    size: tuple[int, int] = (0, 0)


def card_of(described: Mapping[str, Any]) -> Card:
    """Card of a page that is not published yet (see `BorderMap.describe`)."""
    page = described["page"]
    return Card(page["title"], summary(described), language(page["lang"])["og_locale"])


@cache
def template(name: str) -> Template:
    """One of the page's templates; every value it is given is escaped."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(files(__package__).joinpath("page", name).read_text("utf-8"))


def card_tags(card: Card) -> str:
    """Tags of a card for a page's `<head>`, between their marks. None of them makes a browser fetch anything."""
    return template("card.html.j2").render(card=card)


def with_card(html: str, card: Card) -> str | None:
    """Put a card in the place of the one that a page has; None if the page has no place for it."""
    tags = card_tags(card)
    head, *_ = html.partition("<style>")
    if not _CARD.search(head):
        return None
    return _CARD.sub(lambda _: tags, html, count=1)
