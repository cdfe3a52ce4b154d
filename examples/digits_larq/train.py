# TensorFlow, Larq and scikit-learn are no dependencies of the project: the checker need not know their types.
# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false, reportReturnType=false
# pyright: reportArgumentType=false, reportAttributeAccessIssue=false
"""Train a small binary CNN on scikit-learn's digits with Larq.

Writes `digits_larq.h5` and `digits_reference.npz` beside this file. The data come with scikit-learn, so nothing is
downloaded; seeds are fixed and TensorFlow runs its deterministic kernels, so one machine gives the same files again.
"""

import os
from pathlib import Path

os.environ["TF_USE_LEGACY_KERAS"] = "1"
# oneDNN's fused batch normalization differs in the last bit from TensorFlow's own.
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import larq as lq
import numpy as np
import tensorflow as tf
import tf_keras
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

HERE = Path(__file__).resolve().parent
SEED = 7
TEST_SAMPLES = 360
EPOCHS = 60
BATCH = 32
SHAPE = (8, 8, 1)
CLASSES = 10


def load() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """All images, float32 in [0, 1], shape [N, 8, 8, 1], their labels, and the indices of training and test images."""
    pixels, labels = load_digits(return_X_y=True)
    images = (pixels / 16.0).astype(np.float32).reshape(-1, *SHAPE)
    train, test = train_test_split(np.arange(len(labels)), test_size=TEST_SAMPLES, random_state=SEED, stratify=labels)
    return images, labels, train, test


def build() -> tf_keras.Model:
    """A convolution with 8-bit weights on the image, binary layers after it; the last gives the scores in float32.

    Each batch normalization stands between a layer and the sign that the next one takes of its input; the pool stands
    before the batch normalization.
    """
    layers, sign = tf_keras.layers, "ste_sign"
    byte = {
        "input_quantizer": lq.quantizers.DoReFa(k_bit=8, mode="activations"),
        "kernel_quantizer": lq.quantizers.DoReFa(k_bit=8, mode="weights"),
        "use_bias": False,
    }
    binary = {"kernel_quantizer": sign, "kernel_constraint": "weight_clip", "use_bias": False}
    return tf_keras.Sequential(
        [
            tf_keras.Input(SHAPE, name="image"),
            lq.layers.QuantConv2D(32, 3, padding="same", **byte, name="stem"),
            layers.BatchNormalization(momentum=0.9, name="stem_norm"),
            lq.layers.QuantConv2D(32, 3, padding="same", pad_values=1, input_quantizer=sign, **binary, name="wide"),
            layers.MaxPooling2D(2, name="pool"),
            layers.BatchNormalization(momentum=0.9, name="wide_norm"),
            lq.layers.QuantConv2D(40, 3, input_quantizer="approx_sign", **binary, name="head"),
            layers.BatchNormalization(momentum=0.9, name="head_norm"),
            layers.Flatten(name="flatten"),
            lq.layers.QuantDense(64, input_quantizer=sign, **binary, name="hidden"),
            layers.BatchNormalization(momentum=0.9, name="hidden_norm"),
            lq.layers.QuantDense(CLASSES, input_quantizer=sign, **binary, name="scores"),
            layers.BatchNormalization(momentum=0.9, name="logits"),
            layers.Activation("softmax", name="probabilities"),
        ],
        name="digits_larq",
    )


def train(model: tf_keras.Model, x: np.ndarray, y: np.ndarray) -> None:
    """Fit `model` in place; the learning rate falls along a cosine."""
    steps = EPOCHS * -(-len(x) // BATCH)
    rate = tf_keras.optimizers.schedules.CosineDecay(1e-2, steps)
    model.compile(tf_keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, verbose=0)


def main() -> None:
    """Train, write both files, and print the figures that the README states."""
    tf_keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()
    tf.config.threading.set_intra_op_parallelism_threads(1)  # the order of sums depends on their number
    x, y, train_indices, test_indices = load()
    model = build()
    train(model, x[train_indices], y[train_indices])

    logits = tf_keras.Model(model.input, model.get_layer("logits").output)(x).numpy()
    classes = np.argmax(logits, axis=1)
    model.save(HERE / "digits_larq.h5", include_optimizer=False)
    np.savez_compressed(
        HERE / "digits_reference.npz",
        x_test=x,
        y_test=y.astype(np.int8),
        keras_logits=logits,
        keras_classes=classes.astype(np.int8),
        held_out=test_indices.astype(np.int16),
    )

    right = classes == y
    print(f"{model.count_params()} parameters, {(HERE / 'digits_larq.h5').stat().st_size} bytes")
    print(f"test images: {np.sum(right[test_indices])} of {len(test_indices)}")
    print(f"all images:  {np.sum(right)} of {len(y)}")


if __name__ == "__main__":
    main()
