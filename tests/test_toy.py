"""A second domain: made, checked, opened, compared, corrupted and staged by the framework alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from demo_data import isolated_factories
from demo_data.build import build
from demo_data.common.errors import UsageError
from demo_data.compare import diff
from demo_data.export.mongodb.targets import targets
from demo_data.faults import plant_faults
from demo_data.faults.planters import kinds
from demo_data.profile import load_profile
from demo_data.validation import validate
from demo_data.validation.rules import rules_of
from demo_data.versions.snapshot import open_snapshot
from demo_data.versions.verify import verify
from demo_data.versions.write import finish
from tests.running import ROOT, contents
from tests.toy import DOMAIN
from tests.toy.customers.objects import CustomerFactory
from tests.toy.orders.model import Order
from tests.toy.orders.objects import OrderFactory


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The profile `small`."""
    out = tmp_path_factory.mktemp("shop") / "small"
    build(load_profile("small", domain=DOMAIN), out, finish=finish)
    return out


def orders(folder: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((folder / "json" / "orders.json").read_text(encoding="utf-8"))
    return found


def test_build(shop: Path) -> None:
    """Its tables, scenarios and notice are its own; those who have lapsed order nothing."""
    recipe = json.loads((shop / "recipe.json").read_text(encoding="utf-8"))
    told = pq.read_metadata(shop / "orders.parquet").metadata

    assert recipe["notice"] == DOMAIN.notice == told[b"demo_data.notice"].decode()
    (season,) = recipe["scenarios"]["customers"]
    assert (season["first"], season["last"], len(season["stories"]["lapsed"])) == ("2026-01-31", "2026-03-31", 3)
    assert {order["customer_id"] for order in orders(shop)}.isdisjoint(season["stories"]["lapsed"])
    assert pq.read_table(shop / "customers.parquet").num_rows == 12
    assert (shop / "plots" / "rows.csv").read_text() == f"table,rows\ncustomers,12\norders,{len(orders(shop))}\n"


def test_the_past_stands(shop: Path, tmp_path: Path) -> None:
    """Three years later it is the same world: customers and orders of the first day are there, and others came."""
    build(load_profile("small", domain=DOMAIN, changes=["as_of='2029-03-31'"]), tmp_path / "later", finish=finish)
    customers, later = (json.loads((of / "json" / "customers.json").read_text()) for of in (shop, tmp_path / "later"))
    held = [order for order in orders(tmp_path / "later") if str(order["day"]) <= "2026-03-31"]

    assert verify(tmp_path / "later", DOMAIN, deep=True).ok
    assert validate(tmp_path / "later", domain=DOMAIN).ok
    assert later[:12] == customers
    assert len(later) > 12
    assert {customer["since"] > "2026-03-31" for customer in later[12:]} == {True}
    assert held == orders(shop) != []


def test_workers_find_it(shop: Path, tmp_path: Path) -> None:
    """Processes are told the domain by its reference, and make the same bytes."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        build(load_profile("small", domain=DOMAIN), tmp_path / "small", finish=finish, executor=executor)

    assert contents(tmp_path / "small") == contents(shop)


def test_settings() -> None:
    """Counts have defaults and limits, which the recipes state; so do days."""
    assert load_profile(str(DOMAIN.folder / "profiles" / "small.yaml"), domain=DOMAIN)["customers.count"] == 12
    with pytest.raises(UsageError, match="no profile is called 'demo'"):
        load_profile("demo", domain=DOMAIN)
    with pytest.raises(UsageError) as refused:
        load_profile("small", domain=DOMAIN, changes=["customers.count=10001", "days=901", "visits.count=3"])
    assert [message.partition(": ")[2] for message in refused.value.messages] == [
        "days: Input should be less than or equal to 900 (got 901)",
        "visits: unknown key; known: seed, as_of, born, days, customers, orders",
        "customers.count: 10001 is more than 10000 (the numbers with four digits)",
    ]


def test_a_count_may_be_left_out(tmp_path: Path) -> None:
    """A profile that does not know of a table has as many rows of it as its recipe says."""
    (tmp_path / "mine.yaml").write_text("seed: 1\nas_of: 2026-01-31\ndays: 10\n")

    assert load_profile(str(tmp_path / "mine.yaml"), domain=DOMAIN)["customers.count"] == 10


def test_validate_and_verify(shop: Path) -> None:
    """The checks are the domain's own, and those of all domains."""
    found = validate(shop, domain=DOMAIN)

    assert found.ok
    assert {"order-total", "customer-first", "primary-key"} <= found.results.keys()
    assert found.rows == {"customers": 12, "orders": len(orders(shop))}
    assert verify(shop, DOMAIN, deep=True).ok


def test_corrupt(shop: Path, tmp_path: Path) -> None:
    """Faults of every kind are planted; validation finds just those that the ledger tells."""
    plant_faults(shop, tmp_path / "bad", seed=4, count=24, domain=DOMAIN)
    ledger = json.loads((tmp_path / "bad" / "defects.json").read_text(encoding="utf-8"))
    found = validate(tmp_path / "bad", domain=DOMAIN, strict=True)

    planted = {defect["kind"] for defect in ledger["defects"]}
    assert {rule.name for rule in rules_of(DOMAIN)} <= planted <= kinds(DOMAIN).keys()
    assert planted <= {name for name, result in found.results.items() if result.count}


def test_open(shop: Path) -> None:
    """A snapshot gives frames and objects of the domain's own classes."""
    snapshot = open_snapshot(shop, domain=DOMAIN)
    first = next(iter(snapshot.models("orders")))

    assert isinstance(first, Order)
    assert snapshot.scenarios["lapsed"]


def test_diff(shop: Path, tmp_path: Path) -> None:
    """Another newsletter's share changes that column of some customers, and nothing else."""
    other = load_profile("small", domain=DOMAIN, changes=["customers.newsletter=100"])
    build(other, tmp_path / "other", finish=finish)
    found = diff(shop, tmp_path / "other", domain=DOMAIN)

    assert not found.equal
    assert {name: table.status for name, table in found.tables.items()} == {"customers": "changed", "orders": "same"}
    assert [field.path for field in found.tables["customers"].fields] == ["newsletter"]


def test_objects() -> None:
    """Classes of three lines make coherent objects, below those that are registered."""
    with isolated_factories(seed=5):
        customers = CustomerFactory.build_batch_and_register(3)
        made = OrderFactory.batch(12)
        dear = OrderFactory.build(product="ink", quantity=20)

    assert {order.customer_id for order in made} == {customer.id for customer in customers}
    assert all(order.total == round(order.price * order.quantity, 2) for order in (*made, dear))
    assert dear.total == 250


def test_sinks() -> None:
    """Every table goes to the collection of its name."""
    assert {(found.database, found.collection) for found in targets(DOMAIN, DOMAIN.tables, "e2e")} == {
        ("shop_e2e", "customers"),
        ("shop_e2e", "orders"),
    }


def called(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "demo_data", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_option(shop: Path, tmp_path: Path) -> None:
    """Before the verb, `--domain` says whose tables these are; the working directory is importable."""
    (tmp_path / "ours.py").write_text("from tests.toy import DOMAIN as SHOP\n")
    done = called(tmp_path, "--domain", "ours:SHOP", "show", str(shop))

    assert (done.returncode, done.stderr) == (0, "")
    assert "customers by scenario\n    lapsed (3): C-" in done.stdout
    built = called(tmp_path, "--domain=ours:SHOP", "build", "small", "--quiet", "--no-json").stdout
    again = called(tmp_path, "--domain=ours:SHOP", "build", "small").stdout
    assert built == ""
    assert "`demo-data --domain ours:SHOP show data/small` tells" in again
    assert called(tmp_path, "show", str(shop)).stderr.endswith("no tables lie here (nothing called <table>.parquet)\n")


@pytest.mark.sample(1)
@pytest.mark.parametrize("below", [".", "src/deep"])
def test_pyproject(shop: Path, tmp_path: Path, below: str) -> None:
    """The nearest pyproject.toml that names a domain does the same; its directory is importable."""
    (tmp_path / "ours.py").write_text("from tests.toy import DOMAIN as SHOP\n")
    (tmp_path / "pyproject.toml").write_text('[tool.demo-data]\ndomain = "ours:SHOP"\n')
    (tmp_path / below).mkdir(parents=True, exist_ok=True)
    (tmp_path / below / "x.toml").touch()
    done = called(tmp_path / below, "validate", str(shop))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{shop}: 2 tables, ")


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("nowhere:DOMAIN", "No module named 'nowhere'; it was looked for in {here} and the environment"),
        ("tests.toy", "write it as module:NAME, like shop:DOMAIN"),
        ("tests.toy:DOMANE", "tests.toy has no DOMANE; did you mean 'DOMAIN'?"),
        ("tests.running:DOMAIN", "tests.running has no DOMAIN; it has no Domain"),
        ("tests.running:ROOT", "ROOT is no Domain but PosixPath"),
        ("broken:DOMAIN", "broken cannot be imported: ZeroDivisionError: division by zero (broken.py:1)"),
    ],
)
def test_no_such_domain(tmp_path: Path, named: str, message: str) -> None:
    """Where there is no such domain, a line says so: of the option, and of the pyproject.toml."""
    (tmp_path / "broken.py").write_text("1 / 0\n")
    wanted = message.format(here=tmp_path)
    option = called(tmp_path, "--domain", named, "show", ".")
    (tmp_path / "pyproject.toml").write_text(f'[tool.demo-data]\ndomain = "{named}"\n')
    stated = called(tmp_path, "show", ".")

    assert (option.returncode, option.stderr) == (2, f"demo-data: --domain {named}: {wanted}\n")
    source = f"{tmp_path / 'pyproject.toml'}: [tool.demo-data] domain = {named!r}"
    assert (stated.returncode, stated.stderr) == (2, f"demo-data: {source}: {wanted}\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.demo-data]\ndomain = 3\n", '[tool.demo-data] domain: write it as a text, like "shop:DOMAIN"'),
        ("[tool.demo-data\n", "Expected ']' at the end of a table declaration (at line 1, column 16)"),
    ],
)
def test_a_pyproject_that_cannot_be_read(tmp_path: Path, text: str, message: str) -> None:
    """What is meant to name a domain, and does not, is no reason to take another one."""
    (tmp_path / "pyproject.toml").write_text(text)
    done = called(tmp_path, "show", ".")

    assert (done.returncode, done.stderr) == (2, f"demo-data: {tmp_path / 'pyproject.toml'}: {message}\n")


@pytest.mark.full
def test_a_project_of_its_own(tmp_path: Path) -> None:
    """`demo-data dvc` writes the stages of a project that has the framework installed; `dvc repro` runs them."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "__init__.py").touch()
    shutil.copytree(DOMAIN.folder, tmp_path / "tests" / "toy", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "pyproject.toml").write_text('[tool.demo-data]\ndomain = "tests.toy:DOMAIN"\n')
    (tmp_path / ".dvcignore").write_text("__pycache__/\n")
    env = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "DVC_", "PYTHON"))}
    env |= {"PATH": f"{Path(sys.executable).parent}:{env['PATH']}", "DVC_NO_ANALYTICS": "1"}
    env |= {"DVC_SITE_CACHE_DIR": f"{tmp_path}/.site", "DVC_GLOBAL_CONFIG_DIR": f"{tmp_path}/.site"}

    def run(*command: str, code: int = 0) -> str:
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    assert "name the profiles that DVC builds, like `profiles: [small]`" in run("demo-data", "dvc", code=2)
    (tmp_path / "params.yaml").write_text("profiles: [small]\n")
    run("demo-data", "dvc")
    stages = yaml.safe_load((tmp_path / "dvc.yaml").read_text())["stages"]
    assert stages["level-1"]["cmd"] == "python -m demo_data --domain tests.toy:DOMAIN build ${item.profile} --level 1"
    assert [path for path in stages["level-1"]["deps"] if not path.startswith("data/")] == [
        "tests/toy/__init__.py",
        "tests/toy/customers/model.py",
        "tests/toy/customers/recipe.py",
        "tests/toy/orders/model.py",
        "tests/toy/orders/recipe.py",
    ]

    run("git", "init", "-q")
    run("dvc", "init", "-q")
    assert run("dvc", "repro").count("Running stage") == 5
    assert "0 broken" in run("demo-data", "validate", "data/small")
    recipe = tmp_path / "tests" / "toy" / "orders" / "recipe.py"
    recipe.write_text(recipe.read_text().replace("150, 499, 1250", "160, 499, 1250"))
    assert [line for line in run("dvc", "repro").splitlines() if line.startswith("Running")] == [
        f"Running stage '{stage}@small':" for stage in ("level-0", "level-1", "json", "validate", "snapshot")
    ]

    (tmp_path / "dvc.yaml").write_text("stages: {}\n")
    assert "is not from this command" in run("demo-data", "dvc", code=2)
