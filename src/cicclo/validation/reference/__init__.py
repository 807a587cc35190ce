"""Code lists shipped as data: communes, départements, régions, cantons, postal codes, countries. See SOURCE.md."""
