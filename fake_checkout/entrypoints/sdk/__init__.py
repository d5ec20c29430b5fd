"""What a shop's page loads in place of the provider's script for browsers."""
