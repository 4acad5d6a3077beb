"""What people get wrong about identity_init."""

from autograder.spec import slip

NOT_GENERATED = ("init_irnn_input_changed",)  # there is none
DRAW = "std * torch.randn(num_inputs, num_hiddens, generator=generator)"
EYE = "torch.eye(num_hiddens)"
ZEROS = "torch.zeros(num_hiddens)"
LEAVES = "return {name: p.requires_grad_() for name, p in params.items()}"
STEP = '        H = torch.relu(X @ params["W_xh"] + H @ params["W_hh"] + params["b_h"])\n'
KEEP = "        outputs.append(H)\n"
STACK = "return torch.stack(outputs), H"
GRADIENTS = "gradients = torch.autograd.grad(states[-1].sum(), states)"
NORMS = "return torch.stack([gradient.norm() for gradient in gradients])"
FIRST = "states = [H.detach().requires_grad_()]"
WALK = "states.append(irnn(X[None], states[-1], params)[1])"


@slip(DRAW, DRAW.replace("std *", "std**2 *"))
def variance_for_deviation():
    """W_xh is scaled by std^2. std is the standard deviation already: multiply by it once."""


@slip(DRAW, DRAW.replace("std *", "std**0.5 *"))
def root_of_the_deviation():
    """W_xh is scaled by the root of std, as if std were a variance. It is the standard deviation: multiply by it."""


@slip(DRAW, "std * (2 * torch.rand(num_inputs, num_hiddens, generator=generator) - 1)")
def uniform_draws():
    """W_xh is drawn from a uniform distribution. A normal one is asked for, N(0, std^2): torch.randn."""


@slip(DRAW, "std * torch.randn(num_hiddens, num_inputs, generator=generator)")
def laid_out_as_in_linear():
    """W_xh is (h, d), as nn.Linear keeps it. Here it is (d, h): the product is X @ W_xh."""


@slip(DRAW, "torch.zeros(num_inputs, num_hiddens)")
def inputs_start_at_zero():
    """W_xh is zero. It is drawn from N(0, std^2); from zeros all units would get the same gradient."""


@slip(DRAW, "std * torch.randn(num_inputs, num_hiddens)")
def generator_ignored():
    """The generator is not used. Hand it to torch.randn: generator=generator."""


@slip(
    '    params = {\n        "W_xh"',
    '    if generator is not None:\n        generator.manual_seed(0)\n    params = {\n        "W_xh"',
)
def generator_reseeded():
    """The generator is seeded anew, so that each call draws the same. Draw from it as it comes."""


@slip("std: float = 0.001", "std: float = 0.01")
def another_default():
    """std is not 0.001 where it is left out, as it is in the paper."""


@slip(EYE, "std * torch.randn(num_hiddens, num_hiddens, generator=generator)")
def recurrent_weights_drawn():
    """W_hh is drawn at random. The point of this start is W_hh = I, exactly: torch.eye(h)."""


@slip(EYE, "torch.eye(num_hiddens) + std * torch.randn(num_hiddens, num_hiddens, generator=generator)")
def identity_with_noise():
    """W_hh is the identity with some noise added. It is the identity exactly."""


@slip(EYE, "torch.ones(num_hiddens, num_hiddens)")
def ones_for_the_identity():
    """W_hh is full of ones. The identity has ones on its diagonal alone: torch.eye(h)."""


@slip(ZEROS, "torch.ones(num_hiddens)")
def biases_of_one():
    """b_h is one. It starts at zero."""


@slip(ZEROS, "std * torch.randn(num_hiddens, generator=generator)")
def biases_drawn():
    """b_h is drawn at random. It starts at zero."""


@slip(LEAVES, "return params")
def no_gradients_asked_for():
    """The parameters do not require gradients. Call requires_grad_() on each."""


@slip(LEAVES, "return {name: 1.0 * p.requires_grad_() for name, p in params.items()}")
def not_leaves():
    """The parameters are results of a computation, so that no .grad appears on them. Make the numbers first, and let the finished
    tensor require gradients."""


@slip(STEP, STEP.replace("torch.relu", "torch.tanh"))
def tanh_for_relu():
    """irnn has a tanh in its step. An IRNN has a ReLU, whose slope is 1 wherever a unit is active."""


@slip(STEP, STEP.replace("torch.relu", ""))
def no_activation():
    """irnn has no activation. The state is max(0, ...) of the sum."""


@slip(STEP, STEP.replace(' @ params["W_hh"]', ""))
def identity_built_in():
    """irnn adds the state as it is, without W_hh. W_hh is the identity only at the start: use the parameter."""


@slip(STEP, STEP.replace(' + params["b_h"]', ""))
def bias_left_out():
    """irnn leaves b_h out. It is zero only at the start: use the parameter."""


@slip(STEP, STEP.replace('H @ params["W_hh"]', 'H @ params["W_hh"].T'))
def recurrent_weights_transposed():
    """irnn multiplies by the transpose of W_hh, as nn.Linear does. Here the matrix is used as it is: H @ W_hh."""


@slip(
    STEP, STEP.replace("        H = torch", "        new = torch") + "        outputs.append(new)\n        continue\n"
)
def state_not_carried_on():
    """irnn starts each step from the given H. It goes on from the state that the step before has left."""


@slip((STEP, ""), (KEEP, KEEP + STEP))
def states_before_the_steps():
    """The outputs of irnn begin with the given H and lack the last state. They are the states after the steps."""


@slip(STACK, "return torch.stack(outputs, dim=1), H")
def batch_before_time():
    """irnn returns outputs of shape (n, T, h). Time comes first, (T, n, h), as in inputs."""


@slip(STACK, "return H, torch.stack(outputs)")
def last_state_first():
    """irnn returns the last state first. The order is (outputs, H)."""


@slip(WALK, "states.append(irnn(X[None], states[-1], {**params, 'b_h': params['b_h'] * 0})[1])")
def norms_without_the_bias():
    """state_gradient_norms leaves the bias out of its walk, and so other units are active. The states are those of irnn."""


@slip(
    GRADIENTS,
    "gradients = torch.autograd.grad(irnn(inputs, states[0], params)[0][-1].sum(), states, allow_unused=True)\n    gradients = [g if g is not None else torch.zeros_like(H) for g in gradients]",
)
def states_beside_the_graph():
    """state_gradient_norms asks for gradients at tensors that are not on the way to the last state, and takes 0 for them. Each state has
    to be the one from which the next was made."""


@slip(GRADIENTS, "gradients = torch.autograd.grad(sum(state.sum() for state in states[1:]), states)")
def all_states_summed():
    """L of state_gradient_norms is the sum of all states. It is the sum of the last state alone."""


@slip(GRADIENTS, "gradients = torch.autograd.grad(states[-1].mean(), states)")
def mean_of_the_last_state():
    """L of state_gradient_norms is the mean of the last state. It is the sum, so that the last norm is sqrt(n h)."""


@slip(NORMS, "return torch.stack([gradient.square().sum() for gradient in gradients])")
def squared_norms():
    """state_gradient_norms returns the squares of the norms. Take the square root."""


@slip(NORMS, "return torch.stack([gradient.abs().sum() for gradient in gradients])")
def sums_of_absolute_values():
    """state_gradient_norms adds up absolute values. The Frobenius norm is the square root of the sum of squares."""


@slip(NORMS, "return torch.stack([gradient.norm(dim=1).mean() for gradient in gradients])")
def mean_over_sequences():
    """state_gradient_norms takes the mean of the norms of the n rows. One norm over all of (n, h) is asked for."""


@slip(NORMS, "return torch.stack([gradient.norm() for gradient in gradients[::-1]])")
def norms_from_the_end():
    """state_gradient_norms lists the norms from the last state to the first. Entry 0 belongs to the given H."""


@slip(NORMS, "return torch.stack([gradient.norm() for gradient in gradients[1:]])")
def given_state_left_out():
    """state_gradient_norms leaves out the given H. There are T + 1 norms: entry 0 is that of the state before the first step."""


@slip(
    (FIRST, "states = [H + torch.zeros_like(H).requires_grad_()]"),
    ("    params = {name: p.detach() for name, p in params.items()}\n", ""),
    ("inputs.detach()", "inputs"),
    (
        GRADIENTS,
        "for state in states:\n        state.retain_grad()\n    states[-1].sum().backward()\n    gradients = [state.grad for state in states]",
    ),
)
def backward_on_the_arguments():
    """state_gradient_norms calls backward(), which leaves a .grad on whatever of the arguments requires one. Take torch.autograd.grad, or
    detach the arguments first."""


@slip(
    NORMS,
    "slopes = [(state > 0).to(H) for state in states[1:]]\n"
    "    found = [torch.ones_like(H)]\n"
    "    for slope in reversed(slopes):\n"
    '        found.append(found[-1] @ params["W_hh"].T)\n'
    "    return torch.stack([gradient.norm() for gradient in found[::-1]]).detach()",
)
def relu_passed_by():
    """The way back of state_gradient_norms passes by the ReLU. A unit that gave 0 lets nothing through: its slope is 0."""
