"""Worker: the process that does image work, one order after the other, until its input ends."""

import errno
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image as Pillow

from sheetfed.core.barcodes import BarcodeFormat
from sheetfed.core.errors import DISK_FULL, InternalError, ScanError, StoreFull, TooLarge
from sheetfed.core.imagetype import ImageType
from sheetfed.imaging import edited, files, lifeline, limits, load, orders, tesseract
from sheetfed.imaging.blank import ink_ratio
from sheetfed.imaging.codes import barcodes
from sheetfed.imaging.edited import PageStrips
from sheetfed.imaging.export import export
from sheetfed.imaging.ingest import ingest
from sheetfed.imaging.join import join
from sheetfed.imaging.orders import Task, Words
from sheetfed.imaging.paper import paper_box
from sheetfed.imaging.render import render
from sheetfed.imaging.skew import skew_angle
from sheetfed.imaging.verify import verify
from sheetfed.sealed.keyring import Keyring

_GRACE_S = 5.0
_log = logging.getLogger(__name__)


def _ingest(spool: str, master: str, preview: str) -> Words:
    return asdict(ingest(spool=Path(spool), master=Path(master), preview=Path(preview)))


def _count(*, source: str) -> Words:
    return {"pages": load.count(Path(source))}


def _load(*, source: str, number: int, master: str, preview: str, pixels_at_most: int) -> Words:
    image = load.load(
        source=Path(source),
        number=number,
        master=Path(master),
        preview=Path(preview),
        pixels_at_most=pixels_at_most,
    )
    return asdict(image)


def _verify(*, master: str, preview: str) -> Words:
    return asdict(verify(master=Path(master), preview=Path(preview)))


def _render(*, page: Words, width_px: int, height_px: int, image_type: str, target: str) -> Words:
    render(
        page=orders.read_page(page),
        width_px=width_px,
        height_px=height_px,
        image_type=ImageType(image_type),
        target=Path(target),
    )
    return {}


def _export(*, page: Words, image_type: str, options: Words, target: str) -> Words:
    with _opened(page) as whole:
        export(
            whole,
            image_type=ImageType(image_type),
            options=orders.read_options(options),
            target=Path(target),
        )
    return {}


def _join(*, parts: list[str], image_type: str, options: Words, target: str) -> Words:
    join(
        parts=[Path(part) for part in parts],
        image_type=ImageType(image_type),
        options=orders.read_options(options),
        target=Path(target),
    )
    return {}


def _languages() -> Words:
    return {"languages": tesseract.languages()}


def _skew(*, page: Words) -> Words:
    with _opened(page) as whole:
        return {"degrees": skew_angle(whole)}


def _orientation(*, page: Words) -> Words:
    with _opened(page) as whole:
        return {"degrees": tesseract.orientation(whole)}


def _paper(*, page: Words) -> Words:
    with _opened(page) as whole:
        box = paper_box(whole)
    return {"box": None if box is None else asdict(box)}


def _ink(*, page: Words) -> Words:
    with _opened(page) as whole:
        return {"ratio": ink_ratio(whole)}


def _barcodes(*, page: Words, formats: list[str]) -> Words:
    with _opened(page) as whole:
        found = barcodes(whole, [BarcodeFormat(word) for word in formats])
    return {"barcodes": [asdict(code) for code in found]}


def _opened(page: Words) -> AbstractContextManager[PageStrips]:
    stored = orders.read_page(page)
    return edited.opened(stored.master, stored.edits)


_WORK: Mapping[Task, Callable[..., Words]] = {
    Task.INGEST: _ingest,
    Task.COUNT: _count,
    Task.LOAD: _load,
    Task.VERIFY: _verify,
    Task.RENDER: _render,
    Task.EXPORT: _export,
    Task.JOIN: _join,
    Task.LANGUAGES: _languages,
    Task.SKEW: _skew,
    Task.ORIENTATION: _orientation,
    Task.PAPER: _paper,
    Task.INK: _ink,
    Task.BARCODES: _barcodes,
}


def main() -> None:
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listening, answering = _own_channel()
    limits.worker()
    for descriptor in sys.argv[1:]:
        files.use(Keyring.from_descriptor(int(descriptor)))
    Pillow.preinit()
    answering.write(orders.READY)
    for line in listening:
        task, words, deadline_s = orders.read_order(line)
        # The kernel ends a worker that hangs while no daemon is left to do so.
        signal.setitimer(signal.ITIMER_REAL, deadline_s + _GRACE_S)
        patience = limits.processor_time(deadline_s / 2) if task.is_on_others else nullcontext()
        with lifeline.held(listening.fileno()), patience:
            answer = _answer(task, words)
        signal.setitimer(signal.ITIMER_REAL, 0)
        answering.write(answer)


def _own_channel() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for orders alone: a library's stray print goes to the log."""
    listening = os.fdopen(os.dup(0), "rb")
    answering = os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    os.dup2(2, 1)
    return listening, answering


def _answer(task: Task, words: dict[str, Any]) -> bytes:
    try:
        return orders.result(_WORK[task](**words))
    except ScanError as error:
        return orders.failure(error)
    except MemoryError:
        return orders.failure(TooLarge("the image needs more memory than it may have"))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return orders.failure(StoreFull(DISK_FULL))
        _log.exception("%s failed", task)
        return orders.failure(InternalError(f"{task} failed: {error.strerror}"))
    except Exception:  # noqa: BLE001
        _log.exception("%s failed", task)
        return orders.failure(InternalError())


if __name__ == "__main__":
    main()
