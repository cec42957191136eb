"""Reading: pages from the virtual scanner into spool files, beside scanimage writing PNM files."""

from pathlib import Path
from time import perf_counter

from bench.figures import Figure, at_most, rest
from bench.memory import WORKER_LIMIT_MIB, status_mib
from bench.peers import scanimage_pages
from fakes.reading import listed
from fakes.spools import FolderSpools
from sheetfed.core.model import Mode, ScanSettings
from sheetfed.core.scanner import Scanner
from sheetfed.devices.driver import SaneDevices

PAGES = {300: 8, 600: 2, 1200: 1}
RATIO_LIMIT = 1.3


async def measure(folder: Path, runs: int) -> list[Figure]:
    """Both from opening the scanner to closing it, all of it that there is."""
    devices = SaneDevices(virtual=True)
    await devices.start()
    scanner = (await listed(devices))[0]
    figures = []
    for resolution, pages in PAGES.items():
        ours: list[float] = []
        peer: list[float] = []
        peaks: list[float] = []
        for run in range(runs + 1):
            await rest()
            seconds, peak_mib = await _read(devices, scanner, folder, resolution, pages)
            await rest()
            begun = perf_counter()
            await scanimage_pages(resolution, pages, folder)
            if run:
                peer.append(perf_counter() - begun)
                ours.append(seconds)
                peaks.append(peak_mib)
            _clear(folder)
        what = f"reading {pages} of {resolution} dpi, colour"
        figures += [
            at_most(what, ours, "scanimage to PNM", peer, RATIO_LIMIT),
            Figure(
                "its worker's peak",
                f"{max(peaks):.1f} MiB",
                aim=f"< {WORKER_LIMIT_MIB:g} MiB",
                is_met=max(peaks) < WORKER_LIMIT_MIB,
            ),
        ]
    await devices.close()
    return figures


async def _read(
    devices: SaneDevices, scanner: Scanner, folder: Path, resolution: int, pages: int
) -> tuple[float, float]:
    """Seconds, and the worker's peak in MiB."""
    spools = FolderSpools(folder)
    begun = perf_counter()
    device = await devices.open(scanner)
    await device.configure(ScanSettings(mode=Mode.COLOR, resolution=resolution))
    for _ in range(pages):
        await device.read_page(spools.new(), lambda _: None)
    peak_mib = status_mib(device.pid, "VmHWM")
    await device.close()
    seconds = perf_counter() - begun
    spools.close()
    return seconds, peak_mib


def _clear(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
