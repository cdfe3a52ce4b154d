// RUN: ROUNDTRIP

!layer = !quant.uniform<u8:f32, 2.0:128>
!channels = !quant.uniform<i8:f32:1, {1.0,2.0,3.0}>

// CHECK: func.func @scalars(%[[REAL:.*]]: f32) -> i8 {
// CHECK-NEXT: %[[CODE:.*]] = quant.qcast %[[REAL]] : f32 to !quant.uniform<u8:f32, 2.000000e+00:128>
// CHECK-NEXT: %{{.*}} = quant.dcast %[[CODE]] : !quant.uniform<u8:f32, 2.000000e+00:128> to f32
// CHECK-NEXT: %{{.*}} = quant.scast %[[CODE]] : !quant.uniform<u8:f32, 2.000000e+00:128> to i8
func.func @scalars(%real: f32) -> i8 {
  %code = quant.qcast %real : f32 to !layer
  %back = quant.dcast %code : !layer to f32
  %stored = quant.scast %code : !layer to i8
  func.return %stored : i8
}

// CHECK: func.func @tensors(%[[REAL:.*]]: tensor<2x3xf32>
// CHECK-NEXT: %[[CODE:.*]] = quant.qcast %[[REAL]] : tensor<2x3xf32> to tensor<2x3x!quant.uniform<i8:f32:1, {1.000000e+00,2.000000e+00,3.000000e+00}>>
// CHECK-NEXT: %[[STORED:.*]] = quant.scast %[[CODE]] : tensor<2x3x!quant.uniform<i8:f32:1, {1.000000e+00,2.000000e+00,3.000000e+00}>> to tensor<2x3xi8>
// CHECK-NEXT: %[[AGAIN:.*]] = quant.scast %[[STORED]] : tensor<2x3xi8> to tensor<2x3x!quant.uniform<i8:f32:1, {1.000000e+00,2.000000e+00,3.000000e+00}>>
// CHECK-NEXT: %{{.*}} = quant.dcast %[[AGAIN]] : tensor<2x3x!quant.uniform<i8:f32:1, {1.000000e+00,2.000000e+00,3.000000e+00}>> to tensor<2x3xf32>
func.func @tensors(%real: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %code = quant.qcast %real : tensor<2x3xf32> to tensor<2x3x!channels>
  %stored = quant.scast %code : tensor<2x3x!channels> to tensor<2x3xi8>
  %again = quant.scast %stored : tensor<2x3xi8> to tensor<2x3x!channels>
  %back = quant.dcast %again : tensor<2x3x!channels> to tensor<2x3xf32>
  func.return %back : tensor<2x3xf32>
}

// CHECK: func.func @dynamic
// CHECK-NEXT: quant.scast %{{.*}} : tensor<2x?xi8> to tensor<2x?x!quant.uniform<i8:f32:1,
// CHECK-NEXT: quant.scast %{{.*}} : tensor<*xi8> to tensor<*x!quant.uniform<i8:f32:1,
func.func @dynamic(%dynamic: tensor<2x?xi8>, %unranked: tensor<*xi8>) {
  %0 = quant.scast %dynamic : tensor<2x?xi8> to tensor<2x?x!channels>
  %1 = quant.scast %unranked : tensor<*xi8> to tensor<*x!channels>
  func.return
}

// CHECK: func.func @attributes
// CHECK-NEXT: quant.qcast %{{.*}} {note = "kept"} : f32 to !quant.any<i8:f32>
// CHECK-NEXT: quant.qcast %{{.*}} : f32 to !quant.calibrated<f32<-1.000000e+00:1.000000e+00>>
func.func @attributes(%real: f32) {
  %0 = quant.qcast %real {note = "kept"} : f32 to !quant.any<i8:f32>
  %1 = quant.qcast %real : f32 to !quant.calibrated<f32<-1.0:1.0>>
  func.return
}
