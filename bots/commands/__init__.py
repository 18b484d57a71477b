"""The commands of `tongdai`, one module a subject. Each imports what it needs when it runs: starting stays quick."""
