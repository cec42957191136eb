"""Methods: the table of every RPC method, put together from its groups."""

from collections.abc import Mapping, Sequence

from sheetfed.web.method import Call, Method, Result


class Service:
    """What the method of the service group does."""

    def __init__(self, *, version: str) -> None:
        self._version = version
        self.methods = (Method("VersionInfo", (), self.version_info),)

    async def version_info(self, _: Call) -> Result:
        numbers = [int(number) for number in self._version.split(".")[:3]]
        return [", ".join(map(str, numbers)) + ", 0000", "", "64"]


def table(*groups: Sequence[Method]) -> Mapping[str, Method]:
    """Every method by its name; a name stands for one method."""
    methods = [method for group in groups for method in group]
    found = {method.name: method for method in methods}
    assert len(found) == len(methods)
    return found
