// More bytes than any machine has.
%c = dqnn.constant dense<0> : tensor<4611686018427387904xi8>
