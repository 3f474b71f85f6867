"""Makes ``basma/_findings.py`` of the schema of the command's JSON: ``python tests/report_classes.py``. A test holds them together."""

from __future__ import annotations

import json
import pathlib
import textwrap
from typing import Any

ROOT = pathlib.Path(__file__).parents[2]
SCHEMA = ROOT / "docs/src/reference/report.schema.json"
MODULE = ROOT / "python/basma/_findings.py"

#: The classes, in the order in which they are needed, with their names in Python where these differ.
CLASSES = {
    "Hash": "FileHash",
    "Frame": "Frame",
    "Track": "Track",
    "Segment": "Segment",
    "Clip": "Clip",
    "MatchCalibration": "MatchCalibration",
    "DetailsFound": "DetailsFound",
    "Match": "Match",
    "Quarantined": "Quarantined",
    "Finding": "Finding",
    "Query": "Query",
    "Lookup": "Lookup",
    "ShareQuote": "CalibratedShare",
    "StratumQuote": "CalibratedStratum",
    "CalibrationQuote": "Calibration",
    "UsedList": "UsedList",
    "Conditions": "Conditions",
    "Shard": "Shard",
    "Summary": "Summary",
    "Refusal": "Refusal",
    "Refused": "Refused",
    "ListState": "ListState",
    "StoreSummary": "StoreState",
    "Violation": "Violation",
    "RefreshedList": "RefreshedList",
    "RefreshSummary": "Refreshed",
}

HEAD = '''"""What is found, as the command says it: a class for each object of its JSON, with the same fields.

Made of the schema in ``docs/src/reference/report.schema.json`` by ``tests/report_classes.py``.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass, field
from typing import Dict, List, Optional

from basma._json import Report
'''


def type_of(schema: "dict[str, Any]") -> "tuple[str, str, str]":
    """The type of a field, its default, and the class of what it holds."""
    schema = schema.get("anyOf", [schema])[0]
    if "$ref" in schema:
        name = CLASSES[schema["$ref"].rsplit("/", 1)[1]]
        return name, "None", name
    kind = schema.get("type")
    if "const" in schema:
        return "int", str(schema["const"]), ""
    if isinstance(kind, list):
        inner = {"integer": "int", "number": "float", "string": "str"}[kind[0]]
        return f"Optional[{inner}]", "None", ""
    if kind == "array":
        inner, _, held = type_of(schema["items"])
        return f"List[{inner}]", "field(default_factory=builtins.list)", held
    if kind == "object":
        return "Dict[str, int]", "field(default_factory=builtins.dict)", ""
    plain = {"integer": ("int", "0"), "number": ("float", "0.0"), "string": ("str", '""'), "boolean": ("bool", "False")}
    return (*plain[kind], "")


def class_of(name: str, schema: "dict[str, Any]") -> str:
    """The text of one class."""
    lines = ["", "", "@dataclass", f"class {CLASSES[name]}(Report):", f'    """{schema["description"].split(chr(10))[0]}"""', ""]
    held, always = {}, schema.get("required", [])
    for key, field in schema["properties"].items():
        kind, default, holds = type_of(field)
        if key not in always and default not in ("field(default_factory=builtins.list)", "field(default_factory=builtins.dict)") and key not in COUNTS:
            kind, default = f"Optional[{kind}]", "None"
        elif key not in always and kind.startswith("Dict"):
            kind, default = f"Optional[{kind}]", "None"
        if default == "None" and not kind.startswith("Optional"):
            kind = f"Optional[{kind}]" if key not in always else kind
            default = f"field(default_factory={holds})" if key in always else "None"
        if holds:
            held[key] = holds
        for line in textwrap.wrap(field.get("description", ""), 110):
            lines.append(f"    #: {line}")
        lines.append(f"    {key}: {kind} = {default}")
    lines.append("")
    lines.append(f"    _always = frozenset({sorted(always)!r})".replace("'", '"'))
    inner = ", ".join(f'"{key}": {value}' for key, value in held.items())
    lines.append(f"    _held = {{{inner}}}")
    return "\n".join(lines)


#: Numbers that are left out where they are 0, and what is left out where it is false.
COUNTS = {
    "more", "bare_roots", "members", "excluded", "lists_others", "labels_others", "unsupported_kinds_others", "reasons_others",
    "lists_more", "quarantined_others",
}  # fmt: skip


def module() -> str:
    """The text of the module."""
    schemas = json.loads(SCHEMA.read_text())["$defs"]
    return HEAD + "\n".join(class_of(name, schemas[name]) for name in CLASSES) + "\n"


if __name__ == "__main__":
    MODULE.write_text(module())
