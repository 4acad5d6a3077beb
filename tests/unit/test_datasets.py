"""The data: shapes, ranges, where copies are looked for, and the sentence when there is none."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
import torch

from autograder.datasets import decode, digits, encode, fashion_mnist, time_machine, topics

DATA = os.environ.get("KATA_DATA", "")


@pytest.fixture(autouse=True)
def nothing_around(monkeypatch, tmp_path):
    """No copy of anybody's: neither in KATA_DATA nor in the cache."""
    monkeypatch.delenv("KATA_DATA", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(fashion_mnist, "cache_folder", lambda: tmp_path / "cache")


def idx(array: torch.Tensor) -> bytes:
    """A uint8 tensor in the idx format: 0, 0, type 8, the number of axes, their sizes, the bytes."""
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes([0, 0, 8, array.dim()]) + sizes + bytes(array.flatten().tolist())


def copy_of(root: Path, train: int = 5, test: int = 3, packed: bool = False) -> dict[str, torch.Tensor]:
    """Writes a tiny made-up Fashion-MNIST below root."""
    generator = torch.Generator().manual_seed(0)
    made = {}
    for part, count in (("train", train), ("t10k", test)):
        made[f"{part}-images-idx3-ubyte"] = torch.randint(256, (count, 28, 28), generator=generator, dtype=torch.uint8)
        made[f"{part}-labels-idx1-ubyte"] = torch.randint(10, (count,), generator=generator, dtype=torch.uint8)
    raw = root / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for name, array in made.items():
        if packed:
            (raw / f"{name}.gz").write_bytes(gzip.compress(idx(array)))
        else:
            (raw / name).write_bytes(idx(array))
    return made


def test_digits_have_the_promised_shapes_and_range():
    data = digits.load()
    assert data.train_images.shape == (1300, 1, 28, 28)
    assert data.test_images.shape == (497, 1, 28, 28)
    assert data.train_labels.shape == (1300,)
    assert data.test_labels.shape == (497,)
    for images, labels in (data[:2], data[2:]):
        assert images.dtype == torch.float32
        assert labels.dtype == torch.int64
        assert images.min() == 0
        assert 0.99 < images.max() <= 1
        assert labels.unique().tolist() == list(range(10))
        assert labels.bincount().max() < 2 * labels.bincount().min()


def test_digits_are_the_same_every_time():
    first = digits.load()
    digits.load.cache_clear()
    for a, b in zip(first, digits.load(), strict=True):
        assert torch.equal(a, b)


def test_no_digit_is_in_both_parts():
    data = digits.load()
    rows = torch.cat([data.train_images, data.test_images]).flatten(1)
    assert len(rows.unique(dim=0)) == 1797


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
def test_fashion_mnist_reads_a_copy_and_leaves_it_alone(tmp_path, packed):
    made = copy_of(tmp_path, packed=packed)
    before = sorted(p.name for p in tmp_path.rglob("*"))
    data = fashion_mnist.load(tmp_path)
    assert data.train_images.shape == (5, 1, 28, 28)
    assert data.train_images.dtype == torch.float32
    assert torch.equal((255 * data.train_images[:, 0]).round().to(torch.uint8), made["train-images-idx3-ubyte"])
    assert torch.equal(data.train_labels, made["train-labels-idx1-ubyte"].long())
    assert torch.equal((255 * data.test_images[:, 0]).round().to(torch.uint8), made["t10k-images-idx3-ubyte"])
    assert torch.equal(data.test_labels, made["t10k-labels-idx1-ubyte"].long())
    assert sorted(p.name for p in tmp_path.rglob("*")) == before


def test_fashion_mnist_may_be_half_unpacked(tmp_path):
    made = copy_of(tmp_path, packed=True)
    name = "t10k-labels-idx1-ubyte"
    (tmp_path / "FashionMNIST" / "raw" / f"{name}.gz").unlink()
    (tmp_path / "FashionMNIST" / "raw" / name).write_bytes(idx(made[name]))
    assert torch.equal(fashion_mnist.load(tmp_path).test_labels, made[name].long())


def test_argument_then_environment_then_cache(monkeypatch, tmp_path):
    copy_of(fashion_mnist.cache_folder(), train=1)
    assert len(fashion_mnist.load().train_labels) == 1
    copy_of(tmp_path / "home" / "fashion_mnist", train=2)
    monkeypatch.setenv("KATA_DATA", str(tmp_path / "home"))
    assert len(fashion_mnist.load().train_labels) == 2
    copy_of(tmp_path / "mine", train=4)
    assert len(fashion_mnist.load(tmp_path / "mine").train_labels) == 4
    assert len(fashion_mnist.load(tmp_path / "nowhere").train_labels) == 2


def test_the_sentence_when_it_is_missing(tmp_path):
    assert fashion_mnist.find(tmp_path) is None
    wanted = r"^Fashion-MNIST is not .*KATA_DATA.*python -m autograder\.datasets\.fashion_mnist"
    with pytest.raises(FileNotFoundError, match=wanted) as e:
        fashion_mnist.load(tmp_path)
    assert "\n" not in str(e.value)
    assert not (tmp_path / "FashionMNIST").exists()


def test_a_copy_that_lacks_a_file_does_not_count(tmp_path):
    copy_of(tmp_path)
    (tmp_path / "FashionMNIST" / "raw" / "train-labels-idx1-ubyte").unlink()
    assert fashion_mnist.find(tmp_path) is None


@pytest.mark.parametrize(("packed", "kept"), [(False, 40), (True, 40), (True, 5)])
def test_the_sentence_when_it_is_damaged(tmp_path, packed, kept):
    copy_of(tmp_path, packed=packed)
    path = tmp_path / "FashionMNIST" / "raw" / f"train-images-idx3-ubyte{'.gz' if packed else ''}"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ValueError, match=r"damaged .*delete it and fetch it again") as e:
        fashion_mnist.load(tmp_path)
    assert str(tmp_path) in str(e.value)


def test_the_sentence_when_the_download_fails(monkeypatch, tmp_path):
    from torchvision.datasets import FashionMNIST

    monkeypatch.setattr(FashionMNIST, "mirrors", ["http://127.0.0.1:9/"])
    with pytest.raises(ConnectionError, match=r"^Fashion-MNIST could not be downloaded .*KATA_DATA"):
        fashion_mnist.load(tmp_path / "new", download=True)


@pytest.mark.skipif(not DATA, reason="KATA_DATA names no copy of the real data")
def test_the_real_fashion_mnist():
    data = fashion_mnist.load(Path(DATA))
    sizes = data.train_images.shape[0], data.test_images.shape[0]
    assert sizes in ((60_000, 10_000), (2_000, 1_000)), "all of it, or the small copy"
    assert data.train_images.shape[1:] == data.test_images.shape[1:] == (1, 28, 28)
    assert data.train_labels[:4].tolist() == [9, 0, 0, 3]
    assert data.train_images.mean().item() == pytest.approx(0.286, abs=0.005)
    assert fashion_mnist.find(Path(DATA)) in (Path(DATA).resolve(), Path(DATA).resolve() / "fashion_mnist")
    fashion_mnist._read.cache_clear()


def test_the_help_topics_are_english_in_27_symbols():
    symbols = topics.load()
    assert symbols.dtype == torch.int64
    assert len(symbols) > 200_000
    assert symbols.unique().tolist() == [*range(27)]
    assert " the " in decode(symbols[:2000])


def test_a_text_becomes_small_letters_with_one_space_between_words():
    symbols = encode("It's  1895;\nThe End")
    assert decode(symbols) == "it s the end"


@pytest.mark.parametrize("place", ["timemachine.txt", "time_machine/timemachine.txt"])
def test_the_time_machine_is_read_where_there_is_a_copy(tmp_path, monkeypatch, place):
    monkeypatch.setenv("KATA_DATA", str(tmp_path))
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("The Time Traveller\n" * 6000)
    assert decode(time_machine.load()[:18]) == "the time traveller"


def test_without_a_time_machine_there_is_a_sentence():
    with pytest.raises(FileNotFoundError, match=r"set KATA_DATA to the folder that holds timemachine\.txt"):
        time_machine.load()


@pytest.mark.parametrize("content", [b"", b"half of it", b"\xff\xfe"])
def test_half_a_time_machine_is_not_believed(tmp_path, content):
    (tmp_path / "timemachine.txt").write_bytes(content)
    with pytest.raises(ValueError, match=r"damaged|cannot be read"):
        time_machine.load(tmp_path)


@pytest.mark.skipif(not DATA or not time_machine.find(DATA), reason="no copy of The Time Machine in KATA_DATA")
def test_the_real_time_machine():
    assert decode(time_machine.load(DATA)[:30]) == "the time machine by h g wells "
