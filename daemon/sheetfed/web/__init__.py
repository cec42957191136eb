"""The HTTP door, and what is sent to other servers."""

import os

_kept = os.environ.get("SSL_CERT_FILE")
# aiohttp reads all of the machine's authorities as it is imported, a tenth of the daemon's start,
# into a context that nobody here uses: servers are checked with uploading.trust.
os.environ["SSL_CERT_FILE"] = os.devnull
try:
    import aiohttp as _  # noqa: F401
finally:
    del os.environ["SSL_CERT_FILE"]
    if _kept is not None:
        os.environ["SSL_CERT_FILE"] = _kept
