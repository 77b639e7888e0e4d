"""OpenSim's own tools: scaling, inverse kinematics, inverse dynamics."""
