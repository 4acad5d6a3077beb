"""What people get wrong about a pass through a network that is only looked at, in every exercise that sends one through."""

from autograder.spec.misconception import shared_slip

MODES = "[(module, module.training) for module in net.modules()]"
RESTORE = "        for module, training in modes:\n            module.training = training\n"
REMOVE = "        for handle in handles:\n            handle.remove()\n"
EVAL = "        net.eval()\n"
PASS = "        with torch.no_grad():\n            net(X)\n"
INPUT = "dtype=first.dtype, device=first.device"


def wrong_passes(module: str) -> None:
    """Adds the slips to the misconceptions of a module, whose solution has the lines above."""

    def slip(name: str, sentence: str, *edits: tuple[str, str]) -> None:
        shared_slip(module, name, sentence, *edits)

    slip(
        "batch_added",
        "A batch of 1 is put in front of input_shape, which has its batch already.",
        ("torch.zeros(tuple(input_shape),", "torch.zeros((1, *input_shape),"),
    )
    slip(
        "always_float32",
        "The input is float32 whatever net computes in. It should have the dtype of the first parameter.",
        (INPUT, "dtype=torch.float32, device=first.device"),
    )
    slip(
        "always_on_the_cpu",
        """The input is made on the CPU, wherever net lies. It should be on the device of the first parameter, which may be
        meta or a GPU.""",
        (INPUT, "dtype=first.dtype"),
    )
    slip(
        "no_parameters_no_input",
        """A network without parameters has no first one: next(...) raises StopIteration. Give next a second argument, for
        what it returns then.""",
        ("next(net.parameters(), torch.zeros(0))", "next(net.parameters())"),
    )
    slip(
        "not_in_evaluation_mode",
        """net stays in the mode in which it came. In training mode batch normalization takes note of what passes through, and
        refuses a batch of 1: call net.eval() first.""",
        (EVAL, ""),
    )
    slip(
        "gradients_on",
        """Gradients are on during the pass, so that all of it is recorded for nothing. Call net inside with
        torch.no_grad():.""",
        ("with torch.no_grad():", "if True:"),
    )
    slip(
        "gradients_always_on_again",
        "Gradients are on afterwards even if they were off before. with torch.no_grad(): puts back what there was.",
        (PASS, "        torch.set_grad_enabled(False)\n        net(X)\n        torch.set_grad_enabled(True)\n"),
    )
    slip(
        "always_back_to_training",
        "All of net is in training mode afterwards, whatever it was in before. Give each module its own mode back.",
        (RESTORE, "        net.train()\n"),
    )
    slip(
        "one_mode_for_all",
        """The mode of net is given to all modules in it. One that was in another mode, such as frozen batch normalization,
        is not any more: remember the mode of each.""",
        (MODES, "net.training"),
        (RESTORE, "        net.train(modes)\n"),
    )
    slip(
        "modes_of_the_children_only",
        "The modes of net and its children come back, but not those of what lies deeper: net.modules() goes through all.",
        (MODES, "[(module, module.training) for module in [net, *net.children()]]"),
    )
    slip(
        "left_in_evaluation_mode",
        "net is left in evaluation mode, and is then trained without dropout. Give each module its mode back.",
        (RESTORE, ""),
    )
    slip(
        "hooks_left",
        """The hooks are left on net: they go on noting at every pass, and slow it down. Keep the handles, and call remove()
        of each.""",
        (REMOVE, ""),
    )
    slip(
        "only_one_hook_removed",
        "Only one of the hooks is removed, such as the last. Keep the handles of all, and call remove() of each.",
        (REMOVE, "        handles[0].remove()\n"),
    )
    slip(
        "all_hooks_removed",
        "Hooks that others registered are taken away too. handle.remove() takes away your own alone.",
        (
            REMOVE,
            "        for module in net.modules():\n            module._forward_hooks.clear()\n"
            "            module._forward_pre_hooks.clear()\n",
        ),
    )
    slip(
        "tidies_up_only_if_all_goes_well",
        """Where the pass raises, nothing is put back: hooks and evaluation mode stay. Tidy up in finally:, which runs in
        any case.""",
        ("    try:\n", "    if True:\n"),
        ("    finally:\n", "    if True:\n"),
    )
    slip(
        "exceptions_swallowed",
        """An exception of the pass is swallowed, and what was found until then is returned. The caller has to learn of it:
        tidy up in finally:, without except.""",
        ("    finally:\n", "    except Exception:\n        pass\n    finally:\n"),
    )
    slip(
        "gradients_cleared",
        "What stands in .grad is cleared. It may be waiting for a step of the optimizer: leave it alone.",
        (EVAL, "        net.eval()\n        net.zero_grad()\n"),
    )
