"""The Polyfactory class of source configurations, which need no registering."""

from __future__ import annotations

from demo_data.tea.objects import ReferenceFactory
from demo_data.tea.sources.model import SourceConfig


class SourceConfigFactory(ReferenceFactory[SourceConfig]):
    """The source configurations."""

    __key__ = "source_id"
