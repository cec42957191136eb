"""A desktop tool as others would write it with PyGObject; nothing of ours is imported.

Usage: glib_client.py ADDRESS: scans what lies in the feeder, follows the job by signals, saves it
as a PDF, turns a page, adds one, and prints what it saw as JSON.
"""

import json
import os
import sys

from gi.repository import Gio, GLib

NAME, ROOT = "org.sheetfed1", "/org/sheetfed1"
PROPERTIES = "org.freedesktop.DBus.Properties"
FLAGS = (
    Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
)
DEADLINE_MS = 10_000


class Tool:
    def __init__(self, address):
        self.bus = Gio.DBusConnection.new_for_address_sync(address, FLAGS, None, None)
        self.loop = GLib.MainLoop()
        self.seen = {"states": [], "added": [], "finished": None}

    def call(self, path, interface, member, arguments=None, reply=None, files=None):
        found, out = self.bus.call_with_unix_fd_list_sync(
            NAME,
            path,
            f"{NAME}.{interface}" if "." not in interface else interface,
            member,
            arguments,
            GLib.VariantType(reply) if reply else None,
            Gio.DBusCallFlags.NONE,
            DEADLINE_MS,
            files,
            None,
        )
        return found.unpack(), out

    def heard(self, _bus, _sender, path, _interface, member, arguments):
        body = arguments.unpack()
        if member == "InterfacesAdded":
            self.seen["added"].append(body[0].split("/")[3])
        elif member == "PropertiesChanged" and "State" in body[1] and "/job/" in path:
            self.seen["states"].append(body[1]["State"])
        elif member == "Finished" and "/job/" in path:
            self.seen["finished"] = body[0]
            self.loop.quit()

    def run(self):
        self.bus.signal_subscribe(
            NAME, None, None, None, None, Gio.DBusSignalFlags.NONE, self.heard
        )
        manager = Gio.DBusObjectManagerClient.new_sync(
            self.bus, Gio.DBusObjectManagerClientFlags.NONE, NAME, ROOT, None, None, None
        )
        self.seen["scanners"] = sorted(
            each.get_interface(f"{NAME}.Scanner").get_cached_property("Name").unpack()
            for each in manager.get_objects()
            if each.get_interface(f"{NAME}.Scanner")
        )
        settings = {"paper_source": GLib.Variant("s", "feeder"), "pages": GLib.Variant("i", 2)}
        (job,), _ = self.call(
            ROOT, "Manager", "StartScan", GLib.Variant("(sa{sv})", ("", settings)), "(o)"
        )
        GLib.timeout_add(DEADLINE_MS, self.loop.quit)
        self.loop.run()
        (properties,), _ = self.call(
            job, PROPERTIES, "GetAll", GLib.Variant("(s)", (f"{NAME}.Job",)), "(a{sv})"
        )
        self.seen["pages"] = properties["Pages"]
        document = properties["Document"]
        pdf = self.read(document, "Export", GLib.Variant("(sa{sv})", ("pdf", {})))
        self.seen["pdf"] = pdf[:5].decode()
        turn = {"degrees": GLib.Variant("d", 90.0)}
        before = self.page(document)
        self.call(document, "Document", "Edit", GLib.Variant("(usa{sv})", (0, "rotate", turn)))
        after = self.page(document)
        self.seen["turned"] = (before["width"], before["height"]) == (
            after["height"],
            after["width"],
        )
        picture = self.read(document, "GetPage", GLib.Variant("(usa{sv})", (1, "png", {})))
        self.add(document, picture)
        (pages,), _ = self.call(
            document,
            PROPERTIES,
            "Get",
            GLib.Variant("(ss)", (f"{NAME}.Document", "Pages")),
            "(v)",
        )
        self.seen["pages_after"] = pages
        try:
            self.call(f"{ROOT}/document/nothing", "Document", "Remove")
        except GLib.Error as error:
            self.seen["error"] = Gio.DBusError.get_remote_error(error)
        print(json.dumps(self.seen))

    def page(self, document):
        (found,), _ = self.call(
            document, "Document", "GetPageInfo", GLib.Variant("(u)", (0,)), "(a{sv})"
        )
        return found

    def read(self, document, member, arguments):
        (index,), files = self.call(document, "Document", member, arguments, "(h)")
        with os.fdopen(files.get(index), "rb") as file:
            return file.read()

    def add(self, document, picture):
        with os.fdopen(os.memfd_create("picture"), "w+b") as file:
            file.write(picture)
            file.seek(0)
            files = Gio.UnixFDList.new()
            index = files.append(file.fileno())
            self.call(document, "Document", "AddPage", GLib.Variant("(h)", (index,)), None, files)


Tool(sys.argv[1]).run()
