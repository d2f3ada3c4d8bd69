"""What happened, and how anyone can check it: the trail, its violations and its verification."""
