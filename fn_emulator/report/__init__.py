"""Report -> text for people or JSON for machines; each writer is a pure function."""
