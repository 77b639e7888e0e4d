"""Files in and out: the only place where degrees exist."""
