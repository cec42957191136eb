"""Admission: whether a job is let in, which scanner it means, and where its pages go."""

from sheetfed.core import ids
from sheetfed.core.access import Access
from sheetfed.core.documents import Documents
from sheetfed.core.errors import NotFound, TooMany
from sheetfed.core.job import Job
from sheetfed.core.ledger import Ledger
from sheetfed.core.model import Caller, DocumentId, Holder, InstanceId, ScanSettings
from sheetfed.core.permissions import Permission
from sheetfed.core.ports import Clock
from sheetfed.core.scanner import Scanner
from sheetfed.core.scanners import Scanners
from sheetfed.core.sessions import Sessions
from sheetfed.core.settings import invalid


class Admission:
    """Nothing is begun or held here."""

    def __init__(
        self,
        *,
        access: Access,
        scanners: Scanners,
        sessions: Sessions,
        documents: Documents,
        ledger: Ledger,
        clock: Clock,
    ) -> None:
        self._access = access
        self._scanners = scanners
        self._sessions = sessions
        self._documents = documents
        self._ledger = ledger
        self._clock = clock

    async def job(
        self, caller: Caller, settings: ScanSettings, instance: InstanceId | None
    ) -> tuple[Job, Scanner]:
        """The job as it would be, and its scanner.

        Raises NotAllowed, OriginNotGranted, InvalidParameter, NotFound, TooMany, ScannerNotFound
        or NoScanner.
        """
        await self._access.require(caller, Permission.SCAN)
        document = self._document(caller, settings, instance)
        scanner = await self.scanner(caller, settings.scanner, instance)
        job = Job(
            id=ids.new_job(),
            owner=caller.owner,
            scanner=scanner.id,
            document=document,
            instance=instance,
            created=self._clock.now(),
            ignored=settings.ignored,
        )
        return job, scanner

    def require_few(self, caller: Caller, at_most: int) -> None:
        """Raises TooMany when the caller has so many jobs that have not ended."""
        active = sum(
            not job.state.is_final for job in self._ledger.visible_to(Caller(caller.owner))
        )
        if active >= at_most:
            raise TooMany("too many jobs at once", details={"jobs": active})

    async def scanner(
        self, caller: Caller, word: str | None, instance: InstanceId | None = None
    ) -> Scanner:
        """The scanner that this word, or no word, means to this caller.

        Without a word: the one it has selected or leased, else the one this instance used last,
        else this owner, else the default.
        """
        holder = holder_of(caller, instance)
        latest = self._ledger.last_of(caller.owner, instance)
        return await self._scanners.pick(
            word,
            self._sessions.selected(holder),
            self._sessions.leased(holder),
            *(job.scanner for job in latest if job is not None),
        )

    def _document(
        self, caller: Caller, settings: ScanSettings, instance: InstanceId | None
    ) -> DocumentId:
        if instance is not None:
            if settings.document is not None:
                raise invalid("document", "no document: an instance's pages go to its buffer")
            return self._documents.to_fill(caller, instance)
        if settings.document is None:
            return ids.new_document()
        found = self._documents.get(caller, settings.document)
        if found.owner != caller.owner:
            raise NotFound("there is no such document")
        return found.id


def holder_of(caller: Caller, instance: InstanceId | None = None) -> Holder:
    """Under which name the caller holds a scanner: its instance, or its bus connection."""
    return Holder(caller.owner, instance or caller.connection)
