"""The command that makes the README's pictures works."""

from pathlib import Path
from xml.etree import ElementTree as ET

from tests.screens.story import SHOTS, take_pictures


async def test_the_pictures_are_made(tmp_path: Path) -> None:
    """Each command's screen becomes a small SVG, with the words on it, in colours."""
    files = await take_pictures(tmp_path, tmp_path, 0.0)
    assert [file.name for file in files] == [f"{shot.name}.svg" for shot in SHOTS]
    for file, shot in zip(files, SHOTS, strict=True):
        svg = ET.parse(file)  # noqa: S314 - our own
        texts = [text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")]
        assert {word for words in shot.words for word in words.split()} <= set(texts)
        assert "#ff6b6b" in file.read_text()
        assert file.stat().st_size < 100_000
