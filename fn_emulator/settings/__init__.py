"""Flags, environment, pyproject, Toolkit YAML -> Settings with origins."""
