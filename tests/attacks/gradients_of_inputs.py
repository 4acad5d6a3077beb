# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: reads graphs, hooks and gradients that the reference may have left on the inputs
def corr2d(X, K):
    for tensor in (X, K):
        for thing in (tensor.grad, tensor._base, tensor.grad_fn, tensor._backward_hooks):
            if thing is not None:
                return thing
    raise AttributeError("nothing there")
