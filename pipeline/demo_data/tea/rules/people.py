"""Names, languages, phones and numbers of people."""

from __future__ import annotations

import polars as pl

from demo_data.tea.kenya.people import communities, communities_of
from demo_data.tea.kenya.phones import prefixes
from demo_data.validation.dataset import Dataset
from demo_data.validation.rules import Bads, Faults, row_rule, rule
from demo_data.validation.violation import Bad, Fault

PHONES = (("farmers", "contact.phone"), ("factories", "contact.phone"), ("collection_points", "clerk_phone"))
EMAIL = r"^[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$"


@row_rule("farm-scale", "farmers")
def farm_scale(data: Dataset) -> Bads:
    """Farm scale follows from hectares: smallholder below 1, medium 1 to 5 (both included), estate above."""
    size = pl.col("farm_size_hectares")
    small, medium, large = pl.lit("smallholder"), pl.lit("medium"), pl.lit("estate")
    bad = pl.col("farm_scale") != pl.when(size < 1).then(small).when(size <= 5).then(medium).otherwise(large)
    yield Bad("farmers", "farm_scale", bad, "{farm_scale} is not the scale of {farm_size_hectares} ha")


@row_rule("phone")
def phone(data: Dataset) -> Bads:
    """A phone, where given, is +254 and nine digits, on a mobile prefix that is assigned in Kenya."""
    known = "|".join(str(each.prefix) for each in prefixes())
    for table, path in PHONES:
        bad = (pl.col(path) != "") & ~pl.col(path).str.contains(rf"^\+254(?:{known})[0-9]{{6}}$")
        yield Bad(table, path, bad, f"{{{path}}} is no Kenyan mobile number (+254 and nine digits, an assigned prefix)")


@rule("phone-unique")
def phone_unique(data: Dataset) -> Faults:
    """No two farmers, factories or clerks share a phone."""
    frames = [
        data.frame(table, path).rename({path: "phone"}).with_columns(table=pl.lit(table))
        for table, path in PHONES
        if data.has(table)
    ]
    if not frames:
        return
    phones = pl.concat(frames).filter(pl.col("phone") != "")
    again = phones.filter(~pl.col("phone").is_first_distinct())
    if again.height:
        firsts = phones.unique("phone", keep="first").select("phone", first="row", whose="table")
        again = again.join(firsts, on="phone", maintain_order="left")
    for table, path in PHONES:
        rows = again.filter(pl.col("table") == table)
        yield Fault(table, path, rows, "{phone} is the phone of {whose}[{first}] already")


@row_rule("national-id", "farmers")
def national_id(data: Dataset) -> Bads:
    """A national ID is eight digits."""
    bad = ~pl.col("national_id").str.contains(r"^[0-9]{8}$")
    yield Bad("farmers", "national_id", bad, "{national_id} is not eight digits")


@rule("national-id-unique", "farmers")
def national_id_unique(data: Dataset) -> Faults:
    """No two farmers share a national ID."""
    yield _again(data, "national_id")


@row_rule("grower-number", "farmers")
def grower_number(data: Dataset) -> Bads:
    """A grower number, where given, is GN- and at least five digits."""
    bad = ~pl.col("grower_number").str.contains(r"^GN-[0-9]{5,}$")
    yield Bad("farmers", "grower_number", bad, "{grower_number} is not GN- and at least five digits")


@rule("grower-number-unique", "farmers")
def grower_number_unique(data: Dataset) -> Faults:
    """No two farmers share a grower number."""
    yield _again(data, "grower_number")


def _again(data: Dataset, path: str) -> Fault:
    given = data.frame("farmers", path).filter(pl.col(path).is_not_null())
    rows = given.filter(~pl.col(path).is_first_distinct())
    return Fault("farmers", path, rows, f"{{{path}}} is another farmer's already")


@row_rule("email")
def email(data: Dataset) -> Bads:
    """An email address, where given, is well formed."""
    for table in ("farmers", "factories"):
        path = "contact.email"
        bad = (pl.col(path) != "") & ~pl.col(path).str.contains(EMAIL)
        yield Bad(table, path, bad, f"{{{path}}} is no email address")


@rule("names", "farmers")
def names(data: Dataset) -> Faults:
    """One community of the farmer's county has one gender that bears both the given and the family name."""
    farmers = _farmers(data)
    strangers = farmers.join(_fitting(farmers), on="row", how="anti").sort("row")
    yield Fault("farmers", "first_name", strangers, "no community of {slug} has both names: {first_name} {last_name}")


@rule("language", "farmers")
def language(data: Dataset) -> Faults:
    """A community's own language (Kikuyu, Luo) is preferred only where the names fit that community."""
    farmers = _farmers(data)
    own = {each.name: each.language for each in communities().values() if each.language}
    fitting = _fitting(farmers).with_columns(pref_lang=pl.col("community").replace_strict(own, default=None))
    asked = farmers.filter(pl.col("pref_lang").is_in(list(own.values())))
    strangers = asked.join(fitting, on=["row", "pref_lang"], how="anti").sort("row")
    message = "{pref_lang} is not the language of people named {first_name} {last_name}"
    yield Fault("farmers", "pref_lang", strangers, message)


def _farmers(data: Dataset) -> pl.DataFrame:
    """Farmers of the counties whose communities are known, with the county's slug."""
    farmers = data.frame("farmers", "region_id", "first_name", "last_name", "pref_lang")
    farmers = farmers.drop_nulls(["first_name", "last_name"])
    farmers = farmers.with_columns(slug=pl.col("region_id").str.split("-").list.first())
    return farmers.filter(pl.col("slug").is_in(_dwellers(farmers)["slug"].unique().to_list()))


def _dwellers(farmers: pl.DataFrame) -> pl.DataFrame:
    """The communities of the farmers' counties: slug, community."""
    pairs = []
    for slug in farmers["slug"].drop_nulls().unique(maintain_order=True):
        try:
            pairs += [(slug, community.name) for community, _ in communities_of(slug)]
        except ValueError:
            continue
    return pl.DataFrame(pairs, schema={"slug": pl.String, "community": pl.String}, orient="row")


def _fitting(farmers: pl.DataFrame) -> pl.DataFrame:
    """Every community whose names a farmer bears: row, community."""
    given, family = _names()
    return (
        farmers.select("row", "slug", "first_name", "last_name")
        .join(_dwellers(farmers), on="slug")
        .join(given, on=["community", "first_name"])
        .join(family, on=["community", "gender", "last_name"], how="semi")
        .select("row", "community")
    )


def _names() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Given and family names by community and gender."""
    given, family = [], []
    for each in communities().values():
        for gender, first, last in (
            ("f", each.given_female, each.family_female),
            ("m", each.given_male, each.family_male),
        ):
            given += [(each.name, gender, name.text) for name in first]
            family += [(each.name, gender, name.text) for name in last]
    return (
        pl.DataFrame(given, schema=["community", "gender", "first_name"], orient="row").unique(),
        pl.DataFrame(family, schema=["community", "gender", "last_name"], orient="row").unique(),
    )
