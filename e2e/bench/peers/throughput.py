"""A plain PyTorch feature extractor: JPEG files to pooled features on disk; prints the seconds of one pass.

throughput.py WEIGHTS LIST OUTPUT [ten-crop]: LIST holds one path a line, OUTPUT becomes raw float32 [N, 1280], with ten-crop [N, 10, 1280]. torchvision decodes and
resizes in two worker processes; channels_last, inference_mode, two threads. Start-up and one warm-up batch are not counted.
"""

import sys
import time
from pathlib import Path

import torch
from reference_network import load_network
from torch.utils.data import DataLoader, Dataset
from torchvision.io import ImageReadMode, decode_jpeg, read_file
from torchvision.transforms.v2 import functional as F

WORKERS = 2
THREADS = 2
BATCH = 16


class Photos(Dataset):
    def __init__(self, paths, crops):
        self.paths = paths
        self.crops = crops

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        image = decode_jpeg(read_file(self.paths[index]), mode=ImageReadMode.RGB)
        image = F.resize(image, [256], interpolation=F.InterpolationMode.BICUBIC, antialias=True)
        views = [F.center_crop(image, [224, 224])] if self.crops == 1 else F.ten_crop(image, [224, 224])
        return F.normalize(F.to_dtype(torch.stack(list(views)), torch.float32, scale=True), [0.5] * 3, [0.5] * 3)


def main(weights, paths, output, crops=None):
    crops = 1 if crops is None else 10
    torch.set_num_threads(THREADS)
    network = load_network(weights, num_classes=0).to(memory_format=torch.channels_last)
    with torch.inference_mode():
        network(torch.zeros(BATCH, 3, 224, 224).contiguous(memory_format=torch.channels_last))
        start = time.perf_counter()
        with open(output, "wb") as file:
            photos = Photos(Path(paths).read_text().split("\n"), crops)
            for batch in DataLoader(photos, BATCH if crops == 1 else 2, num_workers=WORKERS):
                flat = batch.flatten(0, 1).contiguous(memory_format=torch.channels_last)
                file.write(network(flat).numpy().tobytes())
        print(time.perf_counter() - start)


main(*sys.argv[1:])
