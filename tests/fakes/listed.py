"""Listed: the list of scanners over fake devices."""

from fakes.devices import FakeDevices
from sheetfed.core.events import Hub
from sheetfed.core.scanner import Scanner
from sheetfed.core.scanners import Scanners


class Listed:
    """Scanners over fake devices."""

    def __init__(self, *there: Scanner, default: str = "") -> None:
        self.devices = FakeDevices(*there)
        self.hub = Hub()
        self.scanners = Scanners(devices=self.devices, hub=self.hub, default=default)
