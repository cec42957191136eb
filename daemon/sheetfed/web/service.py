"""Service: the RPC method that tells the service's version."""

from sheetfed.web.method import Call, Result


class Service:
    """What the method of the service group does."""

    def __init__(self, *, version: str) -> None:
        self._version = version

    async def version_info(self, _: Call) -> Result:
        numbers = [int(number) for number in self._version.split(".")[:3]]
        return [", ".join(map(str, numbers)) + ", 0000", "", "64"]
