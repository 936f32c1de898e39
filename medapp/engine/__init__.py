"""What runs inside a worker process; the only room that may import torch or monai."""
