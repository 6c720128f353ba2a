"""The steps, in order: a module each, never changed once released."""
