"""What the platform is: limits per cloud, call info."""
