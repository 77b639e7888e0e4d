"""Sessions as capture programs leave them: layouts, participants, models, trials."""
