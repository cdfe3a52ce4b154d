"""What all tests share."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator

import pytest
from dqnnc.tools.emulator.objects import VARIABLE
from support.forked_keras import fork_keras

gc.set_threshold(100_000, 20, 20)
"""The frameworks are half a million objects, which Python's own thresholds look through each second or two."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with groups, which are long, so that no worker waits for another's at the end."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


@pytest.fixture(scope="session", autouse=True)
def kept_objects(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """Compile each kernel once for each compiler and its flags: all workers keep objects in one folder."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "objects"
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(folder))
        yield


@pytest.fixture
def forked_keras(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `dqnnc validate` run Keras without importing it each time."""
    fork_keras(monkeypatch)
