"""Versions of datasets: published as git tags, their files kept by DVC, opened by everybody.

`snapshot` opens one by directory or pin (`pin`): from the working tree, the `cache`, or by `fetch`, for which a process
of its own asks the remote (`remote.worker`, whose answers `remote.messages` reads). `repository` is a git repository at
hand, `remote.repository` one at a URL; both run `git`. `write` makes tables a snapshot, `verify` looks whether one is
whole and sound. `publish` makes a version, numbered by `versioning`, of what DVC has locked and pushes (`dvc`).
`rebuild` makes one again, in an `environment` of its packages.
"""
