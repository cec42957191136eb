"""Bare: the smallest aiohttp handlers, in a process of their own, as a peer."""

import asyncio
import sys
from pathlib import Path

from aiohttp import web

ANSWER = b'{"id":"test","method":"HowManyImagesInBuffer","result":[0],"cmdId":""}'


async def answer(_: web.Request) -> web.Response:
    return web.Response(body=ANSWER, content_type="application/json")


async def read_and_answer(request: web.Request) -> web.Response:
    call = await request.json()
    return web.json_response(
        {"id": call["id"], "method": call["method"], "result": [0], "cmdId": ""}
    )


async def main(folder: Path | None) -> None:
    """Serve on a free port, which is printed, until standard input ends."""
    application = web.Application()
    application.router.add_post("/f/HowManyImagesInBuffer", answer)
    application.router.add_post("/json/HowManyImagesInBuffer", read_and_answer)
    if folder is not None:
        application.router.add_static("/static", folder)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
