"""What the tests in a browser stand on: that amiss is seen to be amiss, and that nobody else is asked."""

import pytest
from playwright.async_api import expect

from tests.browser.accessible import assert_accessible, violations
from tests.browser.conftest import NewVisitor
from tests.browser.pages import Origin, Pages, page, strict_policy
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

# A button in a shadow tree, told apart by nothing but light grey on white.
_IN_SHADOW = """
class Shop extends HTMLElement {
  connectedCallback() {
    this.attachShadow({mode: "open"}).innerHTML = `%s`;
  }
}
customElements.define("our-shop", Shop);
"""


async def test_a_good_page_has_no_fault(visitor: Visitor, shop: Origin) -> None:
    """A page that is all right is read, and nothing is said of it."""
    opened = await visitor.open(shop.put("/", page("<p>Hello</p>")))
    await expect(opened.get_by_role("heading")).to_have_text("Our shop")
    await assert_accessible(opened)
    assert visitor.faults == []
    assert visitor.asked[0].url == f"{shop.url}/"


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("console.error('it broke')", "console: it broke"),
        ("console.warn('it may break')", "console: it may break"),
        ("throw new Error('it is broken')", "error: it is broken"),
        ("Promise.reject(new Error('not caught'))", "error: not caught"),
    ],
)
async def test_what_a_page_says_is_heard(visitor: Visitor, shop: Origin, script: str, fault: str) -> None:
    """A page's complaints and its uncaught errors are faults."""
    visitor.expects(fault)
    await visitor.open(shop.put("/", page(f"<script>{script}</script>")))
    await visitor.close()
    assert visitor.faults == [fault]


async def test_a_broken_policy_is_a_fault(visitor: Visitor, pages: Pages, shop: Origin) -> None:
    """What a page's policy forbids is named, be it a script of its own, a style or a request."""
    other = await pages.origin()
    script = other.put("/a.js", "", kind="text/javascript")
    body = f"<script>1</script><p style='color: red'>Hello</p><script src='{script}'></script>"
    for words in (
        "script-src-elem forbids inline",
        "style-src-attr forbids inline",
        f"forbids {script}",
    ):
        visitor.expects(f"policy: {words}" if "inline" in words else words)
    visitor.expects("console: ")
    visitor.expects("failed: ")
    await visitor.open(shop.put("/", page(body), strict_policy("http://127.0.0.1:1")))
    await visitor.close()


async def test_a_foreign_request_is_a_fault(visitor: Visitor, shop: Origin) -> None:
    """Whoever else is asked is a fault, and is not reached."""
    visitor.expects("foreign: https://fonts.example/a.css was asked")
    visitor.expects("failed: https://fonts.example/a.css: net::ERR_NAME_NOT_RESOLVED")
    visitor.expects("console: Failed to load resource: net::ERR_NAME_NOT_RESOLVED")
    await visitor.open(
        shop.put("/", page("", head="<link rel=stylesheet href='https://fonts.example/a.css'>"))
    )
    await visitor.close()


async def test_a_fault_fails_the_test(new_visitor: NewVisitor, shop: Origin) -> None:
    """Faults that nobody announced fail a test at its end; so does an announced one that did not come."""
    careless, wrong = await new_visitor(), await new_visitor()
    await careless.open(shop.put("/", page("<script>console.error('it broke')</script>")))
    with pytest.raises(AssertionError, match="it broke"):
        await careless.close()
    wrong.expects("it broke")
    with pytest.raises(AssertionError, match="never heard"):
        await wrong.close()
    careless.expects("it broke")
    wrong.faults.append("it broke")


async def test_an_answer_that_refuses_is_no_fault(visitor: Visitor, shop: Origin) -> None:
    """An answer of 4xx or 5xx is the server's word, not the page's fault."""
    opened = await visitor.open(shop.put("/", page("")))
    assert await opened.evaluate("fetch('/nowhere').then((answer) => answer.status)") == 404
    await visitor.close()
    assert visitor.faults == []


@pytest.mark.parametrize(
    ("inner", "rule"),
    [
        ("<button></button>", "button-name"),
        ("<button style='color: #bbb; background: #fff'>Call</button>", "color-contrast"),
        ("<input>", "label"),
    ],
)
async def test_axe_looks_into_the_shadow(visitor: Visitor, shop: Origin, inner: str, rule: str) -> None:
    """What shuts people out is found, in a shadow tree too, and told with its rule and its place."""
    body = f"<our-shop></our-shop><script>{_IN_SHADOW % inner}</script>"
    opened = await visitor.open(shop.put("/", page(body)))
    found = await violations(opened)
    assert len(found) == 1
    assert found[0].startswith(f"{rule} at [['our-shop', ")
    with pytest.raises(AssertionError, match=rule):
        await assert_accessible(opened)


async def test_axe_minds_a_strict_policy(visitor: Visitor, shop: Origin) -> None:
    """Looking for faults breaks no policy."""
    opened = await visitor.open(shop.put("/", page("<p>Hello</p>"), strict_policy("http://127.0.0.1:1")))
    await assert_accessible(opened)


async def test_without_javascript_a_page_is_read(new_visitor: NewVisitor, shop: Origin) -> None:
    """A visitor may have no JavaScript."""
    visitor = await new_visitor(java_script_enabled=False)
    opened = await visitor.open(
        shop.put("/", page("<p>Hello</p><script>document.body.textContent = 'gone'</script>"))
    )
    await expect(opened.get_by_text("Hello")).to_be_visible()


async def test_origins_are_foreign_to_each_other(visitor: Visitor, pages: Pages, shop: Origin) -> None:
    """One origin's page reads nothing of another's, unless that allows it."""
    other = await pages.origin()
    other.put("/closed", "secret")
    other.put("/open", "public", {"Access-Control-Allow-Origin": "*"})
    opened = await visitor.open(shop.put("/", page("")))
    read = "url => fetch(url).then((answer) => answer.text(), () => 'kept from it')"
    assert await opened.evaluate(read, f"{other.url}/open") == "public"
    assert await opened.evaluate(read, f"{other.url}/closed") == "kept from it"
    visitor.expects("blocked by CORS policy")
    visitor.expects(f"failed: {other.url}/closed")
    visitor.expects("console: Failed to load resource: net::ERR_FAILED")
