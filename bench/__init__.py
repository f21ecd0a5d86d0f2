"""`make bench`: speed and memory as figures beside their targets; ratios are measured in one run."""
