// Replaces relu by an op that is no operator of a network.
pdl.pattern : benefit(1) {
  %type = pdl.type
  %input = pdl.operand
  %relu = pdl.operation "dqnn.relu" (%input : !pdl.value) -> (%type : !pdl.type)
  pdl.rewrite %relu {
    %other = pdl.operation "test.op" (%input : !pdl.value) -> (%type : !pdl.type)
    pdl.replace %relu with %other
  }
}
