"""The doors: the provider's API, the testers' control paths, the pages of payers and testers."""
