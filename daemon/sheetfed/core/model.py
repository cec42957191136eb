"""Model: the nouns of the domain, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import NewType

from sheetfed.core.edits import Edit
from sheetfed.core.touchup import TouchUp

ScannerId = NewType("ScannerId", str)
JobId = NewType("JobId", str)
DocumentId = NewType("DocumentId", str)
PageId = NewType("PageId", str)
InstanceId = NewType("InstanceId", str)
TransferId = NewType("TransferId", str)

OptionValue = bool | int | float | str | tuple[int, ...] | tuple[float, ...]
"""A SANE option's value; an array's is several (SANE 1.0 §4.2.9). A button's is true: its press."""


class Special(Enum):
    """What an option can be set to beside its values."""

    AUTOMATIC = "automatic"  # the driver is to choose: SANE_ACTION_SET_AUTO (SANE 1.0 §4.3.7)


OptionAsked = OptionValue | Special
"""What a caller asks of an option."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom jobs, documents and pages belong to: a Unix user and a web origin (None: a program)."""

    uid: int
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever makes this request. An administrator sees other people's things, never pages.

    `sees_all_origins`: a program of the user's own, which may know of what the user's web pages
    have made. `connection`: its connection to the message bus, empty on HTTP.
    """

    owner: Owner
    is_admin: bool = False
    sees_all_origins: bool = False
    connection: str = ""


class PaperSource(StrEnum):
    FLATBED = "flatbed"
    FEEDER = "feeder"
    FEEDER_DUPLEX = "feeder-duplex"


class Mode(StrEnum):
    COLOR = "color"
    GRAY = "gray"
    BW = "bw"

    @property
    def samples(self) -> int:
        """So many for each pixel."""
        return 3 if self is Mode.COLOR else 1


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on the scanner's glass, in millimetres from its top left corner."""

    left_mm: float
    top_mm: float
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """What a caller asks of a scan; None leaves a thing to configuration or driver.

    resolution in dpi, depth in bits a sample (8 or 16), pages at most (None: all there are),
    brightness and contrast −100…100. `silence_timeout_s`: so long the scanner may tell nothing of
    a page. `document` is one of the caller's own, to append to. `options` are the driver's own, set
    last; `lease_options` those its lease has set before, and no default overrides. `ignored` lists
    the words that were not understood.
    """

    scanner: str | None = None
    paper_source: PaperSource | None = None
    mode: Mode | None = None
    resolution: int | None = None
    depth: int | None = None
    area: Area | None = None
    pages: int | None = None
    brightness: int | None = None
    contrast: int | None = None
    discard_blank: bool = False
    deskew: bool = False
    auto_crop: bool = False
    wait_for_paper_s: float = 0.0
    silence_timeout_s: float | None = None
    queue: bool = False
    document: DocumentId | None = None
    options: Mapping[str, OptionAsked] = field(default_factory=dict)
    lease_options: Mapping[str, OptionAsked] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapped:
    """A setting the scanner could not do exactly: what was asked for and what was set."""

    setting: str
    asked: OptionValue
    actual: OptionValue


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever holds a scanner between jobs: a page's instance, or a program's bus connection."""

    owner: Owner
    name: str


@dataclass(frozen=True, slots=True)
class Configured:
    """What a scanner was set to before a scan. A flatbed gives one page, a feeder many."""

    source: PaperSource
    snapped: tuple[Snapped, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageTicket:
    """Where a page that is being read belongs; written ahead of its pixels into its spool."""

    page: PageId
    job: JobId
    sequence: int
    document: DocumentId
    owner: Owner
    instance: InstanceId | None
    created: float
    touch_up: tuple[TouchUp, ...] = ()


@dataclass(frozen=True, slots=True)
class Image:
    """A page's pixels: size in pixels, mode, bits a sample, resolution in dpi."""

    width_px: int
    height_px: int
    mode: Mode
    depth: int
    x_dpi: float
    y_dpi: float

    @property
    def bits_per_pixel(self) -> int:
        return self.depth * self.mode.samples


@dataclass(frozen=True, slots=True)
class Page:
    """One side of a sheet, committed: its blobs are synced. `size_bytes` counts them.

    `image` is the page as it was taken in. Of its edits the last `undone` are not applied.
    """

    id: PageId
    document: DocumentId
    job: JobId | None
    sequence: int
    image: Image
    size_bytes: int
    created: float
    edits: tuple[Edit, ...] = ()
    undone: int = 0

    @property
    def applied(self) -> tuple[Edit, ...]:
        return self.edits[: len(self.edits) - self.undone]


@dataclass(frozen=True, slots=True)
class Document:
    """An ordered list of pages and whom it belongs to. Times are seconds since the epoch.

    `metadata` is a JSON object, as text. `current` is the index of the page that is looked at, −1
    without pages. Of a password only the hash is here, empty without one.
    """

    id: DocumentId
    owner: Owner
    instance: InstanceId | None
    created: float
    last_used: float
    pages: tuple[PageId, ...] = ()
    name: str = ""
    metadata: str = "{}"
    current: int = -1
    password_hash: str = field(default="", repr=False)
