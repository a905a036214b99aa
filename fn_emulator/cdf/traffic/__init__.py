"""What was sent to CDF: what kind of request each was, what it carried, and what became of it."""
