"""A desktop program that reads a property very often, with GLib: prints the median in milliseconds.

It runs inside a machine, on that Debian's own Python.
"""

import statistics
import time

from gi.repository import Gio, GLib

NAME, READS = "org.sheetfed1", 500

bus = Gio.bus_get_sync(Gio.BusType.SYSTEM, None)
asked = GLib.Variant("(ss)", (f"{NAME}.Manager", "StoreBytes"))
took_s = []
for _ in range(READS):
    begun = time.perf_counter()
    bus.call_sync(
        *(NAME, "/org/sheetfed1", "org.freedesktop.DBus.Properties", "Get", asked),
        *(GLib.VariantType("(v)"), 0, 10_000, None),
    )
    took_s.append(time.perf_counter() - begun)
print(statistics.median(took_s) * 1000)
