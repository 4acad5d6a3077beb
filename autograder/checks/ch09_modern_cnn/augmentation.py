"""Checks of augmentation.

Each random change is looked at by itself: in pictures whose hues tell which part of them is shown, whatever was done to
the colours, and in one whose colours tell their factors, whichever part is shown. A transform is made for each call,
and what is made of it is put into [0, 1]: what is drawn once for all, and the range, are the matter of other checks.
"""

from math import log, sqrt

import torch
from torch import Tensor

from autograder.datasets import photos
from autograder.messages import N_, _
from autograder.spec import Close, Exercise, Mistake, Statistic, Unfit, drawn, fitting, rows, whole
from autograder.spec.crops import boxes, compass, factors, palette

exercise = Exercise(entry=("train_transform", "test_transform"), gradients=False, imports=["torchvision.transforms.v2"])

SIZE = 28  # of a result, where nothing else is said
SMALL = 0.6  # of the area: a smaller crop fits into the picture, whatever its ratio
MEANS, STDS = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
ROUNDED = Close(within=1.5 / 255)
SEED = whole(0, 10**6)


def levels(picture):
    return picture.clamp(0, 255).round().to(torch.uint8)


def one_colour(d):
    height, width = d.shape(("height", "width"))
    return torch.randint(40, 90, (3, 1, 1), generator=d.generator).to(torch.uint8).expand(3, height, width).clone()


def red(d):
    """A picture of one colour, which is as bright as it is dark."""
    levels = torch.tensor([int(torch.randint(246, 252, (), generator=d.generator)), 5, 9], dtype=torch.uint8)
    return levels[:, None, None].expand(3, 40, 50).clone()


def scene(d):
    """A picture out of focus, so that it hardly matters how it is resized: other colours in each quarter, and a sun."""
    height, width = d.shape(("height", "width"))
    y, x = torch.linspace(-1, 1, height)[:, None], torch.linspace(-1, 1, width)[None, :]
    up, right = 0.2 + 0.4 * torch.rand(2, generator=d.generator)
    sun = torch.exp(-1.5 * ((y + up) ** 2 + (x - right) ** 2))
    slopes = torch.tensor([[20.0, 45.0], [-40.0, 25.0], [-30.0, -35.0]])[:, :, None, None]
    return levels(
        110 + slopes[:, 0] * y + slopes[:, 1] * x + 30 * sun + 10 * torch.rand(3, 1, 1, generator=d.generator)
    )


def photo(name, width):
    return drawn(lambda d: levels(255 * photos.load(name)[:, :, :width]))


def checkered(d):
    """Pixels of two colours in turn: smoothed, every part of it has the colour in between."""
    height, width = d.shape(("height", "width"))
    odd = (torch.arange(height)[:, None] + torch.arange(width)[None, :]) % 2
    first, second = torch.randint(40, 60, (3, 1, 1), generator=d.generator), torch.full((3, 1, 1), 110)
    return levels(torch.where(odd == 1, second, first).float())


def a_tensor(result):
    if isinstance(result, Tensor):
        return result
    raise Unfit(N_("expected one tensor, got {got}"), got=type(result).__name__)


def in_range(values):
    """Results with values in [0, 1], where they have other ones or are normalized: that is another check's matter."""
    if values.numel() and values.min() < -0.1 and values.shape[-3:-2] == (3,):
        return values * STDS[:, None, None] + MEANS[:, None, None]
    return values / 255 if values.numel() and values.max() > 2 else values


def picture(result, size):
    """A result as a picture in float32, without an axis in front: that is another check's matter too."""
    values = a_tensor(result).float()
    return fitting(values[0] if values.shape == (1, 3, size, size) else values, torch.empty(3, size, size))


def seen(student, X, calls):
    """What training sees of a picture, so many times: (calls, 3, 28, 28)."""
    return in_range(torch.stack([picture(student.train_transform(SIZE)(X.clone()), SIZE) for _call in range(calls)]))


@exercise.call(judge=ROUNDED, X=drawn(scene, "height", "width"), size=SIZE, axes=("channels", "rows", "columns"))
def tested(student, X, size):
    return in_range(picture(student.test_transform(size)(X.clone()), size))


@exercise.call(X=drawn(lambda d: compass(96, 112)), across=True, calls=240, seed=SEED)
def crops(student, X, across, calls, seed):
    torch.manual_seed(seed)
    return boxes(seen(student, X, calls), across)


@exercise.call(X=drawn(lambda d: palette(56)), calls=200, seed=SEED)
def colours(student, X, calls, seed):
    torch.manual_seed(seed)
    return factors(seen(student, X, calls))


def about(mean, std, count):
    """For ``Statistic``: of the mean of so many draws."""
    return lambda: (mean, std / sqrt(count))


@tested.check(
    points=1.75,
    picture=True,
    cases=rows("X", photo("china", 36), photo("flower", 16))
    + rows("height width size", (120, 180, 28), (150, 120, 28), (128, 128, 28), (160, 200, 56), (80, 100, 14)),
)
def shows_the_middle():
    """test_transform resizes the shorter side to size * 8 / 7, keeps the ratio, and cuts out the middle"""


@tested.check(
    points=0.75,
    picture=True,
    X=drawn(checkered, "height", "width"),
    cases=rows("height width", (160, 240), (240, 160), (224, 224)),
)
def smooths_what_it_shrinks():
    """test_transform resizes with antialiasing"""


def shapes(make, X):
    """Of results without a size, and of two sizes."""
    return [list(a_tensor(transform(X.clone())).shape) for transform in (make(), make(21), make(SIZE))]


def means(transform, X):
    """Of a picture of one colour, large enough for all that may be cut off: the means of the result's channels."""
    return in_range(a_tensor(transform(X.repeat(1, 8, 8))).float()).mean((-2, -1)).flatten()


ANY = rows("height width", (61, 83), (40, 23), (5, 7), (224, 224))


@exercise.check(points=0.25, judge=ROUNDED, X=drawn(one_colour, "height", "width"), cases=ANY)
def has_its_size(student, X):
    """test_transform gives one picture, (3, size, size), for any height and width; without a size (3, 224, 224)"""
    return {"shapes": shapes(student.test_transform, X), "a colour": means(student.test_transform(7), X)}


@exercise.check(
    points=0.25,
    X=drawn(lambda d: one_colour(d)[:1].repeat(3, 1, 1), "height", "width"),
    cases=ANY,
    seed=SEED,
    judge=Statistic(brightness_of_a_grey_picture=lambda X: (X.double().mean() / 255, 0.08 * X.double().mean() / 255)),
)
def has_its_size_in_training(student, X, seed):
    """train_transform gives one picture, (3, size, size), for any height and width; without a size (3, 224, 224)"""
    torch.manual_seed(seed)
    brightness = means(student.train_transform(7), X).double().mean().item()
    return {"shapes": shapes(student.train_transform, X), "brightness_of_a_grey_picture": brightness}


@exercise.check(points=0.5, judge=ROUNDED, X=drawn(red), seed=SEED)
def gives_float32(student, X, seed):
    """both give float32 in [0, 1]: divided by 255 once, clipped where colours would leave the range, not normalized"""
    torch.manual_seed(seed)
    test = a_tensor(student.test_transform(7)(X.clone()))
    train = [a_tensor(student.train_transform(7)(X.clone())) for _call in range(40)]
    values = torch.stack([Y.float() for Y in train])
    return {
        "dtype of test_transform": str(test.dtype),
        "dtype of train_transform": str(train[0].dtype),
        "the colour of test_transform": test.float().mean((-2, -1)).flatten(),
        "train_transform stays in [0, 1]": bool(values.min() > -0.001) and bool(values.max() < 1.001),
        "train_transform gives bright colours": bool(values.max() > 0.5),
    }


@tested.check(points=0.5, needs=has_its_size, height=60, width=75, seed=SEED, axes=())
def repeats_itself(student, X, size, seed):
    """test_transform gives the same every time, and draws nothing from torch's global generator"""
    torch.manual_seed(seed)
    before, transform = torch.get_rng_state(), student.test_transform(size)
    results = [a_tensor(transform(X.clone())) for _call in range(8)]
    return {
        "the same picture gives the same result": all(torch.equal(results[0], again) for again in results),
        "the global generator is used": not torch.equal(before, torch.get_rng_state()),
    }


@tested.check(points=0.25, needs=has_its_size, height=60, width=75, seed=SEED, axes=())
def leaves_the_picture_alone(student, X, size, seed):
    """both leave the picture that they are given as it is"""
    torch.manual_seed(seed)
    found = {}
    for name, make in (("train_transform", student.train_transform), ("test_transform", student.test_transform)):
        given = X.clone()
        make(size)(given)
        found[f"{name} changes its picture"] = not torch.equal(given, X)
    return found


def not_all_alike(got):
    if bool((got == got[0]).all()):
        raise Mistake(_("all calls show the same part of the picture"), code="all alike")


def of_small_crops(count, found):
    """A judge's ``of``: ``found`` of the first of those crops that fit into the picture whatever their ratio."""

    def of(got, calls):
        not_all_alike(got)
        width, height = got[:, 1].abs(), got[:, 2].abs()
        small = got[width * height < SMALL]
        if len(small) < count:
            text = _(
                "only {few} of {calls} crops have less than {share} of the area: shares are to be uniform in [0.08, 1]"
            )
            raise Mistake(text.format(few=len(small), calls=calls, share=f"{SMALL:.0%}"), code="few small crops")
        return found(small[:count, 1].abs(), small[:count, 2].abs(), len(small) / calls)

    return of


def shares(width, height, small):
    share = width * height
    return {"smallest_share_of_the_area": share.min().item(), "mean_share_below_60_percent": share.mean().item(),
            "how_often_a_crop_is_below_60_percent": small}  # fmt: skip


def ratios(width, height, _small):
    ratio = (width * 112 / (height * 96)).log()
    return {"mean_of_log_width_over_height": ratio.mean().item(), "mean_size_of_that_log": ratio.abs().mean().item()}


# Crops that do not fit may be drawn again, then 68 % are small, or be cut off, then 57 % are.
SHARES = Statistic(
    of=of_small_crops(260, shares),
    smallest_share_of_the_area=lambda: (0.08, 0.006),
    mean_share_below_60_percent=about((0.08 + SMALL) / 2, 1.1 * (SMALL - 0.08) / sqrt(12), 260),
    how_often_a_crop_is_below_60_percent=lambda: (0.625, 0.028),
)
RATIOS = Statistic(
    of=of_small_crops(160, ratios),
    mean_of_log_width_over_height=about(0.0, 1.1 * log(4 / 3) / sqrt(3), 160),
    mean_size_of_that_log=about(log(4 / 3) / 2 + 0.002, 1.1 * log(4 / 3) / sqrt(12), 160),
)


@crops.check(points=0.75, judge=SHARES, calls=600)
def crops_a_share_of_the_area():
    """train_transform crops a share of the area that is uniform in [0.08, 1]"""


@crops.check(points=0.5, judge=RATIOS, calls=400)
def crops_with_a_ratio():
    """the crop's ratio of width to height is log-uniform in [3/4, 4/3]"""


def places(got):
    """Where crops lie between one border (0) and the other (1), of those that have some room."""
    not_all_alike(got)
    middle, width = got[:, 0], got[:, 1].abs()
    room = width < 0.9
    if room.sum() < 100:
        raise Mistake(
            _("hardly any crop is smaller than the picture, so that it could lie here or there"), code="no crops"
        )
    place = ((middle - width / 2) / (1 - width))[room][:100]
    return {"mean_place": place.mean().item(), "mean_distance_from_the_middle": (place - 0.5).abs().mean().item()}


@crops.check(
    points=0.5,
    judge=Statistic(
        of=places,
        mean_place=about(0.5, 1.1 / sqrt(12), 100),
        mean_distance_from_the_middle=about(0.25, 1.1 * 0.5 / sqrt(12), 100),
    ),
    cases=rows(
        "across X", (True, drawn(lambda d: compass(96, 112))), (False, drawn(lambda d: compass(112, 96, False)))
    ),
)
def crops_anywhere():
    """the crop's place is uniform: between left and right, and between top and bottom"""


def turned(got):
    return {"how_often_left_and_right_are_swapped": (got[:, 1] < 0).double().mean().item(),
            "how_often_it_is_upside_down": (got[:, 2] < 0).double().mean().item()}  # fmt: skip


@crops.check(
    points=0.75,
    calls=400,
    judge=Statistic(
        of=turned,
        how_often_left_and_right_are_swapped=about(0.5, 0.5, 400),
        how_often_it_is_upside_down=lambda: (0.0, 0.003),
    ),
)
def mirrors_half_of_them():
    """train_transform mirrors left to right with probability 1/2, and never turns upside down"""


def uniform_factor(column):
    """A judge of one of the columns: whether it is uniform in [0.6, 1.4]. Rounding to uint8 leaves some noise."""

    def of(got):
        factor = got[:, column]
        return {
            "mean_factor": factor.mean().item(),
            "mean_distance_from_1": (factor - 1).abs().mean().item(),
            "smallest_factor": factor.min().item(),
            "largest_factor": factor.max().item(),
            "how_often_it_is_nearly_1": ((factor - 1).abs() < 0.02).double().mean().item(),
        }

    return Statistic(
        of=of,
        mean_factor=lambda: (1.0, 0.8 / sqrt(12 * 200) * 1.15),
        mean_distance_from_1=lambda: (0.2, 0.4 / sqrt(12 * 200) * 1.15),
        smallest_factor=lambda: (0.6, 0.017),
        largest_factor=lambda: (1.4, 0.017),
        how_often_it_is_nearly_1=about(0.05, 0.22 * 1.1, 200),
    )


@colours.check(points=0.5, judge=uniform_factor(0))
def changes_the_brightness():
    """train_transform multiplies the brightness by a factor that is uniform in [0.6, 1.4]"""


@colours.check(points=0.5, judge=uniform_factor(1))
def changes_the_contrast():
    """train_transform multiplies the contrast by a factor that is uniform in [0.6, 1.4]"""


@colours.check(points=0.5, judge=uniform_factor(2))
def changes_the_saturation():
    """train_transform multiplies the saturation by a factor that is uniform in [0.6, 1.4]"""


def together(got):
    found = torch.corrcoef(got[:, :3].T)
    return {"correlation_of_two_factors": torch.stack([found[0, 1], found[0, 2], found[1, 2]])}


APART = Statistic(of=together, correlation_of_two_factors=about(0.0, 1.6, 200))
HUE = Statistic(
    of=lambda got: {"mean_turn_of_the_hue": got[:, 3].abs().mean().item()}, mean_turn_of_the_hue=lambda: (0, 0.01)
)


@colours.check(points=0.25, judge=APART)
def draws_each_factor_alone():
    """one factor says nothing about the others"""


@colours.check(points=0.25, judge=HUE, calls=100)
def keeps_the_hue():
    """train_transform leaves the hue as it is"""


def unevenness(got):
    return {"how_uneven_a_smooth_area_is": got.double().mean().item()}


@exercise.check(
    points=0.25,
    needs=has_its_size_in_training,
    judge=Statistic(of=unevenness, how_uneven_a_smooth_area_is=lambda: (0.0, 0.002)),
    X=drawn(checkered, "height", "width"),
    cases=rows("height width", (256, 240)),
    seed=SEED,
)
def smooths_in_training_too(student, X, seed):
    """train_transform resizes with antialiasing too"""
    torch.manual_seed(seed)
    return seen(student, X, 40).std((-2, -1)).double()


@crops.check(points=0.5, judge=Close(), needs=has_its_size_in_training)
def draws_anew_at_each_call(student, X, seed):
    """train_transform draws at each call, not once when the transform is made"""
    torch.manual_seed(seed)
    transform = student.train_transform(SIZE)
    results = [a_tensor(transform(X.clone())) for _call in range(6)]
    return {"all calls give the same picture": all(map(torch.equal, results[1:], results))}


@crops.check(points=0.5, judge=Close(), needs=has_its_size_in_training)
def draws_from_the_global_generator(student, X, seed):
    """train_transform draws from torch's global generator, and sets no seed"""
    found = []
    for each in (seed, seed, seed + 1):
        torch.manual_seed(each)
        found.append([a_tensor(student.train_transform(SIZE)(X.clone())) for _call in range(4)])
    return {
        "the same seed gives the same pictures": all(map(torch.equal, found[0], found[1])),
        "another seed gives other ones": not any(map(torch.equal, found[0], found[2])),
        "the generator goes on from call to call": not any(map(torch.equal, found[0][1:], found[0])),
    }


exercise.hint(
    """Which of the two may draw at random? And which part of a picture would you show somebody who sees it once?"""
)
exercise.hint(
    """v2.Compose([...]) applies transforms one after the other, and v2.ToDtype(torch.float32, scale=True) divides by 255.
    Without scale=True the values stay as they are, from 0 to 255.""",
    helps=[gives_float32, has_its_size, has_its_size_in_training],
)
exercise.hint(
    """v2.Resize with a pair makes both sides what it says, so a wide picture is squeezed; with a single number only the
    shorter side is set, because the ratio is kept. It has to become larger than size, so that there is something to cut
    off.""",
    helps=[shows_the_middle, smooths_what_it_shrinks],
)
exercise.hint(
    """If you resize by F.interpolate: it takes a batch, X[None], and does without antialiasing, unless you tell it.""",
    helps=[smooths_what_it_shrinks, smooths_in_training_too],
)
exercise.hint(
    """Look at what v2.RandomResizedCrop takes for scale (shares of the area, not of a side) and for ratio. By hand: with
    share s, ratio r and area A the width is the square root of s * A * r, the height that of s * A / r, because their
    product is s * A and their quotient r.""",
    helps=[crops_a_share_of_the_area, crops_with_a_ratio, crops_anywhere],
)
exercise.hint(
    """v2.ColorJitter takes half-widths: 0.4 stands for factors from 1 - 0.4 to 1 + 0.4. What it is not told it leaves as it
    is. What is horizontal about a horizontal flip is the direction in which pixels move.""",
    helps=[changes_the_brightness, changes_the_contrast, changes_the_saturation, keeps_the_hue, mirrors_half_of_them],
)
exercise.hint(
    """Numbers that are drawn outside of the function that gets the picture are drawn once for all pictures. Draw inside, by
    torch.rand(...) without a generator, because then torch.manual_seed outside decides what comes.""",
    helps=[draws_anew_at_each_call, draws_from_the_global_generator, repeats_itself],
)
