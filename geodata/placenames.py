"""Names of places as they are compared: what the spellings of one name have in common, in four scripts.

Three steps, each wider than the one before. `fold`: letter case, invisible marks, space. `letters`: diacritics,
apostrophes, hyphens, the forms of Arabic letters, Tajik letters written with Russian ones, words such as "village".
`Sound`: the same name romanised in another way, where vowels count as one only if romanisations exchange them.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from .folding import fold_letters

# Letters that keyboards exchange without a change of meaning, and marks that nobody sees.
_VARIANTS = str.maketrans(
    {"ي": "ی", "ك": "ک", "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "`": "'", "\u200c": " "}
    | dict.fromkeys("\u00ad\u200b\u200d\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff")
)
# Letters that stand for two, before diacritics go.
_DOUBLE = str.maketrans({"č": "ch", "š": "sh", "ž": "zh", "ҷ": "дж", "җ": "дж"})
# What `fold_letters` leaves apart: letters that Dari and Pashto spellings exchange, since they sound alike; Uzbek and
# Russian letters; Latin letters that do not decompose.
_PLAIN = str.maketrans(
    dict.fromkeys("ۍئے", "ی")
    | dict.fromkeys("ۀەھہۂۃح", "ه")
    | dict.fromkeys("أإآٱ", "ا")
    | dict.fromkeys("ٹط", "ت")
    | dict.fromkeys("ڈ", "د")
    | dict.fromkeys("ڑ", "ر")
    | dict.fromkeys("ذضظ", "ز")
    | dict.fromkeys("ثص", "س")
    | dict.fromkeys("ںڻ", "ن")
    | {"ګ": "گ", "ؤ": "و", "ء": None, "ـ": None}
    | dict(zip("һәөүіңэ", "хаоуине", strict=True))
    | {"ß": "ss", "ə": "a", "ŋ": "n", "æ": "e"}
    | dict.fromkeys("'`\"“”«»ˌ")
)
_WORD = re.compile(r"[^\W_]+")
# Letters beyond Latin, Cyrillic and Arabic script.
_OTHER_SCRIPT = re.compile("[\u0370-\u03ff\u0530-\u05ff\u0700-\u074f\u0780-\u1dff\u2c00-\ua63f\uac00-\ufaff]")
_ARABIC_SCRIPT = re.compile("[\u0600-\u06ff]")
# Cyrillic in Latin letters, for comparison only; S is sh, C is ch.
_LATIN = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфхцчшщы", "abvgdejiiklmnoprstufhtCSSi", strict=True))
    | {"ж": "j", "з": "z", "ю": "yu", "я": "ya", "ц": "ts", "ъ": None, "ь": None}
)
_SPELLINGS = {
    spelling: letter
    for letter, spellings in {
        "C": "tsch tch ch",
        "S": "sch sh",
        "j": "dzh dj zh",
        "h": "kh x",
        "g": "gh",
        "f": "ph",
        "k": "ck q c",
        "v": "w",
        "i": "y ee",
        "u": "oo",
    }.items()
    for spelling in spellings.split()
}
_SPELLING = re.compile("|".join(sorted(_SPELLINGS, key=lambda one: (-len(one), one))))
_TWICE = re.compile(r"(.)\1+")
_VOWELS = "aeiou"
# A name is asked for several times in a row, with and without hints.
_RECENT = 1024
# khwa is kho, zowr is zor; y before a vowel is a glide that spellings add or leave out; the h of qal'ah is silent.
_HABITS = (
    (re.compile("hva"), "ho"),
    (re.compile(f"ov(?=[^{_VOWELS}]|$)"), "o"),
    (re.compile(f"au(?=[^{_VOWELS}])"), "av"),
    (re.compile(f"(?<=[^{_VOWELS}])i(?=[aou])"), ""),
    (re.compile(r"(?<=[ae])h$"), ""),
)
_CLASSES = str.maketrans("oue", "aai")
_RUNS = re.compile(f"[{_VOWELS}]+")
# Vowels that romanisations of one Persian or Turkic vowel exchange: -abad, -obod; Fayz, Feyz; Sher, Shir; Kunduz,
# Konduz.
_EXCHANGED = frozenset(("ao", "oa", "ae", "ea", "ei", "ie", "ou", "uo"))


def fold(name: str) -> str:
    """A name as it is compared: letter case, compatibility forms, invisible marks and spacing do not count.

    >>> fold("  Sher  Khan BANDAR ")
    'sher khan bandar'
    """
    plain = unicodedata.normalize("NFKC", name).translate(_VARIANTS).casefold()
    return " ".join(unicodedata.normalize("NFKC", plain).split())


@lru_cache(_RECENT)
def words(name: str) -> tuple[str, ...]:
    """Words of a name in plain letters of its script: no case, diacritics, apostrophes or punctuation.

    >>> words("Qal‘ah-ye Zāl"), words("Қалъаи Хумб"), words("قلعۀ ذال")
    (('qalah', 'ye', 'zal'), ('калъаи', 'хумб'), ('قلعه', 'زال'))
    """
    text = fold(name)
    if _OTHER_SCRIPT.search(text):
        # What marks and joints mean elsewhere is not known here.
        return tuple(text.split())
    if not text.isascii():
        text = fold_letters(text.translate(_DOUBLE))
    return tuple(_WORD.findall(text.translate(_PLAIN)))


@dataclass(frozen=True)
class _Kind:
    """Words of one kind as tuples of plain words, the longest first."""

    anywhere: tuple[tuple[str, ...], ...]
    leading: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class _Generic:
    kinds: dict[str, _Kind]
    joints: frozenset[str]
    links: frozenset[str]
    district_km: float


@cache
def _generic() -> _Generic:
    data = tomllib.loads(files(__package__).joinpath("placenames.toml").read_text("utf-8"))

    def phrases(listed: Iterable[str]) -> tuple[tuple[str, ...], ...]:
        return tuple(sorted({words(one) for one in listed}, key=lambda phrase: (-len(phrase), phrase)))

    kinds = {
        kind: _Kind(phrases(data[kind]["words"]), phrases([*data[kind]["words"], *data[kind]["leading"]]))
        for kind in ("settlement", "district", "province")
    }
    return _Generic(kinds, frozenset(data["joints"]), frozenset(data["links"]), float(data["district"]["precision_km"]))


def district_precision_km() -> float:
    """How far an event in a district may be from the district's seat, at the least."""
    return _generic().district_km


@lru_cache(_RECENT)
def core(name: tuple[str, ...], kinds: tuple[str, ...] = ("settlement", "district")) -> tuple[tuple[str, ...], str]:
    """Take the words off that say what kind of place a name belongs to.

    Parameters
    ----------
    name
        As `words` gives it.
    kinds
        Which words: "settlement", "district", "province".

    Returns
    -------
    tuple
        The words that are left, at least one, and the kind that was taken off last ("" for none).

    Examples
    --------
    >>> core(words("City of Khorog")), core(words("ноҳияи Панҷ"))
    ((('khorog',), 'settlement'), (('пандж',), 'district'))
    """
    generic = _generic()
    taken = ""
    again = True
    while again:
        again = False
        for kind in kinds:
            rest = _without(name, generic.kinds[kind], generic)
            if rest != name:
                name, taken, again = rest, kind, True
    return name, taken


def _without(name: tuple[str, ...], kind: _Kind, generic: _Generic) -> tuple[str, ...]:
    """One such word off the front or the back; what is left is a word of this kind only if it cannot be another."""
    left = list(_fronts(name, kind, generic))
    for phrase in kind.anywhere:
        rest = name[: -len(phrase)]
        if rest and name[-len(phrase) :] == phrase and rest[-1] not in generic.joints:
            left.append((rest, rest in kind.anywhere))
    return min(left, key=lambda one: one[1], default=(name, False))[0]


def _fronts(name: tuple[str, ...], kind: _Kind, generic: _Generic) -> Iterator[tuple[tuple[str, ...], bool]]:
    for phrase in kind.leading:
        rest = name[len(phrase) :]
        if name[: len(phrase)] == phrase:
            while len(rest) > 1 and rest[0] in generic.links | generic.joints:
                rest = rest[1:]
            if rest:
                yield rest, rest in kind.leading


def letters(name: tuple[str, ...]) -> Iterator[str]:
    """Keys of a name by its letters: without the spaces, and without the joints (Dasht-e Archi) as well.

    >>> list(letters(words("Dasht-e Archi")))
    ['dashtearchi', 'dashtarchi']
    """
    whole = "".join(name)
    yield whole
    joints = _generic().joints
    short = "".join([*name[:1], *(word for word in name[1:] if word not in joints)])
    if short != whole:
        yield short


def keyboards(name: str) -> Iterator[str]:
    """A name, and where it has the Tajik ҷ also as a Russian keyboard may write it: with ч."""
    yield name
    if "ҷ" in name or "Ҷ" in name:
        yield name.replace("ҷ", "ч").replace("Ҷ", "Ч")


@dataclass(frozen=True)
class Sound:
    """A name whatever the romanisation: its consonants with a mark for each run of vowels, and these runs."""

    consonants: str
    vowels: tuple[str, ...]

    @property
    def text(self) -> str:
        """Consonants and vowels in one, the vowels in two classes: what near names are looked for by."""
        runs = iter(self.vowels)
        whole = "".join(next(runs) if letter == "_" else letter for letter in self.consonants)
        return whole.translate(_CLASSES)

    def alike(self, other: "Sound") -> bool:
        """Whether two names are romanisations of one.

        Vowels differ only as romanisations do, pair by pair, so that what is like a third need not be like another;
        a name of one syllable allows no difference.
        """
        if self.consonants != other.consonants:
            return False
        if len(self.vowels) < 2 or len(self.consonants) < 4:
            return self.vowels == other.vowels
        return all(
            one == two
            or (len(one) == len(two) and all(a == b or a + b in _EXCHANGED for a, b in zip(one, two, strict=True)))
            for one, two in zip(self.vowels, other.vowels, strict=True)
        )


@lru_cache(_RECENT)
def sounds(name: tuple[str, ...]) -> tuple[Sound, ...]:
    """Give a name's sound with and without its joints; none where it is in Arabic script, which writes no vowels.

    >>> [one.alike(two) for one, two in zip(sounds(words("Пяндж")), sounds(words("Panj")))]
    [True]
    """
    if any(_ARABIC_SCRIPT.search(word) or _OTHER_SCRIPT.search(word) for word in name):
        return ()
    spelled = [(word, _sound(word)) for word in name]
    joints = _generic().joints
    whole = "".join(text for _, text in spelled)
    short = "".join(text for number, (word, text) in enumerate(spelled) if not number or word not in joints)
    found = []
    for text in dict.fromkeys((whole, short)):
        sound = Sound(_RUNS.sub("_", text), tuple(_RUNS.findall(text)))
        if sum(letter != "_" for letter in sound.consonants) > 1:
            found.append(sound)
    return tuple(found)


def _sound(word: str) -> str:
    text = word if word.isascii() else word.translate(_LATIN)
    text = _TWICE.sub(r"\1", _SPELLING.sub(lambda found: _SPELLINGS[found[0]], text))
    for pattern, plain in _HABITS:
        text = pattern.sub(plain, text)
    return text


class Alike:
    """Names of which each stands for every spelling of it: by its letters, or by its sound.

    >>> "Mašhad city" in Alike(["Mashhad"]), "Maschhad" in Alike(["Mashhad"]), "Mashkhad" in Alike(["Moskva"])
    (True, True, False)
    """

    def __init__(self, names: Iterable[str]) -> None:
        spelled = [words(name) for name in names]
        self._letters = frozenset(key for one in spelled for key in letters(one))
        self._sounds = tuple(sound for one in spelled for sound in sounds(one))

    def __contains__(self, name: str) -> bool:
        if not self._letters:
            return False
        return any(
            any(key in self._letters for key in letters(spelled))
            or any(sound.alike(other) for sound in sounds(spelled) for other in self._sounds)
            for spelled in _bare_or_not(name)
        )


def _bare_or_not(name: str) -> set[tuple[str, ...]]:
    spelled = words(name)
    return {spelled, core(spelled)[0]}
