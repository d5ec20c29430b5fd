"""Whole sagas in one process: the real applications; their time, post and provider are in the test's hand."""
