"""Browsers: which ones there are, and the policy files by which root tells them whom to trust."""

import base64
import hashlib
import json
import ssl
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any, Final, Protocol

AUTHORITY: Final = PurePosixPath("/var/lib/sheetfed-certificates/ca.pem")

_OURS: Final = "sheetfed.json"
_POLICY: Final = "CACertificatesWithConstraints"
_LOOPBACK: Final = {
    "permitted_cidrs": ["127.0.0.1/32", "::1/128"],
    "permitted_dns_names": ["localhost"],
}
_FIREFOX: Final = PurePosixPath("/etc/firefox/policies")
_FIREFOX_CERTIFICATE: Final = _FIREFOX / "sheetfed-ca.pem"
_FIREFOX_ELSEWHERE: Final = (
    "/usr/lib/firefox/distribution/policies.json",
    "/usr/lib/firefox-esr/distribution/policies.json",
    "/usr/lib64/firefox/distribution/policies.json",
)
_FOR_ALL: Final = 0o644
_FOLDER_FOR_ALL: Final = 0o755


class Trust(StrEnum):
    """Whether a browser's policy has this machine's authority."""

    YES = "yes"
    OLD = "old"
    NO = "no"
    UNKNOWN = "unknown"


class PolicyRefused(Exception):
    """A policy file that is there cannot be added to; nothing was changed. The text says why."""


@dataclass(frozen=True, slots=True)
class Authority:
    """What the browsers are to trust."""

    pem: bytes

    @classmethod
    def read(cls, root: Path) -> "Authority | None":
        """This machine's, None where there is none. Raises OSError, or PolicyRefused for what is
        no certificate."""
        file = below(root, AUTHORITY)
        _require_inside(root, file)
        try:
            found = cls(file.read_bytes())
        except FileNotFoundError:
            return None
        try:
            found.der  # noqa: B018
        except ValueError as error:
            raise PolicyRefused(f"{file} is no certificate") from error
        return found

    @property
    def der(self) -> bytes:
        return ssl.PEM_cert_to_DER_cert(self.pem.decode("ascii"))

    @property
    def fingerprint(self) -> str:
        """SHA-256, as browsers show it."""
        return hashlib.sha256(self.der).digest().hex(":").upper()


class Browser(Protocol):
    """One that takes policies. What cannot be read or written raises OSError."""

    @property
    def name(self) -> str: ...

    def file(self, root: Path) -> Path: ...

    def trust(self, root: Path, authority: Authority) -> None:
        """Raises PolicyRefused."""

    def untrust(self, root: Path) -> None:
        """Raises PolicyRefused."""

    def state(self, root: Path, authority: Authority | None) -> Trust: ...


@dataclass(frozen=True, slots=True)
class ChromiumLike:
    """A folder of policy files, of which one is ours."""

    name: str
    folder: PurePosixPath

    def file(self, root: Path) -> Path:
        return below(root, self.folder) / _OURS

    def trust(self, root: Path, authority: Authority) -> None:
        file = self.file(root)
        _require_inside(root, file)
        for other in sorted(file.parent.glob("*.json")):
            if other != file and _POLICY in _policies(other):
                raise PolicyRefused(
                    f"{other} sets {_POLICY} too, and {self.name} takes one of them: put the "
                    "certificate there"
                )
        known = {"certificate": _text(authority), "constraints": _LOOPBACK}
        _write_json(file, {_POLICY: [known]})

    def untrust(self, root: Path) -> None:
        file = self.file(root)
        _require_inside(root, file)
        file.unlink(missing_ok=True)
        _tidy(file.parent, root)

    def state(self, root: Path, authority: Authority | None) -> Trust:
        known = _policies(self.file(root)).get(_POLICY)
        if not known:
            return Trust.NO
        certificates = [one.get("certificate") for one in known if isinstance(one, dict)]
        is_ours = authority is not None and _text(authority) in certificates
        return Trust.YES if is_ours else Trust.OLD


@dataclass(frozen=True, slots=True)
class Firefox:
    """One policy file, which others may have written; a certificate of ours lies beside it."""

    name: str = "firefox"

    def file(self, root: Path) -> Path:
        return below(root, _FIREFOX) / "policies.json"

    def trust(self, root: Path, authority: Authority) -> None:
        file = self.file(root)
        _require_inside(root, file)
        found = self._found(file)
        if not file.exists():
            for other in (below(root, PurePosixPath(path)) for path in _FIREFOX_ELSEWHERE):
                if other.exists():
                    raise PolicyRefused(
                        f"{other} would no longer hold: copy it to {file} first, then try again"
                    )
        installed = self._installed(file, found)
        certificate = below(root, _FIREFOX_CERTIFICATE)
        _write(certificate, authority.pem)
        if str(_FIREFOX_CERTIFICATE) not in installed:
            installed.append(str(_FIREFOX_CERTIFICATE))
            _write_json(file, found)

    def untrust(self, root: Path) -> None:
        file = self.file(root)
        _require_inside(root, file)
        found = self._found(file)
        if self._has(found):
            certificates = found["policies"]["Certificates"]
            certificates["Install"].remove(str(_FIREFOX_CERTIFICATE))
            if not certificates["Install"]:
                del certificates["Install"]
            if not certificates:
                del found["policies"]["Certificates"]
            if found == {"policies": {}}:
                file.unlink()
            else:
                _write_json(file, found)
        below(root, _FIREFOX_CERTIFICATE).unlink(missing_ok=True)
        _tidy(file.parent, root)

    def state(self, root: Path, authority: Authority | None) -> Trust:
        if not self._has(_policies(self.file(root))):
            return Trust.NO
        try:
            pem = below(root, _FIREFOX_CERTIFICATE).read_bytes()
        except FileNotFoundError:
            return Trust.NO
        return Trust.YES if authority is not None and pem == authority.pem else Trust.OLD

    def _found(self, file: Path) -> dict[str, Any]:
        try:
            found = json.loads(file.read_text("utf-8"))
        except FileNotFoundError:
            return {"policies": {}}
        except ValueError as error:
            raise PolicyRefused(f"{file} is no JSON") from error
        if not isinstance(found, dict) or not isinstance(found.get("policies"), dict):
            raise PolicyRefused(f'{file} has no "policies"')
        return found

    def _installed(self, file: Path, found: dict[str, Any]) -> list[Any]:
        """The list of certificates in what was found, made where it is missing."""
        certificates = found["policies"].setdefault("Certificates", {})
        if isinstance(certificates, dict):
            installed = certificates.setdefault("Install", [])
            if isinstance(installed, list):
                return installed
        raise PolicyRefused(f'{file} has a "Certificates" that is not as Firefox takes it')

    def _has(self, found: dict[str, Any]) -> bool:
        try:
            return str(_FIREFOX_CERTIFICATE) in found["policies"]["Certificates"]["Install"]
        except (KeyError, TypeError):
            return False


ALL: Final[tuple[Browser, ...]] = (
    ChromiumLike("chromium", PurePosixPath("/etc/chromium/policies/managed")),
    ChromiumLike("chrome", PurePosixPath("/etc/opt/chrome/policies/managed")),
    ChromiumLike("edge", PurePosixPath("/etc/opt/edge/policies/managed")),
    Firefox(),
)


def below(root: Path, path: PurePosixPath) -> Path:
    """A path of the system's, in the tree whose root this is."""
    return root / path.relative_to("/")


def _require_inside(root: Path, file: Path) -> None:
    """Another system's links mean its own tree, and would lead into this one's.

    Raises PolicyRefused.
    """
    if not file.resolve().is_relative_to(root.resolve()):
        raise PolicyRefused(f"{file} leads out of {root}, by a symbolic link")


def _text(authority: Authority) -> str:
    return base64.b64encode(authority.der).decode("ascii")


def _policies(file: Path) -> dict[str, Any]:
    """What the file says; nothing where it is missing or damaged, as browsers have it."""
    try:
        found = json.loads(file.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_json(file: Path, content: object) -> None:
    _write(file, (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode())


def _write(file: Path, content: bytes) -> None:
    """All of it or nothing, for everybody to read."""
    for folder in reversed([one for one in file.parents if not one.exists()]):
        folder.mkdir(exist_ok=True)
        folder.chmod(_FOLDER_FOR_ALL)
    temporary = file.with_name(f".{file.name}.new")
    temporary.unlink(missing_ok=True)
    with temporary.open("xb") as written:
        written.write(content)
    temporary.chmod(_FOR_ALL)
    temporary.replace(file)


def _tidy(folder: Path, root: Path) -> None:
    """Remove the folders that are empty now, but none of those that every system has."""
    kept = {below(root, PurePosixPath(path)) for path in ("/etc", "/etc/opt")}
    while folder not in kept and folder != root and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
