"""Asks the network about pictures in PyTorch: pip install torch safetensors pillow numpy; python classify.py photo.jpg ...

`build` gives torchvision's or timm's own class where one of them is installed and has the network; else, and with `--graph`, a module
made of network.json, which names every layer. `--json` prints one object, path to probabilities in the order of config.json's classes;
`--check` compares the test picture.
"""
import json
import pathlib
import sys

import torch
from safetensors.torch import load_file
from torch.nn import functional

from prepare import decode, prepare

folder = pathlib.Path(__file__).resolve().parent
config = json.loads((folder / "config.json").read_text("utf-8"))


def known_class(name, classes):
    """torchvision's or timm's network of that name; None where it cannot be had."""
    try:
        import torchvision

        if name in torchvision.models.list_models():
            return torchvision.models.get_model(name, num_classes=classes)
    except ImportError:
        pass
    try:
        import timm

        if timm.is_model(name):
            return timm.create_model(name, num_classes=classes)
    except ImportError:
        pass
    return None


def padded(x, node, value=0.0, overhangs=False):
    top, left, bottom, right = node["pads"]
    below, beyond = node["overhang"] if overhangs else (0, 0)
    return functional.pad(x, (left, right + beyond, top, bottom + below), value=value)


def average(x, node):
    """What was padded counts where the network says so, what hangs over never does."""
    ones = torch.ones_like(x[:1, :1])
    ones = functional.pad(padded(ones, node, 1.0 if node["countIncludePad"] else 0.0), (0, node["overhang"][1], 0, node["overhang"][0]))
    mean = functional.avg_pool2d(padded(x, node, overhangs=True), node["kernel"], node["stride"])
    return mean / functional.avg_pool2d(ones, node["kernel"], node["stride"])


class Network(torch.nn.Module):
    """The layers of network.json, with the tensors of model.safetensors as parameters."""

    def __init__(self, graph, tensors):
        super().__init__()
        self.graph = graph
        self.places = {name: f"tensor{at}" for at, name in enumerate(tensors)}  # a parameter's name may have no dots
        for name, tensor in tensors.items():
            self.register_parameter(self.places[name], torch.nn.Parameter(tensor, requires_grad=False))

    def tensor(self, name):
        return None if name is None else getattr(self, self.places[name])

    def layer(self, node, x, *others):
        kind = node["kind"]
        if kind == "conv":
            weight, bias = self.tensor(node["weight"]), self.tensor(node["bias"])
            return functional.conv2d(padded(x, node), weight, bias, node["stride"], 0, node["dilation"], node["groups"])
        if kind == "batchNorm":
            mean, variance = self.tensor(node["runningMean"]), self.tensor(node["runningVariance"])
            weight, bias = self.tensor(node["weight"]), self.tensor(node["bias"])
            return functional.batch_norm(x, mean, variance, weight, bias, eps=node["epsilon"])
        if kind == "dense":
            return functional.linear(x, self.tensor(node["weight"]), self.tensor(node["bias"]))
        if kind == "activation":
            return {"relu": torch.relu, "relu6": functional.relu6, "tanh": torch.tanh, "sigmoid": torch.sigmoid}[node["function"]](x)
        if kind == "maxPool":
            return functional.max_pool2d(padded(x, node, float("-inf"), True), node["kernel"], node["stride"])
        if kind == "avgPool":
            return average(x, node)
        if kind == "globalAvgPool":
            return x.mean((2, 3))
        if kind == "adaptiveAvgPool":
            return functional.adaptive_avg_pool2d(x, node["extents"])
        if kind == "localResponseNorm":
            return functional.local_response_norm(x, node["channels"], node["alpha"], node["beta"], node["k"])
        if kind == "add":
            return sum(others, x)
        if kind == "concat":
            return torch.cat((x, *others), 1)
        if kind == "scale":
            return x * node["factor"]
        if kind == "flatten":
            return x.flatten(1)
        raise ValueError(f"network.json has a layer that this sample does not know: {kind}")

    def forward(self, x):
        values = {"input": x}
        for node in self.graph["nodes"]:
            values[node["id"]] = self.layer(node, *(values[name] for name in node["inputs"]))
        return values[self.graph["output"]]


def build(always_graph=False):
    tensors = load_file(folder / "model.safetensors")
    network = None if always_graph else known_class(config["network"], len(config["classes"]))
    if network is None:
        return Network(json.loads((folder / "network.json").read_text("utf-8")), tensors).eval()
    missing, unexpected = network.load_state_dict(tensors, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked") and not name.startswith(("aux", "AuxLogits"))]
    if missing or unexpected:
        sys.exit(f"The tensors do not fit, try --graph: missing {missing[:5]}, unexpected {unexpected[:5]}.")
    return network.eval()


network = build("--graph" in sys.argv)


def classify(path):
    with torch.inference_mode():
        logits = network(torch.from_numpy(prepare(decode(path), config["preprocessing"])))
    return torch.softmax(logits, 1)[0].tolist()


def check():
    wanted = json.loads((folder / "test-vector.json").read_text("utf-8"))
    difference = max(abs(a - b) for a, b in zip(classify(folder / wanted["picture"]), wanted["probabilities"]))
    print(f"largest difference {difference:.1e}, allowed {wanted['tolerance']:.1e}")
    return difference <= wanted["tolerance"]


if __name__ == "__main__":
    paths = [path for path in sys.argv[1:] if not path.startswith("--")]
    if "--check" in sys.argv:
        sys.exit(0 if check() else 1)
    if "--json" in sys.argv:
        print(json.dumps({path: classify(path) for path in paths}))
    else:
        for path in paths:
            answers = sorted(zip(classify(path), config["classes"]), reverse=True)
            print(path, ", ".join(f"{name} {100 * p:.1f} %" for p, name in answers))
