"""The real thing: `c2cd serve` between clicks over HTTP and a real Asterisk with real SIP phones."""
