"""Names and codes of units and countries."""

import io

import numpy as np
import pandas as pd
import pytest
from panj.geodata import join, load, read_events
from panj.geodata.folding import fold_letters, fold_unit
from panj.geodata.units import country_codes, country_named, inside, unit_codes, units


def test_every_name_of_every_province_finds_it():
    for row in load("provinces").itertuples():
        names = [row.province_code, row.province, row.name_ru, row.name_tg, row.name_prs, *row.aliases.split("|")]
        for name in filter(None, names):
            assert units().find(row.country, name) == row.province_code, name
            assert units().find(row.country, f"  {name.upper()} ") == row.province_code, name


@pytest.mark.parametrize(
    "form", ["{} province", "{} Province", "Province of {}", "{} wilayat", "Velāyat-e {}", "ولایت {}"]
)
def test_words_for_a_province_do_not_count(form):
    for code, name in units().name.items():
        assert units().find(units().country[code], form.format(name)) == code


def test_two_countries_and_no_country():
    assert units().find("TJ", "Kunduz") == ""
    assert units().find("", "Kunduz") == "AF-KDZ"
    assert units().find("AF", "") == ""
    country, name = pd.Series(["AF", "TJ", "AF"], dtype="str"), pd.Series(["Kunduz", "Sughd", "x"], dtype="str")
    assert units().codes(country, name).tolist() == ["AF-KDZ", "TJ-SU", ""]
    assert units().codes(country[:0], name[:0]).tolist() == []


@pytest.mark.parametrize("name", ["Badakhshan", "Бадахшан", "بدخشان", "Badakhshan province"])
def test_badakhshan_lies_on_both_banks(name):
    assert units().find("TJ", name) == "TJ-GB"
    assert units().find("AF", name) == "AF-BDS"
    assert units().find("", name) == ""


def test_an_own_sheet_is_told_why_a_province_is_not_found():
    rows = "2020,One,,Badakhshan\n2020,Two,TJ,Badakhshan\n2020,Three,AF,Badakhshan\n2020,Four,AF,Narnia\n"
    content = "date,title,country,admin1,geo_precision,place\n" + rows.replace("\n", ",province,\n")
    joined = join(read_events(io.BytesIO(content.encode())).events)
    assert joined["province_code"].fillna("").tolist() == ["", "TJ-GB", "AF-BDS", ""]
    reasons = joined["listed_reason"].fillna("").tolist()
    assert [bool(reason) for reason in reasons] == [True, False, False, True]
    assert reasons[0].startswith("'Badakhshan' is no province of this map, or one of two countries")


def test_a_part_of_a_name_is_not_enough_without_the_country():
    assert units().find("TJ", "Badakhshon") == "TJ-GB"
    assert units().find("", "Badakhshon") == ""
    assert units().find("", "Gorno-Badakhshan") == "TJ-GB"
    # Too short, or of two provinces.
    assert units().find("AF", "Sar") == ""


def test_folding():
    assert fold_letters("Қӯрғонтеппа’ӣ") == "кургонтеппаи"
    assert fold_letters(" Sar-e_Pol ") == "sar e pol"
    assert fold_unit("Province") == "province"
    assert fold_unit(fold_unit("Gorno-Badakhshan Autonomous Oblast'")) == "gorno badakhshan"
    assert fold_unit("کندز\u200c") == fold_unit("كندز")


def test_codes_of_the_table_are_the_tables():
    codes = unit_codes()
    assert codes["TI01"] == "TJ-GB"
    assert codes["AF24"] == "AF-KDZ"
    assert set(units().name) <= set(codes.values())
    assert len(set(codes.values())) == len(codes)


def test_countries():
    assert country_codes("fips")["TI"] == "TJ"
    assert country_codes("fips")["CH"] == "CN"
    assert country_codes("numeric")["004"] == "AF"
    assert country_codes("iso3")["UZB"] == "UZ"
    assert country_named("Russia (Soviet Union)") == "RU"
    assert country_named("Cote d'Ivoire") == country_named("Ivory Coast") == "CI"
    assert country_named("NAM") == "NA"
    assert country_named("") == ""


def test_inside():
    codes = np.array(["AF-KDZ", "AF-TAK", "AF-KDZ"], dtype=object)
    points = np.array([[68.857, 36.7289], [68.857, 36.7289], [np.nan, np.nan]])
    assert inside(codes, points).tolist() == [True, False, False]
