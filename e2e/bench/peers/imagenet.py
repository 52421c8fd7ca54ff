"""Logits of the shipped backbone in PyTorch for ImageNet pictures: preprocessing by Pillow and NumPy, network by timm.

imagenet.py WEIGHTS FOLDER OUTPUT: FOLDER holds labels.json; OUTPUT becomes JSON {top1, top5, crossEntropy, logits: {name: [1000]}}.
Runs in any order of pictures; float32.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from reference_network import load_network

SHORT_SIDE = 256
CROP = 224
BATCH = 50


def pixels_of(path):
    """[3, 224, 224] float32: short side 256 by antialiased bicubic in floats, rounded nowhere; centre; (x/255 - 0.5)/0.5."""
    image = Image.open(path).convert("RGB")
    scale = SHORT_SIDE / min(image.size)
    width, height = (SHORT_SIDE if side == min(image.size) else int(side * scale + 0.5) for side in image.size)
    planes = [
        np.asarray(Image.fromarray(plane.astype(np.float32)).resize((width, height), Image.Resampling.BICUBIC))
        for plane in np.moveaxis(np.asarray(image), 2, 0)
    ]
    left, top = round((width - CROP) / 2), round((height - CROP) / 2)
    crop = np.stack(planes)[:, top : top + CROP, left : left + CROP].clip(0, 255)
    return ((crop / 255 - 0.5) / 0.5).astype(np.float32)


def main(weights, folder, output):
    labels = json.loads((Path(folder) / "labels.json").read_text())
    names = sorted(labels)
    network = load_network(weights)
    rows = []
    with torch.inference_mode():
        for start in range(0, len(names), BATCH):
            batch = np.stack([pixels_of(Path(folder) / name) for name in names[start : start + BATCH]])
            rows.append(network(torch.from_numpy(batch)))
    logits = torch.cat(rows)
    truth = torch.tensor([labels[name] for name in names])
    ranks = (logits > logits.gather(1, truth[:, None])).sum(1)
    result = {
        "top1": 100 * (ranks < 1).float().mean().item(),
        "top5": 100 * (ranks < 5).float().mean().item(),
        "crossEntropy": torch.nn.functional.cross_entropy(logits.double(), truth).item(),
        "logits": dict(zip(names, logits.tolist())),
    }
    Path(output).write_text(json.dumps(result))


main(*sys.argv[1:])
