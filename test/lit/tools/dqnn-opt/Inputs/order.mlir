func.func @f(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %z = "dqnn.relu"(%y) : (tensor<1x4xf32>) -> tensor<1x4xf32> loc("second")
  %y = "dqnn.relu"(%x) : (tensor<1x4xf32>) -> tensor<1x4xf32> loc("first")
  func.return %z : tensor<1x4xf32>
}
