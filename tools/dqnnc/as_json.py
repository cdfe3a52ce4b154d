"""The reports as JSON: a report's fields by name, under the schema's version and the command's name."""

from __future__ import annotations

import json
from dataclasses import asdict

from .report import SCHEMA, Analysis, Generation, SupportedOps, Targets, Validation


def as_json(command: str, report: Analysis | Generation | SupportedOps | Targets | Validation) -> str:
    """The text of a JSON file; `docs/json-schema.md` documents its keys."""
    document = {"schema": SCHEMA, "command": command, **asdict(report)}
    finite = json.loads(json.dumps(document), parse_constant=lambda _: None)  # JSON has no NaN and no infinity
    return json.dumps(finite, indent=2, allow_nan=False) + "\n"
