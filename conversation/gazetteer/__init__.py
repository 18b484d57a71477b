"""The administrative units in force, with the former ones mapped onto them. Dated, replaceable data."""
