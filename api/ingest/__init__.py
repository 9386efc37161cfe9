"""What other systems send us in their own form: signatures checked, bodies read, one item at a time."""
