"""Words every floor shares: texts, errors, open sets, settings. No input/output, no framework."""
