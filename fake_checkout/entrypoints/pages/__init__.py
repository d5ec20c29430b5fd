"""What a payer and a tester see."""
