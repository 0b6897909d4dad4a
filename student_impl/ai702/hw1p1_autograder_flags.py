"""Which components the local autograder marks: True marks one, False leaves it (and its points) out."""

# Section 5: the linear layer
DEBUG_AND_GRADE_LINEAR_flag = True

# Section 6: activations
DEBUG_AND_GRADE_IDENTITY_flag = True
DEBUG_AND_GRADE_SIGMOID_flag = True
DEBUG_AND_GRADE_TANH_flag = True
DEBUG_AND_GRADE_RELU_flag = True

# Section 7: networks
DEBUG_AND_GRADE_MLP0_flag = True
DEBUG_AND_GRADE_MLP1_flag = True
DEBUG_AND_GRADE_MLP4_flag = True

# Section 8: losses
DEBUG_AND_GRADE_MSELOSS_flag = True
DEBUG_AND_GRADE_CROSSENTROPYLOSS_flag = True

# Section 9: the optimizer, without and with momentum
DEBUG_AND_GRADE_SGD_flag = True
DEBUG_AND_GRADE_SGD_momentum_flag = True

# Section 10: batch normalization
DEBUG_AND_GRADE_BATCHNORM_flag = True
