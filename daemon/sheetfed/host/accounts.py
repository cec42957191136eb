"""Accounts: which users of the machine a rule of `[access] scan` names."""

import asyncio
import grp
import logging
import os
import pwd
import time
from pathlib import Path

LOOKUP_DEADLINE_S = 5.0
REMEMBERED_S = 5.0
_REMEMBERED_MAX = 1024
_LOGIND_USERS = Path("/run/systemd/users")

_log = logging.getLogger(__name__)


class UnixAccounts:
    """The port Accounts. Answers are remembered for a few seconds, so rules cost little."""

    def __init__(
        self,
        *,
        logind_users: Path = _LOGIND_USERS,
        remembered_s: float = REMEMBERED_S,
        deadline_s: float = LOOKUP_DEADLINE_S,
    ) -> None:
        self._logind_users = logind_users
        self._remembered_s = remembered_s
        self._deadline_s = deadline_s
        self._own_uid = os.geteuid()
        self._answers: dict[tuple[int, str], tuple[float, bool]] = {}

    async def matches(self, uid: int, rule: str) -> bool:
        """Whether the rule (a user, @group, active, *) names this user; the daemon's own always.

        A directory service that does not answer within the deadline names nobody.
        """
        if uid == self._own_uid or rule == "*":
            return True
        until, answer = self._answers.get((uid, rule), (0.0, False))
        if time.monotonic() < until:
            return answer
        try:
            async with asyncio.timeout(self._deadline_s):
                answer = await asyncio.to_thread(self._look_up, uid, rule)
        except TimeoutError:
            _log.warning("no answer in time whether uid %d is %s", uid, rule)
            answer = False
        if len(self._answers) >= _REMEMBERED_MAX:
            self._answers.clear()
        self._answers[uid, rule] = time.monotonic() + self._remembered_s, answer
        return answer

    def _look_up(self, uid: int, rule: str) -> bool:
        if rule == "active":
            return _is_active(self._logind_users / str(uid))
        try:
            if not rule.startswith("@"):
                return pwd.getpwnam(rule).pw_uid == uid
            account = pwd.getpwuid(uid)
            return grp.getgrnam(rule[1:]).gr_gid in os.getgrouplist(account.pw_name, account.pw_gid)
        except KeyError:
            return False


def _is_active(state: Path) -> bool:
    """Whether logind's file of a user says: in the foreground of a seat.

    STATE alone is active for SSH too; a seat is what makes a session local, as for polkit.
    """
    try:
        lines = state.read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    words = dict(line.split("=", 1) for line in lines if "=" in line)
    return words.get("STATE") == "active" and bool(words.get("ACTIVE_SEATS"))
