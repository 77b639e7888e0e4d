"""What the stages print."""
