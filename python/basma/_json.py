"""Objects of the command's JSON as dataclasses, and back without loss."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, ClassVar, Dict, FrozenSet, Mapping, Type, TypeVar

R = TypeVar("R", bound="Report")


class Report:
    """An object of the command's JSON: the same fields, by the same names."""

    _always: ClassVar[FrozenSet[str]] = frozenset()
    _held: ClassVar[Mapping[str, Type[Any]]] = {}

    @classmethod
    def from_dict(cls: Type[R], fields: Mapping[str, Any]) -> R:
        """Takes the fields that it knows; later versions may have more."""
        known = {}
        for each in dataclasses.fields(cls):  # type: ignore[arg-type]
            if each.name not in fields:
                continue
            value, held = fields[each.name], cls._held.get(each.name)
            if held is not None and isinstance(value, list):
                value = [held.from_dict(one) for one in value]
            elif held is not None and value is not None:
                value = held.from_dict(value)
            known[each.name] = value
        return cls(**known)

    @classmethod
    def from_json(cls: Type[R], line: str) -> R:
        """Reads a line."""
        return cls.from_dict(json.loads(line))

    def to_dict(self) -> Dict[str, Any]:
        """The fields as the command writes them: what it leaves out is left out."""
        written = {}
        for each in dataclasses.fields(self):  # type: ignore[arg-type]
            value = getattr(self, each.name)
            # Lists and counts are left out where they are empty, everything else where it is not known.
            if each.name in self._always or (value is not None and value != [] and value != each.default):
                written[each.name] = _plain(value)
        return written

    def to_json(self) -> str:
        """The line, without its end, as the command writes it."""
        return json.dumps(self.to_dict(), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, Report):
        return value.to_dict()
    return [_plain(one) for one in value] if isinstance(value, list) else value
