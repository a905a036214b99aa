"""Results of scheduled calls -> a report: ``tally`` counts them as they come, the other modules each write one form."""
