"""The ways by which a click becomes a call: c2cd's, what people use instead, and the limit of them all."""
