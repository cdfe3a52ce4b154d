func.func @f(%x: tensor<1x2x2x3xf32>) -> tensor<1x2x1x2xf32> {
  %t = dqnn.transpose %x {permutation = [0, 2, 3, 1]} : tensor<1x2x3x2xf32>
  %p = dqnn.max_pool2d %t {kernel = [2, 2]} : tensor<1x1x2x2xf32>
  %y = dqnn.transpose %p {permutation = [0, 3, 1, 2]} : tensor<1x2x1x2xf32>
  func.return %y : tensor<1x2x1x2xf32>
}
