"""One file per cable between components; this listing shows every coupling of the house."""
