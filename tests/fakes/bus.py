"""A message bus of a test's own, with the policy we ship."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path
from uuid import uuid4

POLICY = Path(__file__).parents[2] / "dbus" / "org.sheetfed1.conf"


# What Debian's /usr/share/dbus-1/system.conf says, as far as it matters here.
SYSTEM_POLICY = """\
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus"/>
  </policy>
"""


_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:abstract={name}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
{system_policy}  <include>{policy}</include>
  <policy user="{user}">
    <allow own="org.sheetfed1"/>
    <allow own="org.freedesktop.PolicyKit1"/>
    <allow own="org.freedesktop.systemd1"/>
  </policy>
  <policy user="polkitd"><allow own="org.freedesktop.PolicyKit1"/></policy>
  <policy context="default">
    <allow send_destination="org.freedesktop.PolicyKit1"/>
    <allow send_destination="org.freedesktop.systemd1"/>
  </policy>
</busconfig>
"""


class PrivateBus:
    """A real dbus-daemon; it starts what the folder `services` has activation files of."""

    def __init__(self, folder: Path, name: str = "") -> None:
        self.services = folder / "services"
        self.services.mkdir(exist_ok=True)
        self._name = name or f"sheetfed-test-{uuid4().hex}"
        self._config = folder / "bus.conf"
        self._config.write_text(
            _CONFIG.format(
                name=self._name,
                services=self.services,
                policy=POLICY,
                system_policy=SYSTEM_POLICY,
                user=getuser(),
            ),
            "utf-8",
        )
        self._process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"unix:abstract={self._name}"

    def start(self) -> None:
        """Returns when it listens."""
        self._process = subprocess.Popen(
            ["dbus-daemon", f"--config-file={self._config}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline(), "dbus-daemon did not start"

    def reload(self) -> None:
        """It looks at `services` anew."""
        asking = [
            "dbus-send",
            f"--bus={self.address}",
            "--print-reply",
            "--dest=org.freedesktop.DBus",
        ]
        subprocess.run(
            [*asking, "/org/freedesktop/DBus", "org.freedesktop.DBus.ReloadConfig"],
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def freeze(self) -> None:
        """It reads nothing until it is thawed."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


@contextmanager
def private_bus(folder: Path) -> Iterator[PrivateBus]:
    bus = PrivateBus(folder)
    bus.start()
    try:
        yield bus
    finally:
        bus.stop()
