"""A bed's life: up, faults, heal, down. Also what is left of beds whose owner died."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from tests.cluster import network, state, system
from tests.cluster.apply import apply, shape_all
from tests.cluster.errors import BedError, usage
from tests.cluster.fault import parse_fault
from tests.cluster.layout import FABRIC, HEAD, Layout, hosts_file
from tests.cluster.settings import Settings, settings_of
from tests.cluster.state import State

HERE = Path(__file__).resolve().parent
ALL_BEDS = state.BEDS.parent  # locked while beds are removed: it is there before the first one
BOOT_WITHIN = 20.0  # seconds


class Bed:
    """A bed that is up. As a context manager it goes down at the end."""

    def __init__(self, of: State) -> None:
        self.state = of
        self.layout = of.layout

    @classmethod
    def up(cls, name: str, layout: Layout, *, keep: bool = False) -> Bed:
        """Builds a bed; `keep`: it outlives this process."""
        system.require()
        sweep()
        new = State(state.check_name(name), layout, state.me())
        if not state.create(new):
            raise usage(f"bed '{name}' is up already; `down` first, or another name")
        bed = cls(new)
        try:
            bed._build()
            new.ready = True
            if keep:
                new.owner = None
            new.write()
        except BaseException:
            bed.down()
            raise
        return bed

    @classmethod
    def open(cls, name: str) -> Bed:
        """One that is up already."""
        system.require()
        found = state.read(state.check_name(name))
        if found is None or not found.ready or not found.alive:
            raise usage(f"no bed '{name}' is up; up: {', '.join(live()) or 'none'}")
        return cls(found)

    def fault(self, text: str) -> None:
        fault = parse_fault(text, self.layout)
        if fault.kind != "none":
            self._change(lambda faults: [*faults, fault.text])

    def heal(self, text: str | None = None) -> None:
        """Lifts one fault, or all."""
        if text is None:
            self._change(lambda faults: [])
            return
        given = " ".join(text.split())
        if given not in self.state.faults:
            raise usage(f"no fault '{given}' here; there: {'; '.join(self.state.faults) or 'none'}")
        self._change(lambda faults: [fault for fault in faults if fault != given])

    def enter(self, host: str, words: list[str]) -> list[str]:
        """The words that run a command on a host, in this process's folder."""
        if host != HEAD and host not in self.layout.host_names:
            raise usage(f"no host '{host}'; known: {', '.join([*self.layout.host_names, HEAD])}")
        process = self.state.first_process(host)
        if process is None:
            raise BedError(f"host {host} is gone")
        own = ["--net", "--uts", "--ipc", "--mount"] + ([] if host == HEAD else ["--pid"])
        own += [f"--wdns={os.getcwd()}"]
        temporary = f"TMPDIR={self.state.folder / 'tmp'}"
        return ["nsenter", "--target", str(process), *own, "--", "env", temporary, *words]

    def down(self) -> None:
        remove(self.state.name)

    def __enter__(self) -> Bed:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.down()

    def _build(self) -> None:
        prefix, layout = self.state.prefix, self.layout
        (self.state.folder / "hosts").write_text(hosts_file(layout))
        system.batch("ip", None, [f"netns add {name}" for name in self.state.namespaces])
        hosts = [HEAD, *layout.host_names]
        booting = {host: self._boot(host) for host in hosts}
        system.batch("ip", None, network.links(layout, prefix))
        system.batch("ip", prefix + FABRIC, network.switches(layout))
        for host in hosts:
            system.batch("ip", prefix + host, network.host(layout, host))
        shape_all(self.state)
        self._wait_for(booting)

    def _boot(self, host: str) -> subprocess.Popen[bytes]:
        spaces = ["--uts", "--ipc", "--mount"]
        if host != HEAD:  # which must see the hosts' processes to send others in
            spaces += ["--pid", "--fork", "--kill-child"]
        init = [str(HERE / "host_init"), str(self.state.folder), host]
        with (self.state.folder / f"{host}.log").open("w") as log:
            return subprocess.Popen(
                [*system.inside(self.state.prefix + host), "unshare", *spaces, *init],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _wait_for(self, booting: dict[str, subprocess.Popen[bytes]]) -> None:
        deadline = time.monotonic() + BOOT_WITHIN
        while missing := [host for host in booting if not self._is_up(host)]:
            ended = [host for host in missing if booting[host].poll() is not None]
            if ended or time.monotonic() > deadline:
                host = (ended or missing)[0]
                log = (self.state.folder / f"{host}.log").read_text().strip()
                raise BedError(f"host {host} did not start: {log or 'no word from it'}")
            time.sleep(system.POLL)

    def _is_up(self, host: str) -> bool:
        process = self.state.first_process(host)
        if process is None:
            return False
        rails = [] if host == HEAD else [f"eth{rail}" for rail in range(self.layout.rails)]
        states = [f"/proc/{process}/root/sys/class/net/{name}/operstate" for name in rails]
        return all(Path(name).read_text() == "up\n" for name in states)

    def _settings(self) -> Settings:
        faults = [parse_fault(text, self.layout) for text in self.state.faults]
        return settings_of(self.layout, faults)

    def _change(self, how: Callable[[list[str]], list[str]]) -> None:
        with state.locked(self.state.folder):
            self.state = state.read(self.state.name) or self.state
            old = self._settings()
            self.state.faults = how(self.state.faults)
            apply(self.state, old, self._settings())
            self.state.write()


def live() -> list[str]:
    return [name for name in state.names() if (found := state.read(name)) and found.alive]


def remove(name: str) -> None:
    """Ends and deletes all that there is of a bed, however much that is."""
    with state.locked(ALL_BEDS):
        _remove(name)


def _remove(name: str) -> None:
    prefix = state.prefix_of(name)
    spaces = [space for space in system.namespaces() if space.startswith(prefix)]
    system.kill_all(spaces)
    system.batch("ip", None, [f"netns del {space}" for space in spaces])
    state.remove(name)


def sweep() -> list[str]:
    """Removes what dead owners left. Beds that are up stay. Returns the names of the removed."""
    with state.locked(ALL_BEDS):
        of_spaces = {
            space.removeprefix(system.PREFIX).partition("-")[0]
            for space in system.namespaces()
            if space.startswith(system.PREFIX)
        }
        found = [name for name in state.names() if not name.startswith(".")]
        dead = sorted((of_spaces | set(found)) - set(live()))
        for name in dead:
            _remove(name)
    return dead
