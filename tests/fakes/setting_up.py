"""Runs of Setup on a driver that is only a list of descriptors."""

from fakes.asked_driver import DPI, FIXED, INT, MM, STRING, AskedDriver, described
from fakes.dialects import spoken
from sheetfed.core.model import Configured, ScanSettings
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.dialect import Dialect
from sheetfed.devices.optionset import OptionSet
from sheetfed.devices.setup import Setup

SOURCE = described("source", STRING, "FB", values=["FB", "ADF Front", "ADF Duplex"])
MODE = described("mode", STRING, "Lineart", values=["Lineart", "Gray", "Color"])
RESOLUTION = described("resolution", INT, 75, values=[75, 150, 300, 600], unit=DPI)
EDGES = tuple(
    described(name, FIXED, 0.0, values=(0.0, high, 0.0), unit=MM)
    for name, high in (("tl-x", 216.0), ("tl-y", 297.0), ("br-x", 216.0), ("br-y", 297.0))
)
DIALECT = spoken()


async def apply(
    driver: AskedDriver, settings: ScanSettings, dialect: Dialect = DIALECT
) -> Configured:
    """What Setup makes of the settings; what it sets is in the driver's `was_set`."""
    options = OptionSet(worker=driver, deadlines=Deadlines())
    await options.load()
    return await Setup(options=options, dialect=dialect).apply(settings)
