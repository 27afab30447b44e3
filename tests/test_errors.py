from __future__ import annotations

import pytest

from pipeline.errors import without_userinfo


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:secret@host/x: refused", "https://***@host/x: refused"),
        ("'https://user:p@ss@host/x'", "'https://***@host/x'"),
        ("http://user:p/ss@host", "http://***@host"),
        ("git+https//u:pw@host", "git+https//***@host"),
        ("two: ssh://a:b@c and s3://d:e@f", "two: ssh://***@c and s3://***@f"),
        ("fetch demo@v1.0.0 --repo https://host/x", "fetch demo@v1.0.0 --repo https://host/x"),
    ],
)
def test_no_password_is_shown(text: str, shown: str) -> None:
    """User and password of any URL are masked, odd letters in them included; nothing else is."""
    assert without_userinfo(text) == shown
