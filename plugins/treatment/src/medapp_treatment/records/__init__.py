"""Records of many patients out of a folder of training data, whatever format it has."""
