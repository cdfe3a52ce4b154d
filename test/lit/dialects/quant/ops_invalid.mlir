// The messages are those of MLIR's current verifiers; MLIR 19 has none for these ops.
//
// RUN: dqnn-opt --split-input-file --verify-diagnostics %s | filecheck %s

// CHECK: operand #0 must be scalar or tensor of quantized type, but got 'f32'
func.func @dcast_invalid_input(%x: f32) {
  %y = quant.dcast %x : f32 to f32
  func.return
}

// -----

!layer = !quant.uniform<i8:f32, 1.0>

// CHECK: result #0 must be scalar or tensor of floating-point, but got '!quant.uniform<i8:f32, 1.000000e+00>'
func.func @dcast_invalid_result(%x: !layer) {
  %y = quant.dcast %x : !layer to !layer
  func.return
}

// -----

!layer = !quant.uniform<i8:f32, 1.0>

// CHECK: failed to verify that input and result are both scalars or both tensors with matching shape
func.func @dcast_mismatch_scalar_tensor(%x: !layer) {
  %y = quant.dcast %x : !layer to tensor<f32>
  func.return
}

// -----

!layer = !quant.uniform<i8:f32, 1.0>

// CHECK: failed to verify that input and result are both scalars or both tensors with matching shape
func.func @dcast_mismatch_ranked_unranked_tensor(%x: tensor<!layer>) {
  %y = quant.dcast %x : tensor<!layer> to tensor<*xf32>
  func.return
}

// -----

!layer = !quant.uniform<i8:f32, 1.0>

// CHECK: failed to verify that input and result are both scalars or both tensors with matching shape
func.func @dcast_mismatch_static_dynamic_tensor(%x: tensor<2x3x!layer>) {
  %y = quant.dcast %x : tensor<2x3x!layer> to tensor<?x3xf32>
  func.return
}

// -----

!layer = !quant.uniform<i8:f32, 1.0>

// CHECK: expressed type in quantized type expected to match float type
func.func @dcast_float_type_mismatch(%x: !layer) {
  %y = quant.dcast %x : !layer to f64
  func.return
}

// -----

// CHECK: expressed type in quantized type expected to match float type
func.func @dcast_any_without_expressed_type(%x: !quant.any<i8>) {
  %y = quant.dcast %x : !quant.any<i8> to f32
  func.return
}

// -----

!channels = !quant.uniform<i8:f32:2, {1.0,2.0}>

// CHECK: scalar types may not use per-axis quantization
func.func @dcast_per_axis_scalar(%x: !channels) {
  %y = quant.dcast %x : !channels to f32
  func.return
}

// -----

!channels = !quant.uniform<i8:f32:2, {1.0,2.0}>

// CHECK: quantized dimension must be less than tensor rank
func.func @dcast_per_axis_invalid_rank(%x: tensor<2x3x!channels>) {
  %y = quant.dcast %x : tensor<2x3x!channels> to tensor<2x3xf32>
  func.return
}

// -----

!channels = !quant.uniform<i8:f32:2, {1.0,2.0,3.0}>

// CHECK: quantized dimension size does not match number of scales
func.func @dcast_per_axis_invalid_size(%x: tensor<2x3x4x!channels>) {
  %y = quant.dcast %x : tensor<2x3x4x!channels> to tensor<2x3x4xf32>
  func.return
}

// -----

// CHECK: result #0 must be scalar or tensor of quantized type, but got 'f32'
func.func @qcast_invalid_result(%x: f32) {
  %y = quant.qcast %x : f32 to f32
  func.return
}

// -----

!layer = !quant.uniform<i8:f32, 1.0>

// CHECK: operand #0 must be scalar or tensor of floating-point, but got '!quant.uniform<i8:f32, 1.000000e+00>'
func.func @qcast_invalid_input(%x: !layer) {
  %y = quant.qcast %x : !layer to !layer
  func.return
}

// -----

!layer = !quant.uniform<i8:f32, 1.0>

// CHECK: operand #0 must be scalar or tensor of floating-point, but got 'vector<2xf32>'
func.func @qcast_vector(%x: vector<2xf32>) {
  %y = quant.qcast %x : vector<2xf32> to vector<2x!layer>
  func.return
}

// -----

!layer = !quant.uniform<i8:f32, 1.0>

// CHECK: failed to verify that input and result are both scalars or both tensors with matching shape
func.func @qcast_mismatch_scalar_tensor(%x: tensor<f32>) {
  %y = quant.qcast %x : tensor<f32> to !layer
  func.return
}

// -----

!layer = !quant.uniform<i8:f32, 1.0>

// CHECK: failed to verify that input and result are both scalars or both tensors with matching shape
func.func @qcast_mismatch_ranked_unranked_tensor(%x: tensor<f32>) {
  %y = quant.qcast %x : tensor<f32> to tensor<*x!layer>
  func.return
}

// -----

!layer = !quant.uniform<i8:f32, 1.0>

// CHECK: failed to verify that input and result are both scalars or both tensors with matching shape
func.func @qcast_mismatch_static_dynamic_tensor(%x: tensor<2x3xf32>) {
  %y = quant.qcast %x : tensor<2x3xf32> to tensor<?x3x!layer>
  func.return
}

// -----

!layer = !quant.uniform<i8:f32, 1.0>

// CHECK: expressed type in quantized type expected to match float type
func.func @qcast_float_type_mismatch(%x: f64) {
  %y = quant.qcast %x : f64 to !layer
  func.return
}

// -----

!channels = !quant.uniform<i8:f32:2, {1.0,2.0}>

// CHECK: scalar types may not use per-axis quantization
func.func @qcast_per_axis_scalar(%x: f32) {
  %y = quant.qcast %x : f32 to !channels
  func.return
}

// -----

!channels = !quant.uniform<i8:f32:2, {1.0,2.0}>

// CHECK: quantized dimension must be less than tensor rank
func.func @qcast_per_axis_invalid_rank(%x: tensor<2x3xf32>) {
  %y = quant.qcast %x : tensor<2x3xf32> to tensor<2x3x!channels>
  func.return
}

// -----

!channels = !quant.uniform<i8:f32:2, {1.0,2.0,3.0}>

// CHECK: quantized dimension size does not match number of scales
func.func @qcast_per_axis_invalid_size(%x: tensor<2x3x4xf32>) {
  %y = quant.qcast %x : tensor<2x3x4xf32> to tensor<2x3x4x!channels>
  func.return
}

// -----

!layer = !quant.uniform<i8:f32, 1.0>

// CHECK: operand #0 must be scalar or tensor of signless integer or quantized type, but got 'si32'
func.func @scast_invalid_input(%x: si32) {
  %y = quant.scast %x : si32 to !layer
  func.return
}

// -----

!layer = !quant.uniform<i8:f32, 1.0>

// CHECK: result #0 must be scalar or tensor of signless integer or quantized type, but got 'si32'
func.func @scast_invalid_result(%x: !layer) {
  %y = quant.scast %x : !layer to si32
  func.return
}

// -----

// CHECK: failed to verify that input must be integer and result must be quantized, or vice versa
func.func @scast_both_integers(%x: i8) {
  %y = quant.scast %x : i8 to i8
  func.return
}

// -----

!layer = !quant.uniform<i8:f32, 1.0>

// CHECK: failed to verify that input must be integer and result must be quantized, or vice versa
func.func @scast_both_quantized(%x: !layer) {
  %y = quant.scast %x : !layer to !layer
  func.return
}

// -----

!layer = !quant.uniform<i8:f32, 1.0>

// CHECK: failed to verify that input and result are both scalars or both tensors with matching shape
func.func @scast_mismatch_scalar_tensor(%x: tensor<i8>) {
  %y = quant.scast %x : tensor<i8> to !layer
  func.return
}

// -----

!layer = !quant.uniform<i8:f32, 1.0>

// CHECK: failed to verify that input and result are both scalars or both tensors with matching shape
func.func @scast_mismatch_ranked_unranked_tensor(%x: tensor<i8>) {
  %y = quant.scast %x : tensor<i8> to tensor<*x!layer>
  func.return
}

// -----

!layer = !quant.uniform<i8:f32, 1.0>

// CHECK: failed to verify that input and result are both scalars or both tensors with matching shape
func.func @scast_mismatch_static_dynamic_tensor(%x: tensor<2x3xi8>) {
  %y = quant.scast %x : tensor<2x3xi8> to tensor<?x3x!layer>
  func.return
}

// -----

!layer = !quant.uniform<i8:f32, 1.0>

// CHECK: storage type in quantized type expected to match integer type
func.func @scast_integer_type_mismatch(%x: i32) {
  %y = quant.scast %x : i32 to !layer
  func.return
}

// -----

// CHECK: storage type in quantized type expected to match integer type
func.func @scast_calibrated(%x: i8) {
  %y = quant.scast %x : i8 to !quant.calibrated<f32<-1.0:1.0>>
  func.return
}

// -----

!channels = !quant.uniform<i8:f32:2, {1.0,2.0}>

// CHECK: scalar types may not use per-axis quantization
func.func @scast_per_axis_scalar(%x: i8) {
  %y = quant.scast %x : i8 to !channels
  func.return
}

// -----

!channels = !quant.uniform<i8:f32:2, {1.0,2.0}>

// CHECK: quantized dimension must be less than tensor rank
func.func @scast_per_axis_invalid_rank(%x: tensor<2x3xi8>) {
  %y = quant.scast %x : tensor<2x3xi8> to tensor<2x3x!channels>
  func.return
}

// -----

!channels = !quant.uniform<i8:f32:2, {1.0,2.0,3.0}>

// CHECK: quantized dimension size does not match number of scales
func.func @scast_per_axis_invalid_size(%x: tensor<2x3x4xi8>) {
  %y = quant.scast %x : tensor<2x3x4xi8> to tensor<2x3x4x!channels>
  func.return
}
