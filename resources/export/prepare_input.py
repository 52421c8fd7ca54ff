"""The same pictures, prepared for this network in Python.

TensorFlow.js graph models are run by JavaScript: see classify.mjs. This file gives the network's input from a picture, [1, H, W, 3],
for whoever serves the model from Python or compares: pip install pillow numpy; python prepare_input.py photo.jpg input.npy
"""
import json
import pathlib
import sys

from prepare import decode, np, prepare

config = json.loads((pathlib.Path(__file__).resolve().parent / "config.json").read_text("utf-8"))

if __name__ == "__main__":
    picture, output = sys.argv[1:3]
    np.save(output, prepare(decode(picture), config["preprocessing"]).transpose(0, 2, 3, 1))
