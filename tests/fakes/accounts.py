"""FakeAccounts: users and the rules that name them."""

from collections.abc import Mapping


class FakeAccounts:
    """The port Accounts."""

    def __init__(self, rules: Mapping[str, set[int]] | None = None) -> None:
        self.rules = dict(rules or {})

    async def matches(self, uid: int, rule: str) -> bool:
        return rule == "*" or uid in self.rules.get(rule, ())
