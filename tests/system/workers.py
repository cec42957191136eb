"""Workers: each of pytest's has a release of its own, so that a module boots once for each."""

from xdist.scheduler import LoadScopeScheduling

from system.releases import RELEASES


class ByRelease(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return next(each.codename for each in RELEASES if each.codename in nodeid)
