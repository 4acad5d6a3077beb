"""The class page and the students' pages: what they hold, that they are safe, and how they behave in a browser."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from autograder.report import curves
from autograder.report.glance import glance
from autograder.report.html import FACES, page_names, write_report
from autograder.results import Change, CheckResult, Detail, ExerciseResult, Results, Status, SubmissionResult
from support import chromium

WHEN = datetime(2026, 3, 14, 15, 9)
ATTACK = "<script>document.title='owned'</script>"
HOSTILE = [
    f"{ATTACK}",
    '"><img src=x onerror=alert(1)>',
    "../../etc/passwd",
    "{{ 7 * 7 }}{% raw %}",
    "王小明",
    "a b/c.d",
    "x" * 200,
    "javascript:alert(1)",
    "right\u202eleft\x00\x1b[31m",
    "half \udcff",
    "CON",
]
BAND = {"low": [1.6, 0.9, 0.5], "median": [1.8, 1.1, 0.7], "high": [2.1, 1.4, 0.9]}
NAN = float("nan")
SENTENCE = "The kernel is flipped: that is convolution."


def check(status: Status, name: str = "first_check", points: float = 4.0, **more: object) -> CheckResult:
    reachable = 0.0 if status is Status.UNGRADED else points
    return CheckResult(name, status, reachable if status is Status.PASSED else 0.0, reachable, **more)  # type: ignore[arg-type]


def training(status: Status, curve: list[float]) -> CheckResult:
    detail = Detail(curve=curve, band=BAND, metric=0.7131, threshold=0.92)
    return check(status, "learns", line="learns to read digits", detail=detail)


def results() -> Results:
    """One student with an exercise of each status, the hostile names, and a training curve."""
    every = [
        ExerciseResult.of(f"ch01_every/{status}", [check(status, message=f"what {status} means")]) for status in Status
    ]
    detail = Detail(
        expected="[1, 2]",
        got=f"[2, 1] {ATTACK}",
        snippet="print('again')",
        trace=["line 3", ATTACK],
        output=f"printed {ATTACK}\x1b[31m red",
        misconception="kernel_flipped",
    )
    wrong = check(Status.FAILED, message=ATTACK, diagnosis=SENTENCE, line="sums <each> window", detail=detail)
    hidden = check(Status.PASSED, "secret_one", visibility="hidden", line="a hidden thing")
    corr2d = ExerciseResult.of("ch07_convolution/corr2d", [wrong, hidden])
    lenet = ExerciseResult.of("ch08_lenet/lenet", [training(Status.FAILED, [2.3, 2.2, 2.1])])
    lenet.left_out = [f"line 7 was left out: {ATTACK}\x1b[31m"]
    fine = ExerciseResult.of("ch07_convolution/corr2d", [check(Status.PASSED), check(Status.PASSED, "secret_one")])
    submissions = [SubmissionResult.of("Ada Lovelace", [lenet, corr2d, *every], notes=[f"a note {ATTACK}"])]
    learned = ExerciseResult.of("ch08_lenet/lenet", [training(Status.PASSED, [1.9, 1.2, 0.8])])
    submissions += [SubmissionResult.of(name, [fine, learned if name == HOSTILE[0] else lenet]) for name in HOSTILE]
    environment = {"python": "3.11", "torch": "2.11.0", "device": f"cpu {ATTACK}"}
    return Results("0.1.0", "seed-7", environment, "process", submissions)


def report(folder: Path) -> dict[str, str]:
    changes = [Change(ATTACK, "ch07_convolution/corr2d", 4, 8), Change("gone", "ch00/gone", 1, 0)]
    write_report(results(), folder, changes, WHEN)
    return {str(p.relative_to(folder)): p.read_text(encoding="utf-8") for p in sorted(folder.rglob("*.html"))}


class Page(HTMLParser):
    """Tags with their attributes, ids, links, and the text between."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def values(self, attribute: str) -> list[str]:
        return [a[attribute] or "" for _tag, a in self.tags if attribute in a]


def test_nothing_of_a_submission_becomes_markup(tmp_path: Path) -> None:
    for name, text in report(tmp_path).items():
        page = Page(text)
        assert sum(tag == "script" for tag, _ in page.tags) == 1, name
        assert not {tag for tag, _ in page.tags} & {"img", "iframe", "object", "embed", "link", "base"}, name
        assert not [a for _tag, attributes in page.tags for a in attributes if a.startswith("on")], name
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", text), name
    pages = report(tmp_path)
    assert ATTACK in "".join(Page(pages["report/ada-lovelace.html"]).said)
    assert "{{ 7 * 7 }}{% raw %}" in "".join(Page(pages["report.html"]).said)


def test_no_page_loads_anything(tmp_path: Path) -> None:
    for name, text in report(tmp_path).items():
        page = Page(text)
        assert not page.values("src"), name
        assert not re.search(r"@import|url\(", text), name
        assert "default-src 'none'" in text, name
        assert not [h for h in page.values("href") if urlsplit(h).scheme or urlsplit(h).netloc], name


def test_every_link_arrives(tmp_path: Path) -> None:
    pages = {name: Page(text) for name, text in report(tmp_path).items()}
    for name, page in pages.items():
        ids = page.values("id")
        assert len(ids) == len(set(ids)), name
        for href in page.values("href"):
            target, _, anchor = href.partition("#")
            path = os.path.normpath(Path(name).parent / unquote(target)) if target else name
            assert path in pages, (name, href)
            assert not anchor or anchor in pages[path].values("id"), (name, href)


def test_file_names_are_safe_different_and_lasting() -> None:
    students = [*HOSTILE, "con", "a-b", "a b", "A B", "张伟", "李娜", "nul", "José", "x" * 201]
    names = page_names(students)
    assert len({n.lower() for n in names}) == len(students)
    assert all(re.fullmatch(r"[a-z0-9_][a-z0-9_-]{0,60}\.html", n) for n in names)
    assert not {"con.html", "nul.html"} & set(names)
    assert page_names(students[4:5]) == names[4:5]
    assert page_names(["Ada Lovelace", "ada_lovelace", "s01"]) == ["ada-lovelace.html", "ada_lovelace.html", "s01.html"]
    alike = ["ada lovelace", "Ada-Lovelace", "ADA LOVELACE", "Àda Lovelace", "Ada Lovelace", "ada-lovelace"]
    assert page_names(alike) == [page_names([student])[0] for student in alike], "whoever else is in the class"


def test_the_same_results_give_the_same_bytes_and_touch_nothing(tmp_path: Path) -> None:
    first = report(tmp_path)
    times = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*.html")}
    assert report(tmp_path) == first
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*.html")} == times


def test_pages_of_those_who_left_go_and_other_files_stay(tmp_path: Path) -> None:
    report(tmp_path)
    own = tmp_path / "report" / "mine.html"
    own.write_text("<p>my own")
    fewer = results()
    fewer.submissions = fewer.submissions[:1]
    write_report(fewer, tmp_path, when=WHEN)
    assert {p.name for p in (tmp_path / "report").iterdir()} == {"ada-lovelace.html", "mine.html"}


def test_statuses_are_told_apart_by_sign_and_word(tmp_path: Path) -> None:
    for what in ("letter", "sign", "word"):
        assert len({getattr(face, what) for face in FACES.values()}) == len(Status)
    said = "".join(Page(report(tmp_path)["report/ada-lovelace.html"]).said)
    for face in FACES.values():
        assert f"{face.sign} {face.word}" in said


def test_a_student_page_tells_everything_about_a_check_and_nothing_about_others(tmp_path: Path) -> None:
    text = report(tmp_path)["report/ada-lovelace.html"]
    said = " ".join("".join(Page(text).said).split())
    expected = ["sums <each> window", SENTENCE, "[1, 2]", "[2, 1]", "print('again')", "printed", "line 3", "hidden"]
    expected += ["process", "the instructor's own", "2026-03-14", "2.11.0", "0.713", "0.920", "first check", "no mark"]
    expected += ["line 7 was left out"]
    assert [e for e in expected if e not in said] == []
    assert "王小明" not in said
    assert said.index("Cross-correlation") < said.index("LeNet-5") < said.index("ch01_every")


def test_the_class_page_counts(tmp_path: Path) -> None:
    said = " ".join("".join(Page(report(tmp_path)["report.html"]).said).split())
    assert f"kernel flipped{SENTENCE}" in said
    assert "no defence against code that wants to cheat" in said
    assert "1 check is not graded:" in said
    view = glance(results())
    column = view.column("ch07_convolution/corr2d")
    assert (column.full, column.graded) == (len(HOSTILE), len(HOSTILE) + 1)
    assert view.hardest is not None
    assert view.hardest.rate == 0
    assert [len(m.students) for m in view.misconceptions] == [1]
    assert sum(view.bins) == len(HOSTILE) + 1


def large(students: int = 30, chapters: int = 14, exercises: int = 8) -> Results:
    """A class in 112 exercises: all right in the first chapter, in the second half of one wrong and another crashed."""
    submissions = []
    for number in range(students):
        mine = []
        for chapter in range(1, chapters + 1):
            for n in range(exercises):
                right = chapter == 1 or (chapter == 2 and n > 1)
                begun = Status.PASSED if right else (Status.ERROR, Status.FAILED)[n % 2]
                status = begun if chapter < 3 else Status.NOT_ATTEMPTED
                half = check(Status.PASSED, "other", 5.0) if chapter == 2 and n == 1 else check(status, "other", 5.0)
                mine.append(ExerciseResult.of(f"ch{chapter:02}_c/e_{chapter}_{n}", [check(status, points=5.0), half]))
        submissions.append(SubmissionResult.of(f"Student {number}", mine))
    submissions[0].exercises[9].checks[0].message = "what is wrong"
    return Results("0", "public", {}, "strict", submissions)


def test_of_many_exercises_each_chapter_has_a_column(tmp_path: Path) -> None:
    write_report(large(), tmp_path, when=WHEN)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    table = text[text.index("<table") : text.index("</table>")]
    assert table.count('<th scope="col"') == 2 + 14
    page = "report/student-3.html#chapter-"
    assert f'<td class="p c4" data-met="p"><a href="{page}1">80<small> 8/8</small></a></td>' in table
    assert f'<td class="some c3" data-met="p f e"><a href="{page}2">65<small> 6/8</small></a></td>' in table
    assert f'<td class="n cn" data-met="n"><a href="{page}14">0<small> 0/8</small></a></td>' in table
    foot = re.sub("<[^>]*>", " ", table[table.index("<tfoot>") :]).split()
    assert foot == ["Mean", "13%", "100%", "81%", *["0%"] * 12, "Full", "marks", "100%", *["0%"] * 13]


def test_a_page_of_many_exercises_goes_chapter_by_chapter_and_shows_what_is_wrong(tmp_path: Path) -> None:
    write_report(large(1), tmp_path, when=WHEN)
    text = (tmp_path / "report" / "student-0.html").read_text(encoding="utf-8")
    page = Page(text)
    ids, links = page.values("id"), [link[1:] for link in page.values("href") if link.startswith("#")]
    assert sorted(links) == sorted(i for i in ids if not i.endswith("-title"))
    assert len(ids) == len(set(ids))
    wrong = text[text.index('id="e_2_1"') : text.index('id="e_2_2"')]
    assert "what is wrong" in wrong
    assert "<details>" not in wrong
    assert "<details><summary>2 checks</summary>" in text[text.index('id="e_2_2"') :]


def test_few_exercises_keep_a_column_each_and_stay_unfolded(tmp_path: Path) -> None:
    write_report(large(2, chapters=2), tmp_path, when=WHEN)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert text[: text.index("<tbody")].count('<th scope="col"') == 1 + 2 + 16
    assert "data-met=" not in text
    assert "<details>" not in (tmp_path / "report" / "student-0.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("submissions", [[], [SubmissionResult.of("alone", [])]])
def test_an_empty_class_has_a_page(tmp_path: Path, submissions: list[SubmissionResult]) -> None:
    write_report(Results("0", "s", {}, "strict", submissions), tmp_path, when=WHEN)
    assert (tmp_path / "report.html").is_file()


def test_results_without_details_have_a_page(tmp_path: Path) -> None:
    """As they come back from results.json."""
    bare = CheckResult("sums_each_window", Status.FAILED, 0.0, 4.0, "wrong", SENTENCE)
    submission = SubmissionResult.of("ada", [ExerciseResult.of("ch99_new/thing", [bare])])
    write_report(Results("0", "s", {}, "strict", [submission]), tmp_path, when=WHEN)
    assert "sums each window" in (tmp_path / "report" / "ada.html").read_text(encoding="utf-8")


def test_a_curve_is_a_picture_with_words() -> None:
    svg = str(curves.draw([2.3, 1.9, 1.2], BAND))
    assert svg.startswith('<svg role="img" aria-label="The loss goes from 2.3 to 1.2 in 3 epochs.')
    assert [part for part in ("epoch</text>", "var(--band)", "var(--student)") if part not in svg] == []
    assert not re.search(r"http|xmlns| id=|#0|url\(", svg)


@pytest.mark.parametrize(
    "curve",
    [[NAN] * 3, [1.0, NAN, 0.5], [float("inf"), 1e300], [1e30, 2.0], [-5.0, -7.0], [0.0], [1.0] * 5000],
)
def test_any_curve_can_be_drawn(curve: list[float]) -> None:
    for band in (BAND, {}):
        svg = str(curves.draw(curve, band))
        assert len(svg) < 20_000
        assert not re.search(r"\b(nan|inf)\b", svg.partition(">")[2])
        assert curves.describe(curve, band)


def test_students_of_one_check_share_a_frame() -> None:
    curves.draw([2.0, 1.5, 1.0], BAND)
    before = curves._frame.cache_info().misses
    for step in range(50):
        curves.draw([2.0, 1.5, 1.0 + step / 100], BAND)
    assert curves._frame.cache_info().misses == before


# In a browser.


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    logs = {"browser": "ALL", "performance": "ALL"}
    chrome = chromium(tmp_path_factory.mktemp("chromium"), 900, loggingPrefs=logs)
    yield chrome
    chrome.quit()


@pytest.fixture
def page(browser, tmp_path: Path) -> Iterator[object]:  # type: ignore[no-untyped-def]
    """The browser at the class page; afterwards nothing was complained about, and nothing came from the network."""
    report(tmp_path)
    browser.get_log("browser"), browser.get_log("performance")
    browser.get((tmp_path / "report.html").as_uri())
    yield browser
    assert browser.get_log("browser") == []
    schemes = set(re.findall(r'"url":"(\w+):', "".join(e["message"] for e in browser.get_log("performance"))))
    assert "file" in schemes
    assert not schemes & {"http", "https", "ws", "wss", "ftp"}


def rows(page) -> list[str]:  # type: ignore[no-untyped-def]
    shown = "[...document.querySelectorAll('.matrix tbody tr')].filter(row => !row.hidden)"
    return page.execute_script(f"return {shown}.map(row => row.cells[0].textContent)")  # type: ignore[no-any-return]


def width_beyond(page) -> int:  # type: ignore[no-untyped-def]
    return page.execute_script("return document.documentElement.scrollWidth - innerWidth")  # type: ignore[no-any-return]


def phone(page, width: int) -> None:  # type: ignore[no-untyped-def]
    metrics = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 500}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def test_from_the_class_to_a_student_and_back(page) -> None:  # type: ignore[no-untyped-def]
    link = page.find_element("css selector", '.matrix a[href="report/ada-lovelace.html#corr2d"]')
    assert link.text == "4"
    sign = page.execute_script("return getComputedStyle(arguments[0], '::before').content", link)
    assert sign == '"✗" / "wrong "'
    link.click()
    assert page.current_url.endswith("report/ada-lovelace.html#corr2d")
    section = page.find_element("css selector", "#corr2d")
    assert abs(page.execute_script("return arguments[0].getBoundingClientRect().top", section)) < 60
    assert SENTENCE in section.text
    assert "printed <" not in section.text
    section.find_element("css selector", ".output summary").click()
    assert "printed <" in section.text
    section.find_element("css selector", ".snippet summary").click()
    assert section.find_element("css selector", ".snippet button").is_displayed()
    assert page.find_element("css selector", "#lenet .curve svg").rect["width"] > 300
    page.back()
    assert page.current_url.endswith("/report.html")


def test_a_hostile_name_is_text(page) -> None:  # type: ignore[no-untyped-def]
    assert set(HOSTILE[:8]) <= set(rows(page))
    page.find_element("link text", ATTACK).click()
    assert page.find_element("css selector", "h1").text == ATTACK
    assert page.title == f"{ATTACK} · torchkata"
    assert page.execute_script("return document.scripts.length") == 1


def test_filter_and_sort(page) -> None:  # type: ignore[no-untyped-def]
    everyone = rows(page)
    find = page.find_element("id", "find")
    find.send_keys("lovelace")
    assert rows(page) == ["Ada Lovelace"]
    assert page.find_element("id", "shown").text == f"1 of {len(everyone)}"
    find.clear()
    find.send_keys(" ")
    choose = "which.value = arguments[0]; which.dispatchEvent(new Event('input'))"
    page.execute_script(choose, FACES[Status.TIMEOUT].letter)
    assert rows(page) == ["Ada Lovelace"]
    page.execute_script(choose, "")
    assert rows(page) == everyone
    total = page.find_elements("css selector", ".matrix thead .sorter")[1]
    total.click()
    assert page.find_element("css selector", "[aria-sort]").get_attribute("aria-sort") == "descending"
    assert rows(page)[0] == ATTACK
    total.send_keys("\n")
    assert rows(page)[-1] == ATTACK


def test_fits_a_phone(page, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    try:
        phone(page, 390)
        for path in sorted(tmp_path.rglob("*.html")):
            page.get(path.as_uri())
            assert width_beyond(page) <= 0, path.name
        page.get((tmp_path / "report.html").as_uri())
        scrolls = "const s = document.querySelector('.scroll'); return s.scrollWidth > s.clientWidth"
        assert page.execute_script(scrolls)
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_large_table_stays_a_table(  # type: ignore[no-untyped-def]
    page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows are laid out only when in sight; heads stay above their columns, and in view."""
    monkeypatch.setattr("autograder.report.html.MANY_CELLS", 10)
    exercises = [ExerciseResult.of(f"ch01_many/number_{n}", [check(Status.PASSED)]) for n in range(40)]
    submissions = [SubmissionResult.of(f"Student {n}", exercises) for n in range(60)]
    write_report(Results("0", "s", {}, "strict", submissions), tmp_path, when=WHEN)
    page.get((tmp_path / "report.html").as_uri())
    left, top, covered = page.execute_script("""
        const scroll = document.querySelector('.scroll'), {tHead, tBodies: [body]} = document.querySelector('.matrix');
        scroll.scrollIntoView();
        scroll.scrollTo(700, 900);
        const box = element => element.getBoundingClientRect();
        const left = (row, n) => box(row.cells[n]).left;
        const apart = [0, 1, 20, 41].map(n => Math.abs(left(tHead.rows[1], n) - left(body.rows[30], n)));
        const {left: x, top: y} = box(scroll);
        const covered = [300, 500, 700].every(dx => tHead.contains(document.elementFromPoint(x + dx, y + 12)));
        return [Math.max(...apart), Math.abs(box(tHead).top - y), covered];
    """)
    assert left < 1
    assert top < 3
    assert covered
    assert width_beyond(page) <= 0
    roles = {n.get("role", {}).get("value") for n in page.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]}
    assert {"table", "columnheader", "rowheader", "cell"} <= roles


@pytest.mark.parametrize("many", [10, 4000])
def test_a_hundred_exercises_fit(  # type: ignore[no-untyped-def]
    page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    """All chapters on a wide screen; on a phone the page itself never scrolls sideways, and names can be read."""
    monkeypatch.setattr("autograder.report.html.MANY_CELLS", many)
    write_report(large(), tmp_path, when=WHEN)
    try:
        for width in (1280, 390):
            phone(page, width)
            for path in (tmp_path / "report.html", tmp_path / "report" / "student-0.html"):
                page.get(path.as_uri())
                assert width_beyond(page) <= 0, path.name
            page.get((tmp_path / "report.html").as_uri())
            beyond, small, cut = page.execute_script("""
                const scroll = document.querySelector('.scroll'), table = document.querySelector('.matrix');
                const texts = [...table.querySelectorAll('thead th span, tbody td a, tbody th a')];
                const small = texts.filter(text => parseFloat(getComputedStyle(text).fontSize) < 12).length;
                const cut = [...table.querySelectorAll('tbody td a')].filter(a => a.scrollWidth > a.clientWidth).length;
                return [scroll.scrollWidth - scroll.clientWidth, small, cut];
            """)
            assert (small, cut) == (0, 0)
            assert (beyond > 0) == (width == 390)
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_chapters_are_filtered_by_their_exercises_and_sorted_by_points(page, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    made = large(4)
    made.submissions[2].exercises[3].status = Status.TIMEOUT
    made.submissions[1].exercises[9].score = 9.0
    write_report(made, tmp_path, when=WHEN)
    page.get((tmp_path / "report.html").as_uri())
    choose = "const w = document.getElementById('which'); w.value = arguments[0]; w.dispatchEvent(new Event('input'))"
    page.execute_script(choose, FACES[Status.TIMEOUT].letter)
    assert rows(page) == ["Student 2"]
    page.execute_script(choose, "")
    page.find_elements("css selector", ".matrix thead .sorter")[3].click()
    assert rows(page)[0] == "Student 1"
    link = page.find_element("css selector", '.matrix a[href="report/student-1.html#chapter-2"]')
    page.execute_script("arguments[0].dispatchEvent(new Event('pointerover', {bubbles: true}))", link)
    assert " ".join(link.get_attribute("title").split()) == "Student 1 · ch02_c · 69/80 · 6/8"
    link.click()
    section = page.find_element("css selector", "#chapter-2")
    assert abs(page.execute_script("return arguments[0].getBoundingClientRect().top", section)) < 60


def test_prints(page, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for name in ("report.html", "report/ada-lovelace.html"):
        page.get((tmp_path / name).as_uri())
        pdf = page.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})["data"]
        assert base64.b64decode(pdf).startswith(b"%PDF")
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        gone = "[...document.querySelectorAll('nav, .tools')].every(e => getComputedStyle(e).display === 'none')"
        assert page.execute_script(f"return {gone}")
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


CONTRAST = """
const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
const rgba = colour => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
};
const luminance = ([r, g, b]) => {
  const linear = v => v <= 10 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4;
  return .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
};
const behind = element => {
  for (; element; element = element.parentElement) {
    const colour = rgba(getComputedStyle(element).backgroundColor);
    if (colour[3] === 255) return colour;
  }
};
const says = element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
return [...document.body.querySelectorAll('*')]
  .filter(element => element.checkVisibility() && says(element) && !element.closest('svg, option'))
  .map(element => {
    const [dark, light] = [rgba(getComputedStyle(element).color), behind(element)].map(luminance).sort((a, b) => a - b);
    return [(light + .05) / (dark + .05), element.outerHTML.slice(0, 80)];
  })
  .filter(([ratio]) => ratio < 4.5);
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_can_be_read(page, tmp_path: Path, scheme: str) -> None:  # type: ignore[no-untyped-def]
    """Every text has the contrast that WCAG AA asks for."""
    feature = {"name": "prefers-color-scheme", "value": scheme}
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    for name in ("report.html", "report/ada-lovelace.html"):
        page.get((tmp_path / name).as_uri())
        assert page.execute_script(CONTRAST) == []


def test_a_screen_reader_hears_the_status(page) -> None:  # type: ignore[no-untyped-def]
    nodes = page.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    links = {n["name"]["value"].strip() for n in nodes if n.get("role", {}).get("value") == "link"}
    for status, face in FACES.items():
        assert any(link.startswith(face.word) for link in links), (status, sorted(links))
    roles = {n.get("role", {}).get("value") for n in nodes}
    assert {"table", "columnheader", "rowheader", "cell"} <= roles


def test_pictures_stand_beside_each_other(tmp_path: Path) -> None:
    image = [[float(i * j) for j in range(6)] for i in range(5)]
    picture = {"wanted": image, "came": image[::-1]}
    detail = Detail(expected="[[1]]", got="[[2]]", picture=picture)
    check = CheckResult("c", Status.FAILED, 0.0, 1.0, message="m", line="blurs a photo", detail=detail)
    exercise = ExerciseResult.of("ch07_convolution/kernels", [check])
    results = Results("0.1.0", "public", {}, "strict", [SubmissionResult.of("ada", [exercise])])
    write_report(results, tmp_path)
    text = (tmp_path / "report" / "ada.html").read_text()
    assert text.count('src="data:image/png;base64,') == 3
    assert "where they differ" in text
    assert "img-src data:" in text
