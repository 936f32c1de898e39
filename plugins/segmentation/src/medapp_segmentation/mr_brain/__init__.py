"""`mr.brain`: brain mask and structures on MR of any contrast."""
