"""How values are written where they are read from JSON: moments, days, keys, numbers in text. In code they stay lax."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from pydantic import GetCoreSchemaHandler, ValidatorFunctionWrapHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}(\.0+)?)?"
_ZONE = "(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"


@dataclass(frozen=True)
class _Kind:
    read: Callable[[str], date]
    pattern: str
    format: str
    message: str


_KINDS: dict[Any, _Kind] = {
    datetime: _Kind(
        datetime.fromisoformat,
        f"^{_DAY}T{_TIME}{_ZONE}$",
        "date-time",
        "a moment is a text such as 2026-01-31T06:12:00Z: ISO 8601, extended, with a zone, in whole seconds",
    ),
    date: _Kind(date.fromisoformat, f"^{_DAY}$", "date", "a day is a text such as 2026-01-31: ISO 8601, extended"),
}


class Iso:
    """A moment's or a day's mark: read from JSON it is such a text and nothing else. In code any that Pydantic takes.

    Pydantic alone reads "20191106" as seconds since 1970, and a moment without a zone as anybody's.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        kind = _KINDS[source]

        def read(value: Any, checked: ValidatorFunctionWrapHandler) -> Any:
            if isinstance(value, date):
                return value  # the field's default
            text = checked(value)
            try:
                return kind.read(text)
            except ValueError as error:
                raise PydanticCustomError("iso_text", "{error}", {"error": str(error)}) from None

        metadata = {"pydantic_js_updates": {"format": kind.format}}
        text: CoreSchema = core_schema.str_schema(pattern=kind.pattern, strict=True, metadata=metadata)
        text = core_schema.custom_error_schema(text, "iso_text", custom_error_message=kind.message)
        written = core_schema.simple_ser_schema(source.__name__)
        return core_schema.json_or_python_schema(
            core_schema.no_info_wrap_validator_function(read, text, serialization=written), handler(source)
        )


class Text:
    """What marks of texts share: the pattern that the text has in files, and the message for another text."""

    written: ClassVar[str]
    message: ClassVar[str]
    longest: ClassVar[int | None] = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        inner = handler(source)
        if inner["type"] == "nullable":
            return {**inner, "schema": self._in_json(inner["schema"])}
        return self._in_json(inner)

    @classmethod
    def fits(cls, text: str) -> bool:
        """Whether a text is written so."""
        return bool(re.fullmatch(cls.written, text)) and (cls.longest is None or len(text) <= cls.longest)

    def _in_json(self, inner: CoreSchema) -> CoreSchema:
        if inner["type"] != "str":
            return inner  # a day that is a key
        text = core_schema.str_schema(pattern=self.written, max_length=self.longest)
        written = core_schema.custom_error_schema(text, "written", custom_error_message=self.message)
        return core_schema.json_or_python_schema(core_schema.chain_schema([inner, written]), inner)
