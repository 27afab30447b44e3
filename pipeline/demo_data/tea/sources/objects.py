"""The Polyfactory class of source configurations, which need no registering."""

from __future__ import annotations

from demo_data.tea.objects import TeaFactory
from demo_data.tea.sources.model import SourceConfig


class SourceConfigFactory(TeaFactory[SourceConfig]):
    """The source configurations."""
