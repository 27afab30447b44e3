"""Versions of datasets: published as git tags, their files kept by DVC, opened by everybody.

`snapshot` opens one by directory or pin (`pin`). `resolve` finds a pin's data: in the working tree, the `cache`, by
`fetch`, for which a process of its own asks the remote (`remote.worker`, whose answers `remote.messages` reads), or by
the code of its commit (`own_code`): `rebuild` makes it again, `advance` brings it to a day. What the cache alone knows
needs a `proof`. `repository` is a git repository at hand, `remote.repository` one at a URL; both run `git`, and
`lookup` tells which commit digits mean. `write` makes tables a snapshot, `verify` looks whether one is
whole and sound. `publish` makes a version, numbered by `versioning`, of what DVC has locked and pushes (`dvc`).
`environment` is what a version's code runs in.
"""
