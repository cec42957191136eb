"""A scanner kept between scans by the client, and the options that are set on it."""

from typing import Any

import pytest

from fakes.browser import Sight

WITH_A_SERVICE = """async () => {
    const { connect } = await import("/sheetfed.js");
    const service = await connect({ base: location.origin, instance: "options" });
    const other = await connect({ base: location.origin, instance: "other" });
    try {
        return await (WORK)(service, other);
    } finally {
        await service.closeScanner();
        service.close();
    }
}"""

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _done(sight: Sight, work: str) -> Any:
    return await sight.page.evaluate(WITH_A_SERVICE.replace("WORK", work))


async def test_a_selected_scanner_is_opened_and_is_free_when_it_is_closed(sight: Sight) -> None:
    busy = await _done(
        sight,
        """async service => {
            const [, second] = await service.devices();
            await service.selectScanner(second.id);
            const busy = async () => (await service.devices()).map(({ busy }) => busy);
            await service.openScanner();
            const opened = await busy();
            await service.closeScanner();
            return [opened, await busy()];
        }""",
    )
    assert busy == [[False, True], [False, False]]


async def test_options_are_told_set_and_hold_for_the_next_scan(sight: Sight) -> None:
    told = await _done(
        sight,
        """async service => {
            const before = await service.options();
            const { outcomes, options } =
                await service.setOptions({ resolution: 70, "test-picture": "Grid" });
            for await (const page of service.acquire({ pages: 1 }));
            const [page] = await service.pages();
            const value = (options, name) => options.find((option) => option.name === name).value;
            await service.removeAll();
            return {
                before: value(before, "test-picture"),
                after: value(options, "test-picture"),
                outcomes,
                dpi: page.x_dpi,
            };
        }""",
    )
    assert (told["before"], told["after"]) == ("Color pattern", "Grid")
    assert told["outcomes"]["test-picture"] == {"ok": True, "value": "Grid"}
    assert told["outcomes"]["resolution"] == {"ok": True, "value": 70}
    assert told["dpi"] == 70


async def test_a_scanner_that_somebody_has_opened_is_busy_for_others(sight: Sight) -> None:
    complaints = len(sight.complaints)
    code = await _done(
        sight,
        """async (service, other) => {
            await service.openScanner();
            return other.openScanner().catch(({ code }) => code);
        }""",
    )
    assert code == "scanner-busy"
    assert all("423" in complaint for complaint in sight.complaints[complaints:])
    del sight.complaints[complaints:]
