"""`sheetctl tls trust`, as a real Chromium takes it: for this machine's loopback names alone."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from playwright.async_api import Browser, Error

from fakes.browser import running_chromium, with_policies
from fakes.certificates import serving
from sheetfed.certificates.authority import LOOPBACK, Authority
from sheetfed.cli.browsers import ALL
from sheetfed.cli.browsers import Authority as Trusted

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
STRANGER = "example.org"
pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority(since=NOW - DAY, until=NOW + 30 * DAY)


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A tree in which policies are kept."""
    (tmp_path / "etc" / "chromium").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def chromium(system: Path) -> Path:
    """One that sees this tree's policies as its own."""
    return with_policies(system / "etc" / "chromium", program=system / "chromium")


async def outcome(browser: Browser, url: str) -> str:
    page = await browser.new_page()
    try:
        response = await page.goto(url)
        return "ok" if response is not None and response.ok else "not served"
    except Error as error:
        return error.message.partition(" at ")[0].partition("net::")[2]
    finally:
        await page.close()


async def test_who_trusts_the_authority_opens_loopback_pages_without_a_warning(
    system: Path, chromium: Path, authority: Authority
) -> None:
    await asyncio.to_thread(ALL[0].trust, system, Trusted(authority.certificate))
    signed = await asyncio.to_thread(authority.sign, since=NOW - DAY, until=NOW + DAY)
    async with serving(system, signed) as port, running_chromium(chromium) as browser:
        for host in ("127.0.0.1", "localhost"):
            assert await outcome(browser, f"https://{host}:{port}/") == "ok"


async def test_it_vouches_for_no_other_name(
    system: Path, chromium: Path, authority: Authority
) -> None:
    await asyncio.to_thread(ALL[0].trust, system, Trusted(authority.certificate))
    names = [*LOOPBACK, x509.DNSName(STRANGER)]
    signed = await asyncio.to_thread(authority.sign, since=NOW - DAY, until=NOW + DAY, names=names)
    rule = f"--host-resolver-rules=MAP {STRANGER} 127.0.0.1"
    async with serving(system, signed) as port, running_chromium(chromium, rule) as browser:
        assert await outcome(browser, f"https://{STRANGER}:{port}/") == "ERR_CERT_INVALID"


async def test_whose_trust_was_taken_back_is_warned_again(
    system: Path, chromium: Path, authority: Authority
) -> None:
    await asyncio.to_thread(ALL[0].trust, system, Trusted(authority.certificate))
    await asyncio.to_thread(ALL[0].untrust, system)
    (system / "etc" / "chromium").mkdir(exist_ok=True)
    signed = await asyncio.to_thread(authority.sign, since=NOW - DAY, until=NOW + DAY)
    async with serving(system, signed) as port, running_chromium(chromium) as browser:
        assert await outcome(browser, f"https://127.0.0.1:{port}/") == "ERR_CERT_AUTHORITY_INVALID"
