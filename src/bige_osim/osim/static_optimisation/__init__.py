"""OpenSim's static optimisation, in processes of its own."""
