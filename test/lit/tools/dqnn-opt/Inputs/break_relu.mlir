// Turns relu into a clip that lacks its bounds.
pdl.pattern : benefit(1) {
  %type = pdl.type
  %input = pdl.operand
  %relu = pdl.operation "dqnn.relu" (%input : !pdl.value) -> (%type : !pdl.type)
  pdl.rewrite %relu {
    %clip = pdl.operation "dqnn.clip" (%input : !pdl.value) -> (%type : !pdl.type)
    pdl.replace %relu with %clip
  }
}
