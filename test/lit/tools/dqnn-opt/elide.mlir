// RUN: dqnn-opt %s --elide-large-constants | filecheck %s --check-prefixes=CHECK,DEFAULT
// RUN: dqnn-opt %s --elide-large-constants=3 | filecheck %s --check-prefixes=CHECK,THREE
// RUN: dqnn-opt %s --elide-large-constants=3 --print-op-generic | filecheck %s --check-prefix=GENERIC
// RUN: dqnn-opt %s -p cse --elide-large-constants=3 --print-ir-after-all 2>&1 >/dev/null | filecheck %s --check-prefixes=CHECK,THREE

// CHECK:   %small = dqnn.constant dense<[1, 2, 3]> : tensor<3xi8>
// DEFAULT: %middle = dqnn.constant dense<[1, 2, 3, 4]> : tensor<4xi8>
// THREE:   %middle = dqnn.constant dense_resource<__elided__> : tensor<4xi8>
// CHECK:   %splat = dqnn.constant dense<1> : tensor<20xi8>
// CHECK:   %large = dqnn.constant dense_resource<__elided__> : tensor<17xi8> as !quant.uniform<i8:f32, 5.000000e-01>
// GENERIC: "dqnn.constant"() <{value = dense_resource<__elided__> : tensor<17xi8>}> : () -> tensor<17x!quant.uniform<i8:f32, 5.000000e-01>>

%small = dqnn.constant dense<[1, 2, 3]> : tensor<3xi8>
%middle = dqnn.constant dense<[1, 2, 3, 4]> : tensor<4xi8>
%splat = dqnn.constant dense<1> : tensor<20xi8>
%large = dqnn.constant dense<[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]> : tensor<17xi8> as !quant.uniform<i8:f32, 0.5>
"test.op"(%small, %middle, %splat, %large) : (tensor<3xi8>, tensor<4xi8>, tensor<20xi8>, tensor<17x!quant.uniform<i8:f32, 0.5>>) -> ()
