"""From marker recordings to motions."""
