// Upstream's mlir-opt reads what we print, and we read what it prints. It does not know dqnn and, before MLIR 20, the
// short form of the casts, so ops go through in their generic form; the types are the same in both.
//
// REQUIRES: mlir-opt
// RUN: dqnn-opt %S/types.mlir | mlir-opt | dqnn-opt | filecheck %S/types.mlir
// RUN: dqnn-opt %s --print-op-generic | mlir-opt --allow-unregistered-dialect --mlir-print-op-generic | dqnn-opt | filecheck %s

!input = tensor<1x4x4x2x!quant.uniform<i8:f32, 0.023528477177023888:-1>>
!weights = tensor<3x1x1x2x!quant.uniform<i8<-127:127>:f32:0, {0.0039215688593685627,0x41646ABBA0000000,2.3529411555500702e-05}>>
!output = tensor<1x2x2x3x!quant.uniform<i8:f32, 0.5:12>>

// CHECK: func.func @network(%[[REALS:.*]]: tensor<1x4x4x2xf32> {dqnn.name = "input"}, %[[STORED:.*]]: tensor<3x1x1x2xi8>)
func.func @network(%reals: tensor<1x4x4x2xf32> {dqnn.name = "input"}, %stored: tensor<3x1x1x2xi8>) -> tensor<1x2x2x3xf32> {
  // CHECK-NEXT: %[[X:.*]] = quant.qcast %[[REALS]] : {{.*}} to tensor<1x4x4x2x!quant.uniform<i8:f32, 0.023528477177023888:-1>>
  %x = quant.qcast %reals : tensor<1x4x4x2xf32> to !input
  // CHECK-NEXT: %[[W:.*]] = quant.scast %[[STORED]] : tensor<3x1x1x2xi8> to tensor<3x1x1x2x!quant.uniform<i8<-127:127>:f32:0, {0.0039215688593685627,0x41646ABBA0000000,2.3529411555500702e-05}>>
  %w = quant.scast %stored : tensor<3x1x1x2xi8> to !weights
  // CHECK-NEXT: %[[Y:.*]] = dqnn.conv2d %[[X]], %[[W]]
  // CHECK-SAME: strides = [2, 2]
  // CHECK-SAME: : tensor<1x2x2x3x!quant.uniform<i8:f32, 5.000000e-01:12>>
  %y = dqnn.conv2d %x, %w {strides = [2, 2], clamp_min = 0.0} : !output
  // CHECK-NEXT: %{{.*}} = quant.dcast %[[Y]]
  %back = quant.dcast %y : !output to tensor<1x2x2x3xf32>
  func.return %back : tensor<1x2x2x3xf32>
}
