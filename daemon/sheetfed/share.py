"""Share: where the files are that are needed at run time and are no Python."""

from pathlib import Path
from typing import Final

_CHECKOUT: Final = Path(__file__).resolve().parents[2]
_INSTALLED_CONTRACT: Final = Path("/usr/share/dbus-1/interfaces")
_INSTALLED_CLIENT: Final = Path("/usr/share/sheetfed/client")


def contract_folder() -> Path:
    """Where the D-Bus contract is: `org.sheetfed1.*.xml`."""
    return _here_or("dbus", "org.sheetfed1.Manager.xml", _INSTALLED_CONTRACT)


def client_folder() -> Path:
    """Where the JavaScript client and the page are: `sheetfed.js`, `index.html`."""
    return _here_or("client", "sheetfed.js", _INSTALLED_CLIENT)


def _here_or(folder: str, witness: str, installed: Path) -> Path:
    """The checkout's folder when this runs from one, which the package's own file tells."""
    is_checkout = (_CHECKOUT / "pyproject.toml").is_file()
    here = _CHECKOUT / folder
    return here if is_checkout and (here / witness).is_file() else installed
