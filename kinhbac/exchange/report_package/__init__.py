"""The indicators of a period for the Government's reporting system, and the receipts of what was sent."""
