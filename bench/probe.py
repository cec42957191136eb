"""Probe: small calls, one after the other in a process of its own; prints how long each took."""

import socket
import sys
import time

PAUSE_S = 0.01
BODY = b'{"id":"probe","method":"HowManyImagesInBuffer","parameter":[]}'


def main(port: int) -> None:
    """Until it is ended, or refused; a line for each call, in milliseconds."""
    request = (
        f"POST /f/HowManyImagesInBuffer HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Content-Length: {len(BODY)}\r\n\r\n"
    ).encode() + BODY
    with socket.create_connection(("127.0.0.1", port)) as connection:
        answers = connection.makefile("rb")
        while True:
            begun = time.perf_counter()
            connection.sendall(request)
            length = 0
            status = answers.readline()
            while (line := answers.readline().strip()) != b"":
                name, _, value = line.partition(b": ")
                length = int(value) if name.lower() == b"content-length" else length
            answers.read(length)
            took_s = time.perf_counter() - begun
            if b" 200 " not in status:
                print(status.decode().strip(), flush=True)
                return
            print(f"{took_s * 1000:.3f}", flush=True)
            time.sleep(PAUSE_S)


if __name__ == "__main__":
    main(int(sys.argv[1]))
