func.func @net(%x: tensor<1x4x2x3xf32> {dqnn.name = "image", dqnn.order = array<i64: 0, 3, 1, 2>}) -> tensor<1x2x3x4x!dqnn.s1> {
  %q = dqnn.quantize %x : tensor<1x4x2x3x!dqnn.s1>
  %y = dqnn.transpose %q {permutation = [0, 2, 3, 1]} : tensor<1x2x3x4x!dqnn.s1>
  func.return %y : tensor<1x2x3x4x!dqnn.s1>
}
