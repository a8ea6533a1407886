"""The words of the domain: frozen Structs, and what follows from their values alone."""
