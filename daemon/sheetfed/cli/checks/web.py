"""Web: whether the service answers browsers, and who sits on its ports."""

import http.client
import json
import pwd
import ssl
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from sheetfed.cli.diagnosis import Diagnosis, Trouble
from sheetfed.cli.machine import SERVICE_USER, Machine

CHECK: Final = "web"
ANSWER_DEADLINE_S: Final = 5.0
SOON_S: Final = 14 * 24 * 3600.0


def silent(manager: Mapping[str, Any]) -> list[Diagnosis]:
    """Blocking: asks every address of the service's for its version."""
    addresses: list[str] = manager["Endpoints"]
    if not addresses:
        return [
            Diagnosis(
                CHECK,
                "it listens nowhere",
                Trouble.WEB_SILENT,
                "[http] listen of sheetfed.toml(5) is empty: web pages cannot reach the service.",
            )
        ]
    return [_asked(address) for address in addresses]


def taken(machine: Machine, *, is_held: bool) -> list[Diagnosis]:
    """Of a service that does not answer: whoever has its ports, but the service itself.

    `is_held`: systemd may hold them for it, by sheetfed.socket.
    """
    ports = machine.ports()
    ours = {SERVICE_USER} | ({pwd.getpwuid(0).pw_name} if is_held else set())
    found = {
        (listener.port, listener.user)
        for listener in machine.listeners()
        if listener.port in ports and listener.user not in ours
    }
    return [
        Diagnosis(
            CHECK,
            f"port {port} is taken by a program of the user {user}",
            Trouble.PORT_TAKEN,
            f"`ss -ltnp 'sport = :{port}'` as root names it: end it, or give the service another "
            "port with [http] listen in sheetfed.toml(5) and in sheetfed.socket.",
        )
        for port, user in sorted(found)
    ]


def _asked(address: str) -> Diagnosis:
    try:
        answer = _version(address)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Diagnosis(
            CHECK,
            f"{address} does not answer: {error}",
            Trouble.WEB_SILENT,
            "`systemctl status sheetfed sheetfed.socket` shows how they are; "
            "`systemctl restart sheetfed` starts it anew.",
        )
    if answer.get("method") != "VersionInfo":
        return Diagnosis(
            CHECK,
            f"{address} is answered by something else",
            Trouble.PORT_TAKEN,
            "`ss -ltnp` as root names the program that listens there.",
        )
    return Diagnosis(CHECK, f"{address} answers")


def _version(address: str) -> Mapping[str, Any]:
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        # Whether the certificate is a good one is another check's.
        anyones = ssl.create_default_context()
        anyones.check_hostname, anyones.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection(
            host, port, timeout=ANSWER_DEADLINE_S, context=anyones
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=ANSWER_DEADLINE_S)
    try:
        connection.request("GET", "/fa/VersionInfo")
        found = json.loads(connection.getresponse().read(1 << 16))
    finally:
        connection.close()
    return found if isinstance(found, dict) else {}


def certificate(https: Mapping[str, Any], now: float) -> list[Diagnosis]:
    """Of what the service says of its certificate."""
    if https["source"] == "off" and not https["trouble"]:
        return [Diagnosis("certificate", "HTTPS is off")]
    soon = https.get("until", 0) < now + SOON_S and "next_until" not in https
    if https["trouble"] or soon:
        return [
            Diagnosis(
                "certificate",
                https["trouble"] or "it ends soon, and no other follows",
                Trouble.CERTIFICATE,
                "`sheetctl tls status` shows it. This machine's are made by `systemctl restart "
                "sheetfed-certificates`; one of your own has to be renewed.",
            )
        ]
    return [Diagnosis("certificate", "in force")]
