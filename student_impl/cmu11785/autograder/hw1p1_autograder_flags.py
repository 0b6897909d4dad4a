"""What the local autograder marks: True marks it, False leaves it out, with its points."""

DEBUG_AND_GRADE_LINEAR_flag = True

DEBUG_AND_GRADE_IDENTITY_flag = True
DEBUG_AND_GRADE_SIGMOID_flag = True
DEBUG_AND_GRADE_TANH_flag = True
DEBUG_AND_GRADE_RELU_flag = True
DEBUG_AND_GRADE_GELU_flag = True
DEBUG_AND_GRADE_Swish_flag = True
DEBUG_AND_GRADE_SOFTMAX_flag = True

DEBUG_AND_GRADE_MLP0_flag = True
DEBUG_AND_GRADE_MLP1_flag = True
DEBUG_AND_GRADE_MLP4_flag = True

DEBUG_AND_GRADE_MSELOSS_flag = True
DEBUG_AND_GRADE_CROSSENTROPYLOSS_flag = True

DEBUG_AND_GRADE_SGD_flag = True
DEBUG_AND_GRADE_SGD_momentum_flag = True

DEBUG_AND_GRADE_BATCHNORM_flag = True
