"""The page without JavaScript: everything is in its HTML, and nothing runs in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from gzip import compress
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from helpers import write_records, write_texts

from indexer.build.rebuild import rebuild

pytest.importorskip("fastapi", reason="needs the extra `web`")
pytest.importorskip("httpx2", reason="needs the extra `browser`")

from httpx2 import Response
from starlette.testclient import TestClient

from search.web.app import application
from search.web.service import Service
from search.web.thread_pools import ThreadPool

KOREAN = {"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.5"}
MOST_BYTES = 60_000
"""The most that a first visit may load, compressed."""


class Elements(HTMLParser):
    """The elements of a page: their names and attributes, and the text of marks."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_data(self, data: str) -> None:
        if self._open and data.strip():
            self.text.setdefault(self._open[-1], []).append(data)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass  # An element without an end tag, such as <input>.

    def links(self, start: str = "") -> list[str]:
        """Return the URLs of the links whose ids begin with *start*."""
        return [
            attributes["href"] or ""
            for tag, attributes in self.elements
            if tag == "a" and (attributes.get("id") or "").startswith(start)
        ]


@pytest.fixture(scope="module")
def client(statements_folder: Path) -> Iterator[TestClient]:
    service = Service(statements_folder, say=lambda _: None)
    with TestClient(application(service), headers=KOREAN) as client:
        yield client


@pytest.fixture(scope="module")
def speakers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of an index of speakers whose names are alike."""
    folder = tmp_path_factory.mktemp("speakers")
    paragraphs = [
        "양측은 동맹을 재확인하였다. 한미 양측은 장관 회의를 논의하였다.",
        "양 장관은 동맹을 논의하였다. 양국 장관은 동맹을 재확인하였다.",
        "서 장관과 에스퍼 장관은 동맹을 강조하였다. 에스퍼 장관은 장관 회의를 재확인하였다.",
        "서 욱 대한민국 국방부장관과 마크 에스퍼 미합중국 국방장관이 왔다. 특사도 파견되었다.",
    ]
    for name, year in (("a", 2019), ("b" * 251, 2020)):
        lines = [f"{number}. {text}" for number, text in enumerate(paragraphs, 1)]
        text = "\n".join([f"{year}년 11월 15일, 서울\n", *lines])
        write_texts(folder, {name: f"{text}\n"})
    rebuild(folder / "index", [folder])
    service = Service(folder / "index", say=lambda _: None)
    with TestClient(application(service), headers=KOREAN) as client:
        yield client


def total(page_: Elements) -> int:
    """Return the number of hits on a page."""
    (count,) = [a["data-count"] for tag, a in page_.elements if tag == "main"]
    return int(re.findall("[0-9]+", count or "")[0])


def page(client: TestClient, address: str, status: int = 200) -> Elements:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Elements(answer.text)


def test_a_form_is_enough(client: TestClient) -> None:
    """The URL is that of a browser that sends the form with no box ticked."""
    result = page(client, "/?q=사이버+협력&from=&to=&document=&sort=rank")

    assert result.text["mark"] == ["사이버", "협력"] * 2
    form = [attributes for tag, attributes in result.elements if tag == "form"]
    assert (form[0]["action"], form[0]["method"]) == ("/", "get")
    names = {a.get("name") for tag, a in result.elements if tag in ("input", "select")}
    assert names - {None} == {
        "q",
        "from",
        "to",
        "document",
        "sort",
        "all",
        "exact",
        "literal",
    }


@pytest.mark.parametrize(
    "address", ["?q=장관", "?q=장관&shown=new:2.1", "?document=old", ""]
)
def test_the_script_gets_the_same_part_as_the_page(
    client: TestClient, address: str
) -> None:
    whole = client.get(f"/{address}").text
    part = client.get(f"/results{address}").text

    assert part.strip()
    assert part.strip() in whole
    assert "<html" not in part


def test_facets_narrow_and_chips_widen(client: TestClient) -> None:
    result = page(client, "/?q=장관 사이버")
    facet = page(client, result.links("year-")[0])
    assert "year-1" in [a.get("id") for _, a in facet.elements if "aria-current" in a]
    chip = facet.links("chip-")
    assert len(chip) == 1
    assert parse_qs(urlsplit(chip[0]).query) == {"q": ["장관 사이버"]}

    speaker = page(client, result.links("speaker-")[0])
    hidden = [
        (a["name"], a["value"])
        for tag, a in speaker.elements
        if a.get("type") == "hidden"
    ]
    assert hidden == [("speaker", "양 장관")]


QUERIES = ["장관", "speaker:양 동맹", "year:2019-2020 장관", "act:재확인 act:논의"]


@pytest.mark.parametrize("query", QUERIES)
def test_a_facet_leads_to_as_many_as_it_counts(
    speakers: TestClient, query: str
) -> None:
    """Also where one speaker's name begins another's, and the query narrows too."""
    html = speakers.get(f"/results?q={quote(query)}").text
    facets = re.findall(
        r'<a id="(?:year|document|speaker|act)-\d+" href="([^"]+)".*?"number">(\d+)',
        html,
    )

    assert len(facets) > 4
    for link, number in facets:
        assert total(page(speakers, unescape(link))) == int(number)


def facet(client: TestClient, address: str, name: str) -> dict[str, tuple[str, int]]:
    """Return the link and the number of each value of a facet, in their order."""
    html = client.get(address).text
    values = re.findall(
        rf'<a id="{name}-\d+" href="([^"]+)"[^>]*><span class="label"[^>]*>(.*?)</span>'
        r'.*?"number">(\d+)',
        html,
    )
    return {unescape(label): (unescape(link), int(n)) for link, label, n in values}


@pytest.mark.parametrize("name", ["speaker", "act", "year", "document", "side"])
def test_a_second_value_of_a_facet_can_be_chosen(
    speakers: TestClient, name: str
) -> None:
    before = facet(speakers, "/?q=장관 동맹", name)
    (first, (link, one)), (second, (_, two)) = list(before.items())[:2]
    chosen = facet(speakers, link, name)

    assert list(chosen) == list(before)
    assert {label: n for label, (_, n) in chosen.items()} == {
        label: n for label, (_, n) in before.items()
    }
    both = chosen[second][0]
    assert total(page(speakers, both)) == one + two
    alone = facet(speakers, both, name)[first][0]
    assert total(page(speakers, alone)) == two


@pytest.mark.parametrize("name", ["speaker", "act", "year", "document", "side"])
def test_a_facet_without_a_query_keeps_its_other_values(
    speakers: TestClient, name: str
) -> None:
    values = facet(speakers, "/?q=장관 동맹", name)
    value = parse_qs(urlsplit(next(iter(values.values()))[0]).query)[name][0]
    alone = facet(speakers, f"/?{name}={quote(value)}", name)

    assert len(alone) >= len(values)
    _, (link, number) = list(alone.items())[1]
    assert number > 0
    assert total(page(speakers, link)) > total(
        page(speakers, f"/?{name}={quote(value)}")
    )


def test_years_are_counted_inside_a_range(client: TestClient) -> None:
    inside = facet(client, "/?q=장관&from=2020&to=2020", "year")
    narrowed = facet(client, "/?q=장관&from=2019&to=2020", "year")

    assert set(inside) == {"2020"}
    link, number = narrowed["2019"]
    assert total(page(client, link)) == number
    assert "from=2019" in link


def test_the_newest_years_stand_first(tmp_path: Path) -> None:
    texts = {
        f"s{y}": f"성명\n{y}년 5월 1일, 서울\n1. 양측은 협의하였다.\n"
        for y in range(2001, 2019)
    }
    texts |= {n: f"{n} 성명\n2010년\n1. 양측은 협의하였다.\n" for n in ("가", "나")}
    rebuild(tmp_path / "index", [write_texts(tmp_path / "texts", texts)])
    service = Service(tmp_path / "index", say=lambda _: None)
    with TestClient(application(service), headers=KOREAN) as client:
        years = facet(client, "/?q=협의", "year")
        documents = facet(client, "/?q=협의", "document")

    assert list(years)[:3] == ["2018", "2017", "2016"]
    assert len(documents) == 20


def test_the_rest_of_the_speakers_is_a_side(speakers: TestClient) -> None:
    """Its sentences have no speaker here."""
    everything = "/?q=장관 동맹 특사"
    sides = facet(speakers, everything, "side")
    link, number = sides["그 밖"]

    assert sum(n for _, n in sides.values()) == total(page(speakers, everything))
    assert total(page(speakers, link)) == number > 0
    typed = page(speakers, f"/?q={quote('장관 동맹 특사 side:그밖')}")
    assert total(typed) == number
    (chip,) = typed.links("chip-1")
    assert total(page(speakers, chip)) == total(page(speakers, everything))


@pytest.mark.parametrize("query", ["장관 side:us", "장관 side:미측 from:2000"])
def test_a_typed_side_is_a_chip(speakers: TestClient, query: str) -> None:
    _, number = facet(speakers, "/?q=장관", "side")["미측"]
    result = page(speakers, f"/?q={quote(query)}")

    assert total(result) == number
    (rest,) = result.links("chip-1")
    assert "side" not in rest


def test_a_side_without_a_hit_is_shown_with_its_number(speakers: TestClient) -> None:
    html = speakers.get("/results?q=양측&exact=1").text

    assert set(facet(speakers, "/results?q=양측&exact=1", "side")) == {"공동"}
    assert '<span class="zero"><span class="label">미측</span>' in html
    assert '<span class="number">0</span>' in html


def test_speakers_stand_in_groups(speakers: TestClient) -> None:
    groups = facet(speakers, "/?q=장관", "side")

    assert set(groups) == {"공동", "미측"}
    english = facet(speakers, "/?q=장관&lang=en", "side")
    assert set(english) == {"Joint", "US side"}
    link, number = groups["미측"]
    assert total(page(speakers, link)) == number
    shown = speakers.get(link).text
    assert len(re.findall(r'id="show-|<li value="\d+"><a', shown)) == number


def test_equal_sentences_stand_under_the_best(speakers: TestClient) -> None:
    """No number changes, and each has its rank, its citation and a link."""
    ranked = speakers.get("/?q=장관 동맹").text
    by_date = speakers.get("/?q=장관 동맹&sort=date").text
    everything = len(Elements(by_date).links("show-"))
    below = re.findall(r'<li value="(\d+)"><a href="([^"]*)"', ranked)

    assert total(page(speakers, "/?q=장관 동맹")) == everything
    assert below
    assert len(Elements(ranked).links("show-")) + len(below) == everything
    assert "같은 문장 하나 더: 2020" in ranked
    assert "같은 문장" not in by_date
    ranks = re.findall(r'class="hit" value="(\d+)"', ranked) + [n for n, _ in below]
    assert sorted(map(int, ranks)) == list(range(1, everything + 1))
    _, link = below[0]
    opened = speakers.get(unescape(link), follow_redirects=True)
    assert opened.status_code == 200
    best = Elements(ranked).links("show-")[0]
    assert "같은 문장 하나 더: 2020" in speakers.get(best).text


def test_sentences_of_other_numbers_are_not_equal(tmp_path: Path) -> None:
    """Spaces and other marks make no difference, but the marks of a number do."""
    texts = {
        "a": "분담금이 3.5% 증가하였다.",
        "b": "분담금이 35% 증가하였다.",
        "c": "분담금이 ‘3.5 %’ 증가하였다",
        "d": "분담금이 3,5% 증가하였다.",
    }
    rebuild(tmp_path / "index", [write_records(tmp_path / "c.jsonl", texts)])
    service = Service(tmp_path / "index", say=lambda _: None)
    with TestClient(application(service), headers=KOREAN) as client:
        html = client.get("/results?q=분담금").text

    below = re.findall(r'<li value="(\d+)"><a href="([^"]*)"', html)
    cards = [link.partition("shown=")[2] for link in Elements(html).links("show-")]
    assert sorted(card.partition("#")[0] for card in cards) == ["a", "b", "d"]
    assert len(below) == 1


def test_a_paragraph_is_marked_whole_where_the_query_narrows_to_others(
    speakers: TestClient,
) -> None:
    address = f"/results?q={quote('paragraph:1-9 동맹')}&shown=a:2.1"
    shown = speakers.get(address).text
    (passage,) = re.findall(r'<div class="passage".*?</div>', shown, re.DOTALL)

    assert passage.count("<mark>동맹</mark>") == 2


@pytest.mark.parametrize(
    ("years", "expected"),
    [("to=2019", 1), ("from=0002", 3), ("from=٢٠٢٠", 2), ("from=2019", 3)],
)
def test_a_range_of_years_in_any_digits(
    client: TestClient, years: str, expected: int
) -> None:
    whole = total(page(client, "/?q=장관"))
    new = total(page(client, "/?q=장관&from=2020&to=2020"))

    hits = {3: whole, 2: new, 1: whole - new}[expected]
    assert total(page(client, f"/?q=장관&{years}")) == hits


def test_a_hit_opens_its_paragraph_with_its_marks(client: TestClient) -> None:
    result = page(client, "/?q=사이버")
    shown = client.get(result.links("show-new:1.1")[0]).text
    passage = re.findall(r'<div class="passage".*?</div>', shown, re.DOTALL)

    assert len(passage) == 1
    assert (
        '<p class=match><span class="index">1</span> <span class=text>양측은 <mark>사이버</mark>'
        in passage[0]
    )
    assert "기후 변화가 논의되었다." in passage[0]
    closed = Elements(shown).links("show-new:1.1")
    assert parse_qs(urlsplit(closed[0]).query) == {"q": ["사이버"]}


def test_a_hit_has_its_history(client: TestClient) -> None:
    result = page(client, "/?q=주한미군&document=new")
    beside = client.get(result.links("compare-")[0]).text

    assert "2019-11-15 · 제1차 · 서울" in beside
    assert "<ins>전력</ins>" in beside
    assert ">바뀜<" in beside


@pytest.mark.parametrize(
    ("queue_size", "seconds", "reason"),
    [(-1, 60, "요청이 밀려"), (9, 0, "시간이 너무 오래")],
)
def test_hits_stay_when_their_history_fails(
    statements_folder: Path, queue_size: int, seconds: float, reason: str
) -> None:
    service = Service(statements_folder, say=lambda _: None)
    with TestClient(application(service), headers=KOREAN) as client:
        service.compare_pool = ThreadPool(
            "full", threads=1, queue_size=queue_size, seconds=seconds
        )
        result = page(client, "/?q=주한미군&document=new&compared=new:2.1")

    assert result.text["mark"]
    assert len([a for _, a in result.elements if a.get("role") == "alert"]) == 1
    assert any(reason in text for text in result.text["p"])


def test_a_correction_is_a_link(client: TestClient) -> None:
    result = page(client, "/?q=유앤사+준수")
    meant = result.links("meant-")

    assert [parse_qs(urlsplit(link).query) for link in meant] == [
        {"q": ["유엔사 준수"]}
    ]
    assert "“유앤사” → “유엔사” (맞춤법)" in "".join(result.text["li"])


def test_a_query_without_hits_gets_advice(client: TestClient) -> None:
    result = page(client, "/?q=없는말임&all=1&exact=1&from=2020")
    targets = [
        parse_qs(urlsplit(result.links(name)[0]).query).keys()
        for name in ("wider", "any", "forms")
    ]

    assert "찾은 문장이 없습니다." in result.text["h2"]
    assert targets == [
        {"q", "all", "exact"},
        {"q", "exact", "from"},
        {"q", "all", "from"},
    ]


def test_typed_filters_have_chips_and_numbers_without_them(client: TestClient) -> None:
    result = page(client, "/?q=주한미군 year:2019 speaker:양측&document=old")
    without = [parse_qs(urlsplit(link).query) for link in result.links("without-")]

    assert len(result.links("chip-")) == 3
    assert [link["q"] for link in without] == [
        ["주한미군 speaker:양측"],
        ["주한미군 year:2019"],
        ["주한미군 year:2019 speaker:양측"],
    ]
    link = result.links("without-")[1]
    assert total(page(client, link)) == 1


@pytest.mark.parametrize("query", ["extended deterrence", "Mattis"])
def test_an_english_query_without_hits_gets_what_the_corpus_defines(
    index_folder: Path, query: str
) -> None:
    service = Service(index_folder, say=lambda _: None)
    with TestClient(application(service)) as client:
        result = page(client, f"/?q={query}")
        offers = result.links("defined-")
        assert "The texts are in Korean." in "".join(result.text["p"])
        assert any("SCM" in text for text in result.text["span"])
        assert total(page(client, offers[0])) > 0


def test_the_examples_are_words_of_the_corpus(index_folder: Path) -> None:
    service = Service(index_folder, say=lambda _: None)
    with TestClient(application(service), headers=KOREAN) as client:
        links = page(client, "/").links("example-")
        queries = [parse_qs(urlsplit(link).query) for link in links]
        assert all(total(page(client, link)) > 1 for link in links)

    assert any(query["q"][0].startswith('"') for query in queries if "q" in query)
    assert [query["speaker"] for query in queries if "speaker" in query]
    assert len(queries) == 5


def test_the_reasons_for_a_hit_are_in_plain_words(client: TestClient) -> None:
    result = page(client, "/?q=유앤사 없는말임")
    opened = client.get(result.links("why-")[0])

    reasons = re.search(r'<section class="why">.*?</section>', opened.text, re.DOTALL)
    text = " ".join(re.sub("<[^>]+>", " ", reasons[0] if reasons else "").split())
    assert "유앤사 유엔사 다른 꼴: 맞춤법" in text
    assert "없는말임 없음 0.00" in text
    assert page(client, Elements(opened.text).links("why-")[0]).links("why-")
    # Filters alone give no reasons.
    assert page(client, "/?document=old").links("why-") == []


def test_a_private_use_character_is_no_box(tmp_path: Path) -> None:
    corpus = write_records(
        tmp_path / "r.jsonl", {"1": "\uf0a7 훈련을 \U000f02b1 확대한다"}
    )
    rebuild(tmp_path / "index", [corpus])
    service = Service(tmp_path / "index", say=lambda _: None)
    with TestClient(application(service)) as client:
        html = client.get("/?q=훈련").text

    assert "· <mark>훈련</mark>을 · 확대한다" in html


def test_the_page_has_both_languages(client: TestClient) -> None:
    korean = client.get("/?q=유앤사")
    english = client.get("/?q=유앤사", headers={"Accept-Language": "en"})
    chosen = client.get("/?q=유앤사&lang=en")

    assert korean.headers["content-language"] == "ko"
    assert '<html lang="ko">' in korean.text
    assert "(spelling)" in english.text
    assert "Show paragraph" in chosen.text
    assert 'name="lang" value="en"' in chosen.text
    assert all("lang=en" in link for link in Elements(chosen.text).links("show-"))


FAULTS = [
    ("/?q=장관+year:2020-2019", 422, "앞뒤가 바뀌었습니다."),
    ("/?q=장관&from=2030", 404, "가장 새 문서는 2020년의 것입니다."),
    ("/?q=장관&to=1990", 404, "가장 오래된 문서는 2019년의 것입니다."),
    ("/?q=장관&from=2020&to=2019", 422, "2019-2020으로 쓰세요."),
    ("/?q=장관+side:북측", 404, "있는 것은 공동, 그밖입니다."),
    ("/?q=장관&side=북측", 404, "있는 것은 공동, 그밖입니다."),
    ("/?q=speaker:없음", 404, "색인에 발언자 “없음”이 없습니다."),
    ("/?q=장관&from=1950&to=1951", 404, "가장 오래된 문서는 2019년의 것입니다."),
    ("/?q=" + "(" * 40 + "가" + ")" * 40, 422, "괄호가 30겹보다 깊습니다."),
    ("/results?q=x&document=없음", 404, "색인에 문서 “없음”이 없습니다."),
]


@pytest.mark.parametrize(("address", "status", "message"), FAULTS)
def test_a_fault_is_shown_on_the_page(
    client: TestClient, address: str, status: int, message: str
) -> None:
    result = page(client, address, status)

    assert message in "".join(result.text["p"])


@pytest.mark.parametrize(
    "address",
    [
        "/?q=장관&offset=999999",
        "/?q=장관&offset=&sort=&lang=&from=&to=&exact=0&utm_source=x&limit=",
        "/?q=장관&shown=nowhere&compared=nowhere",
        "/?q=%ff%00&speaker=&speaker=%20",
        "/?" + "&".join(["shown=new:1.1"] * 500),
    ],
)
def test_an_odd_address_is_not_a_server_error(client: TestClient, address: str) -> None:
    page(client, address)


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        ("offset=-1", "0–9999999"),
        ("limit=201", "1–200"),
        ("limit=many", "1–200"),
        ("sort=x", "rank, date, document, left, right, place"),
        ("view=list", "hits, concordance"),
        ("lang=xx", "ko, en"),
        ("from=a", "1–9999"),
        ("to=20200", "1–9999"),
        ("exact=on", "0, 1"),
        ("&".join(f"act=a{n}" for n in range(21)), "20"),
        ("speaker=" + "가" * 301, "300"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/results", "/export", "/trace"])
def test_a_parameter_that_cannot_be_used_is_named_in_one_sentence(
    client: TestClient, path: str, parameter: str, expected: str
) -> None:
    name = parameter.rsplit("&", maxsplit=1)[-1].partition("=")[0]
    address = f"{path}?q=장관&{parameter}"
    answer = client.get(address, headers={"Accept": "text/html"})
    (message,) = re.findall(r'role="alert">([^<]*)<', answer.text)

    assert answer.status_code == 422
    assert message.startswith(f"주소의 {name}=")
    assert expected in message
    assert path != "/" or 'value="장관"' in answer.text


MARKUP = "\"><script>alert(1)</script><b>'"
HOSTILE = '<script>alert("1")</script><img src=x onerror=alert(1)>'


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of an index whose text, ids and names are markup."""
    folder = tmp_path_factory.mktemp("hostile")
    records = {f"{MARKUP}{n}": f"{HOSTILE} 장관 {n}" for n in range(3)}
    write_records(folder / '"><b>r.jsonl', records)
    write_texts(folder, {"other": "1. 장관은 말하였다.\n"})
    rebuild(folder / "index", [folder])
    service = Service(folder / "index", say=lambda _: None)
    with TestClient(application(service), headers=KOREAN) as client:
        yield client


@pytest.mark.parametrize(
    "address",
    [
        "/?q=장관",
        f"/?q={quote(HOSTILE)}",
        f"/?q=장관&shown={quote(MARKUP)}0&compared={quote(MARKUP)}1",
        f"/?q=장관&speaker={quote(HOSTILE)}",
        f"/?q=speaker:{quote(HOSTILE)}&lang={quote(HOSTILE)}",
        "/",
    ],
)
def test_markup_in_queries_and_texts_is_text(hostile: TestClient, address: str) -> None:
    answer = hostile.get(address)
    result = Elements(answer.text)

    scripts = [attributes for tag, attributes in result.elements if tag == "script"]
    assert {(*script,) for script in scripts} == {("type", "src")}
    assert len(scripts) == 3
    assert not {"img", "b"} & {tag for tag, _ in result.elements}
    handlers = [name for _, attributes in result.elements for name in attributes]
    assert not [name for name in handlers if name.startswith("on") or name == "style"]
    assert "&lt;" in answer.text or address == "/"


def loaded_bytes(answer: Response) -> int:
    """Return the size of an answer as it was sent, compressed."""
    return int(answer.headers.get("content-length", answer.num_bytes_downloaded))


def test_a_first_visit_is_small(client: TestClient) -> None:
    for address in ("/", "/?q=장관"):
        html = client.get(address)
        result = Elements(html.text)
        loaded = [a["src"] for tag, a in result.elements if tag == "script"]
        loaded += [a["href"] for tag, a in result.elements if tag == "link"]
        assert all(each and each.startswith("/static/") for each in loaded)
        files = [client.get(each or "") for each in loaded]
        assert [file.status_code for file in files] == [200] * 5
        assert sum(len(compress(each.content)) for each in (html, *files)) < MOST_BYTES


def test_a_full_page_of_the_communique_is_small(index_folder: Path) -> None:
    service = Service(index_folder, say=lambda _: None)
    with TestClient(application(service), headers=KOREAN) as client:
        result = page(client, "/?q=양+장관은+한미동맹")
        files = [
            client.get(f"/static/{name}")
            for name in ("page.css", "page.js", "keys.js", "past.js", "icon.svg")
        ]
        html = client.get("/?q=양+장관은+한미동맹")
        assert len(result.links("show-")) == 20
        assert sum(len(compress(each.content)) for each in (html, *files)) < MOST_BYTES
        following = page(client, result.links("next")[0])
        assert following.links("show-")[0] != result.links("show-")[0]


def test_a_query_that_is_too_long_is_refused_whole(client: TestClient) -> None:
    """Cut short it would be another query."""
    result = client.get("/results?q=" + "가 " * 600 + "NOT SCM")

    assert result.status_code == 422
    assert "1,000자까지만" in result.text


def test_a_page_beyond_the_last_is_the_last(client: TestClient) -> None:
    beyond = page(client, "/?q=장관&offset=9990")

    assert beyond.text["mark"]
    assert beyond.text["mark"] == page(client, "/?q=장관").text["mark"]
