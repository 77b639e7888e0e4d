"""One module per verb: paths in, paths out, a manifest beside the results."""
