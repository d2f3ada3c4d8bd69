"""Reading the trail and its violations. Nothing here counts the whole trail."""
