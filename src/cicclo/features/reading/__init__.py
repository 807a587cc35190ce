"""Reading files: one module per family of files gives raw layers; the others clean what they give, batch by batch."""
