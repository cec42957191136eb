"""Services: all that people and programs can have done, whichever door they come by."""

from dataclasses import dataclass

from sheetfed.core.access import Access
from sheetfed.core.arranging import Arranging
from sheetfed.core.describing import Describing
from sheetfed.core.documents import Documents
from sheetfed.core.editing import Editing
from sheetfed.core.events import Hub
from sheetfed.core.grants import Grants
from sheetfed.core.jobs import Jobs
from sheetfed.core.loading import Loading
from sheetfed.core.operating import Operating
from sheetfed.core.ports import Clock, Incoming
from sheetfed.core.removal import Removal
from sheetfed.core.renders import Renders
from sheetfed.core.scanners import Scanners
from sheetfed.core.sessions import Sessions
from sheetfed.core.splitting import Splitting
from sheetfed.core.storekeeping import StoreKeeping
from sheetfed.core.transfers import Transfers


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """One of each, over one store; doors translate their words into calls of these."""

    access: Access
    grants: Grants
    hub: Hub
    clock: Clock
    scanners: Scanners
    sessions: Sessions
    operating: Operating
    jobs: Jobs
    removal: Removal
    documents: Documents
    describing: Describing
    arranging: Arranging
    editing: Editing
    loading: Loading
    splitting: Splitting
    renders: Renders
    storekeeping: StoreKeeping
    incoming: Incoming
    transfers: Transfers
