"""ISO 19115 metadata records, in ISO 19139 and ISO 19115-3 form: read once, pure, without input or output."""
