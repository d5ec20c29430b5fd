"""What the restaurant is: entities that guard their own rules. The standard library and nothing else."""
