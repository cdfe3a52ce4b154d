"""The packages of the frameworks, which only a validation of their own model files needs."""

from __future__ import annotations

import importlib
from typing import Any

from .errors import UserError


def import_litert() -> Any:
    """LiteRT's interpreter.

    Raises:
        UserError: it is not installed.
    """
    return _import("ai_edge_litert.interpreter", "LiteRT")


def import_onnx_runtime() -> Any:
    """ONNX Runtime.

    Raises:
        UserError: it is not installed.
    """
    return _import("onnxruntime", "ONNX Runtime")


def _import(module: str, framework: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise UserError(
            f"validate runs the model with {framework}, which is not installed: pip install 'dqnnc[validate]', or "
            "compare with our own semantics of the imported network: --reference semantics"
        ) from error
