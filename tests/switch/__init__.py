"""The link to the switch, over real sockets, against servers and wires that misbehave as a test says."""
