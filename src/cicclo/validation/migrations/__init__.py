"""How the state came to its present shape, one file per step."""
