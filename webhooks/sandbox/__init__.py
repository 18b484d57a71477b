"""The four platforms, simulated on loopback and stricter than the real ones. Imports nothing else of this project."""
