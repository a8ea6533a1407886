"""A database of each schema that there was, with rows of every kind, as the c2cd of that time wrote them."""
