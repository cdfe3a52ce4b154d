// RUN: rm -rf %t && mkdir -p %t
// RUN: echo '[target.board]' > %t/board.toml
// RUN: echo 'core = "cortex-m55"' >> %t/board.toml
// RUN: dqnn-opt %s -p 'dqnn-to-cortex-m{target=board target-file="%t/board.toml"}' | filecheck %s
// RUN: not dqnn-opt %s -p 'dqnn-to-cortex-m{target=board}' 2>&1 | filecheck %s --check-prefix=UNKNOWN
// RUN: not dqnn-opt %s -p 'convert-dqnn-to-cortex-m{target=stm32mp1}' 2>&1 | filecheck %s --check-prefix=REFUSED
// RUN: echo 'rom = 3' >> %t/board.toml
// RUN: not dqnn-opt %s -p 'select-kernels{target=board target-file="%t/board.toml"}' 2>&1 | filecheck %s --check-prefix=WRONG

// A pass takes the targets of a user's file; what is wrong with it is told in one line.

// CHECK: builtin.module
// CHECK: cortex_m.call {{.*}}arm_softmax_s8
// UNKNOWN: error: pass '{{.*}}' failed: {{.*}}no target 'board': use one of cortex-m0, {{.*}}
// REFUSED: error: pass 'convert-dqnn-to-cortex-m' failed: target 'stm32mp1' is not supported: it runs Linux: {{.*}}
// WRONG: error: pass 'select-kernels' failed: {{.*}}board.toml: target.board.'rom': is not known here; write one of {{.*}}

func.func @f(%x: tensor<1x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x!quant.uniform<i8:f32, 0.00390625:-128>> {
  %y = dqnn.softmax %x : tensor<1x4x!quant.uniform<i8:f32, 0.00390625:-128>>
  func.return %y : tensor<1x4x!quant.uniform<i8:f32, 0.00390625:-128>>
}
