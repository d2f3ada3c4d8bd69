"""What a body says, in plain words: a sentence for each thing that it does."""
