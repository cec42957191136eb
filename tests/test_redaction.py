"""Redaction: of what people write into the configuration nothing is told but that they have."""

from dataclasses import replace
from pathlib import Path

from sheetfed.config import Config, Endpoint
from sheetfed.config_doors import Access, Http, Origins
from sheetfed.config_papers import Encryption, Store
from sheetfed.config_schema import keys
from sheetfed.redaction import redacted


def test_every_key_is_told_with_its_default() -> None:
    assert redacted(Config()) == {key.dotted: key.default for key in keys()}


def test_numbers_words_and_addresses_are_told_names_and_paths_are_not() -> None:
    config = replace(
        Config(),
        http=Http(listen=(Endpoint("127.0.0.1", 8080),), host_aliases=("secret.example",)),
        store=Store(path=Path("/home/secret"), max_bytes=1 << 30, encrypt=Encryption.SESSION),
        origins=Origins(allow=("https://secret.example", "https://b.example")),
        access=Access(scan=("secret",)),
    )
    told = redacted(config)
    assert told["http.listen"] == ["127.0.0.1:8080"]
    assert (told["store.max_bytes"], told["store.encrypt"]) == ("1G", "session")
    assert told["store.path"] == "one's own"
    assert told["origins.allow"] == "2 of one's own"
    assert (told["access.scan"], told["http.host_aliases"]) == ("1 of one's own",) * 2
    assert "secret" not in str(told)
