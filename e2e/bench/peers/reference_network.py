"""timm's EfficientNet-Lite0 with the weights that Thaw ships; nothing is downloaded."""

import timm
from safetensors.torch import load_file


def load_network(weights, **options):
    """The network in eval mode, float32. Raises where a tensor is missing or left over."""
    network = timm.create_model("tf_efficientnet_lite0", pretrained=False, **options)
    tensors = {name: tensor.float() for name, tensor in load_file(weights).items()}
    missing, unexpected = network.load_state_dict(tensors, strict=False)
    absent = [name for name in missing if not name.endswith("num_batches_tracked")]
    left_over = [name for name in unexpected if not name.startswith("classifier.") or options.get("num_classes") != 0]
    if absent or left_over:
        raise SystemExit(f"{weights}: missing {absent}, left over {left_over}")
    return network.eval()
