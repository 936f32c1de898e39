"""ct.structures: body, lungs, airways and bone on CT."""
