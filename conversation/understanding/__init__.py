"""Reads what people write: names, phones, addresses, requests, commands, emergencies. Rules and tables only."""
