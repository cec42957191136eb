"""Airscan: a device is found again whatever number it has in this process."""

from sheetfed.devices.airscan import renamed

LISTED = (
    "airscan:e0:Hall",
    "airscan:w1:Desk",
    "airscan:e1:Desk",
    "airscan:w2:Old",
    "airscan:w3:Old",
)


def test_a_device_is_found_by_its_protocol_and_name() -> None:
    assert renamed("airscan:e1f:Hall", lambda: LISTED) == "airscan:e0:Hall"
    assert renamed("airscan:e0:Desk", lambda: LISTED) == "airscan:e1:Desk"


def test_a_device_that_is_gone_or_one_of_several_is_not_guessed() -> None:
    assert renamed("airscan:e0:Gone", lambda: LISTED) is None
    assert renamed("airscan:w0:Old", lambda: LISTED) is None


def test_other_backends_devices_are_not_even_looked_for() -> None:
    def never() -> list[str]:
        raise AssertionError("the devices were listed")

    assert renamed("genesys:libusb:001:004", never) is None
    assert renamed("airscan:escl:Hall:http://10.0.0.7", never) is None
