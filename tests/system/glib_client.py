"""A desktop program, with GLib and nothing of Sheetfed's: scans two sheets, prints the PDF's start.

It runs inside a machine, on that Debian's own Python.
"""

import os

from gi.repository import Gio, GLib

NAME, ROOT = "org.sheetfed1", "/org/sheetfed1"


def call(path, interface, method, arguments, answer):
    return bus.call_with_unix_fd_list_sync(
        NAME, path, interface, method, arguments, GLib.VariantType(answer), 0, 30_000, None, None
    )


def finished(_bus, _sender, _path, _interface, _signal, arguments):
    outcome.extend(arguments.unpack())
    loop.quit()


bus = Gio.bus_get_sync(Gio.BusType.SYSTEM, None)
loop, outcome = GLib.MainLoop(), []
bus.signal_subscribe(NAME, f"{NAME}.Job", "Finished", None, None, 0, finished)
settings = {
    "paper_source": GLib.Variant("s", "feeder"),
    "resolution": GLib.Variant("u", 75),
    "pages": GLib.Variant("i", 2),
}
started, _ = call(
    ROOT, f"{NAME}.Manager", "StartScan", GLib.Variant("(sa{sv})", ("", settings)), "(o)"
)
(job,) = started.unpack()
GLib.timeout_add_seconds(60, loop.quit)
loop.run()
found, _ = call(
    job,
    "org.freedesktop.DBus.Properties",
    "Get",
    GLib.Variant("(ss)", (f"{NAME}.Job", "Document")),
    "(v)",
)
(document,) = found.unpack()
exported, files = call(
    document, f"{NAME}.Document", "Export", GLib.Variant("(sa{sv})", ("pdf", {})), "(h)"
)
with os.fdopen(files.get(exported.unpack()[0]), "rb") as file:
    print(outcome[0], file.read(5).decode())
