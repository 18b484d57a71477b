"""LISTENS: the platforms' door, the console, the API, the sandbox."""
