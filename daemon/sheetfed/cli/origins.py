"""Origins: which web pages may use the scanners, and what they ask for."""

import pwd
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

import click
from dbus_next.signature import Variant

from sheetfed.bus.contract import ORIGIN
from sheetfed.cli import show
from sheetfed.cli.exits import Exit, Stop
from sheetfed.cli.remote import Remote
from sheetfed.cli.session import Session
from sheetfed.cli.until import until

EPILOG: Final = """\b
Examples:
  sheetctl origins
  sheetctl origins requests
  sheetctl origins allow https://app.example.org
  sheetctl origins revoke https://app.example.org
"""
ALLOW_EPILOG: Final = """\b
Examples:
  sheetctl origins allow https://app.example.org --until 30d
  sheetctl origins allow https://app.example.org --permission scan --permission upload
  sudo sheetctl origins allow https://app.example.org --for-all-users
"""
DENY_EPILOG: Final = """\b
Example:
  sheetctl origins deny https://app.example.org
"""
REVOKE_EPILOG: Final = """\b
Example:
  sheetctl origins revoke https://app.example.org
"""
REQUESTS_EPILOG: Final = """\b
Examples:
  sheetctl origins requests
  sheetctl --json origins requests
"""
PERMISSIONS: Final[Mapping[str, str]] = {
    "list": "see the scanners",
    "scan": "scan, and work on its own pages",
    "read": "read its own pages",
    "upload": "have its pages sent to its server",
}
"""What each means, for people."""

_INCLUDED: Final = {"scan": ("list", "read")}
_ALL_USERS: Final = 0xFFFFFFFF
_Decorated = Callable[..., None]


def _whom(command: _Decorated) -> _Decorated:
    everybody = click.option(
        "--for-all-users",
        is_flag=True,
        help="Decide for everybody on this machine (administrators).",
    )
    user = click.option(
        "--user", metavar="NAME", help="Decide for this user instead of yourself (administrators)."
    )
    return everybody(user(command))


@click.group(epilog=EPILOG, invoke_without_command=True)
@click.pass_context
def origins(context: click.Context) -> None:
    """List which web pages may use the scanners, or decide on it."""
    if context.invoked_subcommand is None:
        session: Session = context.obj
        session.run(_list(session))


@origins.command(epilog=ALLOW_EPILOG)
@click.argument("origin")
@click.option(
    "--permission",
    "permissions",
    type=click.Choice(list(PERMISSIONS)),
    multiple=True,
    help="What it may do, and no more; may be repeated. Without any: what it asks for, or scan.",
)
@click.option(
    "--until",
    "until_s",
    type=until,
    metavar="WHEN",
    help="When that ends: 90m, 12h, 30d, 2027-01-31 or 2027-01-31T18:00.",
)
@_whom
@click.pass_obj
def allow(
    session: Session,
    origin: str,
    permissions: tuple[str, ...],
    until_s: int | None,
    for_all_users: bool,
    user: str | None,
) -> None:
    """Let a web page in, by its origin: scheme, host and port."""
    options = _options(for_all_users, user)
    if permissions:
        options["permissions"] = Variant("as", list(permissions))
    if until_s is not None:
        options["until"] = Variant("t", until_s)
    session.run(_decide(session, "AllowOrigin", origin, options))


@origins.command(epilog=DENY_EPILOG, short_help="Refuse what a web page asks for, or all.")
@click.argument("origin")
@_whom
@click.pass_obj
def deny(session: Session, origin: str, for_all_users: bool, user: str | None) -> None:
    """Refuse what a web page asks for, or everything; it cannot ask again."""
    session.run(_decide(session, "DenyOrigin", origin, _options(for_all_users, user)))


@origins.command(epilog=REVOKE_EPILOG, short_help="Take back what a web page was told.")
@click.argument("origin")
@_whom
@click.pass_obj
def revoke(session: Session, origin: str, for_all_users: bool, user: str | None) -> None:
    """Take back what a web page was allowed, or was denied; it may ask again."""
    session.run(_decide(session, "RevokeOrigin", origin, _options(for_all_users, user)))


@origins.command(epilog=REQUESTS_EPILOG)
@click.pass_obj
def requests(session: Session) -> None:
    """Show what web pages ask for, and decide on each at a terminal."""
    pending: dict[str, dict[str, Any]] = {}
    session.run(_fetch(session, pending))
    for path, found in tuple(pending.items()):
        if found["State"] != "pending":
            del pending[path]
    if session.is_json:
        show.as_json([show.thing(path, found) for path, found in pending.items()])
    elif not pending:
        click.echo("No web page asks for anything.")
    elif sys.stdin.isatty() and sys.stdout.isatty():
        for path, found in pending.items():
            _ask(session, path, found)
    else:
        show.table(
            ["ORIGIN", "FOR", "ASKS TO"],
            [
                [found["Origin"], _name(found["Uid"]), _brief(found["Wants"])]
                for found in pending.values()
            ],
        )


def _ask(session: Session, path: str, found: Mapping[str, Any]) -> None:
    """What the user sees is what is granted, whatever the page asks for meanwhile."""
    click.echo(f"{show.cleaned(found['Origin'])} asks, for {_name(found['Uid'])}, to")
    for word in _without_included(found["Wants"]):
        click.echo(f"  {word}: {PERMISSIONS.get(word, word)}")
    answer = click.prompt("[a]llow, [d]eny or [l]ater?", prompt_suffix=" ", default="later")
    chosen = answer.strip().lower()[:1]
    if chosen == "a":
        wanted = [*found["Permissions"], *found["Wants"]]
        session.run(_call(session, path, "Grant", "a{sv}", {"permissions": Variant("as", wanted)}))
        click.echo("Allowed.")
    elif chosen == "d":
        session.run(_call(session, path, "Deny"))
        click.echo("Denied.")


async def _fetch(session: Session, into: dict[str, dict[str, Any]]) -> None:
    async with Remote.on(session.bus) as remote:
        into.update(await remote.managed(ORIGIN))


async def _list(session: Session) -> None:
    found: dict[str, dict[str, Any]] = {}
    await _fetch(session, found)
    if session.is_json:
        show.as_json([show.thing(path, each) for path, each in found.items()])
        return
    show.table(
        ["ORIGIN", "FOR", "STATE", "MAY", "UNTIL", "LAST USED"],
        [
            [
                each["Origin"],
                _name(each["Uid"]),
                _state(each),
                _brief(each["Permissions"]),
                show.when(each["Until"]) if each["Until"] else "",
                show.when(each["LastUsed"]) if each["LastUsed"] else "never",
            ]
            for each in sorted(found.values(), key=lambda each: (each["Origin"], each["Uid"]))
        ],
    )


async def _decide(
    session: Session, member: str, origin: str, options: Mapping[str, Variant]
) -> None:
    async with Remote.on(session.bus) as remote:
        path = await remote.administer(member, "sa{sv}", origin, dict(options))
        if path is None:
            return
        found = await remote.get_all(path, ORIGIN)
    if session.is_json:
        show.as_json(show.thing(path, found))
    elif member == "AllowOrigin":
        ends = f", until {show.when(found['Until'])}" if found["Until"] else ""
        may = f"{found['Origin']} may {_brief(found['Permissions'])}"
        click.echo(f"{show.cleaned(may)}, for {_name(found['Uid'])}{ends}.")


async def _call(
    session: Session, path: str, member: str, signature: str = "", *body: object
) -> None:
    async with Remote.on(session.bus) as remote:
        await remote.administer(member, signature, *body, path=path, interface=ORIGIN)


def _options(for_all_users: bool, user: str | None) -> dict[str, Variant]:
    if for_all_users:
        if user is not None:
            raise Stop(Exit.USAGE, "--user is one user, --for-all-users everybody: say one of them")
        return {"all_users": Variant("b", True)}
    if user is None:
        return {}
    try:
        return {"uid": Variant("u", int(user) if user.isdecimal() else pwd.getpwnam(user).pw_uid)}
    except KeyError as error:
        raise Stop(Exit.USAGE, f"there is no user {user}") from error


def _state(found: Mapping[str, Any]) -> str:
    if found["Configured"]:
        return "configured"
    wants = _brief(found["Wants"])
    return f"asks to {wants}" if wants else str(found["State"])


def _brief(words: list[str]) -> str:
    return ", ".join(_without_included(words))


def _without_included(words: list[str]) -> list[str]:
    included = {each for word in words for each in _INCLUDED.get(word, ())}
    return [word for word in words if word not in included]


def _name(uid: int) -> str:
    return "all users" if uid == _ALL_USERS else show.user(uid)
