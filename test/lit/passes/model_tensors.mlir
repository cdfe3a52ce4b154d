// What comes in the place of a value is the tensors of the model that the value was; what has been changed is none.

// RUN: dqnn-opt %s -p fuse-activation --print-debuginfo | filecheck %s --check-prefix=ACT
// RUN: dqnn-opt %s -p move-quantizers --print-debuginfo | filecheck %s --check-prefix=MOVE
// RUN: dqnn-opt %s -p move-batch-norm-before-pool --print-debuginfo | filecheck %s --check-prefix=POOL
// RUN: dqnn-opt %s -p fold-batch-norm --print-debuginfo | filecheck %s --check-prefix=FOLD
// RUN: dqnn-opt %s -p fuse-quantizers --print-debuginfo | filecheck %s --check-prefix=FUSE
// RUN: dqnn-opt %s -p canonicalize --print-debuginfo | filecheck %s --check-prefix=CANON
// RUN: dqnn-opt %s -p fuse-quantizers,fold-batch-norm,insert-float-fallback --print-debuginfo | filecheck %s --check-prefix=FLOAT
// RUN: dqnn-opt %s -p move-transposes --print-debuginfo | filecheck %s --check-prefix=AXES

// The convolution now computes what the activation did, and no longer "conv".
// ACT-LABEL: func.func @activation
// ACT:         dqnn.conv2d {{.*}} loc("conv"("relu"))
// ACT-NEXT:    dqnn.softmax {{.*}} loc("softmax"("softmax"))
func.func @activation(%x: tensor<1x4x4x2xf32>) -> tensor<1x4x4x3xf32> {
  %w = dqnn.constant dense<0.5> : tensor<3x1x1x2xf32>
  %c = dqnn.conv2d %x, %w : tensor<1x4x4x3xf32> loc("conv"("conv"))
  %r = dqnn.relu %c : tensor<1x4x4x3xf32> loc("relu"("relu"))
  %s = dqnn.softmax %r : tensor<1x4x4x3xf32> loc("softmax"("softmax"))
  func.return %s : tensor<1x4x4x3xf32>
}

// The quantizer before the pool is of the pool's input, which the model does not have quantized. The reshape's input
// is the same numbers.
// MOVE-LABEL: func.func @moved
// MOVE-NEXT:    %[[q:.+]] = dqnn.quantize %x : tensor<1x4x4x2x!dqnn.s1> loc("sign")
// MOVE-NEXT:    %[[p:.+]] = dqnn.max_pool2d %[[q]] {{.*}} loc("pool"("sign"))
// MOVE-NEXT:    dqnn.reshape %[[p]] {{.*}} loc("flatten"("sign"))
func.func @moved(%x: tensor<1x4x4x2xf32>) -> tensor<1x8x!dqnn.s1> {
  %p = dqnn.max_pool2d %x {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2xf32> loc("pool"("pool"))
  %r = dqnn.reshape %p : tensor<1x8xf32> loc("flatten"("flatten"))
  %q = dqnn.quantize %r : tensor<1x8x!dqnn.s1> loc("sign"("sign"))
  func.return %q : tensor<1x8x!dqnn.s1>
}

// MOVE-LABEL: func.func @moved_behind
// MOVE-NEXT:    %[[p:.+]] = dqnn.max_pool2d %x {{.*}} loc("pool"("pool"))
// MOVE-NEXT:    dqnn.dequantize %[[p]] : tensor<1x2x2x2xf32> loc("pool"("pool"))
func.func @moved_behind(%x: tensor<1x4x4x2x!dqnn.s1>) -> tensor<1x2x2x2xf32> {
  %d = dqnn.dequantize %x : tensor<1x4x4x2xf32> loc("sign"("sign"))
  %p = dqnn.max_pool2d %d {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2xf32> loc("pool"("pool"))
  func.return %p : tensor<1x2x2x2xf32>
}

// Before the pool, normalization and signs are of no tensor.
// POOL-LABEL: func.func @norm_behind_pool
// POOL:         dqnn.batch_norm {{.*}} loc("bn")
// POOL-NEXT:    dqnn.quantize {{.*}} loc("bn")
// POOL-NEXT:    dqnn.max_pool2d {{.*}} loc("pool"("sign"))
// FOLD-LABEL: func.func @norm_behind_pool
// FOLD:         dqnn.mul {{.*}} loc("bn")
// FOLD-NEXT:    dqnn.add {{.*}} loc("bn"("bn"))
func.func @norm_behind_pool(%x: tensor<1x4x4x1xf32>) -> tensor<1x2x2x2x!dqnn.s1> {
  %w = dqnn.constant dense<0.5> : tensor<2x1x1x1xf32>
  %g = dqnn.constant dense<[1.0, 0.0]> : tensor<2xf32>
  %c = dqnn.conv2d %x, %w : tensor<1x4x4x2xf32> loc("conv"("conv"))
  %p = dqnn.max_pool2d %c {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2xf32> loc("pool"("pool"))
  %n = dqnn.batch_norm %p, %g, %g, %g, %g {epsilon = 0.001} : tensor<1x2x2x2xf32> loc("bn"("bn"))
  %q = dqnn.quantize %n : tensor<1x2x2x2x!dqnn.s1> loc("sign"("sign"))
  func.return %q : tensor<1x2x2x2x!dqnn.s1>
}

// FOLD-LABEL: func.func @norm_behind_layer
// FOLD:         dqnn.dense {{.*}} loc("dense"("bn"))
func.func @norm_behind_layer(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = dqnn.constant dense<1.0> : tensor<2x2xf32>
  %g = dqnn.constant dense<1.0> : tensor<2xf32>
  %y = dqnn.dense %x, %w : tensor<1x2xf32> loc("dense"("dense"))
  %n = dqnn.batch_norm %y, %g, %g, %g, %g {epsilon = 1.0} : tensor<1x2xf32> loc("bn"("bn"))
  func.return %n : tensor<1x2xf32>
}

// All of the chain is one layer, which computes the chain's last tensor.
// FUSE-LABEL: func.func @chain
// FUSE:         dqnn.dense_threshold {{.*}} loc("dense"("sign"))
func.func @chain(%x: tensor<1x32x!dqnn.s1>) -> tensor<1x2x!dqnn.s1> {
  %d = dqnn.dequantize %x : tensor<1x32xf32>
  %w = dqnn.constant dense<1> : tensor<2x32xi8> as !dqnn.s1
  %v = dqnn.dequantize %w : tensor<2x32xf32>
  %g = dqnn.constant dense<1.0> : tensor<2xf32>
  %y = dqnn.dense %d, %v : tensor<1x2xf32> loc("dense"("dense"))
  %n = dqnn.batch_norm %y, %g, %g, %g, %g {epsilon = 1.0} : tensor<1x2xf32> loc("bn"("bn"))
  %q = dqnn.quantize %n : tensor<1x2x!dqnn.s1> loc("sign"("sign"))
  func.return %q : tensor<1x2x!dqnn.s1>
}

// What drops out hands its tensors to what stays.
// CANON-LABEL: func.func @dropped
// CANON-NEXT:    dqnn.quantize %x : {{.*}} loc("first"(fused["first", "second"]))
// CANON-NEXT:    func.return
func.func @dropped(%x: tensor<1x4xf32>) -> tensor<1x4x!dqnn.s1> {
  %q = dqnn.quantize %x : tensor<1x4x!dqnn.s1> loc("first"("first"))
  %d = dqnn.dequantize %q : tensor<1x4xf32> loc("first"("first"))
  %r = dqnn.quantize %d : tensor<1x4x!dqnn.s1> loc("second"("second"))
  func.return %r : tensor<1x4x!dqnn.s1>
}

// The float operator gives other numbers than the codes that are made of them.
// FLOAT-LABEL: func.func @fallback
// FLOAT:         dqnn.softmax {{.*}} loc("softmax")
// FLOAT-NEXT:    dqnn.quantize {{.*}} loc("softmax"("softmax"))
func.func @fallback(%x: tensor<1x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x!quant.uniform<i8:f32, 0.0078125:-128>> {
  %y = dqnn.softmax %x : tensor<1x4x!quant.uniform<i8:f32, 0.0078125:-128>> loc("softmax"("softmax"))
  func.return %y : tensor<1x4x!quant.uniform<i8:f32, 0.0078125:-128>>
}

// Behind the transpose back stands "conv" in the model, of which the convolution itself is another order of axes. Both
// transposes go down, and cancel: then the sum has that order as well. The input's goes before the dequantize.
// AXES-LABEL: func.func @channels_first
// AXES-NEXT:    dqnn.quantize {{.*}} loc("quantize"(fused["codes", "reals"]))
// AXES-NEXT:    dqnn.transpose {{.*}} loc("conv"(fused["codes"("axes 0 3 1 2"), "reals"("axes 0 3 1 2")]))
// AXES-NEXT:    dqnn.dequantize {{.*}} loc("quantize"("reals"("axes 0 3 1 2")))
// AXES:         dqnn.conv2d {{.*}} loc("conv"("conv"("axes 0 3 1 2")))
// AXES-NEXT:    dqnn.add {{.*}} : tensor<1x4x5x3xf32> loc("add"("add"("axes 0 3 1 2")))
// AXES-NEXT:    dqnn.avg_pool2d {{.*}} : tensor<1x1x1x3xf32> loc("pool"("pool"))
// AXES-NEXT:    dqnn.reshape {{.*}} : tensor<1x3xf32> loc("pool")
func.func @channels_first(%x: tensor<1x2x4x5xf32>) -> tensor<1x3xf32> {
  %q = dqnn.quantize %x : tensor<1x2x4x5x!quant.uniform<i8:f32, 0.5>> loc("quantize"("codes"))
  %d = dqnn.dequantize %q : tensor<1x2x4x5xf32> loc("quantize"("reals"))
  %l = dqnn.transpose %d {permutation = [0, 2, 3, 1]} : tensor<1x4x5x2xf32> loc("conv")
  %w = dqnn.constant dense<0.5> : tensor<3x1x1x2xf32>
  %c = dqnn.conv2d %l, %w : tensor<1x4x5x3xf32> loc("conv"("conv"("axes 0 3 1 2")))
  %f = dqnn.transpose %c {permutation = [0, 3, 1, 2]} : tensor<1x3x4x5xf32> loc("conv"("conv"))
  %a = dqnn.add %f, %f : tensor<1x3x4x5xf32> loc("add"("add"))
  %k = dqnn.transpose %a {permutation = [0, 2, 3, 1]} : tensor<1x4x5x3xf32> loc("pool")
  %p = dqnn.avg_pool2d %k {kernel = [4, 5], strides = [4, 5]} : tensor<1x1x1x3xf32> loc("pool")
  %g = dqnn.transpose %p {permutation = [0, 3, 1, 2]} : tensor<1x3x1x1xf32> loc("pool"("pool"))
  %r = dqnn.reshape %g : tensor<1x3xf32> loc("pool")
  func.return %r : tensor<1x3xf32>
}

// An order that is none of the value's axes says nothing.
// ACT-LABEL: func.func @no_order
// ACT:         dqnn.conv2d {{.*}} loc("conv"("kept"))
func.func @no_order(%x: tensor<1x4x4x2xf32>) -> tensor<1x4x4x3xf32> {
  %w = dqnn.constant dense<0.5> : tensor<3x1x1x2xf32>
  %c = dqnn.conv2d %x, %w : tensor<1x4x4x3xf32> loc("conv"("conv"))
  %r = dqnn.relu %c : tensor<1x4x4x3xf32> loc("relu"(fused["lost"("axes 0 3 3 9"), "kept"]))
  func.return %r : tensor<1x4x4x3xf32>
}
