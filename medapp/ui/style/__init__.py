"""How the window looks, in one place: tokens, the palette and style sheet made from them, icons."""
