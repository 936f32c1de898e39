"""One head for what any model gave, and what a person does with it."""
