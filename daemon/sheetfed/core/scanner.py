"""Scanner: one as SANE lists it, and how it is reached."""

from dataclasses import dataclass
from enum import StrEnum

from sheetfed.core.model import ScannerId


class Connection(StrEnum):
    """How a scanner is reached, as far as its SANE device name tells."""

    USB = "usb"
    NETWORK = "network"
    SCSI = "scsi"
    PARALLEL = "parallel"
    VIRTUAL = "virtual"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Scanner:
    """A scanner as SANE lists it. `id` is stable, `name` unique, `device` SANE's own name.

    `alternatives`: SANE's names of the same device through other backends; `aliases`: ids it may
    have had. One that is not available was there before, and its backend cannot be asked now.
    """

    id: ScannerId
    name: str
    vendor: str
    model: str
    type: str
    device: str
    backend: str = ""
    connection: Connection = Connection.UNKNOWN
    alternatives: tuple[str, ...] = ()
    is_available: bool = True
    is_quarantined: bool = False
    aliases: tuple[ScannerId, ...] = ()
