"""Detection runs: what the guards in force find of texts that ship with Govern, filed with the revision that was measured."""
