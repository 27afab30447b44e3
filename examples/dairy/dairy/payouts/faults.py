"""How the rules on payouts are broken."""
