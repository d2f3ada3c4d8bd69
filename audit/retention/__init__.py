"""What becomes of months that are dropped: their archive, and the signed statement that keeps the rest of the trail provable."""
