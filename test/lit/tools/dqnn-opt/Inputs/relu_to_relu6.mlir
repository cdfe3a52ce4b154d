// A wrong rewrite: the two differ above 6.
pdl.pattern : benefit(1) {
  %type = pdl.type
  %input = pdl.operand
  %relu = pdl.operation "dqnn.relu" (%input : !pdl.value) -> (%type : !pdl.type)
  pdl.rewrite %relu {
    %relu6 = pdl.operation "dqnn.relu6" (%input : !pdl.value) -> (%type : !pdl.type)
    pdl.replace %relu with %relu6
  }
}
