"""How the sample logs are made: real models on real public data, and incidents at documented times."""
