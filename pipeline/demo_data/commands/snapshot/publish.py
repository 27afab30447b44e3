"""`demo-data snapshot publish`: a dataset becomes a version."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo_data.commands.options import OK, Commands, as_json, outcome, saying, verb
from demo_data.common.program import program

if TYPE_CHECKING:
    from demo_data.versions.publish import Published


def add(commands: Commands) -> None:
    command = verb(commands, "publish", run, "make a dataset a version, by a git tag")
    command.add_argument("profile", metavar="PROFILE", help="the profile whose data/PROFILE is published")
    command.add_argument("version", metavar="VERSION", help="v1.0.0: major for another schema, minor for other values")
    command.add_argument("--check", action="store_true", help="only see whether this commit is that version, and whole")
    command.add_argument("--no-push", action="store_true", help="do not push the data to the DVC remote")
    command.add_argument("--message", default="", metavar="TEXT", help="what the tag says besides")
    outcome(command)


def run(options: argparse.Namespace) -> int:
    """Verify the last commit's dataset, push its data to the DVC remote, and make the annotated tag PROFILE@VERSION.

    Where anything is not as it should be, all of it is told, and nothing is pushed or made. A run that was stopped is
    run again. The tag itself is yours to push.
    """
    from demo_data.versions import publish

    if options.check:
        version = publish.check(
            options.profile, options.version, repo=Path.cwd(), progress=saying(options), domain=options.domain
        )
        if as_json(options, _told(version)):
            return OK
        print(f"{version.tag}: this commit, whole and rightly numbered; identity {version.manifest.identity}")
        return OK
    version = publish.publish(
        options.profile,
        options.version,
        repo=Path.cwd(),
        push=not options.no_push,
        message=options.message,
        progress=saying(options),
        domain=options.domain,
    )
    if as_json(options, _told(version)):
        return OK
    made = "published" if version.new else "already published"
    rows, identity = sum(version.manifest.rows.values()), version.manifest.identity
    print(f"{version.tag}: {made} at the commit {version.commit[:9]}, {rows:,} rows, identity {identity}")
    if options.no_push:
        print("Its data was not pushed: this command without --no-push does it, any time.")
    elif version.remote is None:
        print(f"Its data is on this machine alone. Others make it again: {program()} snapshot rebuild {version.tag}")
        print("To have the next version pushed, commit a remote first: dvc remote add --default NAME URL")
    print(f"Next: git push origin {version.tag}")
    return OK


def _told(version: Published) -> dict[str, Any]:
    return {
        "tag": version.tag,
        "commit": version.commit,
        "identity": version.manifest.identity,
        "rows": version.manifest.rows,
        "remote": version.remote,
        "new": version.new,
    }
