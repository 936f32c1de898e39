"""What is known of medicines: names and classes, checks of a list, doses by kidney and liver, formulas."""
