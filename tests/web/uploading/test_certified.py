"""Certified servers: whoever cannot prove who it is gets nothing."""

from pathlib import Path

import pytest

from fakes.authority import Authority
from fakes.receiver import Receiver, running_receiver
from fakes.sent import FILE, knowing, sent, to
from sheetfed.core.errors import UploadFailed
from sheetfed.web.uploading.trust import Trust


async def test_a_server_of_a_trusted_authority_is_sent_to(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with running_receiver(tls=authority.server("127.0.0.1")) as receiver:
        assert (await sent(to(receiver.origin), trust=Trust(authority.certificate))).is_success
        assert receiver.files == [FILE]


async def test_the_name_and_not_the_address_is_what_is_certified(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    tls = authority.server("dev.localhost")
    async with running_receiver(tls=tls, name="dev.localhost") as receiver:
        reply = await sent(
            to(receiver.origin),
            trust=Trust(authority.certificate),
            look_up=knowing(dev_localhost=[["127.0.0.1"]]),
        )
        assert reply.is_success
        assert receiver.arrived[0].headers["Host"] == f"dev.localhost:{receiver.port}"


@pytest.mark.parametrize("is_known", [True, False], ids=["other name", "other authority"])
async def test_a_server_that_cannot_prove_who_it_is_gets_nothing(
    tmp_path: Path, is_known: bool
) -> None:
    authority = Authority(tmp_path)
    tls = authority.server("other.example" if is_known else "127.0.0.1")
    async with running_receiver(tls=tls) as receiver:
        with pytest.raises(UploadFailed) as failed:
            await sent(
                to(receiver.origin), trust=Trust(authority.certificate) if is_known else None
            )
        assert failed.value.details["reason"] == "certificate"
        assert receiver.arrived == []


async def test_a_server_without_tls_gets_nothing_by_https(receiver: Receiver) -> None:
    with pytest.raises(UploadFailed) as failed:
        await sent(to(receiver.origin.replace("http", "https")))
    assert failed.value.details["reason"] == "tls"
    assert receiver.arrived == []
