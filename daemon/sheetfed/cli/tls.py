"""TLS: the certificate that HTTPS shows, and which browsers trust it."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import click

from sheetfed.bus.contract import MANAGER, ROOT
from sheetfed.cli import browsers, profiles, show
from sheetfed.cli.browsers import Authority, Browser, PolicyRefused, Trust
from sheetfed.cli.exits import Exit, Stop
from sheetfed.cli.profiles import ProfileRefused
from sheetfed.cli.remote import Remote
from sheetfed.cli.session import Session

EPILOG: Final = """\b
Examples:
  sheetctl tls status
  sudo sheetctl tls trust
"""
STATUS_EPILOG: Final = """\b
Examples:
  sheetctl tls status
  sheetctl --json tls status
"""
TRUST_EPILOG: Final = """\b
Examples:
  sudo sheetctl tls trust
  sudo sheetctl tls trust --browser firefox
"""
UNTRUST_EPILOG: Final = """\b
Example:
  sudo sheetctl tls untrust
"""
FORGET_EPILOG: Final = """\b
Example:
  sheetctl tls forget
"""
_KEEPS: Final = (
    "Firefox keeps it for users who have started it meanwhile, until each says: sheetctl tls forget"
)
_SOURCES: Final = {"own": "a certificate of your own", "machine": "this computer's certificate"}
_WORDS: Final = {
    Trust.YES: "trusts it",
    Trust.OLD: "trusts an earlier one: sheetctl tls trust",
    Trust.NO: "does not",
    Trust.UNKNOWN: "this user may not see it",
}

which = click.option(
    "--browser",
    "names",
    multiple=True,
    type=click.Choice([browser.name for browser in browsers.ALL]),
    help="Only this one; may be repeated. Otherwise all, also those that are not installed yet.",
)
where = click.option(
    "--root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path("/"),
    metavar="FOLDER",
    help="The tree of another system, such as an image's; not this one's.",
)


@click.group(epilog=EPILOG)
def tls() -> None:
    """See the certificate of HTTPS, and let browsers trust it."""


@tls.command(epilog=STATUS_EPILOG, short_help="Show the certificate, and who trusts it.")
@click.pass_obj
def status(session: Session) -> None:
    """Show the certificate in force, the next one, who issued them, and which browsers trust it."""
    session.run(_status(session))


@tls.command(epilog=TRUST_EPILOG, short_help="Let browsers trust it (root).")
@which
@where
@click.pass_obj
def trust(session: Session, names: Sequence[str], root: Path) -> None:
    """Let browsers trust this computer's certificates, for 127.0.0.1, ::1 and localhost (root)."""
    authority = _authority(root)
    if authority is None:
        raise Stop(
            Exit.NOT_FOUND,
            f"there is no {browsers.below(root, browsers.AUTHORITY)}",
            advice="`systemctl restart sheetfed-certificates` makes it.",
        )
    found = authority
    _change(session, names, root, lambda browser: browser.trust(root, found))


@tls.command(epilog=UNTRUST_EPILOG)
@which
@where
@click.pass_obj
def untrust(session: Session, names: Sequence[str], root: Path) -> None:
    """Take back what `trust` did (root)."""
    _change(session, names, root, lambda browser: browser.untrust(root))
    if not session.is_json and (not names or "firefox" in names):
        click.echo(_KEEPS, err=True)


@tls.command(epilog=FORGET_EPILOG, short_help="Have your own Firefox forget it.")
@click.pass_obj
def forget(session: Session) -> None:
    """Take it out of your own Firefox profiles, which keep it when a policy ends.

    A Firefox that runs forgets it when it is started anew; where `trust` still holds, it takes it
    again.
    """
    home = Path.home()
    if home.stat().st_uid != os.geteuid():
        raise Stop(
            Exit.NOT_ALLOWED,
            f"{home} is another user's",
            advice="Run it as the user whose Firefox it is.",
        )
    forgotten, refused = [], []
    for profile in profiles.found(home, os.environ):
        try:
            for name in profile.authorities():
                profile.forget(name)
                forgotten.append({"profile": str(profile.folder), "authority": name})
        except ProfileRefused as error:
            refused.append(str(error))
        except FileNotFoundError as error:
            raise Stop(
                Exit.FAILED,
                "certutil is not installed",
                advice="`apt install libnss3-tools` brings it.",
            ) from error
    if session.is_json:
        show.as_json(forgotten)
    elif forgotten:
        rows = [(one["profile"], one["authority"]) for one in forgotten]
        show.table(("PROFILE", "FORGOTTEN"), rows)
    elif not refused:
        click.echo("no Firefox of yours knows it")
    if refused:
        raise Stop(Exit.FAILED, "\n".join(refused))


def _change(
    session: Session, names: Sequence[str], root: Path, change: Callable[[Browser], None]
) -> None:
    refused = []
    chosen = [browser for browser in browsers.ALL if not names or browser.name in names]
    for browser in chosen:
        try:
            change(browser)
        except PolicyRefused as error:
            refused.append(str(error))
        except PermissionError as error:
            raise Stop(
                Exit.NOT_ALLOWED,
                f"{error.filename} may not be changed by this user",
                advice="Run it as root.",
            ) from error
        except OSError as error:
            raise Stop(Exit.FAILED, f"{error.filename}: {error.strerror}") from error
    told = _told(chosen, root, _authority(root))
    if session.is_json:
        show.as_json(told)
    else:
        _table(told)
    if refused:
        raise Stop(Exit.FAILED, "\n".join(refused))


async def _status(session: Session) -> None:
    async with Remote.on(session.bus) as remote:
        found: dict[str, Any] = await remote.get(ROOT, MANAGER, "Https")
        endpoints = await remote.get(ROOT, MANAGER, "Endpoints")
    served = [endpoint for endpoint in endpoints if endpoint.startswith("https:")]
    told = _told(browsers.ALL, Path("/"), _authority(Path("/")))
    if session.is_json:
        show.as_json({**found, "endpoints": served, "browsers": told})
        return
    show.facts(_facts(found, served))
    if found["source"] == "machine":
        click.echo()
        _table(told)


def _facts(found: dict[str, Any], served: Sequence[str]) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        ("HTTPS", _SOURCES.get(found["source"], "off")),
        ("web", " ".join(served) or "not served"),
    ]
    if found["trouble"]:
        facts.append(("trouble", found["trouble"]))
    if "issuer" in found:
        facts += [
            ("issuer", found["issuer"]),
            ("certificate", found["fingerprint"]),
            ("in force", f"until {show.when(found['until'])}"),
        ]
    if "next_since" in found:
        since, until = show.when(found["next_since"]), show.when(found["next_until"])
        facts.append(("next", f"from {since} until {until}"))
    if "authority" in found:
        facts += [
            ("all of them", f"until {show.when(found['last_until'])}"),
            ("authority", found["authority_fingerprint"]),
            ("in the file", found["authority"]),
        ]
    return facts


def _authority(root: Path) -> Authority | None:
    try:
        return Authority.read(root)
    except PolicyRefused as error:
        raise Stop(Exit.FAILED, str(error)) from error
    except OSError as error:
        raise Stop(Exit.FAILED, f"{error.filename}: {error.strerror}") from error


def _told(
    chosen: Sequence[Browser], root: Path, authority: Authority | None
) -> list[dict[str, str]]:
    return [
        {
            "browser": browser.name,
            "trust": _state(browser, root, authority).value,
            "file": str(browser.file(root)),
        }
        for browser in chosen
    ]


def _state(browser: Browser, root: Path, authority: Authority | None) -> Trust:
    try:
        return browser.state(root, authority)
    except OSError:
        return Trust.UNKNOWN


def _table(told: Sequence[dict[str, str]]) -> None:
    show.table(
        ("BROWSER", "THIS COMPUTER'S AUTHORITY", "POLICY"),
        [(one["browser"], _WORDS[Trust(one["trust"])], one["file"]) for one in told],
    )
