"""The try-a-request bench: what the guards in force see in a text, before anybody sends it."""
