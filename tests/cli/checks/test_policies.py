"""Policies: what keeps browsers' pages from the service is told."""

import json
from pathlib import Path

import pytest

from fakes.troubles import names
from sheetfed.cli import browsers
from sheetfed.cli.checks import policies
from sheetfed.cli.diagnosis import Trouble
from sheetfed.cli.machine import Machine


def _policy(root: Path, content: object) -> Machine:
    file = root / policies.FOLDERS[0] / "it.json"
    file.parent.mkdir(parents=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return Machine(root)


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        ({"LocalNetworkAccessAllowedForUrls": ["https://app.example.org"]}, None),
        ({"LocalNetworkAccessBlockedForUrls": ["*"]}, Trouble.BROWSER_POLICY),
        ("{ this is no JSON", Trouble.BROWSER_POLICY),
        ([], None),
    ],
)
def test_a_browsers_policy_that_keeps_pages_away_is_told(
    content: object, trouble: Trouble | None, tmp_path: Path
) -> None:
    assert names(policies.check(_policy(tmp_path, content))) == [trouble]


def test_a_browser_that_trusts_an_old_certificate_is_told(tmp_path: Path) -> None:
    _policy(tmp_path, {})
    old = {"certificate": "AAAA", "constraints": {}}
    ours = browsers.ALL[0].file(tmp_path)
    ours.write_text(json.dumps({"CACertificatesWithConstraints": [old]}))
    (found,) = policies.check(Machine(tmp_path))
    assert found.trouble is Trouble.BROWSER_POLICY
    assert "tls trust" in found.advice
