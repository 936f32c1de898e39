"""mr.volumes: volumes of the brain's parts from the labels of mr.brain. Numbers, and no judgement of them."""
