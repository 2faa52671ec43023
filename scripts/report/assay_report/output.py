"""Everything is written into a folder aside, which is then renamed: all is there, or nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from assay_report.problem import Problem


def write_folder(target: Path, files: dict[str, bytes]) -> None:
    if os.path.lexists(target):
        raise Problem(f"output folder '{target}' exists; choose another or remove it")
    parent = target.absolute().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f"{target.name}.", suffix=".part", dir=parent))
    except OSError as error:
        raise Problem(f"output folder '{target}' cannot be made: {error.strerror}") from error
    try:
        for name, content in files.items():
            (aside / name).write_bytes(content)
        aside.chmod(0o755)
        aside.rename(target)
    except OSError as error:
        raise Problem(f"cannot write '{target}': {error.strerror}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
