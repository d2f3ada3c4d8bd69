"""How records are put in words, numbers and links. Knows nothing of the admin that shows them."""
