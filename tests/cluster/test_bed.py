"""The bed's links do what the layout and each fault say, and nothing else changes."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator

import pytest

from tests.cluster.bed import Bed
from tests.cluster.conftest import needs_namespaces
from tests.cluster.flows import Flow, arrivals, message_times, rates
from tests.cluster.layout import Layout
from tests.cluster.traffic import TICK

pytestmark = needs_namespaces

RATE = 100e6  # bit/s: half of the default, as tests run beside others
# Of a link's rate. TCP's and IP's headers take 0.7 % of it (66 of 9018 bytes), a burst after a rest
# gives up to 0.2 % in the time counted; the rest is left to a machine that is busy.
LEAST, MOST = 0.93, 1.02


@pytest.fixture(scope="module")
def whole() -> Iterator[Bed]:
    with Bed.up("tested", Layout(hosts=4, leaves=2, rate=RATE)) as bed:
        yield bed


@pytest.fixture
def bed(whole: Bed) -> Iterator[Bed]:
    yield whole
    whole.heal()


def flows(text: str) -> list[Flow]:
    """`n1>n2 n3>n4` in short."""
    return [Flow(*word.split(">")) for word in text.split()]


def check(shares: list[float], expected: float) -> None:
    for share in shares:
        assert LEAST * expected <= share <= MOST * expected, (shares, expected)


def shares_of(bed: Bed, text: str) -> list[float]:
    return [rate / RATE for rate in rates(bed, *flows(text))]


@pytest.mark.parametrize("pairs", ["n1>n2 n3>n4", "n1>n3 n2>n4 n3>n1 n4>n2"])
def test_links_reach_their_rate_at_the_same_time(bed: Bed, pairs: str) -> None:
    check(shares_of(bed, pairs), 1)


def test_two_senders_share_what_one_host_receives(bed: Bed) -> None:
    check([sum(shares_of(bed, "n1>n2 n3>n2"))], 1)


@pytest.mark.parametrize("size", [256 << 10, 1 << 20])
def test_a_message_measures_the_rate_and_not_the_burst(bed: Bed, size: int) -> None:
    typical = statistics.median(message_times(bed, Flow("n1", "n3"), size, 8, rest=0.1))
    share = 8 * size / typical / RATE
    # 18000 bytes may go at once; on the way over the spine a frame of 9018 waits as a whole.
    assert 0.9 < share < 1.03 + 18000 / size


@pytest.mark.parametrize(
    ("fault", "slow", "share", "sound"),
    [
        ("slow-send n2 50%", "n2>n3", 0.5, "n3>n2 n1>n4 n4>n1"),
        ("slow-receive n2 30%", "n3>n2", 0.7, "n2>n3 n1>n4 n4>n1"),
        ("slow-both n2 30%", "n2>n3 n3>n2", 0.7, "n1>n4 n4>n1"),
        ("slow-path n1 n3 30%", "n1>n3", 0.7, "n3>n1 n2>n4"),
        ("slow-uplink leaf1 40%", "n1>n3 n2>n4", 0.6, "n3>n1 n4>n2"),
        ("slow-uplink leaf1 40% down", "n3>n1 n4>n2", 0.6, "n1>n3 n2>n4"),
        ("slow-uplink leaf1 40% both", "n3>n1 n4>n2 n1>n3 n2>n4", 0.6, ""),
    ],
)
def test_a_fault_slows_its_link_alone(
    bed: Bed, fault: str, slow: str, share: float, sound: str
) -> None:
    bed.fault(fault)
    seen = shares_of(bed, f"{slow} {sound}")
    of_slow = seen[: len(slow.split())]
    if "uplink" in fault:  # which its hosts share as TCP likes it
        ways = len(of_slow) // 2
        check([sum(of_slow[2 * way : 2 * way + 2]) / 2 for way in range(ways)], share)
    else:
        check(of_slow, share)
    check(seen[len(of_slow) :], 1)


def test_a_slow_path_leaves_its_hosts_other_paths_alone(bed: Bed) -> None:
    bed.fault("slow-path n1 n3 50%")
    check(shares_of(bed, "n1>n4"), 1)
    bed.fault("slow-path n1 n4 20%")
    check(shares_of(bed, "n1>n4"), 0.8)
    bed.heal("slow-path n1 n3 50%")
    check(shares_of(bed, "n1>n3"), 1)


def test_faults_add_up_and_are_lifted_one_by_one(bed: Bed) -> None:
    bed.fault("slow-send n1 20%")
    bed.fault("slow-send n1 50%")
    check(shares_of(bed, "n1>n2"), 0.4)
    bed.heal("slow-send n1 20%")
    check(shares_of(bed, "n1>n2"), 0.5)
    bed.heal()
    check(shares_of(bed, "n1>n2"), 1)


COUNT, INTERVAL = 1500, 0.001


@pytest.mark.parametrize("lossy", ["n3>n1", "n1>n3"])
def test_loss_drops_its_share_of_the_packets(bed: Bed, lossy: str) -> None:
    bed.fault("loss n3 10%")
    lost = COUNT - sum(arrivals(bed, *flows(lossy), COUNT, INTERVAL))
    # Five standard deviations of a binomial distribution: one in a million of runs is outside.
    assert abs(lost - 0.1 * COUNT) < 5 * (COUNT * 0.1 * 0.9) ** 0.5
    assert sum(arrivals(bed, *flows("n2>n4"), COUNT, INTERVAL)) == COUNT


def test_down_cuts_a_host_off_until_it_is_healed(bed: Bed) -> None:
    bed.fault("down n4")
    assert sum(arrivals(bed, Flow("n1", "n4"), 100, INTERVAL)) == 0
    assert sum(arrivals(bed, Flow("n1", "n2"), 100, INTERVAL)) == 100
    bed.heal()
    assert sum(arrivals(bed, Flow("n1", "n4"), 100, INTERVAL)) == 100


def test_flap_cuts_a_host_off_half_of_the_time(bed: Bed) -> None:
    bed.fault("flap n2 1s")
    ticks = arrivals(bed, Flow("n1", "n2"), 3000, INTERVAL)[: round(3 / TICK)]
    silent = [tick == 0 for tick in ticks]
    changes = sum(a != b for a, b in zip(silent, silent[1:], strict=False))
    assert 4 <= changes <= 8, silent
    assert 0.35 < statistics.mean(silent) < 0.65, silent
    bed.heal()
    assert sum(arrivals(bed, Flow("n1", "n2"), 1000, INTERVAL)) == 1000


def test_a_rail_is_a_network_of_its_own() -> None:
    with Bed.up("tworails", Layout(hosts=2, leaves=1, rate=RATE, rails=2)) as bed:
        bed.fault("slow-send n1 50% rail=1")
        seen = rates(bed, Flow("n1", "n2", 0), Flow("n1", "n2", 1))
    check([seen[0] / RATE], 1)
    check([seen[1] / RATE], 0.5)


def test_uplinks_are_as_narrow_as_the_oversubscription_says() -> None:
    layout = Layout(hosts=4, leaves=2, rate=RATE, oversubscription=2)
    with Bed.up("narrow", layout) as bed:
        check([sum(shares_of(bed, "n1>n3 n2>n4"))], 1)
        check(shares_of(bed, "n1>n2 n3>n4"), 1)


def test_other_leaves_are_further_away(bed: Bed) -> None:
    least = {"n2": math.inf, "n3": math.inf}
    for peer in ["n2", "n3"] * 3:  # turn about, as the machine is not equally quick all the time
        least[peer] = min(least[peer], *message_times(bed, Flow("n1", peer), 8, 700))
    assert least["n2"] < least["n3"]
