// RUN: dqnn-opt -p canonicalize %s | filecheck %s

!codes = !quant.uniform<u8:f32, 2.0:128>
!others = !quant.uniform<u8:f32, 3.0:128>

// CHECK: func.func @dcast_fold(%[[X:.*]]: tensor<4xf32>)
// CHECK-NEXT: func.return %[[X]]
func.func @dcast_fold(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = quant.qcast %x : tensor<4xf32> to tensor<4x!codes>
  %1 = quant.dcast %0 : tensor<4x!codes> to tensor<4xf32>
  func.return %1 : tensor<4xf32>
}

// CHECK: func.func @dcast_no_fold_source(%[[X:.*]]: tensor<4xi8>)
// CHECK-NEXT: %[[CODES:.*]] = quant.scast %[[X]]
// CHECK-NEXT: %[[REALS:.*]] = quant.dcast %[[CODES]]
// CHECK-NEXT: func.return %[[REALS]]
func.func @dcast_no_fold_source(%x: tensor<4xi8>) -> tensor<4xf32> {
  %0 = quant.scast %x : tensor<4xi8> to tensor<4x!codes>
  %1 = quant.dcast %0 : tensor<4x!codes> to tensor<4xf32>
  func.return %1 : tensor<4xf32>
}

// CHECK: func.func @qcast_fold(%[[X:[^:]*]]: tensor
// CHECK-NEXT: func.return %[[X]]
func.func @qcast_fold(%x: tensor<4x!codes>) -> tensor<4x!codes> {
  %0 = quant.dcast %x : tensor<4x!codes> to tensor<4xf32>
  %1 = quant.qcast %0 : tensor<4xf32> to tensor<4x!codes>
  func.return %1 : tensor<4x!codes>
}

// CHECK: func.func @qcast_no_fold_source(%[[X:.*]]: tensor<4xf32>)
// CHECK-NEXT: %[[CODES:.*]] = quant.qcast %[[X]]
// CHECK-NEXT: func.return %[[CODES]]
func.func @qcast_no_fold_source(%x: tensor<4xf32>) -> tensor<4x!codes> {
  %0 = quant.qcast %x : tensor<4xf32> to tensor<4x!codes>
  func.return %0 : tensor<4x!codes>
}

// CHECK: func.func @qcast_no_fold_type(%[[X:[^:]*]]: tensor
// CHECK-NEXT: %[[REALS:.*]] = quant.dcast %[[X]]
// CHECK-NEXT: %[[CODES:.*]] = quant.qcast %[[REALS]]
// CHECK-NEXT: func.return %[[CODES]]
func.func @qcast_no_fold_type(%x: tensor<4x!codes>) -> tensor<4x!others> {
  %0 = quant.dcast %x : tensor<4x!codes> to tensor<4xf32>
  %1 = quant.qcast %0 : tensor<4xf32> to tensor<4x!others>
  func.return %1 : tensor<4x!others>
}

// CHECK: func.func @scast_fold(%[[X:[^:]*]]: tensor
// CHECK-NEXT: func.return %[[X]]
func.func @scast_fold(%x: tensor<4x!codes>) -> tensor<4x!codes> {
  %0 = quant.scast %x : tensor<4x!codes> to tensor<4xi8>
  %1 = quant.scast %0 : tensor<4xi8> to tensor<4x!codes>
  func.return %1 : tensor<4x!codes>
}

// CHECK: func.func @scast_fold_storage(%[[X:.*]]: tensor<4xi8>)
// CHECK-NEXT: func.return %[[X]]
func.func @scast_fold_storage(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = quant.scast %x : tensor<4xi8> to tensor<4x!codes>
  %1 = quant.scast %0 : tensor<4x!codes> to tensor<4xi8>
  func.return %1 : tensor<4xi8>
}

// CHECK: func.func @scast_no_fold_source(%[[X:.*]]: tensor<4xf32>)
// CHECK-NEXT: %[[CODES:.*]] = quant.qcast %[[X]]
// CHECK-NEXT: %[[STORED:.*]] = quant.scast %[[CODES]]
// CHECK-NEXT: func.return %[[STORED]]
func.func @scast_no_fold_source(%x: tensor<4xf32>) -> tensor<4xi8> {
  %0 = quant.qcast %x : tensor<4xf32> to tensor<4x!codes>
  %1 = quant.scast %0 : tensor<4x!codes> to tensor<4xi8>
  func.return %1 : tensor<4xi8>
}

// CHECK: func.func @scast_no_fold_type(%[[X:[^:]*]]: tensor
// CHECK-NEXT: %[[STORED:.*]] = quant.scast %[[X]]
// CHECK-NEXT: %[[OTHERS:.*]] = quant.scast %[[STORED]]
// CHECK-NEXT: func.return %[[OTHERS]]
func.func @scast_no_fold_type(%x: tensor<4x!codes>) -> tensor<4x!others> {
  %0 = quant.scast %x : tensor<4x!codes> to tensor<4xi8>
  %1 = quant.scast %0 : tensor<4xi8> to tensor<4x!others>
  func.return %1 : tensor<4x!others>
}
