"""What people get wrong about steps in place, whatever the formula is."""

from autograder.spec.misconception import shared_slip

SKIP = "            if p.grad is None:\n                continue\n"
ZIP = "        for i, (p, state) in enumerate(zip(params, states)):\n"


def wrong_steps(module: str, rule: str, head: str, state: str, step: str) -> None:
    """Adds the slips in one entry point to the misconceptions of a module.

    rule: the entry point. head: the line that begins its loop; the two lines that skip what has no gradient follow.
    state: the line behind these that takes the state out of its dict, or "" where there is none. step: the line that
    moves p, the last one. head and state together, and step, are in no other entry point.
    """
    top = head + SKIP + state

    def slip(name: str, sentence: str, *edits: tuple[str, str]) -> None:
        shared_slip(module, f"{rule}_{name}", sentence, *edits)

    slip(
        "nothing_changed",
        """No parameter changes. p = p - ... gives a new tensor the name p, and the tensor in the list stays as it was:
        write into it, by p -= ... or p.sub_(...).""",
        (step, step.replace("p -= ", "p = p - ")),
    )
    slip(
        "new_memory",
        """A parameter gets new memory, as by p.data = ...; whoever shares the old one, as tied layers and views do, does
        not see the step. Write into it: p -= ...""",
        (step, step.replace("p -= ", "p.data = p - ")),
    )
    slip(
        "new_tensors",
        """The list holds new tensors after the step, while the network still has the old ones. Change these in place:
        p -= ...""",
        (top, ZIP + SKIP + state),
        (step, step.replace("p -= ", "params[i] = p - ") + "            params[i].requires_grad_().grad = p.grad\n"),
    )
    slip(
        "gradients_set_to_0",
        """.grad is 0 after the step. Setting it to 0 is for the training loop, which may want to look at it first, or to
        add to it.""",
        (step, step + "            p.grad.zero_()\n"),
    )
    slip(
        "gradients_dropped",
        ".grad is None after the step. It is left as it is: clearing is for whoever calls backward().",
        (step, step + "            p.grad = None\n"),
    )
    slip(
        "gradients_switched_off",
        """After the step parameters do not require grad as they did before, and the next backward() does not reach them.
        Work in torch.no_grad(), and leave requires_grad as it is.""",
        (step, step + "            p.requires_grad_(False)\n"),
    )
    slip(
        "frozen_ones_switched_on",
        """A parameter that did not require grad does so after the step. It was frozen on purpose: leave requires_grad as
        it is.""",
        (top, top.replace(SKIP, "            p.requires_grad_()\n" + SKIP)),
    )
    slip(
        "stops_at_none",
        """Parameters behind one without a gradient are left out. They have gradients of their own: `continue`, where
        `return` and `break` would end the step.""",
        (top, top.replace("continue", "break")),
    )
    slip(
        "none_taken_for_0",
        """A parameter whose .grad is None is treated as if its gradient were 0. Leave all of it as it is, parameter, state
        and .grad: continue with the next.""",
        (top, head + "            p.grad = torch.zeros_like(p) if p.grad is None else p.grad\n" + state),
    )
    slip(
        "hyper_changed",
        "hyper is not the same after the step. The caller calls with it again: only read it.",
        (step, step + '    hyper["lr"] = 0.9 * hyper["lr"]\n'),
    )
    slip(
        "returns_the_list",
        "The step returns the list. It works in place, and returns None, as functions do that change what they are given.",
        (step, step + "    return params\n"),
    )
    slip(
        "new_dicts",
        """The list of states holds new dicts after the step. Whoever keeps the old ones never sees what was put there: write
        into the dict that is there, by state[...] = ...""",
        (top, ZIP + SKIP + "            state = states[i] = dict(state)\n" + state),
    )
    slip(
        "precision_lost",
        """The numbers have only the precision of float32, also where the parameters are float64. Compute in their dtype, and
        without .float().""",
        (step, step + "            p.copy_(p.float())\n"),
    )
    if not state:
        return
    slip(
        "state_before_skipping",
        """The dict of a parameter without a gradient does not stay as it was, if only zeros come in, with which a state
        begins. Ask for the gradient before you look into the dict.""",
        (top, head + state + SKIP),
    )
    slip(
        "kept_with_the_parameter",
        """Something is kept elsewhere than in the dicts of states, in an attribute of a parameter or in a global: when the
        dicts are emptied, it is still there. Keep it in the parameter's dict.""",
        (top, head + SKIP + "            state = vars(p).setdefault('kept', {})\n" + state),
    )
    slip(
        "state_has_a_graph",
        """A tensor in a state requires grad, as torch.zeros_like(p, requires_grad=True) and what is computed outside of
        torch.no_grad() do. Keep what has no graph.""",
        (step, step + "            state['p'] = p.clone().requires_grad_()\n"),
    )
    slip(
        "state_in_another_dtype",
        """A tensor in a state has another dtype or shape than the parameter: torch.zeros(p.shape) is float32 whatever p is.
        torch.zeros_like(p) takes both from it.""",
        (step, step + "            state['last'] = torch.zeros(3, 3)\n"),
    )
    slip(
        "gradient_kept",
        """Something in a state shares memory with .grad, as p.grad itself does, into which the next backward() writes. Keep
        a copy: p.grad.clone().""",
        (step, step + "            state['g'] = p.grad\n"),
    )
    slip(
        "rests_without_lr",
        """A step with lr = 0 changes nothing at all. Only the parameter stays where it is: what is kept still takes the
        gradient in.""",
        (top, top.replace("is None", 'is None or not hyper["lr"]')),
    )
