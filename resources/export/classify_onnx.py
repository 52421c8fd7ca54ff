"""Asks model.onnx about pictures: pip install onnxruntime pillow numpy; python classify.py photo.jpg ...

`--json` prints one object, path to probabilities in the order of config.json's classes; `--check` compares the test picture.
"""
import json
import pathlib
import sys

import onnxruntime

from prepare import decode, np, prepare

folder = pathlib.Path(__file__).resolve().parent
config = json.loads((folder / "config.json").read_text("utf-8"))
session = onnxruntime.InferenceSession(str(folder / "model.onnx"))


def classify(path):
    pixels = decode(path)
    if config["preprocessingIncluded"]:
        given = np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])
    else:
        given = prepare(pixels, config["preprocessing"])
    return session.run(["output"], {"input": given})[0][0]


def check():
    wanted = json.loads((folder / "test-vector.json").read_text("utf-8"))
    found = classify(folder / wanted["picture"])
    difference = float(np.abs(found - np.asarray(wanted["probabilities"])).max())
    print(f"largest difference {difference:.1e}, allowed {wanted['tolerance']:.1e}")
    return difference <= wanted["tolerance"]


if __name__ == "__main__":
    paths = [path for path in sys.argv[1:] if not path.startswith("--")]
    if "--check" in sys.argv:
        sys.exit(0 if check() else 1)
    if "--json" in sys.argv:
        print(json.dumps({path: [float(p) for p in classify(path)] for path in paths}))
    else:
        for path in paths:
            answers = sorted(zip(classify(path), config["classes"]), reverse=True)
            print(path, ", ".join(f"{name} {100 * p:.1f} %" for p, name in answers))
