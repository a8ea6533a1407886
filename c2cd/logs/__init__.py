"""Both logs: messages for people on stderr, and the event log, an interface: one JSON object a line."""
