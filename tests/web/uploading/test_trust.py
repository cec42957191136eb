"""Trust: whose word is taken for who a server is."""

import asyncio
import ssl
from pathlib import Path

import pytest

from fakes.authority import Authority
from sheetfed.web.uploading.trust import Trust


async def test_a_file_alone_is_trusted(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    context = await Trust(authority.certificate).context()
    (trusted,) = context.get_ca_certs()
    assert "a test's authority" in str(trusted["subject"])


def test_a_file_that_holds_no_certificate_is_refused_at_once() -> None:
    with pytest.raises(OSError):
        Trust(Path("/dev/null"))


async def test_without_a_file_the_machines_are_read_once() -> None:
    trust = Trust()
    first, second = await asyncio.gather(trust.context(), trust.context())
    assert first is second
    assert first.get_ca_certs()


@pytest.mark.parametrize("is_own", [True, False])
async def test_who_a_server_is_is_always_checked(tmp_path: Path, is_own: bool) -> None:
    trust = Trust(Authority(tmp_path).certificate if is_own else None)
    context = await trust.context()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
