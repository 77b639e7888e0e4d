"""The 3-D viewer: one HTML page with moving bodies, and a movie of it."""
