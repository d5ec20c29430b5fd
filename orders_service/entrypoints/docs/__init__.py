"""The API's document, and a page to browse it."""
