"""Asks the network about pictures in PyTorch: pip install torch timm torchvision safetensors pillow numpy; python classify.py photo.jpg ..."""
import json
import pathlib
import sys

import torch
from safetensors.torch import load_file

from prepare import decode, prepare

folder = pathlib.Path(__file__).resolve().parent
config = json.loads((folder / "config.json").read_text("utf-8"))


def build(name, classes):
    """torchvision's or timm's network of that name."""
    import timm
    import torchvision

    if name in torchvision.models.list_models():
        return torchvision.models.get_model(name, num_classes=classes)
    if timm.is_model(name):
        return timm.create_model(name, num_classes=classes)
    sys.exit(f"Neither torchvision nor timm has {name}: build it after {config['paper']}, or export as ONNX, which holds the network.")


network = build(config["network"], len(config["classes"]))
missing, unexpected = network.load_state_dict(load_file(folder / "model.safetensors"), strict=False)
missing = [name for name in missing if not name.endswith("num_batches_tracked") and not name.startswith(("aux", "AuxLogits"))]
if missing or unexpected:
    sys.exit(f"The tensors do not fit: missing {missing[:5]}, unexpected {unexpected[:5]}.")
network.eval()


def classify(path):
    with torch.inference_mode():
        logits = network(torch.from_numpy(prepare(decode(path), config["preprocessing"])))
    return torch.softmax(logits, 1)[0].tolist()


if __name__ == "__main__":
    paths = [path for path in sys.argv[1:] if not path.startswith("--")]
    if "--json" in sys.argv:
        print(json.dumps({path: classify(path) for path in paths}))
    else:
        for path in paths:
            answers = sorted(zip(classify(path), config["classes"]), reverse=True)
            print(path, ", ".join(f"{name} {100 * p:.1f} %" for p, name in answers))
