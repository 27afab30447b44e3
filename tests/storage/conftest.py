"""An S3 server, and the variables by which everything here finds it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storage.between import Between, between
from tests.storage.endpoint import Endpoint, served


@pytest.fixture(scope="session")
def shared_s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with served(tmp_path_factory.mktemp("objects")) as found:
        yield found


@pytest.fixture
def s3(shared_s3: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    """A server with a prefix of this test's own, and an empty cache."""
    return shared_s3.used(tmp_path, monkeypatch)


@pytest.fixture
def proxy(s3: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Iterator[Between]:
    """What lies between this process and the server, which all requests go through."""
    with between(s3.address) as found:
        monkeypatch.setenv("AWS_ENDPOINT_URL", found.address)
        yield found
