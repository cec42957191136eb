"""What an administrator tells Debian's Firefox by policy: whom to trust, which pages to let in."""

import asyncio
import re
import shutil
import ssl
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from cryptography import x509

from fakes.certificates import made, serving
from fakes.daemon import Daemon, running_daemon
from fakes.firefox import Firefox, Refused, running_firefox, with_etc
from fakes.sheetctl import Sheetctl
from fakes.website import running_website
from sheetfed.certificates.authority import LOOPBACK, Authority

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
GUIDE = Path(__file__).parents[2] / "docs" / "web-developers.md"
CERTIFICATES = "var/lib/sheetfed-certificates"
POLICIES = "etc/firefox/policies/policies.json"
CONNECT = """async base => {
    const { connect } = await import("/client/sheetfed.js");
    return connect({ base }).then(({ base }) => base, ({ code }) => code);
}"""
STATE = "async () => (await navigator.permissions.query({ name: 'loopback-network' })).state"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True, slots=True)
class Pages:
    """Origins of a site: one over HTTPS, one that Firefox takes for one of the wide world."""

    encrypted: str
    public: str


@pytest.fixture(scope="module")
def system() -> Iterator[Path]:
    """The tree of a system with certificates; nothing of it stays, nor of its users' profiles."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / CERTIFICATES).parent.mkdir(parents=True)
        made(root / CERTIFICATES)
        yield root


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pages(system: Path) -> AsyncIterator[Pages]:
    (leaf, *_) = sorted((system / CERTIFICATES).glob("leaf-*.pem"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(leaf)
    async with (
        running_website(system, tls=tls) as encrypted,
        running_website(system, host="127.0.0.2") as public,
    ):
        yield Pages(encrypted, public)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def daemon(
    system: Path, pages: Pages, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Daemon]:
    """One that lets both pages in, at an HTTP address and an HTTPS one."""
    folder = tmp_path_factory.mktemp("daemon")
    (folder / "conf.d").mkdir()
    (folder / "conf.d" / "tls.toml").write_text(f"""\
origins.allow = ["{pages.encrypted}", "{pages.public}"]
[https]
listen = ["127.0.0.1:0"]
machine_certificates = "{system}/{CERTIFICATES}"
""")
    async with running_daemon(folder) as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def firefox(system: Path, pages: Pages) -> AsyncIterator[Firefox]:
    """One in HTTPS-Only mode, of a system whose administrator did what the guides say."""
    (policy,) = re.findall(r"```json\n(.*LocalNetworkAccess\".*)\n```", GUIDE.read_text())
    host = urlsplit(pages.public)
    file = system / POLICIES
    file.parent.mkdir(parents=True)
    file.write_text(policy.replace("app.example.org", str(host.hostname)))
    await administer(system, "trust")
    chosen = {
        "network.lna.address_space.public.override": host.netloc,
        "dom.security.https_only_mode": True,
    }
    program = with_etc(system / "etc", program=system / "firefox")
    async with running_firefox(home_in(system), program=program, preferences=chosen) as started:
        yield started


def home_in(system: Path) -> Path:
    home = system / "home"
    home.mkdir(exist_ok=True)
    return home


async def administer(system: Path, word: str) -> None:
    words = ("tls", word, "--browser", "firefox", "--root", str(system))
    ran = await Sheetctl("", system)(*words)
    assert ran.code == 0, ran.err


def https_of(daemon: Daemon) -> str:
    (found,) = (each for each in daemon.endpoints if each.startswith("https:"))
    return found


async def opens(firefox: Firefox, url: str) -> None:
    """Our page, without a word from the browser. Raises Refused."""
    tab = await firefox.open(url)
    await tab.until("() => document.querySelector('#scan:enabled')")
    assert tab.complaints == []
    await tab.close()


def with_what_it_took(firefox: Firefox, system: Path, home: Path) -> Path:
    """A home whose profile has the certificates that this Firefox has."""
    profile = home / "profile"
    profile.mkdir()
    for name in ("cert9.db", "key4.db", "pkcs11.txt"):
        shutil.copy(home_in(system) / "profile" / name, profile)
    known = home / ".mozilla" / "firefox" / "a.default"
    known.parent.mkdir(parents=True)
    known.symlink_to(profile)
    return home


async def test_who_trusts_the_authority_opens_loopback_pages_without_a_warning(
    firefox: Firefox, daemon: Daemon
) -> None:
    https = https_of(daemon)
    await opens(firefox, https)
    await opens(firefox, https.replace("127.0.0.1", "localhost"))


async def test_an_https_page_reaches_the_service_by_https_and_by_http(
    firefox: Firefox, daemon: Daemon, pages: Pages
) -> None:
    tab = await firefox.open(pages.encrypted)
    for base in daemon.endpoints:
        assert await tab.call(CONNECT, base) == base
    await tab.close()


async def test_a_page_that_the_guides_policy_names_is_let_through_without_a_question(
    firefox: Firefox, daemon: Daemon, pages: Pages
) -> None:
    tab = await firefox.open(pages.public)
    assert await tab.call(CONNECT, daemon.base) == daemon.base
    assert await tab.call(STATE) == "prompt"
    await tab.close()


async def test_the_authority_vouches_for_no_other_name(tmp_path: Path) -> None:
    authority = await asyncio.to_thread(Authority, since=NOW - DAY, until=NOW + DAY)
    names = [*LOOPBACK, x509.DNSName("example.org")]
    signed = await asyncio.to_thread(authority.sign, since=NOW - DAY, until=NOW + DAY, names=names)
    (tmp_path / CERTIFICATES).mkdir(parents=True)
    (tmp_path / CERTIFICATES / "ca.pem").write_bytes(authority.certificate)
    (tmp_path / "etc").mkdir()
    await administer(tmp_path, "trust")
    program = with_etc(tmp_path / "etc", program=tmp_path / "firefox")
    here = {
        "network.dns.localDomains": "example.org",
        "network.proxy.no_proxies_on": "example.org",
    }
    async with (
        serving(tmp_path, signed) as port,
        running_firefox(home_in(tmp_path), program=program, preferences=here) as other,
    ):
        with pytest.raises(Refused, match="SEC_ERROR_CERT_NOT_IN_NAME_SPACE"):
            await other.open(f"https://example.org:{port}/")


async def test_what_firefox_took_it_keeps_when_trust_is_taken_back(
    firefox: Firefox, daemon: Daemon, system: Path, tmp_path: Path
) -> None:
    await opens(firefox, https_of(daemon))
    await administer(system, "untrust")
    home = with_what_it_took(firefox, system, tmp_path)
    async with running_firefox(home, program=system / "firefox") as later:
        await opens(later, https_of(daemon))


async def test_it_forgets_at_its_users_word_and_warns_again(
    firefox: Firefox, daemon: Daemon, system: Path, tmp_path: Path
) -> None:
    await opens(firefox, https_of(daemon))
    await administer(system, "untrust")
    home = with_what_it_took(firefox, system, tmp_path)
    ran = await Sheetctl("", home)("tls", "forget")
    assert re.search(rb"a.default +Sheetfed on this computer only", ran.out)
    async with running_firefox(home, program=system / "firefox") as later:
        with pytest.raises(Refused, match="SEC_ERROR_UNKNOWN_ISSUER"):
            await later.open(https_of(daemon))
