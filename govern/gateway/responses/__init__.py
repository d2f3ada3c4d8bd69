"""What is kept of the Responses format: answers, what they answer, the conversations that they make, and sums of them."""
