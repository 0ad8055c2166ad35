"""Text files as UTF-8: which encoding a file is in, and its bytes as UTF-8 whatever that is, piece by piece."""

import codecs
import re
import shutil
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

import pyarrow as pa

from .errors import InputError

# Bytes that are looked at together.
_BEYOND = re.compile(rb"[\x80-\xff]+")
# A byte beyond ASCII at or after a Latin letter, with none beside it.
_ALONE = re.compile(rb"(?<=[A-Za-z])[\x80-\xff](?![\x80-\xff])|(?<![\x80-\xff])[\x80-\xff](?=[a-z])")
_PIECE = 4 << 20
_HEAD = 4000
# A stream that cannot be set back is kept on disk from this size on.
_IN_MEMORY = 64 << 20
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_BOM = "\ufeff".encode()


@dataclass(frozen=True)
class Encoding:
    """How the bytes of a file become text.

    Attributes
    ----------
    name
        As Python calls it.
    errors
        "strict", or "replace" where damaged bytes become U+FFFD.
    notices
        What was assumed.
    """

    name: str
    errors: str = "strict"
    notices: tuple[str, ...] = ()

    @property
    def is_utf8(self) -> bool:
        """Whether the bytes are UTF-8 as they stand."""
        return self.errors == "strict" and codecs.lookup(self.name).name in ("utf-8", "utf-8-sig")


def encoding_of(stream: BinaryIO, file: str, told: str | None = None) -> Encoding:
    """Encoding of a text: as told, else by byte order mark, else UTF-8 or cp1251, by all of its bytes.

    Parameters
    ----------
    stream
        The bytes, from where it stands to its end; it is set back there.
    file
        Name for messages.
    told
        What the user says.

    Raises
    ------
    InputError
        If the encoding is unknown or does not fit.
    """
    start = stream.tell()
    try:
        return _told(stream, file, told) if told else _guessed(stream, file)
    finally:
        stream.seek(start)


def _told(stream: BinaryIO, file: str, name: str) -> Encoding:
    encoding = Encoding(name)
    try:
        # Codecs that turn bytes into something else than text are refused here.
        b"".decode(name)
        codecs.getincrementaldecoder(name)
    except (LookupError, UnicodeError):
        raise InputError(
            f"found the encoding {name!r}; expected one that Python knows; try utf-8, utf-16 or cp1251"
        ) from None
    if encoding.is_utf8:
        # These bytes are handed on as they are: nothing later would notice a bad one.
        for _ in _decoded(stream, file, encoding):
            pass
    return encoding


def _guessed(stream: BinaryIO, file: str) -> Encoding:
    start = stream.tell()
    head = full(stream, _HEAD)
    stream.seek(start)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return _told(stream, file, name)
    unmarked = _unmarked_utf16(head)
    if unmarked:
        return Encoding(unmarked, notices=(f"{file}: no byte order mark, read as {unmarked}",))
    if _is_utf8(stream):
        return Encoding("utf-8")
    stream.seek(start)
    return _not_utf8(stream, file)


def _unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 without a mark: of two neighbouring bytes, nearly always the same one is NUL."""
    for name, start in (("utf-16-le", 1), ("utf-16-be", 0)):
        high, low = head[start::2], head[1 - start :: 2]
        if high and high.count(0) > 0.6 * len(high) and low.count(0) < 0.1 * len(low):
            return name
    return None


def _is_utf8(stream: BinaryIO) -> bool:
    pending = b""
    while piece := stream.read(_PIECE):
        content = pending + piece if pending else piece
        # Most text is ASCII, and that is told at once.
        whole = len(content) if content.isascii() else _whole_characters(content)
        if not _is_valid(content[:whole] if whole < len(content) else content):
            return False
        pending = content[whole:]
    return not pending


def _whole_characters(content: bytes) -> int:
    """Bytes before the last character, where this may go on; all bytes where it cannot."""
    for back in range(1, min(4, len(content)) + 1):
        byte = content[-back]
        if byte >= 0xC0:
            needs = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(content) - back if back < needs else len(content)
        if byte < 0x80:
            break
    return len(content)


def _is_valid(content: bytes) -> bool:
    """Whether bytes are UTF-8, which Arrow tells without making a text of them."""
    if content.isascii():
        return True
    ends = pa.py_buffer(struct.pack("=2q", 0, len(content)))
    try:
        pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(content)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _not_utf8(stream: BinaryIO, file: str) -> Encoding:
    """UTF-8 with a few damaged bytes is still UTF-8; Cyrillic in cp1251 has hardly a valid sequence."""
    start = stream.tell()
    beyond = bad = 0
    for text in _decoded(stream, file, Encoding("utf-8", "replace")):
        beyond += len(text) - len(text.encode("ascii", "ignore"))
        bad += text.count("\ufffd")
    if beyond > 2 * bad:
        notice = f"{file}: {bad} damaged character(s) in UTF-8 text were replaced by \ufffd"
        return Encoding("utf-8", "replace", (notice,))
    stream.seek(start)
    name, letters = _codepage(stream)
    stream.seek(start)
    decoder = codecs.getincrementaldecoder(name)()
    try:
        while piece := stream.read(_PIECE):
            decoder.decode(piece)
    except UnicodeDecodeError:
        raise InputError(
            f"{file}: found bytes that are neither UTF-8 nor {name}; expected text in UTF-8; save it so, or name "
            "its encoding"
        ) from None
    notice = f"{file}: not UTF-8, read as {name} ({letters}); if letters look wrong, name the encoding"
    return Encoding(name, notices=(notice,))


def _codepage(stream: BinaryIO) -> tuple[str, str]:
    """Cyrillic words are bytes beyond ASCII one after another; Western words have one among plain letters."""
    alone = beyond = 0
    while piece := stream.read(_PIECE):
        if not piece.isascii():
            alone += len(_ALONE.findall(piece))
            beyond += sum(map(len, _BEYOND.findall(piece)))
    return ("cp1252", "Western European") if 2 * alone > beyond else ("cp1251", "Cyrillic")


def _decoded(stream: BinaryIO, file: str, encoding: Encoding) -> Iterator[str]:
    """The text, piece by piece."""
    decoder = codecs.getincrementaldecoder(encoding.name)(encoding.errors)
    try:
        while piece := stream.read(_PIECE):
            yield decoder.decode(piece)
        yield decoder.decode(b"", final=True)
    except UnicodeError as error:
        raise InputError(
            f"{file}: found bytes that are not {encoding.name} ({error}); expected text in it; name another encoding"
        ) from None


class Utf8:
    """A text in any encoding, read as UTF-8 without byte order mark and NUL characters.

    Parameters
    ----------
    stream
        The bytes.
    file
        Name for messages.
    encoding
        As `encoding_of` finds it.
    begun
        Whether the stream begins within the text.

    Attributes
    ----------
    nuls
        NUL characters left out so far.
    ended
        Whether all is read.
    head
        The first characters, with their NULs.
    """

    def __init__(self, stream: BinaryIO, file: str, encoding: Encoding, *, begun: bool = False) -> None:
        self.nuls = 0
        self.ended = False
        self.head = ""
        self._pieces = _raw(stream) if encoding.is_utf8 else _encoded(_decoded(stream, file, encoding))
        self._begun = begun

    def read(self, size: int) -> bytes:
        """At least `size` bytes, fewer at the end only; never cut inside a character's place in the text."""
        pieces: list[bytes] = []
        length = 0
        while length < size and not self.ended:
            piece = next(self._pieces, None)
            if piece is None:
                self.ended = True
                break
            piece = self._clean(piece)
            pieces.append(piece)
            length += len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _clean(self, piece: bytes) -> bytes:
        if piece and not self._begun:
            self._begun = True
            piece = piece.removeprefix(_BOM)
            self.head = piece[: 4 * _HEAD].decode("utf-8", "ignore")[:_HEAD]
        if b"\0" in piece:
            self.nuls += piece.count(b"\0")
            piece = piece.replace(b"\0", b"")
        return piece


def _raw(stream: BinaryIO) -> Iterator[bytes]:
    while piece := full(stream, _PIECE):
        yield piece


def full(stream: BinaryIO, size: int) -> bytes:
    """So many bytes, fewer at the end only: a pipe gives what it has."""
    pieces, length = [], 0
    while length < size and (piece := stream.read(size - length)):
        pieces.append(piece)
        length += len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _encoded(texts: Iterator[str]) -> Iterator[bytes]:
    for text in texts:
        yield text.encode("utf-8", "replace")


def seekable(stream: BinaryIO) -> BinaryIO:
    """The stream itself where it can be set back, else its bytes in a file that vanishes with it."""
    if stream.seekable():
        return stream
    kept = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - it lives as long as it is read
    shutil.copyfileobj(stream, kept)
    kept.seek(0)
    return cast("BinaryIO", kept)
