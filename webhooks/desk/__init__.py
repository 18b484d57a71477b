"""What people of ours do: with chats, with tickets, for departments. The layer under the API and the console alike."""
