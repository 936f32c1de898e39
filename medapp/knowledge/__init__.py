"""Published tables, and the rules that apply them."""
