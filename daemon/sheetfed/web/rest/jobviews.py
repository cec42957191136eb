"""Job views: jobs and their pages as the words of the REST API."""

from collections.abc import Mapping
from typing import Final

from sheetfed.core.edited import shown
from sheetfed.core.errors import ERRORS
from sheetfed.core.job import Job, JobState
from sheetfed.core.model import Image, Page
from sheetfed.core.scanner import Scanner
from sheetfed.web import twain
from sheetfed.web.rest import faults, scannerlist
from sheetfed.web.views import job_view, page_url

STATUS: Final[Mapping[JobState, str]] = {
    JobState.QUEUED: "pending",
    JobState.STARTING: "running",
    JobState.SCANNING: "running",
    JobState.PAUSED: "faulted",
    JobState.FINISHING: "running",
    JobState.DONE: "completed",
    JobState.FAILED: "faulted",
    JobState.CANCELED: "canceled",
}
FINE: Final = "Successful"
_PIXEL_TYPES: Final = {word: number for number, word in twain.PIXEL_TYPES.items()}
_SAMPLES_AT_MOST: Final = 8


def created(job: Job, scanner: Scanner) -> dict[str, object]:
    return {
        "jobuid": job.id,
        "status": STATUS[job.state],
        "scanner": scannerlist.view(scanner),
        "document": job.document,
    }


def status(job: Job, path: str) -> dict[str, object]:
    """`code`, `message` and `cause` are those of an error, and without one say that."""
    ours = job_view(job)
    found: dict[str, object] = {
        "jobuid": job.id,
        "status": STATUS[job.state],
        "code": 0,
        "message": job.message or FINE,
        **{name: ours[name] for name in ("state", "pages", "discarded", "progress", "position")},
        **{name: ours[name] for name in ("snapped", "ignored")},
        "document": job.document,
    }
    if job.reason is None:
        return found
    error = ERRORS[job.reason](job.message, details=job.details)
    told = faults.words(error, path)
    return {**found, "code": told["code"], "cause": told["cause"]}


def page(found: Page, number: int, base_url: str) -> dict[str, object]:
    """`number` counts from 1."""
    return {
        "imageId": number,
        "imageuid": found.id,
        "url": page_url(base_url, found.id),
        "imageInfo": _image(shown(found), number),
        "extendedImageInfo": {},
    }


def _image(image: Image, number: int) -> dict[str, object]:
    """As TWAIN's TW_IMAGEINFO and TW_IMAGELAYOUT; the frame is in inches."""
    samples = image.mode.samples
    depths = [image.depth] * samples
    return {
        "BitsPerPixel": image.bits_per_pixel,
        "BitsPerSample": depths + [0] * (_SAMPLES_AT_MOST - samples),
        "Compression": 0,
        "ImageLayout": {
            "DocumentNumber": 1,
            "Frame": {
                "Bottom": _inches(image.height_px, image.y_dpi),
                "Left": 0,
                "Right": _inches(image.width_px, image.x_dpi),
                "Top": 0,
            },
            "FrameNumber": 0,
            "PageNumber": number,
        },
        "ImageLength": image.height_px,
        "ImageWidth": image.width_px,
        "PixelType": _PIXEL_TYPES[image.mode],
        "Planar": False,
        "SamplesPerPixel": samples,
        "XResolution": image.x_dpi,
        "YResolution": image.y_dpi,
    }


def _inches(pixels: int, dpi: float) -> float:
    """0 for an image that does not say how large it is."""
    return round(pixels / dpi, 4) if dpi > 0 else 0.0
