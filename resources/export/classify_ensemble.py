"""Asks an ensemble of Thaw about pictures: pip install onnxruntime pillow numpy; python THIS-FILE photo.jpg ...

The file holds all of it: resize, crop, the networks and their weighted average. It takes upright RGB of any size.
`--json` prints one object, path to probabilities in the order of CLASSES.
"""
import json
import pathlib
import sys

import onnxruntime

from decode import decode, np

MODEL = "model.onnx"
CLASSES = []
session = onnxruntime.InferenceSession(str(pathlib.Path(__file__).resolve().parent / MODEL))


def classify(path):
    planes = np.ascontiguousarray(decode(path).transpose(2, 0, 1)[None])
    return session.run(["output"], {"input": planes})[0][0]


if __name__ == "__main__":
    paths = [path for path in sys.argv[1:] if not path.startswith("--")]
    if "--json" in sys.argv:
        print(json.dumps({path: [float(p) for p in classify(path)] for path in paths}))
    else:
        for path in paths:
            answers = sorted(zip(classify(path), CLASSES), reverse=True)
            print(path, ", ".join(f"{name} {100 * p:.1f} %" for p, name in answers))
