"""What people get wrong about clipping."""

import torch

from autograder.spec import misconception, reference, slip

# It returns None.
NOT_GENERATED = ("clip_grad_value__output_always_float32", "clip_grad_value__precision_lost")
SUM = "sum((grad.to(wide) ** 2).sum() for grad in grads).sqrt()"
GRADS = "[p.grad.detach() for p in params if p.grad is not None]"
SCALE = "            grad *= theta / g\n"
CUT = "            p.grad.detach().clamp_(-c, c)\n"
EACH = "        if p.grad is not None:\n" + CUT


@misconception
def each_gradient_by_itself(params, theta):
    """clip_grad_norm_ clips each gradient by its own norm. Then each of them may have the norm theta, and the direction of
    the step changes: take one norm of all of them together, and one factor."""
    params = list(params)
    g = reference.clip_grad_norm_(params, float("inf") if theta > 0 else theta)
    for p in params:
        reference.clip_grad_norm_([p], theta)
    return g


@slip(SUM, "sum((grad.to(wide) ** 2).sum().sqrt() for grad in grads)")
def norms_added():
    """clip_grad_norm_ adds up the norms of the gradients. Squares add up: the norm of all of them is the root of the sum of
    all squares."""


@slip(SUM, "(grads[-1].to(wide) ** 2).sum().sqrt()")
def last_gradient_alone():
    """clip_grad_norm_ takes the norm of the last gradient for that of all of them. Add up the squares of all gradients
    first."""


@slip(SUM, "torch.stack([(grad.to(wide) ** 2).sum() for grad in grads]).amax().sqrt()")
def largest_gradient_alone():
    """clip_grad_norm_ takes the largest of the gradients' norms for that of all of them. All squares count, in one sum."""


@slip(SUM, "sum((grad.to(wide) ** 2).sum() for grad in grads)")
def no_root():
    """The norm of clip_grad_norm_ lacks its root: what is compared, divided by and returned is the sum of squares."""


@slip(SUM, SUM.replace(".sqrt()", " / sum(map(torch.numel, grads))").replace("sum((", "(sum((") + ").sqrt()")
def root_of_the_mean():
    """clip_grad_norm_ takes the root of the mean of the squares. The norm is the root of their sum."""


@slip(SUM, "sum(grad.to(wide).abs().sum() for grad in grads)")
def sum_of_absolute_values():
    """clip_grad_norm_ adds up absolute values. That is the L1 norm; the L2 norm is the root of the sum of the squares."""


@slip(SUM, "torch.stack([grad.to(wide).abs().amax() for grad in grads]).amax()")
def largest_element():
    """clip_grad_norm_ takes the largest |element| for the norm. The L2 norm is the root of the sum of all squares."""


@slip(SCALE, "            grad.clamp_(-theta, theta)\n")
def elements_cut():
    """clip_grad_norm_ cuts single elements, as clip_grad_value_ does. It multiplies all of them by one number, which keeps
    the direction."""


@slip(SCALE, "            grad /= g\n")
def made_1():
    """clip_grad_norm_ divides by the norm, which makes the norm 1. It should become theta: multiply by theta / g."""


@slip(SCALE, "            grad *= theta\n")
def multiplied_by_theta():
    """clip_grad_norm_ multiplies by theta. That does not bound anything; theta / g makes the norm theta."""


@slip("    if g > theta:\n", "    if g > 0:\n")
def always_scaled():
    """clip_grad_norm_ scales gradients up where their norm is below theta. Clipping only makes smaller: ask whether g > theta."""


@slip("    if g > theta:\n", "    if g > theta or g == 0:\n")
def nan_for_zeros():
    """clip_grad_norm_ divides by a norm of 0, and zeros become NaN. There is nothing to clip: leave them as they are."""


@slip(("    if g > theta:\n", "    if g > 0:\n"), (SCALE, "            grad.div_(g).mul_(g.clamp(max=theta))\n"))
def scaled_within_the_limit():
    """clip_grad_norm_ computes the gradients anew within the limit too, and rounding changes them. They should stay exactly
    as they are: touch them only where g > theta."""


@slip("theta / g\n", "theta / (g + 0.01)\n")
def small_number_added():
    """clip_grad_norm_ adds a number to the norm before it divides, one that is too large, and what comes out is shorter than
    theta. There is no need: where g > theta it is above 0."""


@misconception
def goes_through_params_twice(params, theta):
    """clip_grad_norm_ goes through params twice, and an iterator is empty the second time: the norm is right, and no
    gradient changes. Make a list of the gradients first."""
    return reference.clip_grad_norm_(params, theta if isinstance(params, list) or not theta > 0 else float("inf"))


@slip(GRADS, "[p.grad.detach() for p in params]")
def none_not_skipped():
    """clip_grad_norm_ takes .grad of every tensor, though it may be None, as for a layer that the loss did not reach. Skip
    those tensors."""


@misconception
def biases_left_out(params, theta):
    """clip_grad_norm_ leaves gradients out that have one dimension or none, as those of biases. All gradients count, and all
    are scaled."""
    params = list(params)
    kept = [p for p in params if p.grad is None or p.grad.dim() > 1]
    return reference.clip_grad_norm_(kept or params, theta)


@misconception
def stops_at_the_first_none(params, theta):
    """clip_grad_norm_ stops at the first tensor whose .grad is None. Go on with the next: others have gradients."""
    kept = []
    for p in params:
        if p.grad is None:
            break
        kept.append(p)
    return reference.clip_grad_norm_(kept, theta)


@misconception
def none_becomes_zeros(params, theta):
    """clip_grad_norm_ puts zeros where .grad was None. Skip these tensors: an optimizer takes None for no step at all, and
    zeros for a step, with weight decay and momentum."""
    params = list(params)
    g = reference.clip_grad_norm_(params, theta)
    for p in params:
        p.grad = torch.zeros_like(p) if p.grad is None else p.grad
    return g


@misconception
def parameters_scaled(params, theta):
    """clip_grad_norm_ changes parameters. Clipping is about .grad alone; the optimizer's step comes after it."""
    params = list(params)
    g = reference.clip_grad_norm_(params, theta)
    for p in params:
        p.detach().mul_(0.5)
    return g


@slip("torch.promote_types(grads[0].dtype, torch.float32)", "grads[0].dtype")
def norm_in_half_precision():
    """clip_grad_norm_ computes the norm in the gradients' own dtype. 300^2 is inf in float16, and theta / inf makes every
    gradient 0: compute it in float32."""


@slip("    return g\n", "    return g.to(grads[0].dtype)\n")
def norm_returned_in_half_precision():
    """The norm of float16 or bfloat16 gradients is not returned in float32. There it stays as it was computed: the half types
    have too few digits, and float16 too small a range."""


@slip(SUM, SUM.replace("grad.to(wide)", "grad").replace(".sqrt()", ".to(wide).sqrt()"))
def converted_too_late():
    """The norm comes back in float32, but its squares were added up in half precision. Convert the gradients before you square
    them."""


@misconception
def norm_after_returned(params, theta):
    """clip_grad_norm_ returns the norm as it is afterwards. The one before says how far the gradients have exploded."""
    params = list(params)
    reference.clip_grad_norm_(params, theta)
    return reference.clip_grad_norm_(params, float("inf"))


@slip("    return g\n", "    return g.item()\n")
def python_float_returned():
    """clip_grad_norm_ returns a Python number. A tensor of shape () is asked for: .item() makes a GPU wait at each step."""


@slip("    return g\n", "    return g.reshape(1)\n")
def norm_with_an_axis():
    """The norm that clip_grad_norm_ returns has the shape (1,). It has the shape ()."""


@slip(GRADS, "[p.grad for p in params if p.grad is not None]")
def norm_with_a_graph():
    """Where the gradients require grad, so does the norm that clip_grad_norm_ returns. Compute it in torch.no_grad(), or
    return g.detach()."""


@slip("        return torch.tensor(0.0)\n", "        return 0.0\n")
def python_number_without_gradients():
    """Without any gradient clip_grad_norm_ returns a Python number, as sum() of nothing is. It should be a tensor, a float32
    0."""


@slip("        return torch.tensor(0.0)\n", "        return torch.tensor(0)\n")
def integer_without_gradients():
    """Without any gradient clip_grad_norm_ returns an integer tensor. It should be a float32 0."""


@slip("if not theta > 0:", "if theta <= 0:")
def nan_taken():
    """clip_grad_norm_ takes NaN for a limit. Every comparison with NaN is False, theta <= 0 too: ask for `not theta > 0`."""


@slip("if not theta > 0:", "if not theta >= 0:")
def theta_of_0_taken():
    """clip_grad_norm_ takes theta = 0, which would make every gradient 0. It is to be refused, as what is below it."""


@slip("if not theta > 0:", "if theta != theta:")
def negative_theta_taken():
    """clip_grad_norm_ takes a theta of 0 and below. One below 0 would even turn all gradients around: raise ValueError."""


@slip("if not theta > 0:", "if not 0 < theta < float('inf'):")
def inf_refused():
    """clip_grad_norm_ refuses theta = inf. It is allowed: nothing is clipped, and the norm is returned all the same."""


@misconception
def clipped_before_refusing(params, theta):
    """clip_grad_norm_ raises ValueError when it has changed the gradients already. Look at theta first."""
    params = list(params)
    g = reference.clip_grad_norm_(params, abs(theta) or 1.0 if theta == theta else 1.0)
    reference.clip_grad_norm_([], theta)
    return g


@misconception
def new_gradients(params, theta):
    """clip_grad_norm_ assigns to p.grad. That gives the parameter another tensor, and who holds the old one never sees the
    change. Write into it: p.grad.mul_(factor)."""
    params = list(params)
    for p in params:
        p.grad = None if p.grad is None else p.grad.clone()
    return reference.clip_grad_norm_(params, theta)


@misconception
def new_memory(params, theta):
    """clip_grad_norm_ assigns to p.grad.data. That gives the gradient other memory, and views of it, as buckets of gradients
    have them, never see the change. Write into it: p.grad.mul_(factor)."""
    params = list(params)
    for p in params:
        if p.grad is not None:
            p.grad.data = p.grad.data.clone()
    return reference.clip_grad_norm_(params, theta)


@misconception
def nothing_changed(params, theta):
    """clip_grad_norm_ changes no gradient. g = g * factor gives a new tensor the name g, and .grad stays as it was: write into
    it, by *= or mul_."""
    return reference.clip_grad_norm_(params, float("inf") if theta > 0 else theta)


@slip(CUT, "            p.grad.detach().clamp_(max=c)\n")
def cut_from_above_alone():
    """clip_grad_value_ cuts what is above c, and not what is below -c. Both ends count."""


@slip(CUT, "            p.grad.detach().clamp_(0, c)\n")
def negative_elements_lost():
    """clip_grad_value_ makes negative elements 0. The range is [-c, c], symmetric around 0."""


@slip(CUT, "            p.grad.detach().mul_(min(1.0, c / max(p.grad.abs().max().item(), 1e-9)))\n")
def scaled_by_the_largest():
    """clip_grad_value_ scales each gradient so that its largest element fits. It cuts elements one by one: those within
    [-c, c] stay as they are."""


@slip(CUT, "            p.grad.detach().copy_(c * p.grad.detach().sign())\n")
def signs_alone():
    """clip_grad_value_ takes every element to c or -c. Those in between stay as they are."""


@slip(EACH, CUT.replace("    p.grad", "p.grad", 1))
def cuts_none():
    """clip_grad_value_ takes .grad of every tensor, though it may be None. Skip those tensors."""


@slip(CUT, "            p.grad = p.grad.clamp(-c, c)\n")
def cut_gradients_are_new():
    """clip_grad_value_ assigns to p.grad, which gives the parameter another tensor. p.grad.clamp_(-c, c), with an underscore,
    writes into the one that is there."""


@slip(
    EACH, "        pass\n    params = list(params)\n" + EACH.replace("        if", "    for p in params:\n        if")
)
def cuts_an_iterator_that_is_empty():
    """clip_grad_value_ goes through params twice, and an iterator is empty the second time. Once is enough."""


@slip("if not c > 0:", "if c <= 0:")
def nan_taken_for_c():
    """clip_grad_value_ takes NaN for c. Every comparison with NaN is False: ask for `not c > 0`."""


@slip("if not c > 0:", "if not c >= 0:")
def c_of_0_taken():
    """clip_grad_value_ takes c = 0, which would make every gradient 0. It is to be refused, as what is below it."""


@misconception(entry="clip_grad_value_")
def parameters_cut(params, c):
    """clip_grad_value_ changes parameters as well. It is about .grad alone."""
    params = list(params)
    reference.clip_grad_value_(params, c)
    for p in params:
        p.detach().clamp_(-c, c)


@misconception(entry="clip_grad_value_")
def returns_the_list(params, c):
    """clip_grad_value_ returns something. It works in place and returns None, so that nobody takes it for a copy."""
    params = list(params)
    reference.clip_grad_value_(params, c)
    return params
