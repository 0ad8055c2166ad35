"""Images that an event's row names by their address: fetched by the reader's browser, and only when asked for."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import pandas as pd

from ..geodata.placing import withheld

# A host as a Content-Security-Policy can name it (CSP level 3, host-source): no user, no wildcard, no brackets.
_HOST = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*", re.ASCII
)
_UNSAFE = re.compile(r"""[\x00-\x20\x7f-\x9f\ud800-\udfff\s"'<>\\^`{|}]""")
_LONGEST = 2000


@dataclass(frozen=True)
class Images:
    """Images of a table of events.

    Attributes
    ----------
    addresses
        Address by row, None where there is none or it cannot be used.
    origins
        Where they come from (scheme, host, port), each once, in the order of the letters.
    given
        Number of rows that name an image.
    bad
        Addresses that are not plain http(s) addresses, in the order of the rows.
    """

    addresses: tuple[str | None, ...] = ()
    origins: tuple[str, ...] = ()
    given: int = 0
    bad: tuple[str, ...] = ()

    @property
    def shown(self) -> int:
        """Number of rows whose image can be shown: a usable address, a location that is not withheld."""
        return sum(address is not None for address in self.addresses)


def origin_of(address: str) -> str | None:
    """Origin of an http(s) address, in a form that can stand in a Content-Security-Policy; None for anything else.

    >>> origin_of("https://Example.org:8443/a.jpg"), origin_of("javascript:alert(1)"), origin_of("https://a;b/x.png")
    ('https://example.org:8443', None, None)
    """
    if len(address) > _LONGEST or _UNSAFE.search(address):
        return None
    try:
        parts = urlsplit(address)
        port, host = parts.port, (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError:
        # UnicodeError is one too: a host that has no name in ASCII.
        return None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    return f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")


def images_of(table: pd.DataFrame, column: str = "image") -> Images:
    """Find the images of a table; a row whose place is withheld shows none, for a picture can tell the place."""
    if column not in table.columns:
        return Images((None,) * len(table))
    cells = [value.strip() if isinstance(value, str) else "" for value in table[column]]
    hidden = withheld(table)
    origins = [origin_of(cell) if cell and not hide else None for cell, hide in zip(cells, hidden, strict=True)]
    return Images(
        tuple(cell if origin else None for cell, origin in zip(cells, origins, strict=True)),
        tuple(sorted({origin for origin in origins if origin})),
        sum(bool(cell) for cell in cells),
        tuple(cell for cell in cells if cell and origin_of(cell) is None),
    )
