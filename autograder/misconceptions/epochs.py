"""What people get wrong about epochs, in every exercise whose solution goes through its samples in minibatches."""

from autograder.spec.misconception import shared_slip


def wrong_epochs(module: str, order: str, batches: str, loop: str, count: str) -> None:
    """Adds the slips to the misconceptions of a module.

    order, batches: the expressions of the solution for a random order and for the batches that it is cut into. loop: the
    line that begins an epoch; the next one is ``for batch in {batches}:``. count: the number of samples.
    """
    inner = f"        for batch in {batches}:\n"
    shared_slip(
        module,
        "shuffled_once",
        "One order is drawn and kept for all epochs. Draw a new one at the beginning of each.",
        (inner, f"        for batch in {batches.replace(order, 'order')}:\n"),
        (loop, f"    order = {order}\n{loop}"),
    )
    shared_slip(
        module,
        "drawn_with_replacement",
        """Samples are drawn with replacement, so that an epoch has some twice and leaves others out. Go through a random
        order of all: torch.randperm.""",
        (order, f"torch.randint({count}, ({count},), generator=generator)"),
    )
    shared_slip(
        module,
        "one_batch_an_epoch",
        "An epoch makes only one step. It goes through all samples, with one step for each batch.",
        (inner, f"        for batch in {batches}[:1]:\n"),
    )
    shared_slip(
        module,
        "last_batch_dropped",
        """The last batch is dropped where it is smaller than the others, as with drop_last=True. Take it, too: one more
        step.""",
        (batches, f"{order}[: max({count} // batch_size, 1) * batch_size].split(batch_size)"),
    )
    shared_slip(
        module,
        "always_one_batch",
        "All samples make one step together, whatever batch_size is. Each batch of batch_size samples makes a step.",
        (batches, f"{order}.split({count})"),
    )
