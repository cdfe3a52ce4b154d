"""Pools and reductions."""

# RUN: %python %s %t | filecheck %s

from support.lit_onnx import OnnxBuilder, model, refused, write


@model
def pools(m: OnnxBuilder):
    """Padding takes no part."""
    x = m.input((1, 2, 6, 6))
    x = m.op("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 0, 0])
    return [m.op("AveragePool", [x], kernel_shape=[2, 1], auto_pad="VALID")]


# CHECK-LABEL: // pools{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x6x6xf32> {dqnn.name = "x0"}) -> (tensor<1x2x2x3xf32> {dqnn.name = "averagepool_1_out"}) {
# CHECK-NEXT: %maxpool_0_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 3, 1]} : tensor<1x6x6x2xf32>
# CHECK-NEXT: %maxpool = dqnn.max_pool2d %maxpool_0_channels_last {kernel = [3, 3], padding = [1, 0, 1, 0], strides = [2, 2]} : tensor<1x3x3x2xf32>
# CHECK-NEXT: %maxpool_0_channels_first = dqnn.transpose %maxpool {permutation = [0, 3, 1, 2]} : tensor<1x2x3x3xf32>
# CHECK-NEXT: %averagepool_1_channels_last = dqnn.transpose %maxpool_0_channels_first {permutation = [0, 2, 3, 1]} : tensor<1x3x3x2xf32>
# CHECK-NEXT: %averagepool = dqnn.avg_pool2d %averagepool_1_channels_last {kernel = [2, 1]} : tensor<1x2x3x2xf32>
# CHECK-NEXT: %averagepool_1_channels_first = dqnn.transpose %averagepool {permutation = [0, 3, 1, 2]} : tensor<1x2x2x3xf32>
# CHECK-NEXT: func.return %averagepool_1_channels_first : tensor<1x2x2x3xf32>


@model
def count_include_pad(m: OnnxBuilder):
    """Padding that takes part is zeros."""
    return [m.op("AveragePool", [m.input((1, 1, 2, 2))], kernel_shape=[2, 2], pads=[1, 1, 0, 0], count_include_pad=1)]


# CHECK-LABEL: // count_include_pad{{$}}
# CHECK: func.func @main(%x0: tensor<1x1x2x2xf32> {dqnn.name = "x0"}) -> (tensor<1x1x2x2xf32> {dqnn.name = "averagepool_0_out"}) {
# CHECK-NEXT: %averagepool_0_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 3, 1]} : tensor<1x2x2x1xf32>
# CHECK-NEXT: %averagepool_0_padded = dqnn.pad %averagepool_0_channels_last {padding = [0, 0, 1, 0, 1, 0, 0, 0]} : tensor<1x3x3x1xf32>
# CHECK-NEXT: %averagepool = dqnn.avg_pool2d %averagepool_0_padded {kernel = [2, 2]} : tensor<1x2x2x1xf32>
# CHECK-NEXT: %averagepool_0_channels_first = dqnn.transpose %averagepool {permutation = [0, 3, 1, 2]} : tensor<1x1x2x2xf32>
# CHECK-NEXT: func.return %averagepool_0_channels_first : tensor<1x1x2x2xf32>


@model
def added_by_columns(m: OnnxBuilder):
    """As ONNX Runtime adds up the windows of earlier versions, but not those with wide strides."""
    m.opset = 18
    x = m.op("AveragePool", [m.input((1, 1, 9, 9))], kernel_shape=[2, 2], strides=[2, 2])
    return [m.op("AveragePool", [x], kernel_shape=[2, 2], strides=[1, 3])]


# CHECK-LABEL: // added_by_columns{{$}}
# CHECK: dqnn.avg_pool2d %{{.*}} {by_columns = true, kernel = [2, 2], strides = [2, 2]} : tensor<1x4x4x1xf32>
# CHECK: dqnn.avg_pool2d %{{.*}} {kernel = [2, 2], strides = [1, 3]} : tensor<1x3x1x1xf32>


@model
def ceil_mode(m: OnnxBuilder):
    """A last window that is not all inside."""
    return [m.op("MaxPool", [m.input((1, 1, 5, 4))], kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)]


# CHECK-LABEL: // ceil_mode{{$}}
# CHECK: func.func @main(%x0: tensor<1x1x5x4xf32> {dqnn.name = "x0"}) -> (tensor<1x1x3x2xf32> {dqnn.name = "maxpool_0_out"}) {
# CHECK-NEXT: %maxpool_0_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 3, 1]} : tensor<1x5x4x1xf32>
# CHECK-NEXT: %maxpool = dqnn.max_pool2d %maxpool_0_channels_last {kernel = [2, 2], padding = [0, 1, 0, 0], strides = [2, 2]} : tensor<1x3x2x1xf32>
# CHECK-NEXT: %maxpool_0_channels_first = dqnn.transpose %maxpool {permutation = [0, 3, 1, 2]} : tensor<1x1x3x2xf32>
# CHECK-NEXT: func.return %maxpool_0_channels_first : tensor<1x1x3x2xf32>


@model
def dilations(m: OnnxBuilder):
    """A pool with holes is made of slices."""
    return [m.op("MaxPool", [m.input((1, 1, 1, 4))], kernel_shape=[1, 2], dilations=[1, 2], pads=[0, 1, 0, 0])]


# CHECK-LABEL: // dilations{{$}}
# CHECK: func.func @main(%x0: tensor<1x1x1x4xf32> {dqnn.name = "x0"}) -> (tensor<1x1x1x3xf32> {dqnn.name = "maxpool_0_out"}) {
# CHECK-NEXT: %maxpool_0_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 3, 1]} : tensor<1x1x4x1xf32>
# CHECK-NEXT: %maxpool_0_padded = dqnn.pad %maxpool_0_channels_last {padding = [0, 0, 0, 0, 1, 0, 0, 0], value = 0xff800000} : tensor<1x1x5x1xf32>
# CHECK-NEXT: %maxpool = dqnn.slice %maxpool_0_padded {offsets = [0, 0, 0, 0], strides = [1, 1, 1, 1]} : tensor<1x1x3x1xf32>
# CHECK-NEXT: %maxpool_1 = dqnn.slice %maxpool_0_padded {offsets = [0, 0, 2, 0], strides = [1, 1, 1, 1]} : tensor<1x1x3x1xf32>
# CHECK-NEXT: %maxpool_2 = dqnn.maximum %maxpool, %maxpool_1 : tensor<1x1x3x1xf32>
# CHECK-NEXT: %maxpool_0_channels_first = dqnn.transpose %maxpool_2 {permutation = [0, 3, 1, 2]} : tensor<1x1x1x3xf32>
# CHECK-NEXT: func.return %maxpool_0_channels_first : tensor<1x1x1x3xf32>


@model
def pool_1d(m: OnnxBuilder):
    return [m.op("AveragePool", [m.input((1, 2, 6))], kernel_shape=[2], strides=[2])]


# CHECK-LABEL: // pool_1d{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x6xf32> {dqnn.name = "x0"}) -> (tensor<1x2x3xf32> {dqnn.name = "averagepool_0_out"}) {
# CHECK-NEXT: %averagepool_0_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 1]} : tensor<1x6x2xf32>
# CHECK-NEXT: %averagepool = dqnn.reshape %averagepool_0_channels_last : tensor<1x1x6x2xf32>
# CHECK-NEXT: %averagepool_1 = dqnn.avg_pool2d %averagepool {kernel = [1, 2], strides = [1, 2]} : tensor<1x1x3x2xf32>
# CHECK-NEXT: %averagepool_2 = dqnn.reshape %averagepool_1 : tensor<1x3x2xf32>
# CHECK-NEXT: %averagepool_0_channels_first = dqnn.transpose %averagepool_2 {permutation = [0, 2, 1]} : tensor<1x2x3xf32>
# CHECK-NEXT: func.return %averagepool_0_channels_first : tensor<1x2x3xf32>


@model
def global_pools(m: OnnxBuilder):
    x = m.input((1, 2, 3, 4))
    return [m.op("GlobalAveragePool", [x]), m.op("GlobalMaxPool", [x])]


# CHECK-LABEL: // global_pools{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x3x4xf32> {dqnn.name = "x0"}) -> (tensor<1x2x1x1xf32> {dqnn.name = "globalaveragepool_0_out"}, tensor<1x2x1x1xf32> {dqnn.name = "globalmaxpool_1_out"}) {
# CHECK-NEXT: %globalaveragepool_0_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 3, 1]} : tensor<1x3x4x2xf32>
# CHECK-NEXT: %globalaveragepool = dqnn.avg_pool2d %globalaveragepool_0_channels_last {kernel = [3, 4]} : tensor<1x1x1x2xf32>
# CHECK-NEXT: %globalaveragepool_0_channels_first = dqnn.transpose %globalaveragepool {permutation = [0, 3, 1, 2]} : tensor<1x2x1x1xf32>
# CHECK-NEXT: %globalmaxpool_1_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 3, 1]} : tensor<1x3x4x2xf32>
# CHECK-NEXT: %globalmaxpool = dqnn.max_pool2d %globalmaxpool_1_channels_last {kernel = [3, 4]} : tensor<1x1x1x2xf32>
# CHECK-NEXT: %globalmaxpool_1_channels_first = dqnn.transpose %globalmaxpool {permutation = [0, 3, 1, 2]} : tensor<1x2x1x1xf32>
# CHECK-NEXT: func.return %globalaveragepool_0_channels_first, %globalmaxpool_1_channels_first : tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>


@model
def pool_of_codes(m: OnnxBuilder):
    """The largest code is the largest number."""
    x, p = m.input((1, 1, 2, 2)), [m.scale(0.5), m.const(0, type="INT8")]
    x = m.op("MaxPool", [m.op("QuantizeLinear", [x, *p])], kernel_shape=[2, 2])
    return [m.op("DequantizeLinear", [x, *p])]


# CHECK-LABEL: // pool_of_codes{{$}}
# CHECK: func.func @main(%x0: tensor<1x1x2x2xf32> {dqnn.name = "x0"}) -> (tensor<1x1x1x1xf32> {dqnn.name = "dequantizelinear_2_out"}) {
# CHECK-NEXT: %quantizelinear_0_codes = dqnn.quantize %x0 {method = "divide_half_even"} : tensor<1x1x2x2x!quant.uniform<i8:f32, 5.000000e-01>>
# CHECK-NEXT: %maxpool_1_channels_last = dqnn.transpose %quantizelinear_0_codes {permutation = [0, 2, 3, 1]} : tensor<1x2x2x1x!quant.uniform<i8:f32, 5.000000e-01>>
# CHECK-NEXT: %maxpool = dqnn.max_pool2d %maxpool_1_channels_last {kernel = [2, 2]} : tensor<1x1x1x1x!quant.uniform<i8:f32, 5.000000e-01>>
# CHECK-NEXT: %maxpool_1_channels_first = dqnn.transpose %maxpool {permutation = [0, 3, 1, 2]} : tensor<1x1x1x1x!quant.uniform<i8:f32, 5.000000e-01>>
# CHECK-NEXT: %dequantizelinear = dqnn.dequantize %maxpool_1_channels_first : tensor<1x1x1x1xf32>
# CHECK-NEXT: func.return %dequantizelinear : tensor<1x1x1x1xf32>


@model
def reduce_mean(m: OnnxBuilder):
    x = m.input((1, 2, 3, 4))
    x = m.op("ReduceMean", [x, m.ints(-1, -2)], keepdims=0)
    return [m.op("ReduceSum", [x, m.ints(1)])]


# CHECK-LABEL: // reduce_mean{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x3x4xf32> {dqnn.name = "x0"}) -> (tensor<1x1xf32> {dqnn.name = "reducesum_1_out"}) {
# CHECK-NEXT: %reducemean = dqnn.mean %x0 {axes = [2, 3]} : tensor<1x2xf32>
# CHECK-NEXT: %reducesum = dqnn.mean %reducemean {axes = [1], keep_dims = true} : tensor<1x1xf32>
# CHECK-NEXT: %reducesum_1_constant = dqnn.constant dense<2.000000e+00> : tensor<1xf32>
# CHECK-NEXT: %reducesum_1 = dqnn.mul %reducesum, %reducesum_1_constant : tensor<1x1xf32>
# CHECK-NEXT: func.return %reducesum_1 : tensor<1x1xf32>


@refused
def indices(m: OnnxBuilder):
    return m.op("MaxPool", [m.input((1, 1, 2, 2))], kernel_shape=[2, 2], outputs=2, name="p")


# CHECK: indices.onnx: layer 'p' (MaxPool): output 1 is used: only the first output is computed; export without the others


@refused
def no_kernel(m: OnnxBuilder):
    return [m.op("MaxPool", [m.input((1, 1, 2, 2))], name="p")]


# CHECK: no_kernel.onnx: layer 'p' (MaxPool): no kernel_shape: export the model again


@refused
def padding(m: OnnxBuilder):
    return [m.op("MaxPool", [m.input((1, 1, 2, 2))], kernel_shape=[1, 1], pads=[1, 0, 0, 0], name="p")]


# CHECK: padding.onnx: layer 'p' (MaxPool): padding [1, 0, 0, 0] must be smaller than the kernel [1, 1]: the attributes do not fit the input; export the model again


@refused
def axes(m: OnnxBuilder):
    return [m.op("ReduceMean", [m.input((1, 2)), m.ints(1, -1)], name="p")]


# CHECK: axes.onnx: layer 'p' (ReduceMean): axes [1, -1]: each may be named once; export the model again


write()
