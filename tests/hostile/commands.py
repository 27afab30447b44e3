"""How every command takes what is tried on it. Words in braces are filled in: see `trying.Place`."""

from __future__ import annotations

from dataclasses import dataclass

from demo_data import cli
from demo_data.commands import snapshot


@dataclass(frozen=True)
class Form:
    """The arguments of a command that takes a dataset, a profile or neither, and what it may change."""

    arguments: str
    writes: tuple[str, ...] = ()

    def takes(self, word: str) -> bool:
        return f"{{{word}}}" in self.arguments


_MANIFEST = tuple(
    f"{{dataset}}/{name}"
    for name in ("snapshot.json", "datapackage.json", "croissant.json", "certificate.sql", "plots", ".demo-data.json")
)

FORMS = {
    "explain": Form("explain {profile}"),
    "build": Form("build {profile} --out {out} --quiet", ("{out}",)),
    "advance": Form("advance {dataset} --to 2026-03-31 --out {out} --quiet", ("{out}",)),
    "seal": Form("seal {dataset}", ("{dataset}/receipts",)),
    "json": Form("json {dataset}", ("{dataset}/json", "{dataset}/snapshot.json", "{dataset}/.demo-data.json")),
    "validate": Form("validate {dataset}"),
    "changes": Form("changes {sound} {dataset} --out {out}", ("{out}",)),
    "load": Form("load {dataset} --uri {url} --dry-run"),
    "show": Form("show {dataset}"),
    "contract": Form("contract {module}"),
    "corrupt": Form("corrupt {dataset} --out {out}", ("{out}",)),
    "completion": Form("--domain {domain} completion bash"),
    "dvc": Form("--domain {domain} dvc --print"),
    "snapshot write": Form("snapshot write {dataset}", _MANIFEST),
    "snapshot publish": Form("snapshot publish minimal v1.0.0 --no-push"),
    "snapshot verify": Form("snapshot verify {dataset} --deep"),
    "snapshot diff": Form("snapshot diff {sound} {dataset}"),
    "snapshot fetch": Form("snapshot fetch minimal@v1.0.0 --repo {url}"),
    "snapshot rebuild": Form("snapshot rebuild minimal@v1.0.0 --repo {url}"),
}
"""One line for each command."""

WORDS = ("dataset", "profile", "out", "url", "module", "domain")
"""What stands in braces, and is somebody's to choose."""

READERS = [name for name, form in FORMS.items() if form.takes("dataset")]
"""The commands that read a dataset from a directory."""


def discovered() -> set[str]:
    """The names of all commands, as the command line has them."""
    top = {module.__name__.rpartition(".")[2] for module in cli.COMMANDS} - {"snapshot"}
    return top | {f"snapshot {module.__name__.rpartition('.')[2]}" for module in snapshot.COMMANDS}
