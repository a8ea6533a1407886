"""Countries and kinds of numbers. Where a plan has numbers for fiction, they are used."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import (
    SUPPORTED_REGIONS,
    PhoneNumberType,
    example_number,
    example_number_for_type,
    format_number,
)
from phonenumbers.phonenumberutil import PhoneNumberFormat

from c2cd.errors import Denied
from c2cd.guard.country import COUNTRY, KIND, country_faults, refuse_foreign
from c2cd.guard.number import read_contact

ALL_KINDS = ("premium_rate", "shared_cost", "satellite", "emergency")


def refused(
    written: str, region: str | None, countries: tuple[str, ...], kinds: tuple[str, ...] = ()
) -> Denied | None:
    """Read a contact as a click does, and give what refuses it."""
    contact = read_contact(written, region)
    try:
        refuse_foreign(contact, region, countries, kinds)
    except Denied as denied:
        return denied
    return None


def rule(
    written: str, region: str | None, countries: tuple[str, ...], kinds: tuple[str, ...] = ()
) -> str | None:
    """Give the rule that refuses a contact."""
    denied = refused(written, region, countries, kinds)
    return None if denied is None else denied.rule


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("+1 201 555 0123", "US"),
        ("+1 416 555 0123", "CA"),
        ("+1 876 555 0123", "JM"),
        ("+1 809 555 0123", "DO"),
        ("+1 787 555 0123", "PR"),
        ("+44 20 7946 0018", "GB"),
        ("+44 1481 960194", "GG"),
        ("+44 7781 123456", "GG"),
        ("+49 30 23125 000", "DE"),
        ("+33 1 99 00 12 34", "FR"),
        ("+39 06 12345678", "IT"),
        ("+39 06 698 12345", "VA"),
        ("+61 2 5550 1234", "AU"),
        ("+61 8 9162 1234", "CC"),
        ("+7 916 123 45 67", "RU"),
        ("+7 701 234 56 78", "KZ"),
        ("+47 22 12 34 56", "NO"),
        ("+599 9 461 1234", "CW"),
        ("+383 44 123456", "XK"),
        ("+371 21 234 567", "LV"),
        ("+252 90 1234567", "SO"),
        ("+216 71 123 456", "TN"),
        ("+86 10 1234 5678", "CN"),
    ],
)
def test_a_number_is_of_its_own_country(written: str, country: str) -> None:
    """A number is allowed where its own country is, and not by another one's that shares its calling code."""
    others = tuple(sorted(SUPPORTED_REGIONS - {country}))
    assert rule(written, "US", (country,)) is None
    assert rule(written, country, ("own",)) is None
    assert rule(written, "US", ("all",)) is None
    assert rule(written, "US", others) == COUNTRY
    assert rule(f"sip:{written.replace(' ', '')}@trunk.example", "US", others) == COUNTRY


@pytest.mark.parametrize("region", ["US", "DE", "JM", None])
@pytest.mark.parametrize(
    "written",
    [
        "+800 1234 5678",  # freephone of no country
        "+878 10 1234567890",
        "+999 123456",
        "+210 123 4567",
        "+0 44 20 7946 0018",
        "+1",
        "+44" + "1" * 20,
    ],
)
def test_what_is_of_no_country_needs_all(written: str, region: str | None) -> None:
    """Codes of no country, codes that nobody has, and what no plan can hold, need all."""
    assert rule(written, region, ("US", "DE", "GB", "JM")) == COUNTRY
    assert rule(written, region, ("US", "all")) is None


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("+1 555 123 4567", "US"),
        ("+1 555 1234", "CA"),
        ("+1 555 123 4567", "JM"),
        ("+44 1632 960123", "GB"),  # for fiction, and in no plan
        ("+44 7700 900123", "GB"),
        ("+7 601 234 56 78", "KZ"),
        ("+850 2 18111", "KP"),
    ],
)
def test_a_number_that_no_plan_knows(written: str, country: str) -> None:
    """A number that the plan does not know is allowed by each country that has its calling code alone."""
    assert rule(written, "DE", ("own", country)) is None
    assert rule(written, "DE", ("own",)) == COUNTRY


@pytest.mark.parametrize(("written", "country"), [("+1 876 555 0123 99", "JM"), ("+44 1481 960194 0", "GG")])
def test_too_many_digits(written: str, country: str) -> None:
    """A number with digits after its end is of the country that it reaches."""
    assert rule(written, "US", ("US", "GB")) == COUNTRY
    assert rule(written, "US", (country,)) is None


@pytest.mark.parametrize("country", ["US", "CA", "JM"])
def test_a_number_of_several_countries(country: str) -> None:
    """A freephone number of all countries of +1 is each one's own."""
    assert rule("+1 800 555 0199", country, ("own",)) is None
    assert rule("+1 800 555 0199", "DE", ("own",)) == COUNTRY


@pytest.mark.parametrize(
    ("written", "region", "wanted"),
    [
        ("1001", "US", None),
        ("42", "DE", None),
        ("7", "GB", None),
        ("5550123", "US", None),  # local, without its area code
        ("01149301", "US", COUNTRY),  # 011 is how the US dials abroad, however short what follows is
        ("01112015550123", "US", None),
        ("011999123456", "US", COUNTRY),
        ("00442079", "US", COUNTRY),
        ("00", "US", COUNTRY),
        ("00999123", "DE", COUNTRY),
        ("442079460018", "US", COUNTRY),
        ("49" * 12, "DE", COUNTRY),
        ("0044 20 7946 0018", "DE", COUNTRY),
        ("0049 30 23125 000", "DE", None),
        ("030 23125 000", "DE", None),
        ("100123", None, None),
        ("1001234", None, COUNTRY),
        ("442079460018", None, COUNTRY),
        ("0044 20 7946 0018", None, COUNTRY),
        ("001", None, COUNTRY),
        ("+44 20 7946 0018", None, COUNTRY),
    ],
)
def test_what_has_no_plus(written: str, region: str | None, wanted: str | None) -> None:
    """Short ones are internal; what may lead abroad is refused, and without a region that is all else."""
    assert rule(written, region, ("own", "US")) == wanted
    assert rule(written, region, ("own", "US", "all")) is None


def test_no_limit() -> None:
    """An empty list allows all countries, and so does own alone where the account has no region."""
    for countries in ((), ("all",), ("own",)):
        assert rule("+442079460018", None, countries) is None
        assert rule("+999123456", None, countries) is None
    assert rule("+442079460018", "US", ()) is None
    assert rule("+442079460018", None, ("own", "US")) == COUNTRY


@pytest.mark.parametrize(
    ("written", "region", "kind"),
    [
        ("+1 900 555 0123", "US", "premium_rate"),
        ("+44 909 879 0123", "GB", "premium_rate"),
        ("+44 871 234 5678", "US", "premium_rate"),
        ("0900 1 123456", "DE", "premium_rate"),
        ("+33 899 12 34 56", None, "premium_rate"),
        ("+979 1 2345 6789", None, "premium_rate"),
        ("+979 123", None, "premium_rate"),
        ("+1 900 555 0123 9", "US", "premium_rate"),  # more digits than are needed reach the same phone
        ("+49 900 1 123456 99", "DE", "premium_rate"),
        ("+1 900 555 0123 9999999999", None, "premium_rate"),  # more, too, than can be parsed
        ("1 900 555 0123 99", "US", "premium_rate"),
        ("011 1 900 555 0123 9999999999", "US", "premium_rate"),
        ("3212", "FR", "premium_rate"),
        ("0180 1234567", "DE", "shared_cost"),
        ("+808 1234 5678", None, "shared_cost"),
        ("+870 773 123 456", None, "satellite"),
        ("+881 6 1234 5678", "US", "satellite"),
        ("+882 13 123456", "US", "satellite"),
        ("+883 5100 1234 5678", "DE", "satellite"),
        ("011 870 773123456", "US", "satellite"),
        ("00 881 6 1234 5678 999999999999", "DE", "satellite"),
        ("911", "US", "emergency"),
        ("9111", "US", "emergency"),
        ("9115550123456789", "US", "emergency"),
        ("112", "DE", "emergency"),
        ("110", "DE", "emergency"),
        ("999", "GB", "emergency"),
        ("000", "AU", "emergency"),
        ("+1 911", "US", "emergency"),
        ("+49 112", None, "emergency"),
        ("+112", "DE", "emergency"),
        ("112", None, "emergency"),
        ("911", None, "emergency"),
        ("999", None, "emergency"),
        ("sip:911@trunk.example", None, "emergency"),
        ("sip:9-1-1@trunk.example", "US", "emergency"),
        ("sip:+1.900.555.0123@trunk.example", None, "premium_rate"),
        ("sip:19005550123@trunk.example", "US", "premium_rate"),
        ("sips:00870773123456@trunk.example", "DE", "satellite"),
    ],
)
def test_kinds(written: str, region: str | None, kind: str) -> None:
    """A number of a costly kind, or an emergency one, is refused unless that very kind is allowed."""
    others = tuple(other for other in ALL_KINDS if other != kind)
    denied = refused(written, region, ("all",), others)
    assert denied is not None
    assert denied.rule == KIND
    assert f"allowed_kinds do not have {kind}" in str(denied)
    assert rule(written, region, (), (kind,)) is None


@pytest.mark.parametrize(
    ("written", "region"),
    [
        ("+1 876 555 0123", "US"),  # another country, but no kind of its own
        ("+1 201 555 0123", "US"),
        ("+1 800 555 0199", "US"),
        ("+44 7700 900123", "GB"),
        ("+33 1 12 34 56 78", "FR"),  # begins with 112 after its country's code
        ("1001", "US"),
        ("999", "US"),
        ("1121", None),
        ("1 212 555 0123 9999", "US"),  # begins with a number of no kind
        ("9" * 32, "US"),
        ("sip:bob@example.com", "US"),
        ("sip:911bob@example.com", "US"),
    ],
)
def test_of_no_kind(written: str, region: str | None) -> None:
    """What is of none of the kinds is not refused for one."""
    assert rule(written, region, ("all",)) is None


@pytest.mark.parametrize("region", sorted(SUPPORTED_REGIONS))
def test_every_plan(region: str) -> None:
    """Each plan's own example is own and of no kind; one of a costly number is of its kind."""
    ordinary = example_number(region)
    assert ordinary is not None
    assert rule(format_number(ordinary, PhoneNumberFormat.E164), region, ("own",)) is None
    for number_type, kind in (
        (PhoneNumberType.PREMIUM_RATE, "premium_rate"),
        (PhoneNumberType.SHARED_COST, "shared_cost"),
    ):
        number = example_number_for_type(region, number_type)
        if number is not None:
            written = format_number(number, PhoneNumberFormat.E164)
            assert rule(written, region, ("own",)) == KIND
            assert rule(written, region, ("own",), (kind,)) is None


@pytest.mark.parametrize("user", ["bob", "bob1", "911a", "+", "1001_2", "+1+2"])
def test_other_sip_uris_pass(user: str) -> None:
    """A SIP URI whose user is no number says nothing of a country."""
    assert rule(f"sip:{user}@example.com", "US", ("own",)) is None


@pytest.mark.parametrize(
    ("user", "wanted"),
    [("2015550123", None), ("1001", None), ("1-201-555-0123", None), ("1" * 64, COUNTRY)]
    + [(user, COUNTRY) for user in ("+442079460018", "011442079460018", "0044207123", "1.876.555.0123")],
)
def test_a_sip_uri_of_a_number(user: str, wanted: str | None) -> None:
    """A SIP URI's user that is a number is judged as the number would be, dots and dashes aside."""
    assert rule(f"sip:{user}@trunk.example", "US", ("own",)) == wanted


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("+1 876 555 0123", "The number is in JM; this account's allowed_countries are US, CA"),
        ("+44 7700 900123", "The number begins with +44; this account's allowed_countries are US, CA"),
        (
            "+800 1234 5678",
            "The number belongs to no country (+800); this account's allowed_countries are US",
        ),
        ("00", "The number may lead to any country"),
    ],
)
def test_words(written: str, words: str) -> None:
    """The message says where the number is and what the configuration allows, with own by its name."""
    assert str(refused(written, "US", ("own", "CA", "US"))).startswith(words)


def test_unknown_countries() -> None:
    """A country of the configuration that no plan is known for is a fault, with its place."""
    assert country_faults(["US", "own", "all", "XK"], "x") == []
    (fault,) = country_faults(["GB", "UK"], "limits.public.allowed_countries")
    assert (fault.path, fault.facts) == ("limits.public.allowed_countries.1", {"value": "UK"})
    assert "'UK'" in fault.message


WRITTEN = st.one_of(
    st.from_regex(re.compile(r"\+?[0-9]{1,32}"), fullmatch=True),
    st.from_regex(re.compile(r"(\+|00|011|0|\+0)?(1|44|7|39|87[08]|979|99)?[0-9]{0,20}"), fullmatch=True),
    st.from_regex(re.compile(r"sips?:[A-Za-z0-9_.+-]{1,64}@a"), fullmatch=True),
    st.from_regex(re.compile(r"sip:\+?[0-9.-]{1,64}@a"), fullmatch=True),
)


@given(
    WRITTEN,
    st.none() | st.sampled_from(sorted(SUPPORTED_REGIONS)),
    st.lists(st.sampled_from([*sorted(SUPPORTED_REGIONS), "own", "all"]), max_size=4).map(tuple),
    st.lists(st.sampled_from(ALL_KINDS), max_size=4).map(tuple),
)
@example("sip:...@a", "US", ("own",), ())
@example("sip:+-@a", "US", ("own",), ())
@example("0" * 32, "IT", ("own",), ())
def test_any_contact(
    written: str, region: str | None, countries: tuple[str, ...], kinds: tuple[str, ...]
) -> None:
    """Whatever can be read is allowed or denied, and all of it where everything is allowed."""
    try:
        contact = read_contact(written, region)
    except Denied:
        return
    denied = refused(written, region, countries, kinds)
    assert denied is None or (denied.rule in {COUNTRY, KIND} and denied.contact == contact.text)
    refuse_foreign(contact, region, ("all",), ALL_KINDS)
