"""A plain import script with Pillow: hash, header, upright 256-pixel thumbnail of every photo; two processes. Prints the seconds.

import.py PHOTOS THUMBNAILS: a folder of JPEGs, and an empty one for the thumbnails. Start-up of the processes is counted, that of
Python is not. Pillow shrinks a JPEG while it decodes it (`draft`, called by `thumbnail`).
"""

import hashlib
import io
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from PIL import Image, ImageOps

PROCESSES = 2
CHUNK = 32
SIDE = 256
QUALITY = 82


def take_in(paths):
    path, thumbnails = paths
    data = path.read_bytes()
    name = hashlib.sha256(data).hexdigest()
    with Image.open(io.BytesIO(data)) as image:
        header = (image.format, *image.size)
        image.thumbnail((SIDE, SIDE))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.save(thumbnails / f"{name}.jpg", quality=QUALITY)
    return name, header


def main(photos, thumbnails):
    start = time.perf_counter()
    paths = [(path, Path(thumbnails)) for path in sorted(Path(photos).rglob("*.jpg"))]
    with ProcessPoolExecutor(PROCESSES) as pool:
        names = {name for name, _ in pool.map(take_in, paths, chunksize=CHUNK)}
    assert len(names) == len(paths), f"{len(names)} hashes of {len(paths)} photos"
    print(time.perf_counter() - start)


if __name__ == "__main__":
    main(*sys.argv[1:])
