"""What the checks of the chapter's networks share: networks whose memory nobody fills, weights that cost little, and the
checks of what all of them promise."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import nn

from autograder.spec import (
    Exercise,
    Layers,
    Statistic,
    filled,
    hollow,
    load_parameters,
    normal,
    parameters_of,
    seeded,
    whole,
)

PERIOD = 1048573  # a prime, so that no two rows of a weight are the same
SEED = whole(0, 10**6)


def awake(net, images):
    """A network. One of Lazy layers, which a check of its own is about, is shown the images before."""
    if isinstance(net, nn.Module) and any(map(nn.parameter.is_lazy, net.parameters())) and images.dim() == 4:
        net.to(images)(images)
    return net


def made(build, like):
    """A network without numbers, with the dtype and the device of ``like``. It is made on the meta device; one that
    cannot be, which is another check's matter, is made as it is. So is one of Lazy layers, which sees ``like`` before,
    if that is images."""
    try:
        with torch.device("meta"):
            net = build()
        parameters_of(net)
    except Exception:
        net = awake(build(), like)
        parameters_of(net)
    hollow(net, like)
    for part in net.modules():
        if isinstance(part, nn.modules.batchnorm._NormBase):  # which should not be there, but hides nothing
            part.to_empty(device=like.device).to(like.dtype).reset_parameters()
            part.eps = 1e-12
    return net


def weights(shapes, seed, like, layers=None, gain=1.0, bias=0.5):
    """He's weights, N(0, gain^2 * 2 / fan in), each followed by biases N(0, bias^2), with the dtype and the device of
    ``like``; or those of some layers. A million numbers are drawn and taken over and over, since to draw sixty would take
    longer than the rest of a check."""
    numbers = torch.randn(PERIOD, generator=seeded(seed))
    found = []
    for k, (out, *rest) in enumerate(shapes):
        if layers is None or k in layers:
            fan_in = torch.Size(rest).numel()
            size = out * fan_in
            mine = numbers.roll(k)[:size].mul(gain * (2 / fan_in) ** 0.5).to(like)
            found.append(mine.repeat(-(-size // PERIOD))[:size].view(out, *rest))
            found.append(bias * numbers[:out].to(like))
    return found


def drops_one_half(names, units):
    """A judge of what reaches the layers behind these dropouts, (2, units), where every unit gave 1: of elements, of the
    same one in two images, and of neighbours the honest shares are one half."""

    def shares(got):
        found = {}
        for name, reached in got.items():
            dropped = reached == 0
            found[f"{name}: share that is dropped"] = dropped
            found[f"{name}: share that has the same fate in both images"] = dropped[0] == dropped[1]
            found[f"{name}: share that has the fate of its neighbour"] = dropped[:, 1:] == dropped[:, :-1]
        return {name: same.double().mean().item() for name, same in found.items()}

    honest = dict.fromkeys(shares({name: torch.zeros(2, 2) for name in names}), lambda: (0.5, 0.5 / units**0.5))
    return Statistic(of=shares, **honest)


def gradients_of(net, layers):
    """The gradients of weight and bias of each of these layers, those of a weight added up for each of its outputs."""
    grads = iter([p.grad for p in net.parameters()])
    of_each = {f"{kind} of {layer}": next(grads) for layer in layers for kind in ("weight", "bias")}
    return {name: None if g is None else g.flatten(1).sum(1) if g.dim() > 1 else g for name, g in of_each.items()}


def says(who):
    """Puts a name into the learner's line of a check."""

    def add(function):
        function.__doc__ = function.__doc__.format(who=who)
        return function

    return add


def asks_for_the_meta_device(exercise, build, needs, who=""):
    """Adds the check (0.25 points) that ``build``, which has the student's code make a network, needs no memory there."""

    @exercise.check(points=0.25, needs=needs)
    @says(who)
    def can_be_made_without_memory(student):
        """{who}can be made under torch.device("meta"), with all its parameters there"""
        with torch.device("meta"):
            net = build(student)
        return {"its parameters are on": sorted({str(p.device) for p in net.parameters()})}

    return can_be_made_without_memory


def asks_for_a_new_network(exercise, build, needs):
    """Adds the check (0.25 points) that ``build`` makes a new one each time."""

    @exercise.check(points=0.25, needs=needs)
    def makes_a_new_network(student):
        """makes a new network at each call"""
        with torch.device("meta"):
            one, other = build(student), build(student)
        held = {id(p) for p in one.parameters()}
        return {"parameters that two networks share": sum(id(p) in held for p in other.parameters())}

    return makes_a_new_network


@dataclass
class Parts:
    """A network as its checks look at it in parts.

    network: makes one without numbers, of the student's code and of a tensor like its images.
    names: what messages call its layers with weights. shapes: of these weights.
    into, out: the shapes, without the axis of the images, of what each layer is given, and of what it gives on,
    whatever those before it do.
    dropped: the dropouts in training mode, each by its name, and after which layer it stands.
    side_by_side: layers are known by the shapes of their weights, not by when they are called.
    """

    exercise: Exercise
    network: Callable
    names: Sequence[str]
    shapes: Sequence[tuple[int, ...]]
    into: Sequence[tuple[int, ...]]
    out: Sequence[tuple[int, ...]]
    dropped: Mapping[str, int] = field(default_factory=dict)
    side_by_side: bool = False

    def given(self, ones=()):
        """Inputs of these shapes; what the layers of ``ones`` give on is 1 everywhere."""
        out = [filled(1.0, 2, *shape) if k in ones else normal(2, *shape, away=0.1) for k, shape in enumerate(self.out)]
        return {"into": [normal(2, *shape) for shape in self.into], "out": out}

    def look(self, net, into, out):
        """What is seen of a network whose layers get these tensors, and give on those."""
        return Layers(net, self.names, into, out, self.shapes if self.side_by_side else ())

    def layers(self, student, into, out, values=()):
        """What is seen of the student's network in evaluation mode, with these weights."""
        net = load_parameters(self.network(student, into[0]), values, exactly=False)
        return self.look(net.eval(), into, out)

    def call(self):
        """A call of ``layer``, which alone has weights: what it makes, and what reaches the next one."""

        @self.exercise.call(seed=SEED, **self.given())
        def part(student, seed, into, out, layer):
            return self.layers(student, into, out, weights(self.shapes, seed, into[0], [layer])).around(layer)

        return part

    def asks_for_dropout(self, line, units, needs, elsewhere, points, ones=()):
        """Adds the checks of training mode: that elements are dropped as they should (1 point), of which ``units`` reach
        the layer behind; that what is kept is doubled (0.25); that nothing else is dropped (``points``). ones: which
        layers give 1 everywhere, if there are more than those before a dropout."""
        exercise, network, dropped = self.exercise, self.network, self.dropped

        @exercise.call(**self.given(ones=ones or dropped.values()))
        def in_training(student, into, out):
            layers = self.look(network(student, into[0]).train(), into, out)
            return {name: layers.after(k).flatten(1)[:, :units] for name, k in dropped.items()}

        @in_training.check(points=1, judge=drops_one_half(dropped, units))
        @says(line)
        def drops_half(student, into, out):
            """{who}"""
            return in_training.run(student, into, out)

        @in_training.check(points=0.25, needs=drops_half)
        def doubles_what_it_keeps(student, into, out):
            """in training mode, what is kept is divided by 0.5"""
            found = in_training.run(student, into, out)
            return {name: reached[reached != 0].unique() for name, reached in found.items()}

        @exercise.check(points=points, needs=needs, **self.given())
        @says(elsewhere)
        def drops_nothing_else(student, into, out):
            """{who}"""
            net = network(student, into[0])
            modes = [self.look(net.train(training), into, out) for training in (True, False)]
            places = [*(f"what reaches {name}" for name in self.names), "what the network returns"]
            return {
                f"{place} is the same in both modes": torch.equal(*(layers.after(k) for layers in modes))
                for k, place in enumerate(places, -1)
                if k not in dropped.values()
            }

        return in_training
