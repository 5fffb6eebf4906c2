"""The five views and Detail: which boxes there are, and what goes into them."""
