"""Redirects: followed within the origin, with the file where the method says so."""

from dataclasses import replace

import pytest

from fakes.receiver import Receiver, running_receiver, said
from fakes.sent import FILE, POST, sent, to
from sheetfed.core.errors import UploadFailed, UploadRefused
from sheetfed.core.uploads import Reply, UploadMethod
from sheetfed.web.uploading import sender


@pytest.mark.parametrize("status", [307, 308])
async def test_a_redirect_within_the_origin_is_followed_with_the_file(
    receiver: Receiver, status: int
) -> None:
    receiver.at["/old"] = said(status, Location="/new")
    assert (await sent(to(f"{receiver.origin}/old", POST))).is_success
    assert [request.path for request in receiver.arrived] == ["/old", "/new"]
    assert receiver.files == [FILE, FILE]


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [
        (303, UploadMethod.POST, "GET"),
        (303, UploadMethod.PUT, "GET"),
        (302, UploadMethod.POST, "GET"),
        (301, UploadMethod.PUT, "PUT"),
    ],
)
async def test_a_form_that_is_answered_elsewhere_is_looked_at_there(
    receiver: Receiver, status: int, method: UploadMethod, then: str
) -> None:
    receiver.at["/in"] = said(status, Location="/thanks")
    receiver.at["/thanks"] = said(200, "filed")
    upload = replace(to(f"{receiver.origin}/in", POST), method=method)
    assert await sent(upload) == Reply(200, "filed")
    assert receiver.arrived[-1].method == then


async def test_a_redirect_to_another_origin_is_refused_and_gets_nothing(
    receiver: Receiver,
) -> None:
    async with running_receiver("127.0.0.2") as other:
        for location in (f"{other.origin}/in", f"//{other.host}:{other.port}/", "file:///x"):
            receiver.answers = [said(307, Location=location)]
            with pytest.raises(UploadRefused):
                await sent(to(receiver.origin))
        assert other.arrived == []


async def test_a_redirect_without_end_ends(receiver: Receiver) -> None:
    receiver.at["/in"] = said(307, Location="/in")
    with pytest.raises(UploadFailed):
        await sent(to(f"{receiver.origin}/in"), file=b"short")
    assert len(receiver.arrived) == sender.REDIRECTS_AT_MOST + 1


async def test_a_redirect_that_leads_nowhere_is_an_answer(receiver: Receiver) -> None:
    receiver.answers = [said(304), said(307, "lost")]
    assert (await sent(to(receiver.origin))).status == 304
    assert (await sent(to(receiver.origin))).status == 307
