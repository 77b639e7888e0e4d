"""The clinician's page of ``bige studio``: the only room that knows NiceGUI."""
