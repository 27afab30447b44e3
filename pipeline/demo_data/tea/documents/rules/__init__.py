"""What must hold of documents."""
