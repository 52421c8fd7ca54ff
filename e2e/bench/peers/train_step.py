"""PyTorch eager, channels_last: training steps; prints the seconds of each as JSON.

train_step.py NETWORK FROZEN BATCH STEPS: timm's network (torchvision's GoogLeNet) with random weights on random pictures at 224 x 224, SGD with
momentum 0.9, two threads. FROZEN: none, blocks.N or pooled: everything up to that block is frozen, its batch norms
too, and is run in each step (EfficientNet only). The first step is not counted. The peak resident set in MB is printed beside it.
"""

import json
import sys
import time

import timm
import torch
import torchvision
from peak_memory import peak_mb

THREADS = 2
WARM_UP = 1


def frozen_parts(network, frozen):
    if frozen == "none":
        return []
    if frozen == "pooled":
        return [network.conv_stem, network.bn1, *network.blocks, network.conv_head, network.bn2]
    return [network.conv_stem, network.bn1, *network.blocks[: int(frozen.removeprefix("blocks.")) + 1]]


def make_network(name):
    if name == "googlenet":  # timm has none
        return torchvision.models.googlenet(init_weights=False)
    return timm.create_model(name, pretrained=False)


def loss_of(answers, labels):
    """GoogLeNet answers with its side branches behind the logits; they count 0.3."""
    cross_entropy = torch.nn.functional.cross_entropy
    if isinstance(answers, torch.Tensor):
        return cross_entropy(answers, labels)
    return cross_entropy(answers[0], labels) + 0.3 * sum(cross_entropy(side, labels) for side in answers[1:])


def main(name, frozen, batch, steps):
    torch.set_num_threads(THREADS)
    network = make_network(name).to(memory_format=torch.channels_last).train()
    for part in frozen_parts(network, frozen):
        part.eval().requires_grad_(False)
    trainable = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(trainable, lr=0.01, momentum=0.9)
    images = torch.randn(batch, 3, 224, 224).contiguous(memory_format=torch.channels_last)
    labels = torch.arange(batch) % 1000
    seconds = []
    for _ in range(WARM_UP + steps):
        begin = time.perf_counter()
        optimizer.zero_grad()
        loss = loss_of(network(images), labels)
        loss.backward()
        optimizer.step()
        loss.item()
        seconds.append(time.perf_counter() - begin)
    parameters = sum(parameter.numel() for parameter in trainable)
    print(json.dumps({"seconds": seconds[WARM_UP:], "peakMb": peak_mb(), "parameters": parameters}))


main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
