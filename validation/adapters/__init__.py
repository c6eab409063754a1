"""One module per family of R functions: thin functions from evaluated R arguments to remit."""
