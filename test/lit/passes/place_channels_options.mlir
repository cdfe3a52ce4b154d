// RUN: dqnn-opt %s -p 'place-channels{inputs-ch-position=chlast,auto,auto outputs-ch-position=auto,chfirst}' --print-debuginfo | filecheck %s
// RUN: not dqnn-opt %s -p 'place-channels{inputs-ch-position=chlast}' 2>&1 | filecheck %s --check-prefix=FLAT
// RUN: not dqnn-opt %s -p 'place-channels{inputs-ch-position=auto,auto,chfirst}' 2>&1 | filecheck %s --check-prefix=NOWHERE
// RUN: not dqnn-opt %s -p 'place-channels{outputs-ch-position=chfirst}' 2>&1 | filecheck %s --check-prefix=OUTPUT
// RUN: not dqnn-opt %s -p 'place-channels{outputs-ch-position=auto,auto,auto}' 2>&1 | filecheck %s --check-prefix=COUNT
// RUN: not dqnn-opt %s -p 'place-channels{inputs-ch-position=last}' 2>&1 | filecheck %s --check-prefix=OPTION

// One for each: the others stay. What it puts at an edge is a layer of its own.
// CHECK:      func.func @net(%a: tensor<1x4x4x2xf32> {dqnn.order = array<i64: 0, 2, 3, 1>} {{.*}}, %b: tensor<1x4x4xf32> {{.*}}, %c: tensor<1x2x3xf32> loc(unknown))
// CHECK-SAME:     -> (tensor<1x2x3xf32>, tensor<1x2x2x2xf32> {dqnn.order = array<i64: 0, 3, 1, 2>})
// CHECK:        dqnn.transpose %a {permutation = [0, 3, 1, 2]} : tensor<1x2x4x4xf32> loc("a.transpose")
// CHECK:        dqnn.transpose %{{.+}} {permutation = [0, 3, 1, 2]} : tensor<1x2x2x2xf32> loc("out_1.transpose")

// FLAT: error: pass 'place-channels' failed: input 1 ('b') cannot be chlast: no layer says which of its 3 dimensions holds channels; take auto for it as --inputs-ch-position
// NOWHERE: error: pass 'place-channels' failed: input 2 ('c') cannot be chfirst: no layer says which of its 3 dimensions holds channels; take auto for it as --inputs-ch-position
// OUTPUT: error: pass 'place-channels' failed: output 0 ('out_0') cannot be chfirst: no layer says which of its 3 dimensions holds channels; take auto for it as --outputs-ch-position
// COUNT: error: pass 'place-channels' failed: 3 output channel positions given, the network has 2 outputs; give one, or one for each
// OPTION: error: pass 'place-channels': Incompatible types: given ('last',), {{.*}}

// The image of the second input has channels only behind its reshape, the third one never.
func.func @net(%a: tensor<1x2x4x4xf32>, %b: tensor<1x4x4xf32>, %c: tensor<1x2x3xf32>) -> (tensor<1x2x3xf32>, tensor<1x2x2x2xf32>) {
  %t = dqnn.transpose %a {permutation = [0, 2, 3, 1]} : tensor<1x4x4x2xf32>
  %r = dqnn.reshape %b : tensor<1x4x4x1xf32>
  %p = dqnn.max_pool2d %t {kernel = [3, 3]} : tensor<1x2x2x2xf32>
  %q = dqnn.max_pool2d %r {kernel = [3, 3]} : tensor<1x2x2x1xf32>
  %s = dqnn.add %p, %q : tensor<1x2x2x2xf32>
  %y = dqnn.relu %c : tensor<1x2x3xf32>
  func.return %y, %s : tensor<1x2x3xf32>, tensor<1x2x2x2xf32>
}
