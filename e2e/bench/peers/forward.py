"""PyTorch eager, channels_last, inference_mode: forward passes; prints the seconds of each as JSON.

forward.py NETWORK BATCH STEPS: torchvision's network with random weights on random pictures at 224 x 224, two threads. The
first pass is not counted.
"""

import json
import sys
import time

import torch
import torchvision

THREADS = 2
WARM_UP = 1


def main(name, batch, steps):
    torch.set_num_threads(THREADS)
    options = {"init_weights": False} if name == "googlenet" else {}
    network = getattr(torchvision.models, name)(**options).eval().to(memory_format=torch.channels_last)
    images = torch.randn(batch, 3, 224, 224).contiguous(memory_format=torch.channels_last)
    seconds = []
    with torch.inference_mode():
        for _ in range(WARM_UP + steps):
            begin = time.perf_counter()
            network(images)
            seconds.append(time.perf_counter() - begin)
    print(json.dumps({"seconds": seconds[WARM_UP:]}))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
