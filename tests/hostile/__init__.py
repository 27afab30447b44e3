"""Hostile and clumsy use, tried against every command.

`commands` says how each command takes a dataset, a profile, a URL; the other modules list what is tried, as data, and
`trying` runs a try in a process of its own and holds it to what every command promises:

- it ends, with an exit code that the try allows, in bounded time and memory;
- no traceback or panic, no secret and no control character reaches standard output or error;
- nothing changes but what the command is there to write, and nothing at all where it fails.

A new command needs one line in `commands.FORMS`, a new kind of attack one entry in a list.
"""
