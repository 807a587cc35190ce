"""The HTTP side: from an address to an answer, its parameters, its links, its headers."""
