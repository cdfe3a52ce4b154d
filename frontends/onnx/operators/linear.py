"""Operators with weights: convolutions, Gemm and MatMul.

Each is a function of values, so that the quantized operators (`qoperator.py`) are made by the same.
"""

from __future__ import annotations

from math import prod

import numpy as np
from xdsl.dialects.builtin import UnitAttr
from xdsl.ir import SSAValue

from ....dialects.dqnn import AddOp, Conv2DOp, DenseOp, DepthwiseConv2DOp, TransposeConv2DOp
from ....dialects.dqnn.linear import INTEGER_SUMS
from ....dialects.dqnn.shapes import broadcast, windowed
from ....dialects.quant import UniformQuantizedType
from ..file import MAX_MADE
from ..known import Known
from ..layer import AGAIN, Layer
from ..network import Value
from .shape import MAX_PIECES, Slicing, cut, joined_values
from .window import Image, Padding, image, kernel_size, padding_of


def import_conv(layer: Layer) -> SSAValue:
    """Conv: input, weights [O, I / groups, *kernel], bias [O]."""
    return convolution(layer, layer.real(0), layer.constant(1, "weights"), layer.optional(2))


def convolution(
    layer: Layer,
    x: SSAValue,
    weights: Known,
    bias: Value | None,
    fallback: str | None = None,
    *,
    sums_codes: bool = False,
) -> SSAValue:
    """A convolution, depthwise where each channel is a group of its own. `sums_codes`: the operator is one on codes."""
    source = image(layer, x)
    if len(weights.shape) != source.spatial + 2:
        raise layer.refuse(f"weights of shape {list(weights.shape)}", f"{source.spatial + 2} dimensions are needed")
    outputs, depth, *window = weights.shape
    kernel, strides, dilations = kernel_size(source, window), source.sizes("strides"), source.sizes("dilations")
    padding = padding_of(source, kernel, strides, dilations)
    groups = layer.integer("group", 1)
    if groups < 1 or depth * groups != source.channels or outputs % groups:
        raise layer.refuse(
            f"group={groups}, weights of shape {list(weights.shape)} and {source.channels} input channels", AGAIN
        )
    shape = layer.infer(windowed, source.shape, kernel, strides, padding, dilations, outputs)
    weights = weights.reshaped((outputs, depth, *kernel))
    if groups == source.channels and groups > 1:
        op, arranged = DepthwiseConv2DOp, weights.transposed((1, 2, 3, 0))
    else:
        op, arranged = Conv2DOp, weights.transposed((0, 2, 3, 1))
    emitted = op(
        source.value,
        weights_value(layer, arranged),
        bias_value(layer, bias, outputs),
        layer.type(shape),
        strides=strides,
        padding=padding,
        dilations=dilations,
    )
    if sums_codes:
        emitted.attributes[INTEGER_SUMS] = UnitAttr()
    result = layer.emit(emitted, fallback=fallback)
    return source.restore(add_bias(layer, result, bias))


def import_conv_transpose(layer: Layer) -> SSAValue:
    """ConvTranspose: input, weights [I, O / groups, *kernel], bias [O].

    Groups become weights with zeros between the channels that have nothing to do with each other, dilations weights
    with zeros between the taps.
    """
    source, weights, bias = image(layer, layer.real(0)), layer.constant(1, "weights"), layer.optional(2)
    if len(weights.shape) != source.spatial + 2:
        raise layer.refuse(f"weights of shape {list(weights.shape)}", f"{source.spatial + 2} dimensions are needed")
    inputs, depth, *window = weights.shape
    kernel, strides, dilations = kernel_size(source, window), source.sizes("strides"), source.sizes("dilations")
    groups = layer.integer("group", 1)
    if inputs != source.channels or groups < 1 or inputs % groups:
        raise layer.refuse(
            f"group={groups}, weights of shape {list(weights.shape)} and {source.channels} input channels", AGAIN
        )
    weights = weights.reshaped((inputs, depth, *kernel))
    if groups > 1:
        weights = _without_groups(layer, weights, groups)
    if dilations != (1, 1):
        weights = _dilated(layer, weights, dilations)
    outputs = depth * groups
    kernel = weights.shape[2], weights.shape[3]
    padding = _cropping(source, kernel, strides)
    size = [
        (length - 1) * stride + taps - before - after
        for length, stride, taps, before, after in zip(
            source.size, strides, kernel, padding[::2], padding[1::2], strict=True
        )
    ]
    op = TransposeConv2DOp(
        source.value,
        weights_value(layer, weights.transposed((1, 2, 3, 0))),
        bias_value(layer, bias, outputs),
        layer.type((source.shape[0], *size, outputs)),
        strides=strides,
        padding=padding,
    )
    return source.restore(add_bias(layer, layer.emit(op), bias))


def _zero(element: UniformQuantizedType | None) -> int | None:
    """The one code of real zero, or None where it depends on the channel."""
    if element is None:
        return 0
    return element.zero_points[0] if len(set(element.zero_points)) == 1 else None


def _without_groups(layer: Layer, weights: Known, groups: int) -> Known:
    """Weights [I, O / groups, H, W] as [I, O, H, W]."""
    element = weights.element
    if element is not None and element.axis is not None:
        layer.network.note(f"layer '{layer.node.title}': per-channel weights of groups are dequantized")
        weights, element = Known(weights.reals()), None
    inputs, depth, *kernel = weights.shape
    shape = (inputs, depth * groups, *kernel)
    if prod(shape) > MAX_MADE:
        raise layer.refuse(f"group={groups}", "the weights without groups are too large")
    array = np.full(shape, _zero(element), weights.array.dtype)
    size = inputs // groups
    for group in range(groups):
        rows, columns = slice(group * size, (group + 1) * size), slice(group * depth, (group + 1) * depth)
        array[rows, columns] = weights.array[rows]
    return Known(array, element)


def _dilated(layer: Layer, weights: Known, dilations: tuple[int, int]) -> Known:
    """Weights [I, O, H, W] with zeros between the taps."""
    zero = _zero(weights.element)
    if zero is None:
        weights, zero = Known(weights.reals()), 0
    *channels, height, width = weights.shape
    shape = (*channels, (height - 1) * dilations[0] + 1, (width - 1) * dilations[1] + 1)
    if prod(shape) > MAX_MADE:
        raise layer.refuse(f"dilations={list(dilations)}", "the kernel with its holes filled is too large")
    array = np.full(shape, zero, weights.array.dtype)
    array[:, :, :: dilations[0], :: dilations[1]] = weights.array
    return Known(array, weights.element)


def _cropping(source: Image, kernel: tuple[int, int], strides: tuple[int, int]) -> Padding:
    """What is cut from the full output [top, bottom, left, right], negative where something is added."""
    layer = source.layer
    extra = source.pair(layer.sizes("output_padding", source.spatial, 0, least=0), 0)
    wanted = layer.ints("output_shape")
    if wanted is not None:
        # Old files list batch and channels, too.
        wanted = source.pair(layer.sizes("output_shape", len(wanted), 1)[-source.spatial :])
    mode = layer.text("auto_pad", "NOTSET", ("NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"))
    if wanted is None and mode in ("NOTSET", "VALID"):
        pads = [0] * 2 * source.spatial
        pads = pads if mode == "VALID" else layer.sizes("pads", 2 * source.spatial, 0, least=0)
        begins, ends = source.pair(pads[: source.spatial], 0), source.pair(pads[source.spatial :], 0)
        return begins[0], ends[0] - extra[0], begins[1], ends[1] - extra[1]
    if wanted is None:
        wanted = (source.size[0] * strides[0], source.size[1] * strides[1])
    result: list[int] = []
    for axis in (0, 1):
        full = (source.size[axis] - 1) * strides[axis] + kernel[axis]
        total = full + extra[axis] - wanted[axis]
        small, large = max(total, 0) // 2, max(total, 0) - max(total, 0) // 2
        before = small if mode == "SAME_UPPER" else large
        result += [before, full - wanted[axis] - before]
    return result[0], result[1], result[2], result[3]


# --- weights and biases -------------------------------------------------------------------------------------


def weights_value(layer: Layer, weights: Known) -> SSAValue:
    """Weights in the IR's layout."""
    layer.type(weights.shape)
    return layer.network.constant(weights, layer.node.title, "weights")


def bias_value(layer: Layer, bias: Value | None, channels: int) -> SSAValue | None:
    """A known bias as the layer's operand; None where there is none, or one that is computed."""
    if not isinstance(bias, Known):
        return None
    if bias.shape != (channels,):
        raise layer.refuse(f"a bias of shape {list(bias.shape)}", f"it must be [{channels}]; {AGAIN}")
    return layer.network.constant(bias, layer.node.title, "bias")


def add_bias(layer: Layer, result: SSAValue, bias: Value | None) -> SSAValue:
    """A bias that is computed, added along the last axis."""
    if not isinstance(bias, SSAValue):
        return result
    shape = layer.infer(broadcast, layer.shape(result), layer.shape(bias))
    return layer.emit(AddOp(result, bias, layer.type(shape)))


# --- Gemm and MatMul ----------------------------------------------------------------------------------------


def import_gemm(layer: Layer) -> SSAValue:
    """Gemm: alpha * A' * B' + beta * C, A' and B' of two dimensions, perhaps transposed."""
    return gemm(layer, layer.operand(0), layer.operand(1), layer.optional(2), layer.decimal("beta", 1.0))


def gemm(layer: Layer, lhs: Value, rhs: Value, bias: Value | None, beta: float) -> SSAValue:
    """The sum; one factor must be known. It becomes the weights."""
    alpha = layer.decimal("alpha", 1.0)
    for operand in (lhs, rhs):
        if len(layer.shape(operand)) != 2:
            raise layer.refuse(f"an input of shape {list(layer.shape(operand))}", "two dimensions are needed")
    lhs = _turned(layer, lhs) if layer.truth("transA") else lhs
    rhs = _turned(layer, rhs) if layer.truth("transB") else rhs
    if isinstance(bias, Known) and beta != 1.0:
        bias = Known(bias.reals() * np.float32(beta))
    elif bias is not None and beta != 1.0:
        bias = layer.scale(layer.as_value(bias, "C"), beta)
    if alpha != 1.0:
        rhs = Known(rhs.reals() * np.float32(alpha)) if isinstance(rhs, Known) else layer.scale(rhs, alpha)
    columns = layer.shape(rhs)[1]
    operand = _as_bias(bias, columns) if isinstance(rhs, Known) else None
    result = product(layer, lhs, rhs, operand)
    if bias is None or operand is not None:
        return result
    shape = layer.infer(broadcast, layer.shape(result), layer.shape(bias))
    return layer.emit(AddOp(result, layer.as_value(bias, "C"), layer.type(shape)))


def _turned(layer: Layer, operand: Value) -> Value:
    """The transposed matrix."""
    return operand.transposed((1, 0)) if isinstance(operand, Known) else layer.transpose(operand, (1, 0))


def _as_bias(bias: Value | None, columns: int) -> Known | None:
    """A known C as one number for each column, where it is that."""
    if not isinstance(bias, Known):
        return None
    if bias.shape in ((columns,), (1, columns)):
        return bias.reshaped((columns,))
    return Known(np.full(columns, bias.reals().reshape(()))) if bias.array.size == 1 and len(bias.shape) < 2 else None


def import_matmul(layer: Layer) -> SSAValue:
    """MatMul: two matrices, or rows in more dimensions times one matrix."""
    return matmul(layer, layer.operand(0), layer.operand(1))


def matmul(layer: Layer, lhs: Value, rhs: Value, fallback: str | None = None) -> SSAValue:
    """The product of a value and a known matrix, either way round."""
    left, right = layer.shape(lhs), layer.shape(rhs)
    if not left or not right:
        raise layer.refuse("a scalar", "matrices are needed; " + AGAIN)
    if isinstance(rhs, Known):
        return _rows_times(layer, layer.as_value(lhs, "input 0"), rhs, fallback)
    if not isinstance(lhs, Known):
        raise layer.refuse("a product of two computed tensors", "one of them must be constant weights")
    if len(right) > 2 or prod(left[:-2]) != 1:
        raise layer.refuse(f"weights {list(left)} times an input {list(right)}", "bring the weights to the right side")
    # A * b = (b' * A')'
    matrix = lhs.reshaped(left[-2:] if len(left) > 1 else (1, *left))
    column = layer.reshape(rhs, (right[0], 1) if len(right) == 1 else right)
    result = layer.transpose(product(layer, _turned(layer, column), _turned(layer, matrix), None, fallback), (1, 0))
    rows = left[:-1]
    return layer.reshape(result, (*rows, *right[1:]))


def _rows_times(layer: Layer, x: SSAValue, weights: Known, fallback: str | None) -> SSAValue:
    """Rows [..., K] times a matrix [K, N] or a vector [K]; or a matrix for each of several batches."""
    shape, size = layer.shape(x), weights.shape
    if prod(size[:-2]) != 1:
        return _batches_times(layer, x, weights, fallback)
    matrix = weights.reshaped((size[0], 1) if len(size) == 1 else size[-2:])
    rows = layer.reshape(x, (prod(shape[:-1]), shape[-1]))
    result = product(layer, rows, matrix, None, fallback)
    columns = () if len(size) == 1 else (size[-1],)
    more = (1,) * (len(size) - max(len(shape), 2)) if len(shape) > 1 else size[:-2]
    return layer.reshape(result, (*more, *shape[:-1], *columns))


def _batches_times(layer: Layer, x: SSAValue, weights: Known, fallback: str | None) -> SSAValue:
    """Matrices [..., M, K] times matrices [..., K, N], whose batches broadcast: a dense layer for each."""
    shape, size = layer.shape(x), weights.shape
    rows = shape[-2:] if len(shape) > 1 else (1, *shape)
    batches = layer.infer(broadcast, shape[:-2], size[:-2])
    if prod(batches) > MAX_PIECES:
        raise layer.refuse(f"weights of shape {list(size)}", f"{MAX_PIECES} matrices are supported")
    factors = layer.reshape(x, (prod(shape[:-2]), *rows))
    places = np.broadcast_to(np.arange(prod(shape[:-2])).reshape(shape[:-2]), batches).reshape(-1)
    results: list[SSAValue] = []
    for place, batch in zip(places, np.ndindex(batches), strict=True):
        part = Slicing((int(place), 0, 0), (1, 1, 1), (1, *rows))
        matrix = layer.reshape(cut(layer, factors, part), rows)
        own = batch[len(batches) - (len(size) - 2) :]
        own_weights = weights.at([index % count for index, count in zip(own, size, strict=False)])
        results.append(product(layer, matrix, own_weights, None, fallback))
    joined = results[0] if len(results) == 1 else joined_values(layer, results, 0)
    return layer.reshape(joined, (*batches, *(rows[:1] if len(shape) > 1 else ()), size[-1]))


def product(layer: Layer, lhs: Value, rhs: Value, bias: Known | None, fallback: str | None = None) -> SSAValue:
    """A matrix [M, K] times one [K, N] as a dense layer, whose weights are the known one."""
    (rows, depth), (other, columns) = layer.shape(lhs), layer.shape(rhs)
    if depth != other:
        raise layer.refuse(f"matrices of shapes {[rows, depth]} and {[other, columns]}", AGAIN)
    if isinstance(rhs, Known):
        x = layer.as_value(lhs, "input 0")
        weights = weights_value(layer, rhs.transposed((1, 0)))
        op = DenseOp(x, weights, bias_value(layer, bias, columns), layer.type((rows, columns)))
        return layer.emit(op, fallback=fallback)
    if not isinstance(lhs, Known):
        raise layer.refuse("a product of two computed tensors", "one of them must be constant weights")
    turned = product(layer, _turned(layer, rhs), lhs.transposed((1, 0)), None, fallback)
    return layer.transpose(turned, (1, 0))
