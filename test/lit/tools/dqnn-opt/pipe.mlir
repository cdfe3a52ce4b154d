// A reader that closes the pipe early ends the driver quietly.
// RUN: sh -c '%installed-dqnn-opt %s | exec true' > %t 2>&1 && filecheck %s --allow-empty --check-prefix=QUIET --input-file %t
// QUIET-NOT: {{.}}

// Input may come from standard input, with its format named.
// RUN: %installed-dqnn-opt --frontend mlir < %s | filecheck %s

// CHECK: func.func @f
func.func @f(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  func.return %x : tensor<1x4xf32>
}
