"""Fetching sheets: only when asked to, only http(s), whole or with an error in one line."""

import io
import socket
import threading
from dataclasses import replace

import openpyxl
import pytest
from panj.geodata.errors import InputError
from panj.geodata.fetching import Limits, _check_redirect, export_address, fetch, is_address, name_of
from panj.geodata.reading import read_events

from tests.web import answer, redirect, serving

CSV = b"date,title,lat,lon\n2015-05-12,One,37,69\nbad,Two,37,69\n"
QUICK = Limits(size=5000, silence=20, total=60, redirects=3)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def refused(address, limits=QUICK):
    with pytest.raises(InputError) as caught:
        fetch(address, limits)
    message = str(caught.value)
    assert "\n" not in message
    assert "expected" in message
    return message


def test_an_address_is_fetched_only_when_asked_to():
    with serving({"/events.csv": answer(CSV)}) as server:
        address = f"{server.address}/events.csv?key=1"
        with pytest.raises(InputError, match=r"found the address .* --remote .*remote=True"):
            read_events(address)
        assert server.asked == []
        table = read_events(address, remote=True)
        (path, headers), *others = server.asked
        assert (path, others) == ("/events.csv?key=1", [])
        assert headers["User-Agent"] == "panj"
    assert (len(table.events), len(table.rejected)) == (1, 1)
    assert table.events["dataset"].tolist() == ["events"]
    assert table.rejected["file"].tolist() == [address]
    assert table.notices == ()


def test_files_and_addresses_can_be_mixed(tmp_path):
    path = tmp_path / "own.csv"
    path.write_bytes(CSV)
    with serving({"/b.csv": answer(CSV)}) as server:
        table = read_events([path, f" {server.address}/b.csv "], remote=True)
    assert table.events["dataset"].tolist() == ["own", "b"]


def test_workbooks_are_known_by_their_content():
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["date", "title", "place"], ["2015", "One", "Khorog"]):
        sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    with serving({"/x": answer(held.getvalue(), "application/octet-stream")}) as server:
        assert len(read_events(f"{server.address}/x", remote=True).events) == 1


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirects_are_followed(code):
    with serving({"/a": redirect("/b", code), "/b": redirect("c", code), "/c": answer(CSV)}) as server:
        assert fetch(f"{server.address}/a", QUICK).content == CSV


def test_redirects_end():
    answers = {f"/{number}": redirect(f"/{number + 1}") for number in range(9)} | {"/loop": redirect("/loop")}
    with serving(answers) as server:
        assert "too many redirects" in refused(f"{server.address}/0")
        assert "too many redirects" in refused(f"{server.address}/loop")
        assert len(server.asked) < 12


@pytest.mark.parametrize("target", ["file:///etc/hosts", "ftp://127.0.0.1/a", "data:text/csv,a", "//[bad"])
def test_redirects_to_other_schemes_are_refused(target):
    with serving({"/a": redirect(target)}) as server:
        assert f"a redirect to {target!r}; expected one to https or http" in refused(f"{server.address}/a")


def test_a_redirect_from_https_to_http_is_refused():
    with pytest.raises(InputError, match="expected one to https; "):
        _check_redirect("https://a", "https://a/x", "http://a/y")
    _check_redirect("https://a", "https://a/x", "y")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (400, "400 .*check the address"),
        (401, "not published; publish the sheet as CSV"),
        (403, "not published"),
        (404, "404 .*check the address"),
        (410, "gone"),
        (429, "wait"),
        (500, "500 .*try again later"),
        (503, "try again later"),
    ],
)
def test_statuses(code, words):
    with serving({"/a": answer(b"<html>no</html>", "text/html", code)}) as server:
        message = refused(f"{server.address}/a")
    assert message.startswith(server.address)
    with pytest.raises(InputError, match=words):
        raise InputError(message)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<!DOCTYPE html><title>Sign in</title>", "text/html; charset=utf-8"),
        (b"date,title\n", "text/html"),
        (b"  <!-- x --> <html lang=en>", "text/csv"),
        (b"<x/>", "application/xhtml+xml"),
    ],
)
def test_a_web_page_is_no_published_sheet(content, kind):
    with serving({"/a": answer(content, kind)}) as server:
        assert "the sheet is not published" in refused(f"{server.address}/a")


def test_what_is_too_large_is_refused_whether_announced_or_not():
    def endless(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/csv")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 1000)
        except OSError:
            handler.close_connection = True

    with serving({"/large": answer(b"x" * 5001), "/endless": endless, "/fits": answer(b"x" * 5000)}) as server:
        assert "more than 0.005 MB" in refused(f"{server.address}/large")
        assert "more than 0.005 MB" in refused(f"{server.address}/endless")
        assert len(fetch(f"{server.address}/fits", QUICK).content) == 5000


def chunked(*chunks):
    def send(handler):
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"".join(chunks))
        handler.close_connection = True

    return send


def test_chunks_are_put_together():
    with serving({"/a": chunked(b"5\r\ndate,\r\n", b"5\r\ntitle\r\n", b"0\r\n\r\n")}) as server:
        assert fetch(f"{server.address}/a", QUICK).content == b"date,title"


@pytest.mark.parametrize(
    "send",
    [
        answer(CSV, Content_Length=str(len(CSV) + 10)),
        chunked(b"5\r\ndate,\r\n", b"9\r\nti"),
        chunked(b"5\r\ndate,\r\n"),
    ],
)
def test_what_ends_too_early_is_no_sheet(send):
    with serving({"/a": send}) as server:
        message = refused(f"{server.address}/a")
    assert "cannot be fetched" in message


def test_a_silent_server_is_not_waited_for():
    release = threading.Event()

    def late(handler):
        release.wait(20)

    def stuck(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b"date,")
        handler.wfile.flush()
        release.wait(20)

    with serving({"/late": late, "/stuck": stuck}) as server:
        try:
            for path in ("late", "stuck"):
                assert "no answer in time" in refused(f"{server.address}/{path}", replace(QUICK, silence=0.2))
        finally:
            release.set()


def test_a_trickle_ends_at_the_limit_for_the_whole():
    with serving({"/a": answer(CSV)}) as server:
        assert "no answer in time" in refused(f"{server.address}/a", replace(QUICK, total=-1))


def test_nobody_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "check the address and the connection" in refused(f"http://127.0.0.1:{port}/a")


def test_what_speaks_no_http():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk():
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"hello\r\n\r\n")

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        assert "cannot be fetched" in refused(f"http://127.0.0.1:{server.getsockname()[1]}/a")
        thread.join()


@pytest.mark.parametrize(
    "address",
    [
        "http://",
        "https:///a",
        "http://user:secret@example.org/a",
        "http://example.org:port/a",
        "http://[::1/a",
        "http://example.org/a b",
        "http://example.org/a\r\nHost: x",
        "http://example.org/данные.csv",
        "http://a_b..c/x",
        "http://.../x",
        f"http://{'l' * 64}.org/x",
    ],
)
def test_broken_addresses(address):
    assert "correct it" in refused(address)


@pytest.mark.parametrize(
    ("source", "is_one"),
    [("https://a", True), (" HTTP://a", True), ("file:///a", False), ("ftp://a", False), ("events.csv", False)],
)
def test_what_is_an_address(source, is_one):
    assert is_address(source) is is_one


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://example.org/data/events.2015.csv?a=b.c#d", "events.2015"),
        ("https://example.org/My%20events.csv", "My_20events"),
        ("https://example.org/export?format=csv", "example.org"),
        ("https://example.org/.csv", "example.org"),
        ("https://docs.google.com/spreadsheets/d/1AbCdEfGhIjK/edit#gid=7", "google-sheet-1AbCdEfG-7"),
        ("https://docs.google.com/spreadsheets/d/e/2PACX-1vQxyzabc/pub?output=csv", "google-sheet-1vQxyzab"),
        ("https://docs.google.com/other", "docs.google.com"),
        ("https:///..", "remote"),
        ("https://[::1/a", "remote"),
    ],
)
def test_names(address, name):
    assert name_of(address) == name


SHEETS = "https://docs.google.com/spreadsheets"


@pytest.mark.parametrize(
    ("address", "export"),
    [
        (f"{SHEETS}/d/K-e_y/edit#gid=7", f"{SHEETS}/d/K-e_y/export?format=csv&gid=7"),
        (f"{SHEETS}/d/KEY/edit?gid=3&usp=sharing#gid=8", f"{SHEETS}/d/KEY/export?format=csv&gid=8"),
        (f"{SHEETS}/d/KEY/edit?usp=sharing", f"{SHEETS}/d/KEY/export?format=csv"),
        (f"{SHEETS}/u/1/d/KEY/view", f"{SHEETS}/d/KEY/export?format=csv"),
        (f"{SHEETS}/d/KEY", f"{SHEETS}/d/KEY/export?format=csv"),
        (f"{SHEETS}/d/KEY/edit#gid=x%26y", f"{SHEETS}/d/KEY/export?format=csv"),
        (f"{SHEETS}/d/e/2PACX-K/pubhtml?gid=5&single=true", f"{SHEETS}/d/e/2PACX-K/pub?gid=5&single=true&output=csv"),
        (f"{SHEETS}/d/e/2PACX-K/pubhtml", f"{SHEETS}/d/e/2PACX-K/pub?output=csv"),
    ],
)
def test_pages_of_google_sheets_become_their_csv(address, export):
    assert export_address(address) == export


@pytest.mark.parametrize(
    "address",
    [
        f"{SHEETS}/d/e/2PACX-K/pub?output=csv",
        f"{SHEETS}/d/KEY/export?format=xlsx",
        "https://docs.google.com/document/d/KEY/edit",
        "https://example.org/spreadsheets/d/KEY/edit",
        "https://docs.google.com.example.org/spreadsheets/d/KEY/edit",
    ],
)
def test_other_addresses_stay(address):
    assert export_address(address) == address


def test_the_exchange_is_noticed(monkeypatch):
    with serving({"/x": answer(CSV)}) as server:
        monkeypatch.setattr("panj.geodata.fetching.export_address", lambda _: f"{server.address}/x")
        fetched = fetch(f"{SHEETS}/d/KEY/edit")
    assert fetched.content == CSV
    assert fetched.notices == (f"{SHEETS}/d/KEY/edit: the page of a Google sheet; reading its CSV, {server.address}/x",)


@pytest.mark.parametrize("target", ["http://a_b..c/x", "http://127.0.0.1:99999/x", f"http://{'l' * 64}.org/x"])
def test_a_redirect_to_no_host_is_refused(target):
    with serving({"/a": redirect(target)}) as server:
        assert "found a redirect" in refused(f"{server.address}/a")


@pytest.mark.parametrize("length", ["²", "9" * 5000, "-1", "many"])
def test_a_length_that_is_no_number_promises_nothing(length):
    def send(handler):
        head = f"HTTP/1.0 200 OK\r\nContent-Type: text/csv\r\nContent-Length: {length}\r\n\r\n"
        handler.wfile.write(head.encode("latin-1") + CSV)

    with serving({"/a": send}) as server:
        assert fetch(f"{server.address}/a", QUICK).content == CSV
