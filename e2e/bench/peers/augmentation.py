"""Augmented batches a second: torchvision v2 or albumentations behind a DataLoader of 2 workers.

Run: python augmentation.py LIST.txt CHAIN PEER PASSES    CHAIN: colour or elastic; PEER: torchvision or albumentations.
LIST.txt names one JPEG a line. One pass warms up; prints the seconds of the fastest of the passes that follow.
"""
import sys
import time

import numpy
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

SIDE = 224
BATCH = 32
MEAN = (0.485, 0.456, 0.406)
DEVIATION = (0.229, 0.224, 0.225)


def torchvision_chain(elastic):
    from torchvision.transforms import v2
    bends = [v2.ElasticTransform(alpha=50.0, sigma=13.0)] if elastic else []
    chain = v2.Compose([
        v2.RandomResizedCrop(SIDE, scale=(0.08, 1.0), interpolation=v2.InterpolationMode.BICUBIC, antialias=True),
        v2.RandomHorizontalFlip(),
        *bends,
        v2.ColorJitter(brightness=0.4, contrast=0.4, saturation=0.4),
        v2.ToImage(),
        v2.ToDtype(torch.float32, scale=True),
        v2.Normalize(MEAN, DEVIATION),
    ])
    return lambda path: chain(Image.open(path).convert('RGB'))


def albumentations_chain(elastic):
    import albumentations
    import cv2
    cv2.setNumThreads(0)  # one thread a worker
    bends = [albumentations.ElasticTransform(alpha=50, sigma=13, p=1)] if elastic else []
    chain = albumentations.Compose([
        albumentations.RandomResizedCrop(size=(SIDE, SIDE), scale=(0.08, 1.0), interpolation=cv2.INTER_CUBIC),
        albumentations.HorizontalFlip(p=0.5),
        *bends,
        albumentations.ColorJitter(brightness=(0.6, 1.4), contrast=(0.6, 1.4), saturation=(0.6, 1.4), hue=(0, 0), p=1),
        albumentations.Normalize(MEAN, DEVIATION),
    ])

    def read(path):
        pixels = cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB)
        return torch.from_numpy(numpy.ascontiguousarray(chain(image=pixels)['image'].transpose(2, 0, 1)))
    return read


class Photos(Dataset):
    def __init__(self, paths, read):
        self.paths, self.read = paths, read

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        return self.read(self.paths[index])


def main():
    list_path, chain, peer, passes = sys.argv[1:5]
    torch.set_num_threads(1)
    paths = [line for line in open(list_path).read().splitlines() if line]
    read = {'torchvision': torchvision_chain, 'albumentations': albumentations_chain}[peer](chain == 'elastic')
    loader = DataLoader(Photos(paths, read), batch_size=BATCH, num_workers=2, shuffle=True, persistent_workers=True)
    best = float('inf')
    for number in range(int(passes) + 1):
        started = time.perf_counter()
        count = sum(len(batch) for batch in loader)
        if number > 0:
            best = min(best, time.perf_counter() - started)
    assert count == len(paths)
    print(best)


if __name__ == '__main__':
    main()
