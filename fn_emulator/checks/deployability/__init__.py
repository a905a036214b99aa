"""What can be known of a deployment without one: from the sources, the requirements, the settings and the files."""
