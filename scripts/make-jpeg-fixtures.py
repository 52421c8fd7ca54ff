"""Writes main/imaging/jpeg/testing-pictures.ts: small JPEGs of kinds that sharp cannot write, for the tests of the decoder.

Run: python make-jpeg-fixtures.py   (needs Pillow 13.0.0 and numpy). Only the files are kept: what their pixels are, sharp says in the test.
"""
import base64
import io
import pathlib

import numpy
from PIL import Image

WIDTH, HEIGHT = 53, 41
down, across = numpy.mgrid[0:HEIGHT, 0:WIDTH]
noise = numpy.random.default_rng(1).integers(0, 40, (HEIGHT, WIDTH, 3))
pixels = numpy.stack([across * 4, down * 5, (across * down) % 256], axis=2) + noise
picture = Image.fromarray(numpy.clip(pixels, 0, 255).astype(numpy.uint8))

kinds = {
    'whole chroma': {'subsampling': 0},
    'chroma halved across': {'subsampling': 1},
    'chroma halved both ways': {'subsampling': 2},
    'restarts': {'subsampling': 2, 'restart_marker_blocks': 3},
    'restarts, chroma halved across': {'subsampling': 1, 'restart_marker_blocks': 1},
    'own codes': {'subsampling': 2, 'optimize': True},
    'hardly compressed': {'subsampling': 0, 'quality': 100},
    'strongly compressed': {'subsampling': 2, 'quality': 5},
}
lines = []
for name, options in kinds.items():
    stream = io.BytesIO()
    picture.save(stream, 'JPEG', **{'quality': 85, **options})
    lines.append(f"  '{name}':\n    '{base64.b64encode(stream.getvalue()).decode()}',")
target = pathlib.Path(__file__).parent.parent / 'main' / 'imaging' / 'jpeg' / 'testing-pictures.ts'
target.write_text('\n'.join([
    '/** Small baseline JPEGs in base64; written by scripts/make-jpeg-fixtures.py. */',
    'export const testPictures = {', *lines, '} as const;', '']))
