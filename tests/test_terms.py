"""Terms of foreign formats: every one is described, and a table says which hold for it."""

import re

import pandas as pd
import pytest
from panj.geodata.terms import EMBED, terms, terms_of


@pytest.mark.parametrize("name", sorted(terms()))
def test_each_entry_is_whole(name):
    one = terms()[name]
    assert one.format == name
    assert one.title
    assert one.publisher
    assert one.licence
    assert one.embed in EMBED
    assert isinstance(one.download, bool)
    assert one.url.startswith("https://")
    assert one.terms_url.startswith("https://")
    assert one.citation.count("{accessed}") == 1
    assert re.search(r"https://\S", one.citation)


def test_who_may_not_be_passed_on():
    assert {name: one.embed for name, one in terms().items()} == {
        "acled": "summary",
        "ucdp-ged": "rows",
        "gdelt": "rows",
        "gtd": "summary",
    }
    # What a page may not hold it cannot offer as a file.
    assert not [name for name, one in terms().items() if one.download and one.embed != "rows"]


def test_citation_bears_the_day():
    assert "accessed 2024-05-01" in terms()["acled"].cite("2024-05-01")
    assert "{" not in terms()["acled"].cite("2024-05-01")


def test_terms_of_a_table_are_those_of_its_rows():
    table = pd.DataFrame({"format_id": ["ucdp-ged", None, "acled", "acled", "unheard-of"]})
    assert list(terms_of(table)) == ["acled", "ucdp-ged"]
    assert terms_of(table[:1]) == {"ucdp-ged": terms()["ucdp-ged"]}
    # A merged event is of several.
    assert list(terms_of(pd.DataFrame({"format_id": ["gtd|ucdp-ged"]}))) == ["ucdp-ged", "gtd"]
    assert terms_of(pd.DataFrame({"title": ["a"]})) == {}
