"""Every string in every language, with the same blanks to fill."""

import re

import pytest
from panj.geodata.errors import UnknownNameError
from panj.layers.strings import language, languages, name_in
from panj.layers.styles import built_in_types, event_styles

BLANKS = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("code", ["ru", "tg", "prs"])
def test_language_is_complete(code):
    english, other = languages()["en"].strings, languages()[code].strings
    assert set(other) == set(english)
    for key, text in english.items():
        assert sorted(BLANKS.findall(other[key])) == sorted(BLANKS.findall(text)), key
        assert other[key].strip()


@pytest.mark.parametrize("code", ["en", "ru", "tg", "prs"])
def test_months_are_twelve(code):
    assert len(language(code)["months"].split("|")) == 12
    assert len(language(code)["months_alone"].split("|")) == 12


@pytest.mark.parametrize("name", built_in_types())
def test_every_type_has_a_name(name):
    assert all(f"type_{name}" in entry.strings for entry in languages().values())


def test_unknown_language_lists_the_known():
    with pytest.raises(UnknownNameError, match="en, ru, tg, prs"):
        language("xx")


def test_names_fall_back_to_english():
    assert name_in({"name": "Khorog", "name_ru": "Хорог"}, "ru") == "Хорог"
    assert name_in({"name": "Khorog", "name_tg": None}, "tg") == "Khorog"


def test_other_types_take_the_palette_in_the_order_of_their_names():
    one = event_styles(["zeta", "alpha", "battle"])
    assert list(one) == ["battle", "alpha", "zeta"]
    assert one == event_styles(["battle", "zeta", "alpha"])
    assert one["alpha"].colour != one["zeta"].colour
