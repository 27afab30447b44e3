"""What must hold of collection points."""
