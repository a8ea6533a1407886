"""What the console tells of the moment: live calls, the switch, and clicks that are refused."""

import pytest
from playwright.async_api import expect

from c2cd.switch import simulated
from tests.browser.console import Console
from tests.browser.visitor import Visitor
from tests.browser.widget import PUBLIC
from tests.web.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

LIVE = "Live calls"
ENDED = "Calls that have just ended"
REFUSED = "Refused clicks"

TALKS_ON = "+12125551777"
RINGS_ON = "+12125551480"


@pytest.fixture
def forbids_hanging_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a switch whose AMI user has no right to hang up, as the one that is shipped."""
    monkeypatch.delitem(simulated._COMMANDS, "Hangup")


async def test_a_call_is_seen_as_it_moves(visitor: Visitor, site: Site) -> None:
    """A call shows up by itself, says who is on the phone, and goes to those that have ended."""
    button = await site.button(name="Front desk", timeout=60)
    console = await Console.of(visitor, site)
    await console.follows()
    await site.connect(button, RINGS_ON)
    row = console.rows(LIVE)
    await expect(row).to_contain_text(["Front desk"])
    await expect(row).to_contain_text([f"{RINGS_ON} ringing"])
    await expect(row).to_contain_text("1001 on the phone")
    await site.http.post(
        f"/v2/accounts/acme/channels/{await row.get_attribute('data-call')}",
        headers={"x-auth-token": site.tokens["acme"]},
        json={"data": {"action": "hangup"}},
    )
    await expect(console.rows(LIVE)).to_have_count(0)
    await expect(console.rows(ENDED)).to_contain_text(["Failed"])
    await expect(console.rows(ENDED)).to_contain_text("ended by token")


async def test_calls_that_lived_before_are_there(visitor: Visitor, site: Site) -> None:
    """The page begins with the calls that live, with how long they have talked, and its clocks run."""
    button = await site.button()
    await site.call(button, TALKS_ON)
    console = await Console.of(visitor, site)
    row = console.rows(LIVE)
    await expect(row).to_contain_text(["Talking"])
    first = await row.inner_text()
    await expect(row).not_to_have_text(first)


async def test_a_call_is_hung_up_after_a_question(visitor: Visitor, site: Site) -> None:
    """The button asks first: Cancel and Escape leave the call alone, and Hang up ends it."""
    button = await site.button()
    await site.call(button, TALKS_ON)
    console = await Console.of(visitor, site)
    hang_up = console.page.get_by_role("button", name=f"Hang up the call to {TALKS_ON}")
    dialog = console.page.get_by_role("dialog", name="Hang up this call?")
    await hang_up.click()
    await expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    await dialog.get_by_role("button", name="Cancel").click()
    await hang_up.click()
    await console.page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    assert len(site.switch.calls) == 1
    await hang_up.click()
    await dialog.get_by_role("button", name="Hang up").click()
    await expect(console.rows(ENDED)).to_contain_text(["Talked"])
    assert not site.switch.calls


@pytest.mark.usefixtures("forbids_hanging_up")
async def test_a_missing_right_is_named(visitor: Visitor, site: Site) -> None:
    """Where the AMI user may not hang up, the page says which right it takes, and the call goes on."""
    button = await site.button()
    await site.call(button, TALKS_ON)
    console = await Console.of(visitor, site)
    await console.page.get_by_role("button", name="Hang up the call").click()
    await console.page.get_by_role("dialog").get_by_role("button", name="Hang up").click()
    alert = console.page.get_by_role("alert")
    await expect(alert).to_contain_text("may not hang up")
    await expect(alert).to_contain_text("call among write =")
    assert len(site.switch.calls) == 1


async def test_refused_clicks_are_told_and_counted(visitor: Visitor, site: Site) -> None:
    """Each refused click is told with its rule, its button and why, and counted by rule."""
    button = await site.button(name="Shop", **PUBLIC)
    closed = await site.button(name="Night", hours={"timezone": "UTC", "open": ["mon 00:00-00:01"]})
    console = await Console.of(visitor, site)
    await console.follows()
    for contact in ("+4915112345678", "+33123456789"):
        await site.connect(button, contact, token=None)
    await site.connect(closed)
    rows = console.rows(REFUSED)
    await expect(rows).to_have_count(3)
    await expect(rows).to_contain_text(["hours", "+33123456789", "+4915112345678"])
    await expect(rows.first).to_contain_text("Night")
    tally = console.page.get_by_role("list", name="Refused clicks by rule")
    await expect(tally.get_by_role("listitem")).to_have_text(["2 whitelist", "1 hours"])


async def test_what_a_stranger_typed_is_text(visitor: Visitor, site: Site) -> None:
    """Markup in a name or in what somebody clicked with is shown as it is."""
    button = await site.button(name="<img src=x onerror=alert(1)>", **PUBLIC)
    console = await Console.of(visitor, site)
    await console.follows()
    await site.connect(button, "<b>1</b>", token=None)
    await expect(console.rows(REFUSED)).to_contain_text(["<img src=x onerror=alert(1)>"])
    await expect(console.rows(REFUSED)).to_contain_text("<b>1</b>")
    assert await console.page.locator("main img, main b").count() == 0


async def test_a_switch_that_is_away_is_told(visitor: Visitor, site: Site) -> None:
    """Why the switch is away is told while the page is open."""
    console = await Console.of(visitor, site)
    await expect(console.state("Switch").get_by_text("Connected")).to_be_visible()
    site.proxy.refusing = True
    site.proxy.cut()
    await expect(console.state("Switch").get_by_text("Connected")).to_have_count(0)
    site.proxy.refusing = False
    await expect(console.state("Switch").get_by_text("Connected")).to_be_visible()


async def test_a_lost_stream_is_told_and_taken_up(visitor: Visitor, site: Site) -> None:
    """While c2cd is away the page says so; then it goes on, and tells what happened meanwhile."""
    visitor.expects("failed: ")
    visitor.expects("console: Failed to load resource")
    button = await site.button(name="Front desk")
    console = await Console.of(visitor, site)
    await console.follows()
    await site.daemon.stop()
    await expect(console.state("Events").get_by_text("Lost: what follows is not up to date.")).to_be_visible()
    await expect(console.state("Switch").get_by_text("c2cd does not answer")).to_be_visible()
    await site.daemon.start()
    await console.follows()
    await site.connect(button, RINGS_ON)
    await expect(console.rows(LIVE)).to_contain_text(["Front desk"])


async def test_missed_events_are_told(visitor: Visitor, site: Site) -> None:
    """Where the page was too slow, how many events it missed is told, and the live calls are read again."""
    button = await site.button(name="Front desk")
    missed = 'retry: 60000\n: hello\n\nevent: missed\ndata: {"missed": 12}\n\n'
    await visitor.context.route(
        "**/events", lambda route: route.fulfill(body=missed, content_type="text/event-stream")
    )
    await site.call(button, TALKS_ON)
    console = await Console.of(visitor, site)
    await expect(console.page.get_by_text("missed 12 events")).to_be_visible()
    await expect(console.rows(LIVE)).to_contain_text(["Front desk"])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
async def test_a_stream_is_read_in_any_pieces(visitor: Visitor, site: Site, end: str) -> None:
    """However the network cuts a stream, its messages are the same, as HTML's standard has them."""
    lines = [
        *(": alive", "", "retry: 7", "id: a:1", 'data: {"v":', "data: 1}", ""),
        *("event: missed", 'data:{"missed": 2}', "", "id", 'data: {"v": 3}', "", "data: 4"),
    ]
    page = await visitor.open(f"{site.daemon.console_url}/console/")
    read = """async ({ text, at }) => {
        const { parser } = await import("/console/stream.js");
        const told = [], place = { id: "", pause: 0 };
        const parse = parser(place, (data, event) => told.push([data, event]));
        parse(text.slice(0, at));
        parse(text.slice(at));
        return [told, place];
    }"""
    text = end.join(lines)
    for at in range(len(text)):
        told, place = await page.evaluate(read, {"text": text, "at": at})
        assert told == [[{"v": 1}, "message"], [{"missed": 2}, "missed"], [{"v": 3}, "message"]], at
        assert place == {"id": "", "pause": 7}
