"""Where bodies are, and how they move with the coordinates."""
