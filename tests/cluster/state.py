"""What is known of the beds on this machine: a folder each, under /run."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.cluster.errors import usage
from tests.cluster.layout import FABRIC, HEAD, Layout
from tests.cluster.system import NAMESPACES, PREFIX, started

BEDS = Path("/run/assay-beds")
NAME = re.compile(r"[a-z0-9]{1,16}")  # without '-', which ends it in a namespace's name


@dataclass
class State:
    name: str
    layout: Layout
    owner: tuple[int, int] | None  # process and its start: the bed is nobody's after its end
    ready: bool = False
    faults: list[str] = field(default_factory=list)
    flappers: dict[str, int] = field(default_factory=dict)  # process, by "host rail"

    @property
    def folder(self) -> Path:
        return folder_of(self.name)

    @property
    def prefix(self) -> str:
        return prefix_of(self.name)

    @property
    def namespaces(self) -> list[str]:
        return [self.prefix + name for name in [FABRIC, HEAD, *self.layout.host_names]]

    def write(self) -> None:
        text = json.dumps(asdict(self) | {"name": self.name}, indent=1)
        new = self.folder / "bed.json.new"
        new.write_text(text)
        new.rename(self.folder / "bed.json")

    def first_process(self, host: str) -> int | None:
        """The one that stands for a host; None if it is gone."""
        try:
            process = int((self.folder / f"{host}.pid").read_text())
            here = os.stat(NAMESPACES / (self.prefix + host)).st_ino
            there = os.stat(f"/proc/{process}/ns/net").st_ino
        except (FileNotFoundError, ProcessLookupError):
            return None
        return process if here == there else None

    @property
    def alive(self) -> bool:
        """Whether somebody has it or may come back to it; otherwise it is a leftover."""
        if self.owner is not None:
            process, start = self.owner
            return started(process) == start
        return self.ready and self.first_process(HEAD) is not None


def check_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise usage(f"a bed's name is 1 to 16 of a-z and 0-9, not '{name}'")
    return name


def folder_of(name: str) -> Path:
    return BEDS / name


def prefix_of(name: str) -> str:
    return f"{PREFIX}{name}-"


def me() -> tuple[int, int]:
    process = os.getpid()
    start = started(process)
    assert start is not None
    return process, start


def create(state: State) -> bool:
    """Puts the folder there as a whole; False if there is one."""
    BEDS.mkdir(exist_ok=True)
    new = BEDS / f".{state.name}.{os.getpid()}"
    shutil.rmtree(new, ignore_errors=True)
    (new / "tmp").mkdir(parents=True)
    (new / "bed.json").write_text(json.dumps(asdict(state)))
    try:
        new.rename(state.folder)
    except OSError:
        shutil.rmtree(new)
        return False
    return True


def read(name: str) -> State | None:
    try:
        fields = json.loads((folder_of(name) / "bed.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    layout = Layout(**fields.pop("layout"))
    owner = fields.pop("owner")
    return State(layout=layout, owner=tuple(owner) if owner else None, **fields)


def names() -> list[str]:
    """Of all beds that left a folder."""
    return sorted(path.name for path in BEDS.iterdir()) if BEDS.is_dir() else []


def remove(name: str) -> None:
    shutil.rmtree(folder_of(name), ignore_errors=True)
    if BEDS.is_dir() and not any(BEDS.iterdir()):
        BEDS.rmdir()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One process at a time; a lock ends with its process."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
