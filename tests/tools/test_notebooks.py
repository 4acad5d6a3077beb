"""Notebooks: what is exported, and what ``check`` shows in a real kernel and in a real Jupyter in a browser."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from support import CORR2D, KIT, chromium

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

from autograder import catalog, cli  # noqa: E402
from autograder.bridges import magic  # noqa: E402
from autograder.judging.stubs import bare  # noqa: E402
from autograder.workshop import notebooks  # noqa: E402

RIGHT = """\
from torch import Tensor


def corr2d(X: Tensor, K: Tensor) -> Tensor:
    windows = X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1)
    return (windows * K).sum((-1, -2))"""
FLIPPED = RIGHT.replace("* K)", "* K.flip(0, 1))")
FLIP = "The kernel is flipped"

pytestmark = pytest.mark.tools


def solution(id: str) -> str:
    return bare(catalog.solution_file(id).read_text(encoding="utf-8"))


def by_id(made) -> dict:
    return {cell.id: cell for cell in made.cells}


# What is exported.


@pytest.mark.parametrize("chapter", list(catalog.manifest()))
def test_a_chapter_has_every_exercise_and_no_solution(chapter):
    made = notebooks.chapter_notebook(chapter)
    cells = by_id(made)
    assert len(cells) == len(made.cells)
    assert (made.nbformat, made.nbformat_minor) == (4, 5)
    text = notebooks.to_bytes(made).decode()
    assert "SOLUTION" not in text
    for id, entry in catalog.entries().items():
        if entry.chapter != chapter:
            continue
        stub = cells[entry.name]
        assert stub.metadata == {"torchkata": {"id": id}}
        assert "raise NotImplementedError" in stub.source
        assert catalog.exercise_file(id).read_text(encoding="utf-8").rstrip("\n").endswith(stub.source)
        assert cells[f"{entry.name}-check"].source == f'check("{entry.name}")'
        assert cells[f"{entry.name}-task"].cell_type == "markdown"
        hidden = catalog.solution_file(id).read_text(encoding="utf-8").split("### BEGIN SOLUTION\n")[1:]
        for body in hidden:
            assert body.split("### END SOLUTION")[0].strip() not in stub.source
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in made.cells)


def test_the_same_sources_give_the_same_bytes():
    first, second = (notebooks.to_bytes(notebooks.chapter_notebook("ch07_convolution")) for _ in range(2))
    assert first == second
    assert str(KIT) not in first.decode()
    # And nbformat reads and writes them as they are.
    assert notebooks.to_bytes(nbformat.reads(first.decode(), 4)) == first


def test_the_pictures_are_inside():
    cells = notebooks.readme_cells("ch07_convolution")
    text = "\n".join(cell.source for cell in cells)
    readme = (KIT / "exercises" / "ch07_convolution" / "README.md").read_text(encoding="utf-8")
    assert readme.count("](pictures/") == text.count("]: data:image/png;base64,") > 0
    assert "](pictures/" not in text
    assert cells[0].source.startswith("# ")
    assert [c.source.partition("\n")[0] for c in cells[1:]] == re.findall(r"^## .*", readme, re.MULTILINE)


def test_export_keeps_a_notebook_that_somebody_worked_in(tmp_path, monkeypatch, capsys):
    def export(*arguments) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["kata", "export", "notebook", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.run()
        return ended.value.code or 0, capsys.readouterr().err

    assert export(tmp_path / "new", "ch04", "ch13") == (0, "")
    paths = sorted((tmp_path / "new").iterdir())
    assert [p.name for p in paths] == ["ch04_regularization.ipynb", "ch13_attention.ipynb"]
    before = paths[0].read_bytes()
    paths[0].write_bytes(before + b"\n")
    status, said = export(tmp_path / "new", "ch04")
    assert (status, said.count("\n"), "--force" in said) == (2, 1, True)
    assert paths[0].read_bytes() == before + b"\n"
    assert export(tmp_path / "new", "ch04", "--force") == (0, "")
    assert paths[0].read_bytes() == before
    assert export(tmp_path / "new", "ch99")[0] == 2
    (tmp_path / "file").touch()
    assert export(tmp_path / "file", "ch04")[0] == 2


# The extension.


def test_loading_is_light():
    code = "import sys, autograder, autograder.bridges.magic, autograder.bridges.pytest_plugin as p, pathlib\n"
    code += "assert callable(autograder.check)\n"
    code += "p.kit_of(pathlib.Path('exercises/ch07_convolution/corr2d.py').resolve())\n"
    code += "heavy = {'torch', 'numpy', 'IPython', 'nbformat', 'rich', 'jinja2'} & set(sys.modules)\n"
    code += "assert not heavy, heavy"
    done = subprocess.run([sys.executable, "-c", code], cwd=KIT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_mark_becomes_a_comment_if_there_is_such_an_exercise():
    assert magic.unmark(["%%exercise corr2d\n", "x\n"]) == ["# %%exercise corr2d\n", "x\n"]
    for line in ("%%exercise cor2d\n", "%%exercise ch07\n", "%%time\n", "x = 1\n"):
        assert magic.unmark([line, "x\n"]) == [line, "x\n"]
    assert magic.unmark([]) == []


class Page(HTMLParser):
    """Tags and attributes of a piece of HTML, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data):
        self.text += data


class Kernel:
    """A real kernel that runs one cell after the other, as a notebook client does."""

    def __init__(self, folder: Path) -> None:
        self.made = nbformat.v4.new_notebook()
        self.client = nbclient.NotebookClient(
            self.made, timeout=240, allow_errors=True, resources={"metadata": {"path": str(folder)}}
        )

    def run(self, source: str):
        """The outputs of a cell."""
        self.made.cells.append(nbformat.v4.new_code_cell(source))
        place = len(self.made.cells) - 1
        return self.client.execute_cell(self.made.cells[place], place).outputs

    def check(self, call: str) -> Page:
        """What a check shows in the page."""
        (output,) = self.run(call)
        assert output.output_type == "execute_result", output
        self.plain = output.data["text/plain"]
        return Page(output.data["text/html"])

    def value(self, expression: str):
        (output,) = self.run(f"print({expression})")
        return output.text.strip()


def processes_below(pid: int) -> set[int]:
    """The processes that a process started, and those that they did."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def wait_for_the_end_of(processes: set[int]) -> None:
    until = time.monotonic() + 30
    while alive := {p for p in processes if Path(f"/proc/{p}").exists()}:
        assert time.monotonic() < until, alive
        time.sleep(0.1)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory) -> Iterator[Kernel]:
    """A kernel for all tests; once it has ended, nothing that it started is left."""
    asyncio.set_event_loop(asyncio.new_event_loop())
    one = Kernel(tmp_path_factory.mktemp("work"))
    with one.client.setup_kernel():
        pid = int(one.value("__import__('os').getpid()"))
        assert one.run(notebooks.SETUP) == []
        yield one
        below = processes_below(pid)
    assert len(below) >= 2 or sys.platform != "linux"
    wait_for_the_end_of(below)


def test_a_chapter_is_solved_cell_by_cell(kernel):
    """conv_layer's cell holds a corr2d of its own, which is nobody's answer; kernels has pictures."""
    chosen = [f"ch07_convolution/{name}" for name in ("corr2d", "conv_layer", "kernels")]
    made = notebooks.chapter_notebook("ch07_convolution", chosen)
    cells = by_id(made)
    for cell in made.cells:
        if cell.cell_type == "code" and cell.id != "setup":
            outputs = kernel.run(cell.source)
            assert all("text/html" in o.data for o in outputs)
    for id in reversed(chosen):
        name = id.split("/")[1]
        page = kernel.check(f'check("{name}")')
        assert "not started" in page.text
        assert "same mistake" not in page.text
        assert kernel.run(solution(id)) == []
        page = kernel.check(cells[f"{name}-check"].source)
        points = catalog.load_exercise(id).max_score
        assert f"✓ right{points:g}/{points:g}" in page.text, kernel.plain
        assert "wrong" not in page.text
        assert f"{points:g} of {points:g} points" in kernel.plain
    # All that was begun, in one go.
    page = kernel.check("check()")
    assert [page.text.count(f"ch07_convolution/{n}") for n in ("corr2d", "conv_layer", "kernels", "conv2d")] == [
        1,
        1,
        1,
        0,
    ]


def test_a_wrong_answer_is_explained(kernel):
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    wrong = FLIPPED.replace("    windows", f"    print({attack!r})\n    windows")
    kernel.run(wrong)
    page = kernel.check('check("corr2d")')
    assert f"Likely cause {FLIP}" in " ".join(page.text.split())
    for said in (
        "sums the products",
        "expected",
        "got",
        "Reproduce it",
        "Hint 1 of",
        "What it printed",
        "Graded: In [",
    ):
        assert said in page.text
    assert attack in page.text
    assert FLIP in kernel.plain
    assert "\x1b" not in kernel.plain
    # It stands alone and does nothing by itself.
    assert not page.tags & {"script", "img", "link", "iframe"}
    assert not [a for a in page.attributes if a.startswith("on")]
    assert page.addresses == []


def test_pictures_and_learning_curves_are_shown(kernel):
    kernel.run(
        solution("ch07_convolution/kernels").replace("def apply(", "def other(") + "\ndef apply(X, K):\n    return X"
    )
    page = kernel.check('check("kernels")')
    assert page.addresses
    assert all(a.startswith("data:image/png;base64,") for a in page.addresses)
    kernel.run(solution("ch08_lenet/lenet"))
    page = kernel.check('check("lenet")')
    assert {"svg", "path"} <= page.tags
    assert "The loss goes from" in page.text


def test_an_exercise_may_be_marked(kernel):
    (output,) = kernel.run(f"%%exercise corr2d\n{RIGHT}\n1 + 1")
    assert output.data["text/plain"] == "2"
    assert "✓ right10/10" in kernel.check('check("corr2d")').text
    # It holds against a later cell that is not marked.
    kernel.run(FLIPPED)
    assert "✓ right10/10" in kernel.check('check("corr2d")').text
    (output,) = kernel.run(f"%%exercise corr2d\n{FLIPPED}\n1 / 0")
    assert output.ename == "ZeroDivisionError"
    assert f"----> {len(FLIPPED.splitlines()) + 2} 1 / 0" in re.sub(r"\x1b\[[\d;]*m", "", "\n".join(output.traceback))
    assert FLIP in kernel.check('check("corr2d")').text
    (output,) = kernel.run("%%exercise cor2d\nx = 1")
    assert output.text == "UsageError: There is no exercise or chapter 'cor2d'. Did you mean corr2d?\n"


def test_a_syntax_error_is_shown_as_usual_and_is_one_for_the_check(kernel):
    (output,) = kernel.run("%%exercise dropout\ndef dropout(X, p, training=True):\n    return X +\n")
    assert output.ename == "SyntaxError"
    page = kernel.check('check("dropout")')
    assert "not Python" in page.text
    assert "line 3" in page.text


def test_what_the_solution_uses_comes_along(kernel):
    kernel.run("from torch import Tensor")
    kernel.run("import torch as t\ndef helper(X):\n    return t.zeros_like(X)")
    kernel.run("%%exercise dropout\ndef dropout(X, p, training=True):\n    return helper(X)")
    page = kernel.check('check("dropout")')
    assert "NameError" not in page.text
    assert re.search(r"Graded: In \[\d+\], In \[\d+\]", page.text)


def test_a_source_may_be_given(kernel):
    assert "✓ right10/10" in kernel.check(f'check("corr2d", source={RIGHT!r})').text
    (output,) = kernel.run('check("corr2d", source=print)')
    assert output.ename == "TypeError"


def test_what_cannot_be_checked_is_said_in_a_sentence(kernel):
    assert "Did you mean corr2d?" in kernel.check('check("cor2d")').text
    page = kernel.check('check("gru_cell")')
    assert "No cell that defines gru_cell has been run yet" in page.text


def test_a_hostile_kernel_gains_nothing(kernel):
    kernel.run(f"%%exercise corr2d\n{FLIPPED}")
    kernel.run(
        "import torch, builtins, sys, os\n"
        "for name in ('equal', 'allclose', 'isclose'):\n"
        "    setattr(torch, name, lambda *a, **k: True)\n"
        "import autograder.judging.assess as a, autograder.judging.grader as g, autograder.spec.judges as j\n"
        "from autograder.results import Status\n"
        "a.judge = lambda *x: None\n"
        "a._status = lambda finding: Status.PASSED\n"
        "g.assess = lambda *x, **k: None\n"
        "j.Close.compare = lambda *x, **k: None\n"
        "os.environ['PYTHONPATH'] = os.getcwd()\n"
        "open('sitecustomize.py', 'w').write('import sys; sys.exit(3)')\n"
        "open('torch.py', 'w').write('equal = allclose = lambda *a, **k: True')\n"
    )
    page = kernel.check('check("corr2d")')
    assert FLIP in page.text
    assert "0 of 10 points" in kernel.plain
    # Nor is the solution ever called in the kernel.
    kernel.run("CALLS = []")
    kernel.run("%%exercise corr2d\n" + RIGHT.replace("    windows", "    CALLS.append(1)\n    windows"))
    assert "✓ right10/10" in kernel.check('check("corr2d")').text
    assert kernel.value("CALLS") == "[]"


def test_a_lost_grader_is_replaced(kernel):
    kernel.run("from autograder.bridges.magic import _grader as grader")
    first = kernel.value("grader._process.pid")
    kernel.run("grader._process.kill()")
    assert "✓ right10/10" in kernel.check(f'check("corr2d", source={RIGHT!r})').text
    assert kernel.value("grader._process.pid") != first


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_outlives_a_process_that_is_killed(tmp_path):
    code = f"from autograder import check; import time; print(check('corr2d', source={RIGHT!r}).passed, flush=True)"
    command = [sys.executable, "-c", code + "; time.sleep(600)"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "True\n"
        below = processes_below(process.pid)
        process.kill()
    assert len(below) >= 2
    wait_for_the_end_of(below)


# In a browser.


@pytest.fixture
def jupyter(tmp_path) -> Iterator[str]:
    """The address of a Jupyter server over a folder with an exported notebook, and over nothing of the user's."""
    pytest.importorskip("notebook")
    made = notebooks.chapter_notebook("ch07_convolution", [CORR2D, "ch07_convolution/conv2d"])
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "chapter.ipynb").write_bytes(notebooks.to_bytes(made))
    places = {"HOME": "", "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime"}
    places |= {"IPYTHONDIR": "ipython", "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "spaces"}
    command = [
        sys.executable,
        "-m",
        "notebook",
        "--no-browser",
        "--allow-root",
        "--port=0",
        "--ServerApp.port_retries=0",
    ]
    command += [
        "--ServerApp.ip=127.0.0.1",
        "--IdentityProvider.token=secret",
        f"--ServerApp.root_dir={tmp_path / 'work'}",
    ]
    with (tmp_path / "log").open("w") as log:
        environment = os.environ | {name: str(tmp_path / folder) for name, folder in places.items()}
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=tmp_path)
    try:
        until = time.monotonic() + 60
        while not (found := list((tmp_path / "runtime").glob("jpserver-*.json"))):
            assert server.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < until, (tmp_path / "log").read_text()
            time.sleep(0.1)
        yield f"{json.loads(found[0].read_text())['url']}notebooks/chapter.ipynb?token=secret"
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture
def browser(tmp_path) -> Iterator[object]:
    chrome = chromium(tmp_path / "chromium", 1400)
    yield chrome
    chrome.quit()


def type_into(browser, cell, text: str) -> None:
    """Replaces what a cell holds, as somebody who types."""
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", cell)
    cell.find_element("css selector", ".cm-content").click()
    ActionChains(browser).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
    browser.execute_cdp_cmd("Input.insertText", {"text": text})


@pytest.mark.browser
def test_an_exercise_is_solved_in_jupyter(browser, jupyter, tmp_path):
    from selenium.common.exceptions import WebDriverException
    from selenium.webdriver.support.wait import WebDriverWait

    wait = WebDriverWait(browser, 60, 0.1, [WebDriverException, StopIteration])

    def first(selector: str, text: str):
        return next(e for e in browser.find_elements("css selector", selector) if text in e.text)

    def run_all() -> None:
        wait.until(lambda _: first(".lm-MenuBar-item", "Run")).click()
        wait.until(lambda _: first(".lm-Menu-item", "Run All Cells")).click()

    browser.get(jupyter)
    cell = wait.until(lambda _: first(".jp-CodeCell", "def corr2d("))
    widths = "return [...document.querySelectorAll('.jp-RenderedMarkdown img')].map(image => image.naturalWidth)"
    assert wait.until(lambda _: len(browser.execute_script(widths)) == 4)
    assert wait.until(lambda _: min(browser.execute_script(widths)) > 100)

    type_into(browser, cell, FLIPPED)
    run_all()
    shown = wait.until(lambda _: first(".jp-OutputArea-output .torchkata", FLIP))
    assert "✗ wrong" in shown.text
    assert "Likely cause" in shown.text
    assert shown.find_element("css selector", ".diagnosis").is_displayed()
    # Its style is there, and holds for it alone.
    style = (
        "return [getComputedStyle(arguments[0]).borderLeftWidth, document.querySelectorAll('.torchkata script').length]"
    )
    assert browser.execute_script(style, shown.find_element("css selector", ".diagnosis")) == ["4px", 0]
    assert not shown.find_element("css selector", ".hint p").is_displayed()
    shown.find_element("css selector", ".hint summary").click()
    assert shown.find_element("css selector", ".hint p").is_displayed()
    browser.execute_script("arguments[0].scrollIntoView()", shown)
    browser.save_screenshot(str(tmp_path / "wrong.png"))

    type_into(browser, first(".jp-CodeCell", "def corr2d("), RIGHT)
    run_all()
    shown = wait.until(lambda _: first(".jp-OutputArea-output .torchkata", "10/10"))
    assert "✓ right" in shown.text
    assert FLIP not in shown.text
    wait.until(lambda _: first(".jp-OutputArea-output .torchkata", "not started"))
    browser.execute_script("arguments[0].scrollIntoView()", shown)
    browser.save_screenshot(str(tmp_path / "right.png"))
