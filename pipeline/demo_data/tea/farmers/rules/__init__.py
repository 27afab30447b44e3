"""What must hold of farmers."""
