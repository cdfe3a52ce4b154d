# TensorFlow and scikit-learn are no dependencies of the project: the checker need not know their types.
# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false
# pyright: reportCallIssue=false, reportGeneralTypeIssues=false, reportReturnType=false
"""Train a small CNN on scikit-learn's digits and quantize it to int8 with TensorFlow's converter.

Writes `digits_int8.tflite` and `digits_test.npz` beside this file. The data come with scikit-learn, so
nothing is downloaded; seeds are fixed and TensorFlow runs its deterministic kernels, so one machine gives the
same files again.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter, OpResolverType
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
    """Training and test images, float32 in [0, 1], shape [N, 8, 8, 1], and their labels: x, x, y, y."""
    pixels, labels = load_digits(return_X_y=True)
    images = (pixels / 16.0).astype(np.float32).reshape(-1, *SHAPE)
    x_train, x_test, y_train, y_test = train_test_split(
        images, labels, test_size=TEST_SAMPLES, random_state=SEED, stratify=labels
    )
    return x_train, x_test, y_train, y_test


def build() -> tf.keras.Model:
    """A convolution, a residual block around a depthwise-separable one, two pools, a dense layer, softmax."""
    layers = tf.keras.layers
    image = tf.keras.Input(SHAPE, name="image")
    stem = layers.Conv2D(16, 3, padding="same", activation="relu", name="stem")(image)
    x = layers.DepthwiseConv2D(3, padding="same", activation="relu", name="block_depthwise")(stem)
    x = layers.Conv2D(16, 1, name="block_pointwise")(x)
    x = layers.Add(name="block_add")([x, stem])
    x = layers.ReLU(name="block_relu")(x)
    x = layers.MaxPooling2D(2, name="max_pool")(x)
    x = layers.Conv2D(24, 3, padding="same", activation="relu", name="head")(x)
    x = layers.AveragePooling2D(2, name="average_pool")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(CLASSES, name="logits")(x)
    return tf.keras.Model(image, layers.Softmax(name="probabilities")(x), name="digits")


def train(model: tf.keras.Model, x: np.ndarray, y: np.ndarray) -> None:
    """Fit `model` in place; the learning rate falls along a cosine."""
    steps = EPOCHS * (len(x) // BATCH)
    rate = tf.keras.optimizers.schedules.CosineDecay(4e-3, steps)
    model.compile(tf.keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, verbose=0)


def convert(model: tf.keras.Model, calibration: np.ndarray) -> bytes:
    """The model as a TFLite file with integer operators only, int8 input and output, and a batch of 1."""
    with TemporaryDirectory() as directory:
        signature = [tf.TensorSpec((1, *SHAPE), tf.float32, name="image")]
        model.export(directory, format="tf_saved_model", input_signature=signature, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(directory)
        return quantize(converter, calibration)


def quantize(converter: tf.lite.TFLiteConverter, calibration: np.ndarray) -> bytes:
    """Full integer quantization of what `converter` holds, ranges measured on the `calibration` images."""
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([image[np.newaxis]] for image in calibration)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    return converter.convert()


def quantize_inputs(interpreter: Interpreter, x: np.ndarray) -> np.ndarray:
    """Float images as codes of the network's input type."""
    scale, zero_point = interpreter.get_input_details()[0]["quantization"]
    return np.clip(np.round(x / scale) + zero_point, -128, 127).astype(np.int8)


def classify(interpreter: Interpreter, x: np.ndarray) -> np.ndarray:
    """The class of each int8 image."""
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    result = interpreter.get_output_details()[0]["index"]
    classes = []
    for image in x:
        interpreter.set_tensor(source, image[np.newaxis])
        interpreter.invoke()
        classes.append(int(np.argmax(interpreter.get_tensor(result))))
    return np.array(classes)


def main() -> None:
    """Train, quantize, write both files, and print the accuracies that the README states."""
    tf.keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()
    x_train, x_test, y_train, y_test = load()
    model = build()
    train(model, x_train, y_train)
    data = convert(model, x_train[:200])
    interpreter = Interpreter(model_content=data, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    codes = quantize_inputs(interpreter, x_test)
    (HERE / "digits_int8.tflite").write_bytes(data)
    np.savez_compressed(HERE / "digits_test.npz", x_test=codes, y_test=y_test.astype(np.int8))

    float_classes = np.argmax(model.predict(x_test, verbose=0), axis=1)
    print(f"{model.count_params()} parameters, {len(data)} bytes")
    print(f"float32: {np.sum(float_classes == y_test)} of {len(y_test)}")
    print(f"int8:    {np.sum(classify(interpreter, codes) == y_test)} of {len(y_test)}")


if __name__ == "__main__":
    main()
