"""`demo-data seal`: make what shards have made a dataset."""

from __future__ import annotations

import argparse

from demo_data.commands.checkout import require_own_code
from demo_data.commands.domains import require_sound
from demo_data.commands.options import OK, URL, Commands, as_json, dataset, outcome, verb


def add(commands: Commands) -> None:
    command = verb(commands, "seal", run, "make what `build --shard` has made a dataset")
    command.add_argument("path", type=dataset, metavar="DIR", help=f"where all shards were made: a directory, {URL}")
    command.add_argument("--orphans", action="store_true", help="only list the files that no receipt or manifest names")
    command.add_argument("--quiet", action="store_true", help="say nothing but errors")
    outcome(command)


def run(options: argparse.Namespace) -> int:
    """Check what all shards have made, make what needs the whole, and write the manifest, last.

    All that is wrong is told, and then nothing is sealed: shards that are missing, receipts of another dataset, files
    that are damaged. A dataset that is sealed is what one build makes, byte for byte; its receipts are removed.
    """
    require_own_code(None if isinstance(options.path, str) else options.path)
    from demo_data import report
    from demo_data.common.rendering import counted
    from demo_data.shards.sealing import orphans, seal_shards
    from demo_data.versions.write import finish

    if options.orphans:
        found = orphans(options.path)
        told = {"dataset": options.path, "orphans": [{"path": name, "bytes": size} for name, size in found]}
        for name, size in () if as_json(options, told) else found:
            print(f"{name}  {report.size_text(size)}")
        return OK
    require_sound(options.domain)
    sealed = seal_shards(options.path, options.domain, finish=finish)
    if as_json(options, {"dataset": options.path, **vars(sealed)}) or options.quiet:
        return OK
    if sealed.shards:
        made = f"{counted(sealed.parts, 'part')} of {counted(sealed.shards, 'shard')}"
        print(f"{options.path}: sealed: {sealed.profile}, {counted(sealed.rows, 'row')}, {made}")
    else:
        print(f"{options.path}: a finished dataset, in which no shards are left to seal; nothing to do")
    report.print_next(options.path)
    return OK
