"""As of when a map stands."""

import datetime as dt

import pytest
from panj.geodata.errors import InputError
from panj.layers.heading import as_of
from panj.layers.strings import language


@pytest.mark.parametrize(
    ("date", "lang", "text"),
    [
        ("2015-05-12", "en", "As of 12 May 2015"),
        ("2015-05", "en", "As of May 2015"),
        ("2015", "en", "As of 2015"),
        (dt.date(2015, 5, 12), "ru", "По состоянию на 12 мая 2015"),
        ("2015-05", "ru", "По состоянию на май 2015"),
        (" 20150512T10:30Z ", "en", "As of 12 May 2015"),
    ],
)
def test_a_date_at_its_precision(date, lang, text):
    assert as_of(date, language(lang)) == text


@pytest.mark.parametrize("lang", ["tg", "prs"])
def test_other_languages(lang):
    assert "2015" in as_of("2015-05-12", language(lang))


@pytest.mark.parametrize("date", ["12.05.2015", "2015-02-30", "", "soon", "2015-W20", "2015-04/2015-05"])
def test_what_is_no_such_date(date):
    with pytest.raises(InputError, match=r"expected an ISO day, month or year such as 2015-05-12"):
        as_of(date, language("en"))
