"""What each field of a button means, for people: the OpenAPI document tells it, and so the console."""

MEANINGS = {
    "name": "What the extension's phone shows, with the number below.",
    "extension": "Whom the contact is connected to.",
    "auth_required": (
        "Whether a click needs a token. Without one anybody may click, so the button needs a whitelist"
        " (its own or its account's) or signed links."
    ),
    "allowed_origins": (
        "Pages whose browsers may click, as https://www.example; a browser's click from elsewhere is"
        " refused. Empty: anywhere."
    ),
    "whitelist": (
        "Regular expressions (RE2), one of which must be found in the contact. Empty: no limit of its own."
    ),
    "throttle": "Clicks a minute. Empty: as the configuration's limits say.",
    "hours": (
        'When clicks are taken: {"timezone": "Europe/Berlin", "open": ["mon-fri 09:00-18:00"]}. Empty:'
        " always."
    ),
    "signature_required": (
        "Whether a click needs a signed link, unless it has a token that manages the account."
    ),
    "dial_first": "Which phone rings first; what the phones show is the same.",
    "timeout": "Seconds that each phone may ring. Keep it below the time after which voicemail answers.",
    "caller_id_number": "Number that the extension's phone shows. Empty: the contact's.",
    "outbound_callee_id_name": "Name that the contact's phone shows. Empty: the extension.",
    "outbound_callee_id_number": "Number that the contact's phone shows. Empty: the extension.",
    "custom_application_vars": (
        "Variables for the dialplan: order-id becomes C2CD_VAR_order_id there, percent-encoded."
    ),
    "custom_sip_headers": (
        "X- headers for the contact's phone, where it rings first and by PJSIP; else only kept."
    ),
    "ringback": (
        "A tone such as %(2000,4000,440,480): who waits hears the switch's own ringing. Else only kept."
    ),
    "music_on_hold": (
        "Its media_id is a class of musiconhold.conf, for the phone that rings first. Else only kept."
    ),
    "media": "With ignore_early_media false the first phone counts as answered as soon as it sends sound.",
    "bypass_media": "Kept for Kazoo's clients; without effect.",
    "presence_id": "Kept for Kazoo's clients; without effect.",
}
