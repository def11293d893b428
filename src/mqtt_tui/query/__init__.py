"""What the user looks for."""
