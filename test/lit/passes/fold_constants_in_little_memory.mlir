// RUN: dqnn-opt %s -p 'fold-constants{max-elements=2}' | filecheck %s
// RUN: dqnn-opt %s -p fold-constants | filecheck %s --check-prefix=ALL

// A network of few constants gets no more than 16 results as large as one may be: here two of 18 stay.
// CHECK-LABEL:   func.func @eighteen
// CHECK-COUNT-2:   dqnn.sigmoid
// CHECK-NOT:       dqnn.sigmoid

// ALL-NOT: dqnn.sigmoid
func.func @eighteen() {
  %a = dqnn.constant dense<[-1.0, 2.0]> : tensor<2xf32>
  %b0 = dqnn.sigmoid %a : tensor<2xf32>
  %b1 = dqnn.sigmoid %a : tensor<2xf32>
  %b2 = dqnn.sigmoid %a : tensor<2xf32>
  %b3 = dqnn.sigmoid %a : tensor<2xf32>
  %b4 = dqnn.sigmoid %a : tensor<2xf32>
  %b5 = dqnn.sigmoid %a : tensor<2xf32>
  %b6 = dqnn.sigmoid %a : tensor<2xf32>
  %b7 = dqnn.sigmoid %a : tensor<2xf32>
  %b8 = dqnn.sigmoid %a : tensor<2xf32>
  %b9 = dqnn.sigmoid %a : tensor<2xf32>
  %b10 = dqnn.sigmoid %a : tensor<2xf32>
  %b11 = dqnn.sigmoid %a : tensor<2xf32>
  %b12 = dqnn.sigmoid %a : tensor<2xf32>
  %b13 = dqnn.sigmoid %a : tensor<2xf32>
  %b14 = dqnn.sigmoid %a : tensor<2xf32>
  %b15 = dqnn.sigmoid %a : tensor<2xf32>
  %b16 = dqnn.sigmoid %a : tensor<2xf32>
  %b17 = dqnn.sigmoid %a : tensor<2xf32>
  "test.op"(%b0, %b1, %b2, %b3, %b4, %b5, %b6, %b7, %b8, %b9, %b10, %b11, %b12, %b13, %b14, %b15, %b16, %b17) : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> ()
  func.return
}
