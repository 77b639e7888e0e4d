"""OpenSim and nimblephysics: the only modules that import them."""
