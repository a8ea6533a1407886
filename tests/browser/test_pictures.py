"""The command that makes pictures of the button and of the console works."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser

from tests.screens.pages import STATES, WIDTHS, Look, names, take_pages

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_pictures_are_made(browser: Browser, tmp_path: Path) -> None:
    """Each state of the button and each page of the console becomes a small picture, as dark as asked for."""
    looks = [Look("phone", "dark")]
    files = await take_pages(browser, tmp_path, tmp_path, looks, STATES)
    assert [file.name for file in files] == list(names(looks, STATES))
    for file in files:
        assert file.stat().st_size < 250_000
        with Image.open(file) as picture:
            assert picture.width == 2 * WIDTHS["phone"]
            lightness = picture.convert("L").histogram()
            assert sum(lightness[:64]) > sum(lightness) / 2, file.name
