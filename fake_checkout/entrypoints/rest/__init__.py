"""The provider's API and the testers' control paths."""
