"""What each source prints, a table for each, with the rule and the checks that the record works them out by."""
