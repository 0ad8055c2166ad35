"""Spellings of names: what is one name, what is not, and that no place is ever taken for another."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panj.geodata.gazetteer import Gazetteer
from panj.geodata.nearnames import NearNames
from panj.geodata.placenames import _OTHER_SCRIPT, Alike, Sound, core, fold, keyboards, letters, sounds, words
from panj.geodata.region import load_region

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built_in():
    return Gazetteer.load()


# Name, country or "", admin1 or "", what it means ("" for nothing), and how it is understood.
SPELLINGS = [
    # As English data sets and reports write them
    ("Khorog", "", "", "Khorog", "exact"),
    ("KHOROG", "", "", "Khorog", "exact"),
    ("Khorog city", "", "", "Khorog", "folded"),
    ("City of Khorog", "", "", "Khorog", "folded"),
    ("Khorug", "", "", "Khorog", "exact"),
    ("Khorough", "", "", "Khorog", "exact"),
    ("Horog", "", "", "Khorog", "respelled"),
    ("Imam Sahib", "", "", "Imam Sahib", "exact"),
    ("Imam-Sahib", "", "", "Imam Sahib", "folded"),
    ("Emam-Saheb", "", "", "Imam Sahib", "folded"),
    ("Dasht-e-Archi", "", "", "Dasht-e Archi", "folded"),
    ("Dasht-i Archi", "", "", "Dasht-e Archi", "folded"),
    ("Dashti Archi", "", "", "Dasht-e Archi", "folded"),
    ("Dasht Archi", "", "", "Dasht-e Archi", "folded"),
    ("Khwahan", "", "", "Khwahan", "exact"),
    ("Khvahon", "", "", "Khwahan", "respelled"),
    ("Sherkhan-Bandar", "", "", "Sher Khan Bandar", "folded"),
    ("Sher Khan bandar", "", "", "Sher Khan Bandar", "exact"),
    ("Shirkhan Bandar", "", "", "Sher Khan Bandar", "folded"),
    ("Shir Xan Bandar", "", "", "Sher Khan Bandar", "respelled"),
    ("Feyzabad", "AF", "Badakhshan", "Fayzabad", "exact"),
    ("Feizabad", "AF", "Badakhshan", "Fayzabad", "respelled"),
    ("Faizobod", "Tajikistan", "", "Fayzobod", "respelled"),
    ("Pyandj", "TJ", "", "", "respelled"),
    ("Kalai-Khum", "", "", "Kalai-Khumb", "folded"),
    ("Qalai Xumb", "", "", "Kalai-Khumb", "respelled"),
    ("Mazar e Sharif", "", "", "Mazar-i-Sharif", "folded"),
    ("Mazar Sharif", "", "", "Mazar-i-Sharif", "folded"),
    ("Pul-e-Khumri", "", "", "Pul-e Khumri", "folded"),
    ("Puli Xomri", "", "", "Pul-e Khumri", "respelled"),
    ("Kunduz-Stadt", "", "", "", ""),
    # Russian
    ("г. Хорог", "", "", "Khorog", "folded"),
    ("пос. Мургаб", "TJ", "", "Murghob", "folded"),
    ("кишлак Барсем", "", "", "Barsem", "folded"),
    ("Файзабад", "AF", "Бадахшан", "Fayzabad", "exact"),
    ("Ишкашимский", "TJ", "", "", ""),
    # Tajik, and Tajik on a Russian keyboard
    ("Хоруғ", "", "", "Khorog", "exact"),
    ("Хоруг", "", "", "Khorog", "folded"),
    ("ш. Хоруғ", "", "", "Khorog", "folded"),
    ("шаҳри Кулоб", "", "", "Kulob", "folded"),
    ("Хуҷанд", "", "", "Khujand", "exact"),
    ("Худжанд", "", "", "Khujand", "exact"),
    ("Хучанд", "", "", "Khujand", "folded"),
    ("Панч", "", "", "Panj", "folded"),
    ("Калъаи Хумб", "", "", "Kalai-Khumb", "folded"),
    ("Мургоб", "TJ", "", "Murghob", "folded"),
    # Dari and Pashto, with Arabic and Persian keyboards
    ("شيرخان بندر", "", "", "Sher Khan Bandar", "exact"),
    ("شیر خان بندر", "", "", "Sher Khan Bandar", "folded"),
    ("شېر خان بندر", "", "", "Sher Khan Bandar", "folded"),
    ("ولسوالی امام صاحب", "", "", "Imam Sahib", "folded"),
    ("امام‌صاحب", "", "", "Imam Sahib", "exact"),
    ("دشت قلعۀ", "AF", "AF-TAK", "Dasht-e Qala", "folded"),
    ("تالِقان", "", "", "Taloqan", "folded"),
    ("كندز", "", "", "Kunduz", "exact"),
    ("کنـدز", "", "", "Kunduz", "folded"),
    # Both banks: the row or the name itself says which
    ("Ishkashim", "TJ", "", "Ishkoshim", "exact"),
    ("Ishkashim", "AF", "", "Eshkashem", "exact"),
    ("Ishkashim", "", "GBAO", "Ishkoshim", "exact"),
    ("Ishkashim", "", "ВМКБ", "Ishkoshim", "exact"),
    ("Ishkashim", "TJ", "Бадахшон", "Ishkoshim", "exact"),
    ("Ishkashim", "Тоҷикистон", "", "Ishkoshim", "exact"),
    ("Ishkashim", "Tadzhikistan", "", "Ishkoshim", "exact"),
    ("Ishkashim", "Афганистан", "", "Eshkashem", "exact"),
    ("Ishkashim", "AF", "Badakhshan Province", "Eshkashem", "exact"),
    ("Ishkashim", "افغانستان", "ولایت بدخشان", "Eshkashem", "exact"),
    ("Ishkashim, Tajikistan", "", "", "Ishkoshim", "respelled"),
    ("Ishkashim (Gorno-Badakhshan)", "", "", "Ishkoshim", "exact"),
    ("Ишкашим, Афганистан", "", "", "Eshkashem", "folded"),
    ("Darvoz", "TJ", "", "Darvoz", "exact"),
    ("Darvoz", "AF", "", "Darwaz", "exact"),
    ("Shughnon", "TJ", "", "Shughnon", "exact"),
    ("Shighnon", "AF", "", "Shighnan", "respelled"),
    ("شغنان", "AF", "بدخشان", "Shighnan", "exact"),
    ("Farkhar", "TJ", "", "Farkhor", "respelled"),
    ("Farkhar", "AF", "", "Farkhar", "exact"),
    ("Barsem, Shughnon district, GBAO, Tajikistan", "", "", "Barsem", "exact"),
    ("Khorog / Хоруғ", "", "", "Khorog", "exact"),
    ("Ишкашим – Таджикистан", "", "", "Ishkoshim", "respelled"),
    ("Хорог – ГБАО", "", "", "Khorog", "exact"),
]


@pytest.mark.parametrize(("name", "country", "admin1", "meant", "tier"), SPELLINGS)
def test_spellings_in_four_scripts(built_in, name, country, admin1, meant, tier):
    answer = built_in.ask(name, country, admin1)
    assert ([place.name for place in answer.places] == [meant]) == bool(meant)
    assert answer.tier == tier
    assert bool(answer.reason) == (not meant)


@pytest.mark.parametrize("name", ["Ishkashim", "Ишкошим", "اشکاشم", "Darwaz", "Дарвоз", "Shughnan", "Шугнан", "Farxor"])
def test_a_name_of_both_banks_is_nobodys_without_a_hint(built_in, name):
    answer = built_in.ask(name)
    assert {"AF", "TJ"} <= {place.country for place in answer.places}
    assert f"{name!r} is the name of {len(answer.places)} places" in answer.reason
    assert "give country, admin1 or coordinates" in answer.reason


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (("Khorgo",), ["no place 'Khorgo'", "did you mean Khorog (TJ, TJ-GB, lat 37.490"]),
        (("near Khorog",), ["no place 'near Khorog'", "did you mean Khorog"]),
        (("Kunduz province",), ["it is the province AF-KDZ", "admin1"]),
        (("Бадахшан",), ["it is the province AF-BDS or TJ-GB"]),
        (("Khorog", "AF"), ["no place 'Khorog' in AF, only: Khorog (TJ"]),
        (("Khorog, Kunduz",), ["no place 'Khorog' in Kunduz, only: Khorog (TJ"]),
        (("Khorog", "AF", "GBAO"), ["the province 'GBAO' lies in TJ, not in AF"]),
        (("Khorog, Afghanistan", "TJ"), ["'Afghanistan' is not TJ"]),
        (("Khorog, Kunduz", "", "GBAO"), ["'Kunduz' is not GBAO"]),
        (("Khorog, Kunduz", "TJ"), ["'Kunduz' lies in AF, not in TJ"]),
        (("Khorog, Afghanistan", "", "GBAO"), ["'Afghanistan' is not GBAO"]),
        (("Khorog, Narnia",), ["which knows no 'Narnia'", "did you mean Khorog"]),
        (("Khrog, Narnia",), ["which knows no 'Narnia'", "did you mean Khorog"]),
        (("Khorog, Mazar-i-Sharif",), ["no place 'Khorog' near 'Mazar-i-Sharif', only: Khorog"]),
        (("Khorgo, Tajikistan",), ["no place 'Khorgo'", "did you mean Khorog"]),
        (("Khanabad", "", "Kandahar"), ["no place 'Khanabad' in Kandahar, only: "]),
        (("Qwertyuiop",), ["no place 'Qwertyuiop' in the gazetteer"]),
        (("",), ["no place ''"]),
        (("Khorog, " * 4000,), ["(32000 characters) is no name of a place"]),
        (("(,;/)",), ["no place '(,;/)'"]),
    ],
)
def test_what_is_not_found_is_never_guessed(built_in, question, words):
    answer = built_in.ask(*question)
    assert answer.places == ()
    assert answer.tier == ""
    for part in words:
        assert part in answer.reason


@pytest.mark.parametrize(("name", "admin1"), [("Ishkashim", "Badakhshan"), ("Шугнан", "Бадахшан")])
def test_badakhshan_alone_settles_no_name_of_both_banks(built_in, name, admin1):
    assert {"AF", "TJ"} <= {place.country for place in built_in.ask(name, "", admin1).places}
    assert {place.country for place in built_in.ask(name, "TJ", admin1).places} == {"TJ"}


def test_a_district_is_known_less_precisely_than_its_seat(built_in):
    (seat,) = built_in.find("Imam Sahib")
    (district,) = built_in.find("Imam Sahib district")
    assert (seat.place_id, seat.precision_km) == (district.place_id, 5.0)
    assert district.precision_km == 25.0


def test_places_without_a_known_province_are_found_by_one_that_has_no_outline(built_in):
    (place,) = built_in.find("Kandahar", "AF", "Kandahar")
    assert place.admin1 is None
    assert built_in.find("Kandahar", "AF", "Kunduz") == []


def _looked_up(gazetteer):
    """All names but those of great cities elsewhere."""
    foreign = Alike(load_region().foreign_names)
    return [(name, places) for name, places in gazetteer._names.items() if name not in foreign]


def _plain(name):
    return "".join(letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter))


VARIANTS = {
    "upper case": str.upper,
    "no diacritics": _plain,
    "decomposed": lambda name: unicodedata.normalize("NFD", name),
    "other apostrophes": lambda name: name.replace("'", "’").replace("‘", "`"),
    "no hyphens": lambda name: name.replace("-", " "),
    "hyphens": lambda name: name.replace(" ", "-"),
    "Arabic keyboard": lambda name: name.replace("ی", "ي").replace("ک", "ك"),
    "Russian keyboard": lambda name: name.translate(str.maketrans("ҷҶӣӯғқҳ", "чЧиугкх")),
    "a village": lambda name: f"{name} village",
    "a city": lambda name: f"г. {name}",
    "space": lambda name: f"  {name}\u00a0 ",
}


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_name_leads_to_its_place_or_to_several_never_to_another(built_in, variant):
    """An exact name of another place goes before; all else has the place among what it may mean."""
    spell = VARIANTS[variant]
    for name, places in _looked_up(built_in):
        if "a" <= name[0] <= "z" or any(mark in name for mark in ",;،؛(/") or _OTHER_SCRIPT.search(name):
            continue
        answer = built_in.ask(spell(name))
        found = {place.place_id for place in answer.places}
        # Records within 5 km are one place, of which the larger is given.
        own = any(place.place_id in found or any(_same(place, one) for one in answer.places) for place in places)
        others = fold(spell(name)) in built_in._by_name and answer.tier == "exact"
        assert own or others, (name, spell(name), answer)
        if len(answer.places) > 1:
            assert answer.reason


def _same(place, other):
    return place.country == other.country and abs(place.lat - other.lat) < 0.05 and abs(place.lon - other.lon) < 0.07


@pytest.mark.slow
def test_no_name_of_one_place_means_only_another(built_in):
    """The names as they stand: each means its own places, all of them or the largest of one spot."""
    for name, places in _looked_up(built_in):
        answer = built_in.ask(name)
        assert any(_same(place, one) for place in places for one in answer.places), name


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(st.text(max_size=30), st.sampled_from(["", "AF", "Narnia"]), st.text(max_size=10))
def test_any_text_is_answered(name, country, admin1):
    gazetteer = _shared()
    answer = gazetteer.ask(name, country, admin1)
    assert (len(answer.places) == 1) == (answer.reason == "")
    assert bool(answer.places) == bool(answer.tier)


_KEPT: list = []


def _shared():
    if not _KEPT:
        _KEPT.append(Gazetteer.load())
    return _KEPT[0]


def test_words_and_letters():
    assert words("Qal‘ah-ye Zāl") == ("qalah", "ye", "zal")
    assert words("Čubek Šahr") == ("chubek", "shahr")
    assert list(letters(("sar", "e", "pol"))) == ["sarepol", "sarpol"]
    assert list(letters(("e", "pol"))) == ["epol"]
    assert list(keyboards("Панҷ")) == ["Панҷ", "Панч"]
    # Scripts whose marks are not known are compared as they stand.
    assert words("तालोकां") != words("तुलक")
    assert words("") == ()


def test_words_of_kind_are_taken_off_but_never_all():
    assert core(("village",)) == (("village",), "")
    assert core(("shahrak", "village")) == (("shahrak",), "settlement")
    assert core(("village", "village")) == (("village",), "settlement")
    assert core(words("town of the Mill")) == (("mill",), "settlement")
    assert core(words("р-н Панҷ")) == (("пандж",), "district")
    assert core(words("Qal‘ah-ye Shahr")) == (("qalah", "ye", "shahr"), "")
    assert core(words("Kunduz province")) == (("kunduz", "province"), "")
    assert core(words("Kunduz province"), ("province",)) == (("kunduz",), "province")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Khorog", "Xorugh"),
        ("Kulob", "Kulyab"),
        ("Qunduz", "Konduz"),
        ("Khwaja", "Khoja"),
        ("Пяндж", "Panj"),
        ("Жиргатал", "Jirgatol"),
    ],
)
def test_romanisations_of_one_name(one, two):
    assert any(a.alike(b) for a in sounds(words(one)) for b in sounds(words(two)))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Khost", "Khist"),
        ("Panj", "Punj"),
        ("Tem", "Tam"),
        ("Baghlan", "Boghlun"),
        ("Rustaq", "Rostov"),
        ("Murgab", "Mirgab"),
    ],
)
def test_other_vowels_make_another_name(one, two):
    assert not any(a.alike(b) for a in sounds(words(one)) for b in sounds(words(two)))


def test_likeness_does_not_travel():
    """What is like a third name need not be like another: a, o and u do not become one letter."""
    one, two, three = (Sound("k_l_b", ("u", vowel)) for vowel in "aou")
    assert one.alike(two)
    assert two.alike(three)
    assert not one.alike(three)


def test_arabic_script_and_single_consonants_have_no_sound():
    assert sounds(words("کندز")) == ()
    assert sounds(words("Oy")) == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Nurthbank", ["Northbank"]),
        ("Norhtbank", ["Northbank"]),
        ("Northban", ["Northbank"]),
        ("the Old Mill", ["Mill"]),
        ("Fod", []),
        ("Elsewhere", []),
    ],
)
def test_near_names(typed, meant):
    assert NearNames(["Northbank", "Mill", "Ford"]).find(typed) == meant
