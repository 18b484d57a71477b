"""TRANSLATES: a platform's bytes into events, our messages into its calls, its answers into outcomes. Pure."""
