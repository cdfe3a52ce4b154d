"""What cannot be read is named: the layer, its class, the property, and what to do."""

# RUN: %python %s %t | filecheck %s --match-full-lines
# RUN: not dqnn-opt %t.code.h5 2>&1 | filecheck %s --check-prefix=DRIVER

from support.keras_builder import h5_file
from support.lit_keras import KerasBuilder, refused, refused_data, sequential, write

KERNEL = {"kernel": (4, 2), "bias": (2,)}


@refused
def code(m: KerasBuilder):
    return [m.layer("Lambda", m.input((4,)), name="double", function=["4wEAAAAA", None, None])]


# CHECK: code.h5: layer 'double' (Lambda): a layer that holds code: no code of a file is run; use layers, or a layer of its own for each operation
# DRIVER: error: {{.*}}.code.h5: layer 'double' (Lambda): a layer that holds code: no code of a file is run; use layers, or a layer of its own for each operation


@refused
def unknown_class(m: KerasBuilder):
    return [m.layer("my_package>Dense", m.input((4,)), name="mine", units=2, weights=KERNEL)]


# CHECK-NEXT: unknown_class.h5: layer 'mine' (my_package>Dense): unknown class 'my_package>Dense' of package None: only layers of Keras, QKeras and Larq can be read; no code of a file is run


@refused
def unsupported(m: KerasBuilder):
    return [m.layer("LSTM", m.input((3, 4)), name="memory", units=2)]


# CHECK-NEXT: unsupported.h5: layer 'memory' (LSTM): unsupported layer: replace it by supported ones (`dqnnc supported-ops` lists them)


@refused_data
def subclassed():
    return h5_file({"class_name": "MyModel", "config": {}}, {})


# CHECK-NEXT: subclassed.h5: a model of class 'MyModel': only Sequential and functional models can be read; rebuild a subclassed one from layers


@refused
def dynamic(m: KerasBuilder):
    return [m.layer("ReLU", m.input((None, 4), name="x"))]


# CHECK-NEXT: dynamic.h5: layer 'x' (InputLayer): input shape [None, None, 4]: all dimensions but the batch must be fixed


@refused
def integers(m: KerasBuilder):
    return [m.layer("ReLU", m.input((4,), name="x", dtype="int32"))]


# CHECK-NEXT: integers.h5: layer 'x' (InputLayer): input type 'int32': use float32 inputs


@refused
def half(m: KerasBuilder):
    return [m.layer("ReLU", m.input((4,)), dtype="mixed_float16")]


# CHECK-NEXT: half.h5: layer 'relu' (ReLU): dtype mixed_float16: save the model with the dtype policy float32


@refused
def missing(m: KerasBuilder):
    return [m.layer("Dense", m.input((4,)), units=2, weights={"kernel": (4, 2)})]


# CHECK-NEXT: missing.h5: layer 'dense' (Dense): no weight 'bias': save the whole model, with its weights


@refused
def weight_shape(m: KerasBuilder):
    return [m.layer("Dense", m.input((5,)), units=2, weights=KERNEL)]


# CHECK-NEXT: weight_shape.h5: layer 'dense' (Dense): weight 'kernel' of shape [4, 2]: the options make it [5, 2]; save the model again


@refused
def channels_first(m: KerasBuilder):
    return [m.layer("MaxPooling2D", m.input((3, 8, 8)), pool_size=[2, 2], data_format="channels_first")]


# CHECK-NEXT: channels_first.h5: layer 'maxpooling2d' (MaxPooling2D): data_format='channels_first': train with channels last (NHWC), which microcontrollers need


@refused
def elu(m: KerasBuilder):
    return [m.layer("Activation", m.input((4,)), activation="elu")]


# CHECK-NEXT: elu.h5: layer 'activation' (Activation): activation elu(): unknown activation: use one of hard_sigmoid, hard_silu, hard_swish, hard_tanh, leaky_relu, linear, relu, relu6, sigmoid, silu, softmax, swish, tanh, or a quantizer


@refused
def evaluated(m: KerasBuilder):
    return [m.layer("QActivation", m.input((4,)), activation="quantized_bits(__import__('os').getpid())")]


# CHECK-NEXT: evaluated.h5: layer 'qactivation' (QActivation): activation: "quantized_bits(__import__('os').getpid())" is no call of a quantizer: name an activation or a quantizer


@refused
def adaptive(m: KerasBuilder):
    return [m.layer("QActivation", m.input((4,)), activation="quantized_bits(8,0,alpha='auto')")]


# CHECK-NEXT: adaptive.h5: layer 'qactivation' (QActivation): activation quantized_bits(8, 0, alpha='auto'): alpha='auto' of an activation: its scale depends on all inputs; set alpha=1


@refused
def bad_argument(m: KerasBuilder):
    return [m.layer("QDense", m.input((4,)), units=2, kernel_quantizer="binary(3,4,5,6)", weights=KERNEL)]


# CHECK-NEXT: bad_argument.h5: layer 'qdense' (QDense): kernel_quantizer binary(3, 4, 5, 6): 4 arguments: at most 3 are expected


@refused
def dorefa(m: KerasBuilder):
    quantizer = {"class_name": "DoReFa", "config": {"k_bit": 8, "mode": "weights"}}
    return [m.layer("QuantDense", m.input((4,)), units=2, input_quantizer=quantizer, weights=KERNEL)]


# CHECK-NEXT: dorefa.h5: layer 'quantdense' (QuantDense): input_quantizer DoReFa(k_bit=8, mode='weights'): mode='weights' on activations: use mode='activations'


@refused
def axis(m: KerasBuilder):
    return [m.layer("BatchNormalization", m.input((4, 4, 2)), axis=[1])]


# CHECK-NEXT: axis.h5: layer 'batchnormalization' (BatchNormalization): axis=[1]: only the last axis is supported


@refused
def shapes_differ(m: KerasBuilder):
    return [m.layer("Add", [m.input((4,)), m.input((3,))])]


# CHECK-NEXT: shapes_differ.h5: layer 'add' (Add): shapes [1, 4] and [1, 3] do not broadcast: give the layer inputs of one shape


@refused
def huge(m: KerasBuilder):
    return [m.layer("UpSampling2D", m.input((64, 64, 8)), size=[1000, 1000])]


# CHECK-NEXT: huge.h5: layer 'upsampling2d' (UpSampling2D): a tensor of shape [1, 64000, 64000, 8]: it has too many elements for a microcontroller


@refused
def operator(m: KerasBuilder):
    """What `x * 2.0` on a Keras tensor becomes."""
    y = m.layer("TFOpLambda", m.input((4,)), name="tf.math.multiply", function="math.multiply")
    m.layers[-1]["inbound_nodes"][0][0][3] = {"y": 2.0}
    return [y]


# CHECK-NEXT: operator.h5: layer 'tf.math.multiply' (TFOpLambda): a call with y=2.0: only tensors as positional arguments can be read


@refused_data
def no_shape():
    layers = [{"class_name": "ReLU", "config": {"name": "relu"}}]
    return h5_file({"class_name": "Sequential", "config": {"name": "net", "layers": layers}}, {})


# CHECK-NEXT: no_shape.h5: layer 'relu_input' (InputLayer): no input shape: give the first layer an input shape, or build the model before saving


@refused_data
def large_window():
    return sequential((2, 2, 1), ("MaxPooling2D", {"pool_size": [3, 3]}, {}))


# CHECK-NEXT: large_window.h5: layer 'maxpooling2d_0' (MaxPooling2D): a window of height 3 does not fit into 2: make the input larger, or the windows smaller


@refused_data
def circle():
    def relu(name: str, source: str):
        return {"class_name": "ReLU", "name": name, "config": {"name": name}, "inbound_nodes": [[[source, 0, 0, {}]]]}

    x = {"class_name": "InputLayer", "name": "x", "config": {"name": "x", "batch_input_shape": [None, 2]}}
    layers = [{**x, "inbound_nodes": []}, relu("a", "b"), relu("b", "a")]
    config = {"name": "net", "layers": layers, "input_layers": [["x", 0, 0]], "output_layers": [["b", 0, 0]]}
    return h5_file({"class_name": "Functional", "config": config}, {})


# CHECK-NEXT: circle.h5: damaged at the network's description, where layers form a circle: the file is corrupted or truncated; save the model again


@refused_data
def weights_only():
    return h5_file(None, {})


# CHECK-NEXT: weights_only.h5: weights without a description of the network: save with model.save, not save_weights


@refused_data
def text():
    return b"builtin.module {}"


# CHECK-NEXT: text.h5: neither an HDF5 file nor a .keras archive: give a file that Keras's model.save wrote

write()
