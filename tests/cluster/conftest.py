"""What tests of the bed share."""

from __future__ import annotations

import pytest

from tests.cluster import system
from tests.cluster.errors import BedError


def _hindrance() -> str:
    try:
        system.require()
    except BedError as problem:
        return str(problem)
    return ""


HINDRANCE = _hindrance()
needs_namespaces = pytest.mark.skipif(bool(HINDRANCE), reason=HINDRANCE or "nothing")
