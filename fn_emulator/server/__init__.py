"""Local servers. They listen on this machine alone."""
