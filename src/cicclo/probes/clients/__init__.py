"""One file adds one client: the program itself, or the requests it is known to send."""
