"""Identity: what SANE's device names say about the device behind them."""

import pytest

from sheetfed.core.scanner import Connection
from sheetfed.devices.identity import LOOPBACK, identify
from sheetfed.devices.usb import UsbDevice

PLUGGED = (
    UsbDevice(1, 4, "04a9", "190f", "", "1-1"),
    UsbDevice(2, 15, "04b8", "0142", "X2KS012345", "2-6.2"),
    UsbDevice(1, 9, "04a9", "1912", "50F25C", "1-4"),
    UsbDevice(3, 2, "03f0", "2b17", "CN123XYZ", "3-1"),
)
NETWORK, USB = Connection.NETWORK, Connection.USB


@pytest.mark.parametrize(
    ("device", "kind", "connection"),
    [
        ("test:0", "virtual device", Connection.VIRTUAL),
        ("genesys:libusb:001:004", "flatbed scanner", USB),
        ("pixma:04A91912_50F25C", "multi-function peripheral", USB),
        ("pixma:MX870_192.168.1.27", "multi-function peripheral", NETWORK),
        ("pixma:MX870_1A2B3C4D5E6F", "multi-function peripheral", NETWORK),
        ("fujitsu:ScanSnap iX500:1566072", "scanner", USB),
        ("hpaio:/usb/OfficeJet_6300?serial=CN123XYZ", "all-in-one", USB),
        ("hpaio:/net/Envy_5000?ip=192.168.0.15&queue=false", "all-in-one", NETWORK),
        ("hpaio:/net/Officejet_6500?zc=HPE87D94", "all-in-one", NETWORK),
        ("hpaio:/par/LaserJet_1220?device=/dev/parport0", "all-in-one", Connection.PARALLEL),
        ("airscan:e0:Canon TR8500 series", "ip=192.168.1.3", NETWORK),
        ("airscan:w1a:Brother MFC-L2750DW", "ip=192.168.1.6, fe80::1%eth0", NETWORK),
        ("airscan:e0:HP DeskJet (USB)", "ip=127.0.0.1", USB),
        ("escl:http://192.168.1.3:443", "flatbed scanner", NETWORK),
        ("escl:http://127.0.0.1:60000", "flatbed scanner", USB),
        ("epson2:net:192.168.1.3", "flatbed scanner", NETWORK),
        ("epsonds:libusb:002:015", "scanner", USB),
        ("epsonscan2:networkscanner:esci2:network:192.168.1.8", "flatbed scanner", NETWORK),
        ("epsonscan2:L3250 Series:5841475A4630303464:esci2:usb:ES022C:4490", "", USB),
        ("imagescan:esci:usb:/sys/devices/pci0000:00/usb2/2-6/2-6.2/2-6.2:1.0", "", USB),
        ("utsushi:esci:networkscan://192.168.1.9:1865", "", NETWORK),
        ("brother4:bus5;dev1", "USB scanner", USB),
        ("brother5:net1;dev0", "scanner", NETWORK),
        ("smfp:usb;04e8;346a;071UBJDF80004PF", "Scanner", USB),
        ("smfp:net;192.168.1.9", "Scanner", NETWORK),
        ("xerox_mfp:libusb:002:003", "multi-function peripheral", USB),
        ("xerox_mfp:tcp 192.0.2.10", "multi-function peripheral", NETWORK),
        ("kodakaio:net:192.168.1.5:9101", "", NETWORK),
        ("dell1600n_net:192.168.1.7", "", NETWORK),
        ("hp:/dev/sg0", "flatbed scanner", Connection.SCSI),
        ("umax:/dev/scanner", "flatbed scanner", Connection.SCSI),
        ("umax_pp:parport0", "flatbed scanner", Connection.PARALLEL),
        ("net:desk.example.org:genesys:libusb:001:004", "flatbed scanner", NETWORK),
        ("net:[2001:db8::7]:test:0", "virtual device", NETWORK),
        ("v4l:/dev/video0", "virtual device", Connection.UNKNOWN),
    ],
)
def test_a_device_name_says_how_the_scanner_is_reached(
    device: str, kind: str, connection: Connection
) -> None:
    assert identify(device.partition(":")[0], device, kind, PLUGGED).connection is connection


EPSON = ("usb", "04b8", "0142", "X2KS012345")


@pytest.mark.parametrize(
    ("device", "lasting"),
    [
        ("epson2:libusb:002:015", EPSON),
        ("imagescan:esci:usb:/sys/devices/pci0000:00/usb2/2-6/2-6.2/2-6.2:1.0", EPSON),
        ("net:localhost:epson2:libusb:002:015", EPSON),
        ("pixma:04A91912_50F25C", ("usb", "04a9", "1912", "50F25C")),
        ("pixma:04A91749_247936", ("usb", "04a9", "1749", "247936")),
        ("hpaio:/usb/OfficeJet_6300?serial=CN123XYZ", ("usb", "03f0", "2b17", "CN123XYZ")),
        ("hpaio:/usb/OfficeJet_6300?serial=CN9", ("serial", "hpaio", "CN9")),
        ("fujitsu:ScanSnap iX500:1566072", ("serial", "fujitsu", "1566072")),
        ("smfp:usb;04e8;346a;071UB", ("usb", "04e8", "346a", "071UB")),
        (
            "escl:https://10.0.0.9:443?uuid=1C852A4D-B800-1F08-ABCD-F43909B4A1D2",
            ("uuid", "1c852a4d-b800-1f08-abcd-f43909b4a1d2"),
        ),
        ("genesys:libusb:001:004", ()),
        ("net:elsewhere:epson2:libusb:002:015", ()),
        ("net:elsewhere:pixma:04A91912_50F25C", ("usb", "04a9", "1912", "50F25C")),
        ("escl:http://192.168.1.3:443", ()),
    ],
)
def test_what_stays_with_a_device_is_found(device: str, lasting: tuple[str, ...]) -> None:
    assert identify(device.partition(":")[0], device, "scanner", PLUGGED).lasting == lasting


@pytest.mark.parametrize(
    ("device", "kind", "addresses"),
    [
        ("airscan:e0:X", "ip=192.168.1.6, 2600:4040:0::8B24", {"192.168.1.6", "2600:4040::8b24"}),
        ("airscan:escl:X:http://Printer.local:9095/eSCL", "", {"printer.local"}),
        ("escl:https://[fe80::1%eth0]:443", "", {"fe80::1%eth0"}),
        ("escl:http://localhost:60000", "", {LOOPBACK}),
        ("airscan:e0:X", "ip=127.0.0.1", {LOOPBACK}),
        ("hpaio:/net/Envy?ip=192.168.0.15&queue=false", "", {"192.168.0.15"}),
        ("net:192.168.1.2:airscan:e0:X", "ip=10.0.0.7", {"10.0.0.7"}),
        ("net:192.168.1.2:escl:http://127.0.0.1:60000", "", set()),
        ("net:192.168.1.2:genesys:libusb:001:004", "", set()),
    ],
)
def test_the_addresses_are_the_scanners_own(device: str, kind: str, addresses: set[str]) -> None:
    assert identify(device.partition(":")[0], device, kind, PLUGGED).addresses == addresses


def test_a_place_on_the_usb_is_known_of_devices_of_this_machine_only() -> None:
    assert identify("genesys", "genesys:libusb:001:004", "", PLUGGED).position == "1:4"
    assert identify("genesys", "genesys:libusb:007:008", "", ()).position == "7:8"
    assert identify("net", "net:[::1]:genesys:libusb:001:004", "", PLUGGED).position == "1:4"
    assert identify("net", "net:far:genesys:libusb:001:004", "", PLUGGED).position == ""


def test_of_two_alike_on_the_usb_the_serial_number_in_the_name_says_which() -> None:
    twins = (*PLUGGED, UsbDevice(1, 12, "04a9", "1912", "AA0001", "1-5"))
    assert identify("pixma", "pixma:04A91912_AA0001", "", twins).position == "1:12"
    assert identify("pixma", "pixma:04A91912", "", twins).position == ""


def test_sane_airscans_protocols_are_told_apart() -> None:
    protocols = [
        identify("airscan", f"airscan:{name}", "").protocol for name in ("e0:X", "w0:X", "wsd:X:y")
    ]
    assert protocols == ["e", "w", "w"]


@pytest.mark.parametrize("name", ["libusb:" + "1" * 5000 + ":1", "libusb:²:1", "libusb:٣:1"])
def test_a_bus_that_cannot_be_is_none(name: str) -> None:
    assert identify("epson2", f"epson2:{name}", "scanner").position == ""
