"""Kinematics and ground forces of a model, without OpenSim."""
