"""HTTP, once for all: what we serve (operation, problems, pages) and what we ask (outgoing)."""
