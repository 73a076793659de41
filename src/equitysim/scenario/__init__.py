"""What a person writes: typed and validated, loaded from YAML, and lowered to the Plan that engines read."""
