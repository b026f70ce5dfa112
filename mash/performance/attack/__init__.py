"""Everything that takes input is sent what nobody should send; nothing may break."""
