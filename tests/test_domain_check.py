"""What a domain's author is told of mistakes: each is planted in a copy of the toy domain, and the message is read."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
import yaml

from demo_data.cli import main
from demo_data.common.errors import UsageError
from tests.toy import DOMAIN

_NUMBERS = count()
"""So that each test has a package of its own."""
_LINE = re.compile(r"(?<=\.py):\d+")

Edit = tuple[str, str, str]
"""A file of the domain, what stands in it, and what takes its place."""


class Copy(NamedTuple):
    """A copy of the toy domain, under a name of its own."""

    name: str
    folder: Path
    capsys: pytest.CaptureFixture[str]

    def forget(self) -> None:
        """Let its modules be imported anew."""
        for module in [module for module in sys.modules if module.partition(".")[0] == self.name]:
            del sys.modules[module]
        importlib.invalidate_caches()

    def edit(self, *edits: Edit) -> None:
        for file, old, new in edits:
            path = self.folder / file
            text = path.read_text(encoding="utf-8").replace(self.name, "toy") if path.exists() else ""
            assert old in text, (file, old)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.replace(old, new).replace("toy", self.name), encoding="utf-8")

    def run(self, *arguments: str) -> tuple[int, str, list[str]]:
        """Exit code, output, and the lines on standard error, the domain called `toy`."""
        code = main(["--domain", f"{self.name}:DOMAIN", *arguments])
        out, err = (_LINE.sub(":N", text.replace(self.name, "toy")) for text in self.capsys.readouterr())
        return code, out, [line.removeprefix("demo-data: ") for line in err.splitlines()]

    def reported(self, *arguments: str) -> list[str]:
        """The lines that a command ends with, with exit code 2."""
        code, _, lines = self.run(*arguments)
        assert code == 2, lines
        return lines


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Copy]:
    """A copy in the working directory."""
    name = f"toy{next(_NUMBERS)}"
    folder = tmp_path / name
    for path in DOMAIN.folder.rglob("*"):
        if path.suffix in (".py", ".yaml"):
            target = folder / path.relative_to(DOMAIN.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(path.read_text(encoding="utf-8").replace("tests.toy", name), encoding="utf-8")
    (folder / "stray.py").write_bytes(b"\xff")  # which hinders nothing
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    copy = Copy(name, folder, capsys)
    yield copy
    copy.forget()


MISTAKES, FAULTS = (
    yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    for name in ("domain_mistakes.yaml", "domain_faults.yaml")
)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake(toy: Copy, mistake: str) -> None:
    """Each is told in a line with its file and its name, and nothing is built."""
    edits, wanted = MISTAKES[mistake]["edits"], sorted(MISTAKES[mistake]["told"])
    toy.edit(*edits)
    lines = sorted(toy.reported("build", "small"))

    assert len(lines) == len(wanted), lines
    assert [line[: len(start)] for line, start in zip(lines, wanted, strict=True)] == wanted
    assert not Path("data").exists()


SEVERAL: list[Edit] = [
    ("orders/model.py", 'ForeignKey("customers")', 'ForeignKey("customer")'),
    ("orders/recipe.py", '"customer__id")', '"customer__idd")'),
    ("orders/rules.py", '"quantity", "price"', '"quantty", "price"'),
    ("orders/faults.py", '@planter("customer-first"', '@planter("customer-frst"'),
]
TABLE, RECIPE, RULE, PLANTER = (
    "toy/orders/model.py: Order.customer_id: ForeignKey('customer')",
    "toy/orders/recipe.py: customer_id is 'customer__idd': ",
    "toy/orders/rules.py:N, order_total: the rule 'order-total' reads 'orders.quantty'",
    "toy/orders/faults.py: early breaks 'customer-frst'",
)


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["build", "small"], [TABLE, RECIPE, RULE, PLANTER]),
        (["build", "small", "--level", "0"], [TABLE, RECIPE]),
        (["dvc"], [TABLE, RECIPE, RULE, PLANTER]),
        (["validate", "."], [TABLE, RULE]),
        (["corrupt", ".", "--out", "bad"], [TABLE, RULE, PLANTER]),
        (["show", "."], [TABLE]),
    ],
    ids=lambda value: value[0] if isinstance(value[0], str) else "",
)
def test_all_in_one_pass(toy: Copy, arguments: list[str], wanted: list[str]) -> None:
    """A command tells all that is wrong with what it uses; one that makes a whole dataset tells everything."""
    toy.edit(*SEVERAL)
    lines = toy.reported(*arguments)

    assert [line[: len(start)] for line, start in zip(lines, wanted, strict=True)] == wanted


def test_objects(toy: Copy) -> None:
    """Who makes objects is told the same."""
    toy.edit(*SEVERAL)
    from demo_data import isolated_factories
    from demo_data.domain import domain_at
    from demo_data.objects import factories

    with pytest.raises(UsageError) as refused, isolated_factories(seed=1, domain=domain_at(f"{toy.name}:DOMAIN")):
        factories(domain_at(f"{toy.name}:DOMAIN"))["orders"].build()
    assert str(refused.value).replace(toy.name, "toy").startswith(TABLE)


def test_objects_of_no_table(toy: Copy) -> None:
    """A table that is misspelt is told with the one that was meant."""
    from demo_data.domain import domain_at
    from demo_data.objects import factories

    with pytest.raises(KeyError, match=r"no table is called 'order'; did you mean 'orders'\?"):
        factories(domain_at(f"{toy.name}:DOMAIN"))["order"]


def test_from_elsewhere(toy: Copy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A path is told as it is opened from the working directory, where it lies below it."""
    toy.edit(*SEVERAL)
    monkeypatch.chdir(tmp_path.parent)
    lines = toy.reported("build", "small")
    assert [line.partition("/")[0] for line in lines] == [tmp_path.name] * 4
    toy.forget()
    monkeypatch.chdir(toy.folder)
    assert toy.reported("build", "small")[0].startswith("orders/model.py: ")


def test_in_a_worker(toy: Copy) -> None:
    """What is raised in another process is told with its place, too."""
    toy.edit(("customers/recipe.py", "return first_day(settings) - joined_days_before", "return first_day(setings)"))
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    command = [sys.executable, "-m", "demo_data", "--domain", f"{toy.name}:DOMAIN", "build", "small", "--workers", "2"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert _LINE.sub(":N", done.stderr.replace(toy.name, "toy")) == (
        "demo-data: unexpected NameError: name 'setings' is not defined (toy/customers/recipe.py:N, since)\n"
    )


@pytest.mark.parametrize("case", FAULTS["rules"])
def test_rules_at_fault(toy: Copy, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that cannot be computed is at fault itself: the data is not accused, and the exit code is 2."""
    edit, wanted = FAULTS["rules"][case].values()
    assert toy.run("build", "small", "--out", "set")[0] == 0
    toy.forget()
    toy.edit(edit)
    code, out, err = toy.run("validate", "set")

    assert (code, err) == (2, [])
    first, accused, held = out.splitlines()
    assert first.startswith("set: 2 tables, ")
    assert accused.startswith(wanted)
    assert "(toy/orders/rules.py:" in accused
    assert held.endswith(" rules held, 0 broken, 0 skipped, 1 at fault")
    _, text, _ = toy.run("validate", "set", "--format", "json", "--report", "report.json")
    summary, report = json.loads(text)["summary"], json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert (
        (summary["ok"], list(summary["faulty"]))
        == (report["ok"], list(report["faulty"]))
        == (False, [accused.split()[2]])
    )
    annotated = rf"::error file={toy.name}/orders/rules\.py,line=\d+,title={accused.split()[2]}::the rule "
    assert re.match(annotated.replace(toy.name, "toy"), toy.run("validate", "set", "--format", "github")[1])
    assert toy.reported("corrupt", "set", "--out", "bad") == [accused]
    assert toy.run("snapshot", "verify", "set", "--quiet") == (1, f"set: {accused}\n", [])
    assert " rules held, 0 broken, 0 skipped, 1 at fault\n" in toy.run("snapshot", "verify", "set")[1]
    server = nullcontext(SimpleNamespace(hosts="nowhere"))
    monkeypatch.setattr("demo_data.export.mongodb.run.connected", lambda _: server)
    code, out, _ = toy.run("load", "set", "--uri", "mongodb://nowhere")
    assert (code, out.splitlines()[1:]) == (2, [accused, held, "nowhere: nothing was written"])


@pytest.mark.parametrize("line", ["    known = orders", "    bad = (pl."])
def test_a_disk_that_fails(toy: Copy, line: str) -> None:
    """What the machine refuses while a rule reads is neither the rule's fault nor that of the data."""
    assert toy.run("build", "small", "--out", "set")[0] == 0
    toy.forget()
    toy.edit(("orders/rules.py", line, f"    raise OSError(24, 'Too many open files')\n{line}"))
    code, out, err = toy.run("validate", "set")

    assert (code, out, len(err)) == (2, "", 1)
    assert err[0].startswith("Too many open files (toy/orders/rules.py:N, ")


OBJECT = """class Any:
    def __call__(self, data):
        raise ValueError("nothing is right")


rule_of_object = rule("of-object")(Any())
rule_of_part = rule("of-part")(partial(int, base=2))
rule_of_method = rule("of-method")(partial(Any().__call__))
"""


def test_rules_that_are_no_functions(toy: Copy) -> None:
    """Objects that can be called, and functions some of whose arguments are given, have a place too."""
    assert toy.run("build", "small", "--out", "set")[0] == 0
    toy.forget()
    toy.edit(("orders/rules.py", "import polars", "from functools import partial\n\nimport polars"))
    toy.edit(("orders/rules.py", '@row_rule("order-total"', f'{OBJECT}\n\n@row_rule("order-total"'))
    code, out, _ = toy.run("validate", "set")

    assert code == 2
    assert [line.partition(" at fault: ")[0] for line in out.splitlines()[1:-1]] == [
        f"the rule {name} is" for name in ("of-object", "of-part", "of-method")
    ]
    assert "::error file=builtins,title=of-part::" in toy.run("validate", "set", "--format", "github")[1]
    toy.forget()
    toy.edit(("orders/rules.py", 'rule("of-object")', 'rule("order-total")'))
    assert toy.reported("validate", "set") == [
        "toy/orders/rules.py:N, order_total: the rule 'order-total' is stated at toy/orders/rules.py too"
    ]


def test_no_default_profile(toy: Copy) -> None:
    """Data that there are can be checked without it; what makes some asks for it."""
    assert toy.run("build", "small", "--out", "set")[0] == 0
    toy.forget()
    toy.edit(("__init__.py", 'default_profile="small"', 'default_profile="smal"'))
    told = ["toy/__init__.py: default_profile: 'smal' is none of those in profiles/; did you mean 'small'?"]

    assert toy.run("validate", "set")[0] == 0
    assert toy.reported("build", "small") == told


@pytest.mark.parametrize("case", FAULTS["planters"])
def test_planters_at_fault(toy: Copy, case: str) -> None:
    """A planter that breaks nothing, or something that is not there, is told; nothing is written."""
    edit, wanted = FAULTS["planters"][case].values()
    assert toy.run("build", "small", "--out", "set")[0] == 0
    toy.forget()
    toy.edit(edit)
    lines = toy.reported("corrupt", "set", "--out", "bad")

    assert [line[: len(wanted)] for line in lines] == [wanted] * len(lines)
    assert not Path("bad").exists()


def test_hints_name_the_domain(toy: Copy) -> None:
    """What is to be called next is told with the domain that was named, and without where none was."""
    assert "`demo-data --domain toy:DOMAIN validate set` checks it" in toy.run("build", "small", "--out", "set")[1]
    assert "see demo-data --domain toy:DOMAIN validate bad" in " ".join(
        [*toy.run("corrupt", "set", "--out", "bad")[2], *toy.run("corrupt", "bad", "--out", "worse")[2]]
    )


def test_pictures_of_the_profiles_that_there_are(toy: Copy) -> None:
    """A plot is of those of its profiles that params.yaml names; one that has none of them is left out."""
    plots = "PLOTS = {'a': ('A', 'x', ('small', 'large'), {}), 'b': ('B', 'x', ('large',), {})}\n"
    (toy.folder / "pictures.py").write_text(plots, encoding="utf-8")
    Path("params.yaml").write_text("profiles: [small]\n", encoding="utf-8")
    code, out, _ = toy.run("dvc", "--print")

    assert code == 0
    assert yaml.safe_load(out)["plots"][1:] == [{"A": {"y": {"data/small/plots/a.csv": "x"}}}]
