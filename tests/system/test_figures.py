"""Figures of the installed service: told at the end of the run, and some of them bounded.

Only what does not depend on how busy this computer is has a bound, which only a fault passes.
"""

from collections import Counter
from pathlib import Path

import pytest

from system.figures import Figures
from system.machine import Machine
from system.provision import Provision
from system.releases import Release

STARTS = 3
IDLE_S = 30
TRIES = 3
WAKE_UPS_AT_MOST = 60
RESIDENT_AT_MOST_MIB = 90
READS = Path(__file__).with_name("glib_reads.py").read_text()
UNIT = "sheetfed.service"
VOLUNTARY = "voluntary_ctxt_switches"


@pytest.fixture
def figures(request: pytest.FixtureRequest, release: Release) -> Figures:
    return Figures(request.node, str(release))


def _show(machine: Machine, name: str, unit: str = UNIT) -> int:
    words = ("systemctl", "show", "--value", f"--property={name}", unit)
    return int(machine.run(*words).stdout)


def test_the_packages_size(figures: Figures, provided: Provision) -> None:
    (package,) = provided.products.glob("sheetfed_*_all.deb")
    figures.tell("package, KiB", f"{package.stat().st_size / 1024:.0f}")


def test_the_time_from_the_start_until_it_is_ready(figures: Figures, machine: Machine) -> None:
    """As systemd saw it: from when the process was made."""
    took_s = []
    for _ in range(STARTS):
        machine.run("systemctl", "restart", UNIT)
        begun, ready = (
            _show(machine, f"{name}TimestampMonotonic") for name in ("ExecMainStart", "ActiveEnter")
        )
        took_s.append((ready - begun) / 1_000_000)
    figures.tell(f"start to ready, s, best and worst of {STARTS}", _span(took_s))


def _span(took_s: list[float]) -> str:
    return f"{min(took_s):.2f} to {max(took_s):.2f}"


def test_a_property_read_over_the_bus(figures: Figures, machine: Machine) -> None:
    told = machine.run("python3", "-", user="alice", stdin=READS, deadline_s=100).stdout
    figures.tell("property read over D-Bus, ms, median", f"{float(told):.2f}")


class TestIdle:
    @pytest.fixture(autouse=True, scope="class")
    @staticmethod
    def _begun(machine: Machine) -> None:
        """Whoever was asked for scanners has answered."""
        machine.run("systemctl", "restart", UNIT)
        machine.run("sheetctl", "devices", "--refresh")

    def test_little_wakes_it_up(self, figures: Figures, machine: Machine) -> None:
        """Every switch of context of every thread is told; what others' work takes the processor
        away from has no bound. On a busy machine what the start has begun may take a while."""
        for _ in range(TRIES):
            before = _switches(machine)
            machine.run("sleep", str(IDLE_S))
            woken = _switches(machine)
            woken.subtract(before)
            if woken[VOLUNTARY] <= WAKE_UPS_AT_MOST:
                break
        pings = IDLE_S / (_watchdog_s(machine) / 2)
        figures.tell(f"idle: switches of context in {IDLE_S} s", str(woken.total()))
        figures.tell("  of them by its own will, all processes", str(woken[VOLUNTARY]))
        figures.tell("  pings for the watchdog meanwhile", f"{pings:.0f}")
        assert woken[VOLUNTARY] <= WAKE_UPS_AT_MOST, woken

    def test_it_takes_little_memory(self, figures: Figures, machine: Machine) -> None:
        main, *others = _processes(machine)
        resident_mib = _mib(machine, main, "status", "VmRSS")
        figures.tell("idle: main process resident, MiB", f"{resident_mib:.0f}")
        shared_mib = sum(_mib(machine, each, "smaps_rollup", "Pss") for each in (main, *others))
        figures.tell(
            f"idle: all {len(others) + 1} processes, shares added, MiB", f"{shared_mib:.0f}"
        )
        assert resident_mib < RESIDENT_AT_MOST_MIB


def _watchdog_s(machine: Machine) -> float:
    words = ("systemctl", "show", "--value", "--property=WatchdogUSec", UNIT)
    told = machine.run(*words).stdout.strip()
    assert told.endswith("s"), told
    return float(told.removesuffix("s"))


def _processes(machine: Machine) -> list[str]:
    """The main one first."""
    words = ("systemctl", "show", "--value", "--property=ControlGroup", UNIT)
    group = machine.run(*words).stdout.strip()
    told = machine.run("cat", f"/sys/fs/cgroup{group}/cgroup.procs").stdout.split()
    main = str(_show(machine, "MainPID"))
    return [main, *(each for each in told if each != main)]


def _mib(machine: Machine, process: str, file: str, name: str) -> float:
    told = machine.run("cat", f"/proc/{process}/{file}", check=False).stdout
    kibs = [int(line.split()[1]) for line in told.splitlines() if line.startswith(f"{name}:")]
    return sum(kibs) / 1024


def _switches(machine: Machine) -> Counter[str]:
    """Voluntary and not, of all threads of all its processes."""
    files = " ".join(f"/proc/{process}/task/*/status" for process in _processes(machine))
    told = machine.run("sh", "-c", f"cat {files}", check=False).stdout
    found: Counter[str] = Counter()
    for line in told.splitlines():
        name, _, value = line.partition(":")
        if name.endswith("ctxt_switches"):
            found[name] += int(value)
    return found
