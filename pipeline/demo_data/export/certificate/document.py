"""The text of `certificate.sql`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import indent

from demo_data.dataset.manifest import Manifest, TableEntry
from demo_data.dataset.recipe_file import RecipeFile
from demo_data.domain import Domain
from demo_data.export.certificate import model_claims
from demo_data.export.certificate.claim import Claim, Claims, Definition, QueryClaim, RowClaim, column, text

VERSIONS = "DuckDB 1.3 to 2.0"
SHOWN = 40
"""Rows of one result that DuckDB's command line prints; it leaves out the middle of longer ones."""

_HEAD = """\
-- Certificate of {profile}: {claims} claims about the dataset {identity}.
-- Run it in this folder with {versions}, and nothing else: duckdb < certificate.sql
-- For each claim it tells how many violations there are, and in the last line how many in all. A claim is plain SQL
-- over the Parquet files that lie here, written from the definitions of the tables and not by what has made them.
-- {notice}
SET VARIABLE as_of = DATE '{as_of}';
SET VARIABLE born = DATE '{born}';
SET VARIABLE first_day = DATE '{first_day}';
SET TimeZone = 'UTC';
SET enable_progress_bar = false;"""

_TABLE = "CREATE OR REPLACE TEMP TABLE certificate (number INTEGER, claim VARCHAR, violations BIGINT);"


def certificate(domain: Domain, manifest: Manifest, recipe: RecipeFile) -> str:
    """The certificate of the dataset that a manifest and a recipe describe, as a script."""
    there = manifest.by_table
    claims = [claim for claim in every_claim(domain) if set(claim.needs) <= set(there)]
    head = _HEAD.format(
        profile=manifest.profile,
        claims=len(claims),
        identity=manifest.identity,
        versions=VERSIONS,
        notice=manifest.notice,
        as_of=recipe.as_of,
        born=recipe.birth,
        first_day=recipe.first_day,
    )
    definitions = (each.sql.strip() for each in _definitions(domain) if set(each.needs) <= set(there))
    return (
        "\n".join((head, *map(_view, manifest.tables), *definitions, _TABLE, *_counted(claims), *_outcome(len(claims))))
        + "\n"
    )


def every_claim(domain: Domain) -> list[Claim]:
    """All claims of a domain, table by table: those of the class first."""
    own = [claim for _, stated in domain.stated("certificate", Claims) for claim in stated.claims]
    return [
        claim
        for table in domain.models
        for claim in (*model_claims.claims(domain, table), *(claim for claim in own if claim.needs[0] == table))
    ]


def _definitions(domain: Domain) -> list[Definition]:
    return [each for _, stated in domain.stated("certificate", Claims) for each in stated.definitions]


def _view(table: TableEntry) -> str:
    first = table.parquet[0].path
    files = f"{table.table}.parquet/*.parquet" if "/" in first else first
    return f"CREATE OR REPLACE TEMP VIEW {column(table.table)} AS FROM read_parquet({text(files)});"


def _counted(claims: Iterable[Claim]) -> Iterator[str]:
    """Statements that count violations: one for each run of claims about the rows of one table, which share a scan."""
    run: list[tuple[int, RowClaim]] = []
    for number, claim in enumerate(claims, start=1):
        if run and not (isinstance(claim, RowClaim) and claim.needs == run[0][1].needs):
            yield _scan(run)
            run = []
        if isinstance(claim, RowClaim):
            run.append((number, claim))
        elif isinstance(claim, QueryClaim):
            yield (
                f"INSERT INTO certificate SELECT {number}, {text(_told(claim))}, count(*) FROM (\n"
                f"{indent(claim.violations.strip(), '  ')}\n);"
            )
    if run:
        yield _scan(run)


def _scan(run: Sequence[tuple[int, RowClaim]]) -> str:
    table = column(run[0][1].needs[0])
    counts = ",\n".join(_counting(claim) for _, claim in run)
    return (
        f"INSERT INTO certificate\n"
        f"SELECT {run[0][0]} + generate_subscripts(counts, 1) - 1, unnest(counts, recursive := true)\n"
        f"FROM (SELECT [\n{counts}\n] AS counts FROM {table});"
    )


def _counting(claim: RowClaim) -> str:
    return f"  {{claim: {text(_told(claim))}, violations: count(*) FILTER (NOT ({claim.holds}))}}"


def _told(claim: Claim) -> str:
    return f"{claim.needs[0]}: {claim.says}"


def _outcome(claims: int) -> Iterator[str]:
    """Statements that print a line for each claim, in results short enough to be shown whole, and a last line."""
    for first in range(1, claims + 1, SHOWN):
        yield (
            f"SELECT violations, claim FROM certificate WHERE number BETWEEN {first} AND {first + SHOWN - 1} "
            "ORDER BY number;"
        )
    yield (
        "SELECT sum(violations)::BIGINT AS violations, count(*) AS claims, count_if(violations > 0) AS broken "
        "FROM certificate;"
    )
