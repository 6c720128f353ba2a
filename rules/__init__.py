"""What giaoviec knows: TOML files that an official can read (rules/README.md says how to write one)."""
