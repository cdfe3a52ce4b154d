// RUN: ROUNDTRIP

// CHECK: %a = dqnn.constant dense<[1.000000e+00, 2.500000e+00]> : tensor<2xf32>
%a = dqnn.constant dense<[1.0, 2.5]> : tensor<2xf32>
// CHECK: %b = dqnn.constant dense<7> : tensor<2x2xi8> as !quant.uniform<i8:f32, 5.000000e-01:-1>
%b = dqnn.constant dense<7> : tensor<2x2xi8> as !quant.uniform<i8:f32, 0.5:-1>
// CHECK: %c = dqnn.constant dense<[-127, 127]> : tensor<2xi8> as !quant.uniform<i8<-127:127>:f32:0, {5.000000e-01,2.500000e-01}>
%c = dqnn.constant dense<[-127, 127]> : tensor<2xi8> as !quant.uniform<i8<-127:127>:f32:0, {0.5, 0.25}>
// CHECK: %d = dqnn.constant dense<[0, 255]> : tensor<2xui8> as !quant.uniform<u8:f32, 5.000000e-01>
%d = dqnn.constant dense<"0x00FF"> : tensor<2xui8> as !quant.uniform<u8:f32, 0.5>
// CHECK: %e = dqnn.constant dense<[1, -2]> : tensor<2xi32>
%e = dqnn.constant dense<[1, -2]> : tensor<2xi32>
// CHECK: "test.op"(%a, %b, %c, %d, %e)
"test.op"(%a, %b, %c, %d, %e) : (tensor<2xf32>, tensor<2x2x!quant.uniform<i8:f32, 0.5:-1>>, tensor<2x!quant.uniform<i8<-127:127>:f32:0, {0.5, 0.25}>>, tensor<2x!quant.uniform<u8:f32, 0.5>>, tensor<2xi32>) -> ()
