"""SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND around a convolution: a dilated convolution, as converters write it.

The converter folds the three where the batch is fixed; tf.keras models have an open one by default, and there the three
remain, with sizes in between that leave the batch at 1. So nothing in between is imported: the first operator finds
the others, the last one becomes the convolution.
"""

from __future__ import annotations

import numpy as np
from xdsl.dialects.builtin import TensorType
from xdsl.ir import SSAValue
from xdsl.utils.exceptions import VerifyException

from ....dialects.dqnn import Conv2DOp, DepthwiseConv2DOp, tensor_type
from ....dialects.dqnn.shapes import windowed
from ..layer import MAX_OPTION, Layer
from ..model import Operator
from ..network import Dilated
from ..types import static_shape
from .linear import Windows, convolution, convolution_weights
from .window import PADDING_NAMES

FIRST, LAST = "SPACE_TO_BATCH_ND", "BATCH_TO_SPACE_ND"

CONVOLUTIONS = {
    "CONV_2D": ("Conv2DOptions", Conv2DOp, 0),
    "DEPTHWISE_CONV_2D": ("DepthwiseConv2DOptions", DepthwiseConv2DOp, 3),
}
"""Operator -> its table of options, the op, and the axis of the scales of its weights."""

RESHAPES = frozenset({"EXPAND_DIMS", "RESHAPE", "SQUEEZE"})
"""What gives images of one spatial dimension another one, and takes it away."""

REMEDY = "only a convolution between the two, of stride 1, without dilation and padding, is supported"

CONDITIONS = ("around a convolution: a dilated convolution", "constant block and paddings (crops)")


def import_space_to_batch(layer: Layer) -> None:
    """Finds the convolution and the last operator, and leaves all to that."""
    x = layer.input(0)
    spatial = len(tensor_type(x).get_shape()) - 2
    if layer.result_type().element_type != tensor_type(x).element_type:
        raise layer.refuse("an output of another type or scale than the input", "convert the model again")
    block, padding = _block(layer, spatial), _amounts(layer, spatial, "paddings")
    found = _chain(layer)
    kinds = [operator.kind for operator in found]
    between = [kind for kind in kinds[:-1] if kind not in RESHAPES]
    reshapes = len(kinds) - 1 - len(between)
    if kinds[-1] != LAST or len(between) != 1 or between[0] not in CONVOLUTIONS or reshapes != 2 * (2 - spatial):
        raise layer.refuse(f"an output that goes to {', '.join(kinds)}", REMEDY)
    [operator] = [operator for operator in found if operator.kind in CONVOLUTIONS]
    _check_sizes(layer, operator, spatial)
    layer.network.dilated[found[-1].index] = Dilated(x, block, padding, operator)
    layer.network.absorbed.update(each.index for each in found[:-1])


def _chain(layer: Layer) -> list[Operator]:
    """The operators that take the output one after the other, up to what is no reshape or convolution."""
    model = layer.network.model
    found: list[Operator] = []
    tensor = layer.operator.outputs[0]
    while len(found) < 4:
        users = [operator for operator in model.operators if tensor in operator.inputs]
        if len(users) != 1 or tensor in model.outputs or users[0].inputs[0] != tensor or not users[0].outputs:
            raise layer.refuse("an output that is used more than once, or otherwise", REMEDY)
        found += users
        if users[0].kind not in CONVOLUTIONS and users[0].kind not in RESHAPES:
            return found
        tensor = users[0].outputs[0]
    return found


def _check_sizes(layer: Layer, operator: Operator, spatial: int) -> None:
    """Check that a spatial dimension that reshapes add is the height."""
    file, tensors = layer.network.file, layer.network.model.tensors
    given = static_shape(file, layer.outputs[0])[1:]
    taken = static_shape(file, tensors[operator.inputs[0]])[1:]
    if taken != (given if spatial == 2 else (1, *given)):
        raise layer.refuse(f"sizes {list(given)} that become {list(taken)}", REMEDY)


def _block(layer: Layer, spatial: int) -> list[int]:
    block = layer.integers(1, "the block").reshape(-1).tolist()
    if spatial not in (1, 2) or len(block) != spatial or not all(0 < size <= MAX_OPTION for size in block):
        raise layer.refuse(
            f"a block of {block} for {spatial} spatial dimensions", "one or two are supported, with a size each"
        )
    return block


def _amounts(layer: Layer, spatial: int, what: str) -> list[list[int]]:
    """Paddings, or crops: [before, after] of each spatial dimension."""
    amounts = layer.integers(2, what)
    if amounts.shape != (spatial, 2) or not ((amounts >= 0) & (amounts <= MAX_OPTION)).all():
        raise layer.refuse(f"{what} of {amounts.tolist()}", "two for each spatial dimension are needed")
    return amounts.tolist()


# Of one dimension: P is the image with its padding, of a size that the block d divides. Its phase i of d is
# Q[y] = P[y*d + i]; the convolution makes of it
#     R[y] = sum over t of w[t] * Q[y + t] = sum over t of w[t] * P[(y*d + i) + t*d]
# which is the place y*d + i of P's convolution with dilation d. The last operator puts these places in order, all
# (size / d - taps + 1) * d = size - (taps - 1) * d of them, and crops: what would be computed of padding alone, or of
# less padding. So the whole is a convolution of the image with the padding less the crops. Zeros of the padding are
# real zeros in both forms; a crop that is larger than its padding would cut the image, which a convolution does not.
def import_batch_to_space(layer: Layer) -> SSAValue:
    """The dilated convolution."""
    dilated = layer.network.dilated.get(layer.operator.index)
    if dilated is None:
        raise layer.refuse(f"no {FIRST} and convolution before it", REMEDY)
    spatial = len(dilated.block)
    crops = _amounts(layer, spatial, "crops")
    if _block(layer, spatial) != dilated.block:
        raise layer.refuse(f"another block than {FIRST} has", REMEDY)
    padding = (np.array(dilated.padding) - np.array(crops)).reshape(-1).tolist()
    if min(padding) < 0:
        raise layer.refuse(f"crops of {crops} with paddings of {dilated.padding}", REMEDY)
    options, op, axis = CONVOLUTIONS[dilated.operator.kind]
    inner = Layer(layer.network, dilated.operator, options)
    _check_plain(inner)
    padding = [0] * (4 - 2 * spatial) + padding
    dilations = [1] * (2 - spatial) + dilated.block
    shape = tensor_type(dilated.input).get_shape()
    x = inner.reshape(dilated.input, (shape[0], *(1,) * (2 - spatial), *shape[1:]))
    w = convolution_weights(inner, axis, x)
    kernel, said = tensor_type(w).get_shape()[1:3], inner.result_type()
    try:
        image = windowed(tensor_type(x).get_shape(), kernel, (1, 1), padding, dilations, said.get_shape()[-1])
    except VerifyException as error:
        raise layer.refuse(str(error), "the file contradicts itself; convert the model again") from error
    windows = Windows((1, 1), padding, dilations)
    result = convolution(inner, op, x, w, TensorType(said.element_type, image), windows)
    return result if spatial == 2 else inner.reshape(result, (image[0], *image[2:]))


def _check_plain(layer: Layer) -> None:
    """Check that the convolution computes each place of each phase, from that phase alone."""
    steps = layer.positives("StrideH", "StrideW", "DilationHFactor", "DilationWFactor")
    mode = PADDING_NAMES.get(layer.options.integer("Padding"))
    if steps != (1, 1, 1, 1) or mode != "VALID":
        raise layer.refuse(f"between {FIRST} and {LAST}: strides, dilations {list(steps)}, padding {mode}", REMEDY)
