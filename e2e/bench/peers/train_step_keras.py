"""Keras in graph mode, oneDNN on: full training steps; prints the seconds of each as JSON.

train_step_keras.py NETWORK BATCH STEPS: random pictures at 224 x 224, random weights, SGD with momentum 0.9, two threads.
The first two steps (tracing, warm-up) are not counted. The peak resident set in MB is printed beside the seconds.
"""

import json
import os
import sys
import time

os.environ |= {
    "TF_ENABLE_ONEDNN_OPTS": "1",
    "TF_NUM_INTRAOP_THREADS": "2",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "KERAS_BACKEND": "tensorflow",
}
import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import layers  # noqa: E402
from peak_memory import peak_mb  # noqa: E402

PLAN = [  # repeats, channels, stride, expansion, kernel
    (1, 16, 1, 1, 3),
    (2, 24, 2, 6, 3),
    (2, 40, 2, 6, 5),
    (3, 80, 2, 6, 3),
    (3, 112, 1, 6, 5),
    (4, 192, 2, 6, 5),
    (1, 320, 1, 6, 3),
]
WARM_UP = 2  # the first traces


def norm(x, function):
    x = layers.BatchNormalization(epsilon=1e-3, momentum=0.9)(x)
    return x if function is None else layers.ReLU(6.0 if function == "relu6" else None)(x)


def conv(x, channels, kernel, stride, relu):
    return norm(layers.Conv2D(channels, kernel, stride, padding="same", use_bias=False)(x), "relu6" if relu else None)


def block(x, channels, stride, expansion, kernel):
    wide = conv(x, x.shape[-1] * expansion, 1, 1, True) if expansion > 1 else x
    wide = norm(layers.DepthwiseConv2D(kernel, stride, padding="same", use_bias=False)(wide), "relu6")
    out = conv(wide, channels, 1, 1, False)
    return layers.Add()([out, x]) if stride == 1 and x.shape[-1] == channels else out


def efficientnet_lite0():
    """As timm's tf_efficientnet_lite0; keras.applications has no Lite variant."""
    start = keras.Input((224, 224, 3))
    x = conv(start, 32, 3, 2, True)
    for repeats, channels, stride, expansion, kernel in PLAN:
        for repeat in range(repeats):
            x = block(x, channels, stride if repeat == 0 else 1, expansion, kernel)
    x = layers.GlobalAveragePooling2D()(conv(x, 1280, 1, 1, True))
    return keras.Model(start, layers.Dense(1000)(x))


def bottleneck(x, channels, stride):
    def part(x, channels, kernel, stride, relu):
        return norm(layers.Conv2D(channels, kernel, stride, padding="same", use_bias=False)(x), "relu" if relu else None)

    out = part(part(part(x, channels, 1, 1, True), channels, 3, stride, True), 4 * channels, 1, 1, False)
    changes = stride > 1 or x.shape[-1] != 4 * channels
    return layers.ReLU()(layers.Add()([out, part(x, 4 * channels, 1, stride, False) if changes else x]))


def resnet50():
    """As torchvision's: the stride on the 3 x 3, no biases; keras.applications has both otherwise."""
    start = keras.Input((224, 224, 3))
    x = norm(layers.Conv2D(64, 7, 2, padding="same", use_bias=False)(start), "relu")
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    for repeats, channels, stride in [(3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, 2)]:
        for repeat in range(repeats):
            x = bottleneck(x, channels, stride if repeat == 0 else 1)
    return keras.Model(start, layers.Dense(1000)(layers.GlobalAveragePooling2D()(x)))


def main(name, batch, steps):
    network = {"tf_efficientnet_lite0": efficientnet_lite0, "resnet50": resnet50}[name]()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.SGD(0.01, momentum=0.9), loss, jit_compile=False)
    images = tf.constant(np.random.default_rng(0).standard_normal((batch, 224, 224, 3), np.float32))
    labels = tf.constant(np.arange(batch) % 1000)
    seconds = []
    for _ in range(WARM_UP + steps):
        begin = time.perf_counter()
        network.train_on_batch(images, labels)
        seconds.append(time.perf_counter() - begin)
    trainable = sum(int(np.prod(variable.shape)) for variable in network.trainable_variables)
    print(json.dumps({"seconds": seconds[WARM_UP:], "peakMb": peak_mb(), "parameters": trainable}))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
