"""Views: jobs, pages and scanners as the words of RPC answers and events."""

from sheetfed.core import editwords
from sheetfed.core.capabilities import Capabilities
from sheetfed.core.documents import Documents
from sheetfed.core.edited import shown
from sheetfed.core.errors import ERRORS
from sheetfed.core.job import Job, JobState
from sheetfed.core.model import Page
from sheetfed.core.scanner import Scanner
from sheetfed.web.errors import words

IMAGE_VERSION = "dwt_16100728"
"""The version token in the addresses we hand out; any `dwt_<digits>` is understood."""


def page_url(base_url: str, page: str) -> str:
    """The page's image under the address that the client used; the id is unguessable."""
    return f"{base_url}/dwt/{IMAGE_VERSION}/img?pageid={page}"


def job_view(job: Job) -> dict[str, object]:
    error = None
    if job.reason is not None:
        error = words(ERRORS[job.reason](job.message, details=job.details))
    return {
        "job": job.id,
        "state": str(job.state),
        "reason": None if job.reason is None else str(job.reason),
        "message": job.message,
        "pages": job.pages,
        "discarded": job.discarded,
        "progress": job.progress,
        "position": job.position,
        "scanner": job.scanner,
        "instance": job.instance,
        "snapped": [
            {"setting": snapped.setting, "asked": snapped.asked, "actual": snapped.actual}
            for snapped in job.snapped
        ],
        "ignored": list(job.ignored),
        "error": error,
    }


def job_status(job: Job, documents: Documents) -> dict[str, object]:
    """A job with the places of its pages in the buffer, and whether it can go on."""
    return {
        **job_view(job),
        "indices": documents.indices_of(job.document, job.id),
        "resumable": job.state is JobState.PAUSED,
    }


def page_info(page: Page, base_url: str) -> dict[str, object]:
    """GetImageInfo's answer; `bit_depth` is bits a pixel, `bytes` what the store holds for it."""
    image = shown(page)
    return {
        "id": page.id,
        "width": image.width_px,
        "height": image.height_px,
        "bit_depth": image.bits_per_pixel,
        "x_dpi": image.x_dpi,
        "y_dpi": image.y_dpi,
        "bytes": page.size_bytes,
        "edits": [editwords.to_words(edit) for edit in page.applied],
        "can_undo": bool(page.applied),
        "can_redo": page.undone > 0,
        "url": page_url(base_url, page.id),
    }


def scanner_view(scanner: Scanner, *, busy: bool) -> dict[str, object]:
    return {
        "id": scanner.id,
        "name": scanner.name,
        "vendor": scanner.vendor,
        "model": scanner.model,
        "type": scanner.type,
        "connection": str(scanner.connection),
        "busy": busy,
        "available": scanner.is_available,
        "quarantined": scanner.is_quarantined,
    }


def capabilities_view(capabilities: Capabilities) -> dict[str, object]:
    return {
        "sources": [
            {
                "source": str(source.source),
                "modes": [str(mode) for mode in source.modes],
                "depths": list(source.depths),
                "resolutions": list(source.resolutions),
                "resolution_range": (
                    None
                    if source.resolution_range is None
                    else dict(zip(("min", "max", "step"), source.resolution_range, strict=True))
                ),
                "area_mm": (
                    None
                    if source.area_mm is None
                    else {"width": source.area_mm[0], "height": source.area_mm[1]}
                ),
            }
            for source in capabilities.sources
        ],
        "feeder": capabilities.has_feeder,
        "duplex": capabilities.has_duplex,
    }
