"""What the bed is told and what it says, without a bed: arguments, faults, settings, topologies."""

from __future__ import annotations

import os
import re

import pytest

from tests.cluster import network, topology
from tests.cluster.command import main
from tests.cluster.errors import NOT_HERE, USAGE, BedError
from tests.cluster.fault import Fault, parse_fault
from tests.cluster.layout import Layout
from tests.cluster.settings import settings_of

EIGHT = Layout()


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["fly"],
        ["up", "--hosts", "0"],
        ["up", "--hosts", "many"],
        ["up", "--hosts", "65"],
        ["up", "--hosts", "4", "--leaves", "5"],
        ["up", "--leaves", "0"],
        ["up", "--rate", "200"],
        ["up", "--rate", "0Mbit"],
        ["up", "--rails", "0"],
        ["up", "--hops", "-1"],
        ["up", "--oversubscription", "0"],
        ["up", "--what"],
        ["--bed", "Two-Words", "up"],
        ["--bed", "nosuchbed", "fault", "none"],
        ["--bed", "nosuchbed", "run", "--", "true"],
        ["--bed", "nosuchbed", "topology"],
        ["topology", "--slurm", "--toml"],
    ],
)
def test_bad_arguments_are_one_line_and_code_six(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.cluster.system.require", lambda: None)
    assert main(words) == USAGE
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith("cluster: ")


@pytest.mark.parametrize(
    "words",
    [["up"], ["down"], ["status"], ["heal"], ["with", "--", "true"], ["exec", "n1", "true"]],
)
def test_without_root_it_is_one_line_and_code_five(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert main(words) == NOT_HERE
    assert capsys.readouterr().err == "cluster: the bed needs root\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("none", Fault("none")),
        ("slow-send n2 50%", Fault("slow-send", "n2", share=0.5)),
        ("slow-path n1 n5 30.5%", Fault("slow-path", "n1", to="n5", share=0.305)),
        ("slow-uplink leaf1 30%", Fault("slow-uplink", "leaf1", share=0.3, way="up")),
        ("slow-uplink leaf4 1% both", Fault("slow-uplink", "leaf4", share=0.01, way="both")),
        ("down n4", Fault("down", "n4")),
        ("flap n6", Fault("flap", "n6")),
        ("flap n6 0.5s", Fault("flap", "n6", period=0.5)),
        ("rail=1 loss  n3 1%", Fault("loss", "n3", share=0.01, rail=1)),
    ],
)
def test_faults_are_read(text: str, fault: Fault) -> None:
    read = parse_fault(text, Layout(rails=2))
    assert read.text == " ".join(text.split())
    assert Fault(**(vars(read) | {"text": ""})) == fault


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "known: none; slow-send HOST DEFICIT%"),
        ("slow n2 50%", "known: none; slow-send HOST DEFICIT%"),
        ("slow-send n2", "slow-send HOST DEFICIT%"),
        ("slow-send n2 50% 3", "slow-send HOST DEFICIT%"),
        ("slow-send n9 50%", "no host 'n9'"),
        ("slow-send n2 50", "'50' is not a share"),
        ("slow-send n2 100%", "'100%' is not a share"),
        ("slow-send n2 0%", "'0%' is not a share"),
        ("slow-path n1 n1 5%", "two ends"),
        ("slow-uplink n1 5%", "no leaf 'n1'"),
        ("slow-uplink leaf1 5% sideways", "no way 'sideways'"),
        ("flap n1 2", "'2' is not a time"),
        ("flap n1 0s", "'0s' is not a time"),
        ("down n1 rail=1", "no rail '1'"),
        ("down n1 rail=0 rail=0", "rail=N"),
    ],
)
def test_wrong_faults_are_refused_with_what_is_right(text: str, names: str) -> None:
    with pytest.raises(BedError) as problem:
        parse_fault(text, EIGHT)
    assert problem.value.code == USAGE
    assert names in str(problem.value)


def test_a_flat_bed_has_no_uplinks() -> None:
    with pytest.raises(BedError, match="flat"):
        parse_fault("slow-uplink leaf1 5%", Layout(leaves=1))


def test_uplinks_carry_all_of_their_hosts() -> None:
    layout = Layout(hosts=5, leaves=2, rate=100)
    assert layout.hosts_of == {"leaf1": ["n1", "n2"], "leaf2": ["n3", "n4", "n5"]}
    assert layout.rates[layout.up_port("leaf2", 0)] == 300
    assert Layout(oversubscription=2, rate=100).uplink_rate("leaf1") == 100


def test_hops_are_switches_between_leaf_and_spine() -> None:
    lines = network.switches(Layout(hosts=2, leaves=2, hops=2))
    masters = dict(re.findall(r"link set dev (leaf1\S+) master (\S+) up", "\n".join(lines)))
    assert masters == {
        "leaf1.0-up": "leaf1.0",
        "leaf1.0-0d": "leaf1.0-0",
        "leaf1.0-0u": "leaf1.0-0",
        "leaf1.0-1d": "leaf1.0-1",
        "leaf1.0-1u": "leaf1.0-1",
        "leaf1.0-down": "spine1.0",
    }


def test_faults_change_the_settings_of_their_ports_alone() -> None:
    texts = ["slow-both n2 50%", "slow-send n2 50%", "slow-uplink leaf1 10% down", "down n4"]
    settings = settings_of(EIGHT, [parse_fault(text, EIGHT) for text in texts])
    changed = {
        port: settings.shapes[port].rate / rate
        for port, rate in EIGHT.rates.items()
        if settings.shapes[port].rate != rate
    }
    assert changed == {
        EIGHT.send_port("n2", 0): 0.25,
        EIGHT.receive_port("n2", 0): 0.5,
        EIGHT.down_port("leaf1", 0): pytest.approx(0.9),
    }
    assert settings.down == {("n4", 0)}


def test_losses_of_one_host_add_up_as_chances_do() -> None:
    faults = [parse_fault(text, EIGHT) for text in ("loss n1 50%", "loss n1 20%")]
    assert settings_of(EIGHT, faults).loss == {("n1", 0): pytest.approx(0.6)}


def test_topologies_name_every_switch() -> None:
    assert topology.slurm(Layout(hosts=3, leaves=2)) == (
        "SwitchName=leaf1 Nodes=n1\n"
        "SwitchName=leaf2 Nodes=n[2-3]\n"
        "SwitchName=spine1 Switches=leaf[1-2]\n"
    )
    assert topology.slurm(Layout(leaves=1)) == "SwitchName=leaf1 Nodes=n[1-8]\n"
    assert topology.toml(Layout(hosts=2, leaves=2)) == (
        '[[switch]]\nname = "leaf1"\nhosts = ["n1"]\n\n'
        '[[switch]]\nname = "leaf2"\nhosts = ["n2"]\n\n'
        '[[switch]]\nname = "spine1"\nswitches = ["leaf1", "leaf2"]\n'
    )
