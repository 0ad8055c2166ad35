"""Characters that no text should carry: halves of a pair that stand alone, and what nobody can see."""

import re
import unicodedata

_LONE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"
# Control, format, surrogate, private, unassigned; separators of words, lines and paragraphs.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})
# Letters and marks that are drawn as nothing (Unicode: Default_Ignorable_Code_Point beyond the categories above).
_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def clean(text: str) -> str:
    r"""Replace every lone surrogate by U+FFFD: such a text can be neither written as UTF-8 nor drawn.

    A byte of an argument that is not UTF-8 comes into Python as one (PEP 383).

    >>> clean("caf\udce9") == "caf\ufffd"
    True
    """
    return _LONE.sub(_REPLACEMENT, text)


def invisible(text: str) -> str | None:
    r"""First character that cannot be seen, or that changes how its neighbours are shown, as `U+202E`; None without.

    >>> invisible("https://ex.org/\u202ep.html"), invisible("https://ex.org/ҷ.html")
    ('U+202E', None)
    """
    found = next((char for char in text if unicodedata.category(char) in _UNSEEN or _IGNORABLE.match(char)), None)
    return None if found is None else f"U+{ord(found):04X}"
