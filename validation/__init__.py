"""Compare remit with the reference cases of the R packages (``make reference``)."""
