"""Fetching a published sheet: http and https only, never without being asked to, and never more than is bearable."""

import http.client
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import SplitResult, parse_qs, urlencode, urljoin, urlsplit

from .errors import InputError
from .hosts import is_host

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_GOOGLE_SHEET = re.compile(r"/spreadsheets/(?:u/\d+/)?d/(?P<id>[\w-]+)(?:/(?:edit|view|preview|htmlview)?)?", re.ASCII)
_GOOGLE_PUBLISHED = re.compile(r"/spreadsheets/(?:u/\d+/)?d/e/(?P<id>[\w-]+)/pubhtml", re.ASCII)
_WEB_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_CHUNK = 65_536
_PUBLISH = (
    "publish the sheet as CSV (in Google Sheets: File, Share, Publish to web) and give that address, or save it and "
    "name the file"
)


@dataclass(frozen=True)
class Limits:
    """How much a fetch may cost.

    Attributes
    ----------
    size
        Most bytes of the content.
    silence
        Seconds to wait for the next byte.
    total
        Seconds for the whole.
    redirects
        How many times the server may send us on.
    """

    size: int = 100_000_000
    silence: float = 30
    total: float = 600
    redirects: int = 5


@dataclass(frozen=True)
class Fetched:
    """What came, and what the user should know of the way."""

    content: bytes
    notices: tuple[str, ...] = ()


def is_address(source: str) -> bool:
    """Whether a text is an http or https address and no path."""
    return _ADDRESS.match(source.strip()) is not None


def name_of(address: str) -> str:
    """Short name of what stands at an address, fit for a file's name and a data set.

    The last part of its path without the ending, where it has one; else the host; for a Google sheet the beginning
    of its key.

    >>> name_of("https://example.org/data/events.csv?token=1"), name_of("https://example.org/export")
    ('events', 'example.org')
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        # `fetch` says what is wrong with it.
        return "remote"
    google = _google_id(parts)
    if google:
        sheet = _query(parts).get("gid", "")
        return f"google-sheet-{google.removeprefix('2PACX-')[:8]}" + (f"-{sheet}" if sheet.isdigit() else "")
    stem, dot, _ = parts.path.rpartition("/")[2].rpartition(".")
    return re.sub(r"[^\w.-]+", "_", stem if dot and stem else parts.hostname or "").strip("._") or "remote"


def export_address(address: str) -> str:
    """Address of the CSV of a Google sheet, for the addresses at which people look at it; others as they are.

    >>> export_address("https://docs.google.com/spreadsheets/d/KEY/edit#gid=7")
    'https://docs.google.com/spreadsheets/d/KEY/export?format=csv&gid=7'
    """
    parts = urlsplit(address)
    if parts.hostname != "docs.google.com":
        return address
    gid = {name: value for name, value in _query(parts).items() if name == "gid" and value.isdigit()}
    if seen := _GOOGLE_SHEET.fullmatch(parts.path):
        return f"https://docs.google.com/spreadsheets/d/{seen['id']}/export?{urlencode({'format': 'csv'} | gid)}"
    if seen := _GOOGLE_PUBLISHED.fullmatch(parts.path):
        query = urlencode(gid | {"single": "true", "output": "csv"} if gid else {"output": "csv"})
        return f"https://docs.google.com/spreadsheets/d/e/{seen['id']}/pub?{query}"
    return address


def fetch(address: str, limits: Limits | None = None) -> Fetched:
    """Fetch what stands at an address.

    Parameters
    ----------
    address
        http or https; the address of a Google sheet's page is exchanged for that of its CSV.
    limits
        100 MB, 30 s of silence, 10 minutes and 5 redirects if None.

    Raises
    ------
    InputError
        If it cannot be fetched whole, or is a web page and no sheet; one line that says why and what to do.
    """
    limits = limits or Limits()
    address = address.strip()
    _check(address)
    target = export_address(address)
    notices = () if target == address else (f"{address}: the page of a Google sheet; reading its CSV, {target}",)
    opener = _opener(address, limits)
    request = urllib.request.Request(target, headers={"User-Agent": "panj", "Accept-Encoding": "identity"})  # noqa: S310
    try:
        with opener.open(request, timeout=limits.silence) as response:
            content = _read(response, address, limits)
            kind = response.headers.get_content_type()
    except urllib.error.HTTPError as error:
        with error:
            raise InputError(_refused(address, error.code, error.reason)) from None
    except (TimeoutError, http.client.HTTPException, OSError) as error:
        raise InputError(
            f"{address}: cannot be fetched ({_why(error)}); expected a sheet; check the address and the connection, "
            "or save it and name the file"
        ) from None
    if kind in ("text/html", "application/xhtml+xml") or _WEB_PAGE.match(content):
        raise InputError(f"{address}: found a web page: the sheet is not published; expected CSV or Excel; {_PUBLISH}")
    return Fetched(content, notices)


def _check(address: str) -> None:
    """Refuse what urllib would stumble over or must not be given."""
    problem = _problem(address)
    if re.search(r"[\x00-\x20\x7f]", address):
        problem = "spaces or control characters in it"
    elif not address.isascii():
        problem = problem or "letters beyond ASCII in it; percent-encode them"
    if problem:
        raise InputError(
            f"{address!r} has {problem}; expected an address such as https://example.org/events.csv; correct it"
        )


def _problem(address: str) -> str:
    """Say what is wrong with the host of an address; empty if nothing is."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        return str(error)
    if parts.username is not None or parts.password is not None:
        return "a user name in it"
    if not parts.hostname:
        return "no host"
    return "" if is_host(parts.hostname) else f"the host {parts.hostname[:80]!r}, which is no host's name"


def _opener(address: str, limits: Limits) -> urllib.request.OpenerDirector:
    """An opener for http and https alone: no file:, no ftp:, no data:."""

    class Redirects(urllib.request.HTTPRedirectHandler):
        max_redirections = limits.redirects
        max_repeats = limits.redirects

        def http_error_302(
            self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage
        ) -> Any:
            try:
                _check_redirect(address, req.full_url, headers.get("Location", ""))
            except InputError:
                fp.close()
                raise
            return super().http_error_302(req, fp, code, msg, headers)

        http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        Redirects(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _check_redirect(address: str, before: str, location: str) -> None:
    """Follow to http and https only, and from https to nothing less."""
    allowed = ("https",) if before.startswith("https:") else ("https", "http")
    try:
        goal = urljoin(before, location)
        usable = urlsplit(goal).scheme in allowed and not _problem(goal)
    except ValueError:
        usable = False
    if not usable:
        raise InputError(
            f"{address}: found a redirect to {location!r}; expected one to {' or '.join(allowed)}; give the final "
            "address"
        )


def _read(response: http.client.HTTPResponse, address: str, limits: Limits) -> bytes:
    header = response.headers.get("Content-Length", "").strip()
    # What is no number promises nothing (RFC 9110, section 8.6: ASCII digits).
    promised = int(header) if re.fullmatch(r"[0-9]{1,18}", header) else 0
    _bearable(promised, address, limits)
    end = time.monotonic() + limits.total
    parts, size = [], 0
    while part := response.read1(_CHUNK):
        parts.append(part)
        size += len(part)
        _bearable(size, address, limits)
        if time.monotonic() > end:
            raise TimeoutError
    if size < promised:
        raise http.client.IncompleteRead(b"", promised - size)
    return b"".join(parts)


def _bearable(size: int, address: str, limits: Limits) -> None:
    if size > limits.size:
        raise InputError(
            f"{address}: found more than {limits.size / 1e6:g} MB; expected at most that; save it and name the file"
        )


def _refused(address: str, code: int, reason: str) -> str:
    advice: Mapping[int, str] = {
        401: f"the sheet is not published; {_PUBLISH}",
        403: f"the sheet is not published; {_PUBLISH}",
        404: "check the address",
        410: "it is gone; ask who published it",
        429: "too many requests; wait and try again",
    }
    if 300 <= code < 400:
        return f"{address}: found too many redirects ({code}); expected a sheet; give the final address"
    what = advice.get(code, "try again later" if code >= 500 else "check the address")
    return f"{address}: the server answered {code} {' '.join(str(reason).split())}; expected a sheet; {what}"


def _why(error: Exception) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError | socket.timeout):
        return "no answer in time"
    if isinstance(cause, http.client.IncompleteRead):
        return "the connection ended before all had come"
    return " ".join(str(cause).split()) or type(cause).__name__


def _google_id(parts: SplitResult) -> str:
    if parts.hostname != "docs.google.com":
        return ""
    seen = re.match(r"/spreadsheets/(?:u/\d+/)?d/(?:e/)?(?P<id>[\w-]+)", parts.path, re.ASCII)
    return seen["id"] if seen else ""


def _query(parts: SplitResult) -> dict[str, str]:
    """Parameters of an address; those behind the # win, as on the page of a sheet."""
    return {name: values[-1] for name, values in (parse_qs(parts.query) | parse_qs(parts.fragment)).items()}
