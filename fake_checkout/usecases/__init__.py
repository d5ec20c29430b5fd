"""What merchants, payers, banks and testers can do. One verb a file."""
