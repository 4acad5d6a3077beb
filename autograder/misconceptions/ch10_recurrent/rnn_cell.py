"""What people get wrong about the recurrent cell and the walk along a sequence."""

from autograder.spec import misconception, reference, slip

STEP = 'torch.tanh(X @ params["W_xh"] + H @ params["W_hh"] + params["b_h"])'
LOOP = "        H = rnn_cell(X, H, params)\n"
KEEP = "        outputs.append(H)\n"
RETURN = "return torch.stack(outputs), H  #"


@slip("torch.tanh", "torch.sigmoid")
def sigmoid_for_tanh():
    """rnn_cell has a sigmoid. Its values lie between 0 and 1, and its slope is 1/4 at most. Here it is tanh, between -1
    and 1."""


@slip("torch.tanh", "torch.relu")
def relu_for_tanh():
    """rnn_cell has a ReLU, with which the state may grow without limit. Here it is tanh, between -1 and 1."""


@slip(f"return {STEP}", f"return {STEP[10:]}")
def no_activation():
    """rnn_cell has no activation. A linear step composed with itself is linear again: put tanh around the sum."""


@slip(STEP, 'torch.tanh(X @ params["W_xh"]) + H @ params["W_hh"] + params["b_h"]')
def state_outside_the_tanh():
    """The tanh of rnn_cell covers the input alone, and the state is added behind it. The sum of all three terms goes
    through tanh."""


@slip('H @ params["W_hh"]', 'H @ params["W_hh"].T')
def state_matrix_transposed():
    """rnn_cell transposes W_hh, as one does with the weight of an nn.Linear. Here a state is a row, and the matrix stands on
    its right as it is: H @ W_hh. Being square, both products have the same shape."""


@slip(' + params["b_h"]', "")
def bias_left_out():
    """rnn_cell leaves b_h out. It belongs into the sum, before tanh."""


@slip(' + params["b_h"]', ' + 2 * params["b_h"]')
def bias_added_twice():
    """rnn_cell adds the bias twice, once with the input and once with the state. nn.RNN has a bias for each of the two; here
    there is one, added once."""


@slip(' + H @ params["W_hh"]', "")
def state_ignored():
    """rnn_cell looks at the input alone, and so remembers nothing. The old state takes part: H @ W_hh."""


@slip(' + H @ params["W_hh"]', " + H")
def state_without_its_matrix():
    """rnn_cell adds the old state as it is. It goes through its matrix first: H @ W_hh."""


@misconception
def parameters_by_place(X, H, params):
    """rnn_cell takes the parameters by their place in the dict. Take them by name, params["W_xh"]: the order means nothing,
    and other layers' parameters may be there too."""
    return reference.rnn_cell(X, H, dict(zip(["W_xh", "W_hh", "b_h"], params.values(), strict=False)))


@misconception
def cell_detaches_the_state(X, H, params):
    """rnn_cell cuts the old state off from the graph: no gradient goes back through time. Leave detach() to the training
    loop, between stretches of a sequence, and keep it out of the cell."""
    return reference.rnn_cell(X, H.detach(), params)


@misconception
def state_overwritten(X, H, params):
    """rnn_cell writes the new state into the old one, which the caller still has, and needs for the gradient: H[...] = ...,
    H.copy_(...) and H += ... work in place. Return a new tensor."""
    return H.copy_(reference.rnn_cell(X, H, params))


@slip(
    (LOOP, ""),
    (KEEP, "        outputs.append(rnn_cell(X, H, params))\n"),
    (RETURN, "return torch.stack(outputs), outputs[-1]  #"),
)
def state_not_carried_on():
    """rnn starts every step from the H that was given, as if nothing had been read before. Bind the new state to H, so that
    the next step goes on from it."""


@slip((LOOP, LOOP.replace("H, params", "torch.zeros_like(H), params")))
def state_reset_at_each_step():
    """rnn sets the state back to zeros at each step, and so remembers nothing. Each step goes on from the state that the one
    before has left, the first from the H that was given."""


@slip("    outputs = []\n", "    outputs, H = [], torch.zeros_like(H)\n")
def given_state_ignored():
    """rnn starts from zeros, whatever H it is given. The walk starts from that H, which may come from an earlier stretch of the
    sequence."""


@slip((LOOP, ""), (KEEP, KEEP + LOOP))
def given_state_among_the_outputs():
    """outputs begins with the H that was given and ends before the last state. outputs[t] is the state after step t: make the
    step first, and put H into the list then."""


@slip((LOOP, LOOP.replace("(X,", "(inputs[-1 - len(outputs)],")))
def sequence_walked_backwards():
    """rnn walks from the last step to the first. Time goes forward: inputs[0] comes first."""


@slip("for X in inputs:", "for X in inputs[1:] if len(inputs) > 1 else inputs:")
def first_step_left_out():
    """rnn leaves inputs[0] out, so that there is one state too few. The given H is from before that step: begin with t = 0."""


@slip("for X in inputs:", "for X in inputs[:-1] if len(inputs) > 1 else inputs:")
def last_step_left_out():
    """rnn stops before the last step, so that there is one state too few: range(len(inputs)) ends at T - 1 by itself."""


@slip(RETURN, "return torch.stack(outputs[::-1]), H  #")
def outputs_reversed():
    """outputs lists the states from the last to the first. outputs[t] is the state after step t."""


@slip(RETURN, "return torch.stack([H] * len(outputs)), H  #")
def last_state_everywhere():
    """Every item of outputs is the last state, as where one tensor is changed in place and put into the list again and again,
    or where it is repeated at the end. Make a new tensor at each step, and keep that."""


@slip(RETURN, "return torch.stack(outputs[-1:]), H  #")
def only_the_last_output():
    """outputs holds the last state alone. The states after all T steps are asked for, (T, n, h)."""


@slip(RETURN, "return torch.stack(outputs, dim=1), H  #")
def batch_before_time():
    """outputs has the shape (n, T, h). Time comes first, (T, n, h), as in inputs: torch.stack joins along a new first axis unless
    you give it another."""


@slip(RETURN, "return torch.cat(outputs), H  #")
def steps_joined_to_the_batch():
    """outputs has two axes, (T * n, h): torch.cat joins along an axis that is there already. torch.stack makes a new one,
    (T, n, h)."""


@slip(RETURN, "return torch.stack(outputs).squeeze(), H.squeeze()  #")
def axes_of_size_one_dropped():
    """Axes of size 1 disappear, so that with one step, one sequence or one unit the shapes are no longer (T, n, h) and (n, h). Leave
    out squeeze()."""


@slip(RETURN, "return outputs, H  #")
def list_of_states():
    """outputs is a list of states. One tensor is asked for, (T, n, h): torch.stack makes it of the list."""


@slip("for X in inputs:", "for X in inputs.transpose(0, 1):")
def inputs_taken_batch_first():
    """rnn goes along the second axis of inputs, as with batch_first=True. Here the first axis is time: inputs[t] is (n, d)."""


@slip(("    outputs = []\n", "    given, outputs = H, []\n"), (RETURN, "return torch.stack(outputs), given  #"))
def given_state_returned():
    """The second item is the H that was given. It should be the state after the last step, from which a next stretch of the
    sequence can go on."""


@slip(RETURN, "return torch.stack(outputs), outputs[0]  #")
def first_state_returned():
    """The second item is the state after the first step. It should be that after the last one, outputs[-1]."""


@slip(RETURN, "return torch.stack(outputs), H.unsqueeze(0)  #")
def an_axis_for_layers():
    """The second item has an axis too many, (1, n, h), which nn.RNN keeps for its layers. Here it is (n, h)."""


@slip(RETURN, "return torch.stack(outputs), H[-1]  #")
def state_of_the_last_sequence():
    """The second item is the state of the last sequence alone, (h,). H has the shape (n, h) already: it is the state after the
    last step, of all sequences."""


@slip(RETURN, "return H, torch.stack(outputs)  #")
def items_swapped():
    """The two items have changed places: first all states (T, n, h), then the last one (n, h)."""


@slip(LOOP, "        H = rnn_cell(X, H.detach(), params)\n")
def detached_between_steps():
    """rnn detaches the state between two steps, so that the gradient goes back by one step only. Detaching is for the training
    loop, between stretches of a long sequence; within rnn everything stays in the graph."""


@slip(KEEP, "        outputs.append(H.detach())\n")
def kept_states_detached():
    """The states in outputs are cut off from the graph, as with .data, .detach() or torch.tensor(...), so that no loss on them
    reaches the parameters. Keep them as they are: torch.stack lets gradients through."""


@misconception(entry="rnn")
def own_step_transposed(inputs, H, params):
    """The step that rnn makes is not that of rnn_cell: W_hh is transposed in it. Each state should be tanh(X W_xh + H W_hh +
    b_h); call rnn_cell, so that the formula stands in one place."""
    return reference.rnn(inputs, H, {**params, "W_hh": params["W_hh"].T})


@misconception(entry="rnn")
def walk_takes_parameters_by_place(inputs, H, params):
    """rnn takes the parameters by their place in the dict. Take them by name, params["W_xh"], or hand on the dict as it
    is."""
    return reference.rnn(inputs, H, dict(zip(["W_xh", "W_hh", "b_h"], params.values(), strict=False)))


@misconception(entry="rnn")
def first_state_overwritten(inputs, H, params):
    """rnn writes into the H that it was given, which the caller still needs, as H[...] = ... and H.copy_(...) do. Bind each new
    state to the name: H = rnn_cell(X, H, params)."""
    outputs, last = reference.rnn(inputs, H, params)
    H.copy_(last.detach())
    return outputs, last
