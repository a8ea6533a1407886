"""The button's script as it is read: its words in all languages, its size, and what policies refuse."""

import gzip
import re

import pytest

from tests.browser.widget import SCRIPT, languages, words

LONGEST = 10_000
# What a policy without unsafe-inline and unsafe-eval refuses, what Trusted Types do, and what would be kept.
_REFUSED = r"innerHTML|insertAdjacentHTML|outerHTML|document\.write|\beval\(|new Function|Worker\(|blob:"
_KEPT = r"localStorage|sessionStorage|indexedDB|\.cookie"


def code() -> str:
    """Give the script without its words."""
    before, _, after = SCRIPT.read_text(encoding="utf-8").split("/*words*/")
    return before + after


@pytest.mark.parametrize("language", languages())
def test_every_language_says_everything(language: str) -> None:
    """Each language has the same keys, in the same order, none is empty, and the same placeholders."""
    assert list(words(language)) == list(words())
    assert all(words(language).values())
    for key, text in words().items():
        assert re.findall(r"\{\w+\}", words(language)[key]) == re.findall(r"\{\w+\}", text), key


def test_the_languages_are_five() -> None:
    """English comes first: it is for whoever speaks none of them."""
    assert list(languages()) == ["en", "de", "fr", "es", "ar"]


@pytest.mark.parametrize("language", [language for language in languages() if language != "en"])
def test_nothing_is_left_untranslated(language: str) -> None:
    """No text of a language is the English one."""
    assert [key for key, text in words().items() if words(language)[key] == text] == []


@pytest.mark.parametrize("key", words())
def test_every_word_is_said(key: str) -> None:
    """A word that the script never says has no place in it."""
    states = {"requested", "bridged", "ringing-extension", "ringing-contact"}
    assert f'"{key}"' in code() or key in states


def test_it_is_small() -> None:
    """Compressed it has less than 10,000 bytes."""
    assert len(gzip.compress(SCRIPT.read_bytes(), 9)) < LONGEST


def test_it_does_nothing_that_a_policy_refuses() -> None:
    """It makes no markup and no code from text, and keeps nothing in the browser."""
    assert re.findall(f"{_REFUSED}|{_KEPT}", code()) == []
