"""The stages of `dvc.yaml`, as a domain's tables and imports have them: what is made of what, and by which code.

A stage per level of tables, then the JSON form, the checks and the snapshot; each for every profile of `params.yaml`.
Stages depend on the code of the project that they run in: on a domain's files one by one, on the framework's by room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

import yaml

from demo_data.common import params
from demo_data.common.errors import UsageError
from demo_data.common.import_graph import imported_files
from demo_data.common.params import Params
from demo_data.common.yaml_text import file_text
from demo_data.dataset import layout
from demo_data.domain import Domain, default_domain
from demo_data.domain_check import profile_faults, require, table_faults
from demo_data.profile import load_profile
from demo_data.profile_file import find
from demo_data.recipes.check import recipe_faults

HEADER = "# Written by `demo-data dvc`: change what it follows from, and run that again.\n"
FRAMEWORK = Path(__file__).resolve().parent
LOCK = "requirements.lock"
_PROFILE = "${item.profile}"
_DATA = f"data/{_PROFILE}"


def dvc_yaml(domain: Domain, root: Path, wanted: Params | None = None) -> str:
    """The text of `dvc.yaml` for the project in `root`; `wanted`: instead of what its params.yaml says.

    Raises `UsageError` where no profiles are named, or where one of them cannot be as of the day that is.
    """
    wanted = wanted or params.read(params_text(root))
    stages = Stages(domain, root, dated=wanted.as_of is not None)
    _require_day(domain, wanted)
    pipeline = {
        "stages": stages.all(),
        "plots": list(_plots(domain, wanted.profiles)),
        "artifacts": {profile: _artifact(domain, profile) for profile in wanted.profiles},
    }
    return HEADER + yaml.safe_dump(pipeline, sort_keys=False, width=120, allow_unicode=True)


def params_text(root: Path) -> str:
    """What the params.yaml in `root` says, nothing where there is none. Raises `UsageError`."""
    path = root / params.FILE
    return file_text(path, params.FILE) if path.is_file() else ""


def _require_day(domain: Domain, wanted: Params) -> None:
    faults: list[str] = []
    for profile in wanted.profiles if wanted.as_of else ():
        try:
            load_profile(profile, as_of=wanted.as_of, domain=domain)
        except UsageError as error:
            faults += error.messages
    if faults:
        raise UsageError(faults)


class Stages:
    """The stages of a project; `dated`: its params.yaml says the last day of all profiles, which stages pass on."""

    def __init__(self, domain: Domain, root: Path, *, dated: bool = False) -> None:
        require(domain, table_faults, profile_faults, recipe_faults)
        self.domain, self.root, self.folder = domain, root.resolve(), domain.folder.resolve()
        self.own = FRAMEWORK.parent == self.root / "pipeline"
        """Whether the framework's code is the project's own: in its checkout."""
        named = "" if domain is default_domain() else f" --domain {domain}"
        self.program = f"python pipeline{named}" if self.own else f"python -m demo_data{named}"
        self.day = " --as-of ${as_of}" if dated else ""
        self.tables = [f"{_DATA}/{table}.parquet" for level in domain.levels for table in level]

    def all(self) -> dict[str, dict[str, Any]]:
        levels = {f"level-{number}": self.level(number) for number in range(len(self.domain.levels))}
        return levels | {"json": self.json_form(), "validate": self.checks(), "snapshot": self.snapshot()}

    def stage(self, desc: str, command: str, **rest: Any) -> dict[str, Any]:
        return {"desc": desc, "matrix": {"profile": "${profiles}"}, "cmd": f"{self.program} {command}", **rest}

    def level(self, number: int) -> dict[str, Any]:
        """Level 0 resolves the profile, by what all recipes say may be set, into recipe.json, which the others bear."""
        tables = self.domain.levels[number]
        outs = [f"{_DATA}/{table}.parquet" for table in tables]
        if number == 0:
            code = self.code("demo_data.build", *self.parts("model", "recipe"), self.module("settings"))
            deps, outs = code + self.profile(), [f"{_DATA}/{layout.RECIPE}", *outs]
        else:
            needed = {behind for table in tables for behind in self.behind(table)}
            code = self.code("demo_data.build", *self.parts("model", "recipe", tables=needed))
            deps = [*code, f"{_DATA}/{layout.RECIPE}"]
        what = "The resolved profile, and tables" if number == 0 else "Tables"
        desc = f"{what} of level {number}: {', '.join(tables)}."
        return self.stage(desc, f"build {_PROFILE} --level {number}{self.day}", deps=deps, **self.release(), outs=outs)

    def json_form(self) -> dict[str, Any]:
        deps = [*self.code("demo_data.dataset.store", *self.parts("model")), *self.tables]
        outs = [f"{_DATA}/{layout.JSON_FOLDER}"]
        return self.stage("The same records in their JSON form.", f"json {_DATA}", deps=deps, outs=outs)

    def checks(self) -> dict[str, Any]:
        report = f"{_DATA}/{layout.VALIDATION}"
        code = self.code(
            "demo_data.validation.run", "demo_data.report", self.module("rules"), *self.parts("model", "rules")
        )
        deps = [*code, f"{_DATA}/{layout.RECIPE}", f"{_DATA}/{layout.JSON_FOLDER}", *self.tables]
        desc = "Every check of schema, keys, references and coherence; a violation stops here."
        return self.stage(desc, f"validate {_DATA} --report {report}", deps=deps, outs=[report])

    def snapshot(self) -> dict[str, Any]:
        below = (layout.RECIPE, layout.JSON_FOLDER, layout.VALIDATION)
        made = (layout.PLOTS_FOLDER, layout.DATAPACKAGE, layout.CROISSANT, layout.CERTIFICATE)
        stated = (self.module(name) for name in ("pictures", self.domain.facts or "facts", "certificate"))
        code = self.code("demo_data.versions.write", "demo_data.report", *stated, *self.parts("model", "certificate"))
        return self.stage(
            "The data of the plots, the descriptions for other tools and, last of all, the manifest.",
            f"snapshot write {_DATA}",
            deps=[*code, *([LOCK] if self.own else ()), *(f"{_DATA}/{name}" for name in below), *self.tables],
            **self.release(),
            outs=[f"{_DATA}/{name}" for name in made],
            metrics=[{f"{_DATA}/{layout.MANIFEST}": {"cache": False}}],
        )

    def release(self) -> dict[str, Any]:
        """The version, which a dataset and every file of it name, as what a stage depends on."""
        return {"params": [{"pyproject.toml": ["project.version"]}]} if self.own else {}

    def behind(self, table: str) -> set[str]:
        """A table, all that it comes from, and the later tables that it reads."""
        needed: set[str] = set()
        left = [table]
        while left:
            if (one := left.pop()) not in needed:
                needed.add(one)
                recipe = self.domain.recipes[one]
                left += [*recipe.sources(), *recipe.ahead()]
        return needed

    def parts(self, *kinds: str, tables: Iterable[str] | None = None) -> list[str]:
        wanted = self.domain.tables if tables is None else tables
        modules = (f"{self.domain.tables[table]}.{kind}" for kind in kinds for table in wanted)
        return [part.__name__ for name in modules for part in self.domain.modules(name)]

    def module(self, name: str) -> str:
        """A module of the domain's; where it has none, the domain's own package, which counts anyhow."""
        module = self.domain.module(name)
        return module.__name__ if module else self.domain.package

    def code(self, *modules: str) -> list[str]:
        """The files and folders that these modules and all that they import lie in, as paths from the root."""
        files = imported_files([self.domain.package, *modules], self.root, faces=(FRAMEWORK.name,))
        return sorted({self.place(file) for file in files})

    def place(self, file: Path) -> str:
        """A room of the framework, else the file; or its folder, where data lie beside it that it may read."""
        if file.is_relative_to(self.folder):
            data = any(path.suffix not in (".py", ".pyc") for path in file.parent.iterdir() if path.is_file())
            place = file.parent if data and file.parent != self.folder else file
        elif file.is_relative_to(FRAMEWORK):
            place = FRAMEWORK / file.relative_to(FRAMEWORK).parts[0]
        else:
            place = file
        return place.relative_to(self.root).as_posix()

    def profile(self) -> list[str]:
        folder = self.folder / "profiles"
        below = folder.is_relative_to(self.root)
        return [f"{folder.relative_to(self.root).as_posix()}/{_PROFILE}.yaml"] if below else []


def _plots(domain: Domain, profiles: Sequence[str]) -> Iterator[dict[str, Any]]:
    """How DVC draws the pictures of these profiles: the rows per table, and what the domain says of its own."""
    default = domain.default_profile if domain.default_profile in profiles else profiles[0]
    yield {
        "Rows per table": {
            "template": "bar_horizontal",
            "x": "rows",
            "y": {f"data/{default}/{layout.PLOTS_FOLDER}/rows.csv": "table"},
            "y_label": "table",
        }
    }
    pictures = domain.module("pictures")
    for name, (title, column, drawn, plot) in (pictures.PLOTS if pictures else {}).items():
        if y := {f"data/{each}/{layout.PLOTS_FOLDER}/{name}.csv": column for each in drawn if each in profiles}:
            yield {title: {**plot, "y": y}}


def _artifact(domain: Domain, profile: str) -> dict[str, Any]:
    """What `demo-data snapshot publish` gives versions to: the tag demo@v1.0.0 is the artifact demo in version v1.0.0.

    Its description is the comment that the profile's file begins with.
    """
    lines = file_text(find(profile, domain), profile).splitlines()
    comment = takewhile(lambda line: line.startswith("#"), lines)
    about = " ".join(line.lstrip("# ") for line in comment) or f"{domain.title[:1].upper()}{domain.title[1:]}."
    return {"type": "dataset", "desc": about, "path": f"data/{profile}", "labels": list(domain.keywords)}
