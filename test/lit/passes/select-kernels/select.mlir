// RUN: dqnn-opt %s -p select-kernels | filecheck %s
// RUN: dqnn-opt %s -p select-kernels{target=stm32u5\ kernels=cmsis-nn} | filecheck %s
// RUN: dqnn-opt %s -p select-kernels{kernels=portable} | filecheck %s --check-prefix=PORTABLE

// Rows of one operator: special cases before general ones.
// CHECK-LABEL: @add
func.func @add(%x : tensor<1x4x!quant.uniform<i8:f32, 0.5>>, %s : tensor<1x1x!quant.uniform<i8:f32, 0.5>>, %f : tensor<4xf32>) -> (tensor<1x4x!quant.uniform<i8:f32, 1.0>>, tensor<1x4x!quant.uniform<i8:f32, 1.0>>, tensor<4xf32>) {
  // CHECK: dqnn.add %x, %x attributes {dqnn.kernel = "add-s8/cmsis-nn"}
  // CHECK: dqnn.add %x, %s attributes {dqnn.kernel = "add-s8-broadcast/portable"}
  // CHECK: dqnn.add %f, %f attributes {dqnn.kernel = "add-f32/portable"}
  // PORTABLE: dqnn.add %x, %x attributes {dqnn.kernel = "add-s8/portable"}
  %a = dqnn.add %x, %x : tensor<1x4x!quant.uniform<i8:f32, 1.0>>
  %b = dqnn.add %x, %s : tensor<1x4x!quant.uniform<i8:f32, 1.0>>
  %c = dqnn.add %f, %f : tensor<4xf32>
  func.return %a, %b, %c : tensor<1x4x!quant.uniform<i8:f32, 1.0>>, tensor<1x4x!quant.uniform<i8:f32, 1.0>>, tensor<4xf32>
}
