"""The command `quotes`: every kind of quotation, its citation, and every format."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import document_files
import pytest
from conftest import NEW, OLD
from helpers import DATA, ROOT, Run, command_on, failure, outcome, write_texts

from indexer.build.rebuild import rebuild
from search.drafts.check import check_draft
from search.index import open_index

LEVEL = "양 장관은 주한미군의 현 수준을 유지하기로 하였다."


@pytest.fixture
def run(statements_folder: Path) -> Run:
    """Return a function that runs `communique` on the index of two statements."""
    return command_on(statements_folder)


def statuses(run: Run, draft: str, *options: str) -> list[str]:
    result = run("quotes", "-", "--json", *options, stdin=draft.encode())
    (record,) = json.loads(result.stdout)["drafts"]
    return [quotation["status"] for quotation in record["quotations"]]


@pytest.mark.parametrize(
    ("quotation", "status"),
    [
        (LEVEL, "exact"),
        ("현 수준을 유지", "exact"),
        ("양 장관은 … 유지하기로 하였다", "exact"),
        ("양 장관은 주한\n미군의 현 수준을\n유지하기로 하였다", "exact"),
        ("양 장관은 주한 미군의 현 수준을 유지하기로 하였다", "marks"),
        ("양 장관은, 주한미군의 현 수준을 유지하기로 하였다", "marks"),
        ("양 장관은 … 유지하기로 하였다. 양측은 사이버 협력을", "exact"),
        ("주한미군의 현 수준을 … 사이버 협력을 강화하였다", "altered"),
        ("유지하기로 하였다 … 양측은 사이버 협력을 강화하였다", "exact"),
        ("양 장관은 주한미군의 현 수준을 유지하지 않기로 하였다.", "altered"),
        ("양 장관이 주한미군의 현 수준을 유지하기로 하였다.", "altered"),
        ("유지하기로 하였다. 양측은 사이버 협력을 강화하였다.", "exact"),
        ("유지하기로 하였다. … 양측은 사이버 협력을 강화하였다.", "exact"),
        (
            "양 장관은 유엔사의 정전협정 관리를 평가하였다. 양측은 사이버 협력을 강화하였다.",
            "altered",
        ),
        ("강화하였다 … 양 장관은 주한미군의 현 수준을", "altered"),
        (
            "양측은 사이버 협력을 강화하였다. 독도 앞바다의 여러 고기를 함께 잡는다.",
            "altered",
        ),
        ("기후 위기가 논의되", "altered"),
        ("독도 앞바다의 어업 협정을 새로 맺었다", "missing"),
    ],
)
def test_the_status_of_a_quotation(run: Run, quotation: str, status: str) -> None:
    assert statuses(run, f"성명은 “{quotation}”고 하였다.") == [status]


@pytest.mark.parametrize(
    ("quotation", "text"),
    [
        (
            "유지하기로 하였다 … 양 장관은 주한미군의 현 수준을",
            "유지하기로 하였다 … {+양 장관은 주한미군의 현 수준을+}",
        ),
        (
            "양측은 사이버 협력을 강화하였다. 양 장관은 주한미군의 현 수준을 유지하기로 하였다.",
            (
                "{+양측은 사이버 협력을 강화하였다.+}"
                " 양 장관은 주한미군의 현 수준을 유지하기로 하였다."
            ),
        ),
        (
            "주한미군의 현 수준을 … 사이버 협력을 강화하였다.",
            (
                "주한미군의 현 수준을 [-유지하기로 하였다. 양측은-] {+…+} 사이버 협력을"
                " 강화하였다."
            ),
        ),
    ],
)
def test_parts_out_of_order_are_no_part_of_the_likeness(
    run: Run, quotation: str, text: str
) -> None:
    result = run("quotes", "-", stdin=f"“{quotation}”".encode())

    status, shown = result.stdout.splitlines()[:2]
    assert "altered" in status
    assert "100%" not in status
    assert shown.strip() == text


@pytest.mark.parametrize(
    "quotation",
    [
        "제1차 SCM(한미안보협의회의)이 개최되었다",
        "제1차 scm (한미안보협의회의)이 개최되었다",
        "제1차 ＳＣＭ（한미안보협의회의）이 개최되었다",
    ],
)
def test_case_width_and_brackets_are_marks(tmp_path: Path, quotation: str) -> None:
    text = "제1차 SCM ( 한미안보협의회의 ) 이 개최되었다."
    corpus = write_texts(tmp_path / "corpus", {"가": text})
    rebuild(tmp_path / "index", [corpus])

    assert statuses(command_on(tmp_path / "index"), f"“{quotation}”") == ["marks"]


@pytest.mark.parametrize(
    ("draft", "agrees"),
    [
        (f"“{LEVEL}” (old:1.1)", [True]),
        (f"“{LEVEL}” (old:1)", [True]),
        (f"“{LEVEL}”라고 하였다(old:1.2).", [False]),
        (f"“{LEVEL}” (제1차 회의 공동성명, 1문단 1문장)", [True]),
        (f"“{LEVEL}” (제1차 회의 공동성명, 1문단 2문장)", [False]),
        (f"“{LEVEL}” (제2차 회의 공동성명, 1문단 1문장)", [False]),
        (f"“{LEVEL}” (제9차 회의 공동성명, 1문단 1문장)", [False]),
        (f"“{LEVEL}” (2019년 성명 문단 1, 문장 1)", [True]),
        (f"“{LEVEL}” (paragraph 1, sentence 1)", [True]),
        (f"제1차 성명 1문단 1문장은 “{LEVEL}”고 하였다.", [True]),
        (f"“{LEVEL}”(old:1.1) 제2차 성명 3문단 1문장은 “{LEVEL}”고", [True, False]),
        (f"> {LEVEL}\n> — old:1.1", [True]),
        (f"> {LEVEL}\n\n(old:1.2)", [False]),
        ("“먼 바다의 어업 협정을 맺었다” (old:1.1)", [None]),
        (f"“{LEVEL}” (한미회의 제1차 공동성명, 제1항)", [True]),
        (f"“{LEVEL}” (한미회의 제1차 공동성명, 제2항)", [False]),
        (f"“{LEVEL}” (한미회의(ABC) 제1차 공동성명 제2항 제1문장)", [False]),
        (f"“{LEVEL}” (1차 회의 성명 1단락)", [True]),
        (f"“{LEVEL}” (’19년 회의 성명 1문단 1~2문장)", [True]),
        (f"“{LEVEL}” (2019년 성명 2~3항)", [False]),
        (f"“{LEVEL}” (2019년 성명 1항과 2항)", [True]),
        (f"“{LEVEL}” (1항)", [True]),
        (f"“{LEVEL}” (2항)", [False]),
        (f"“{LEVEL}” (¶2)", [False]),
        (f"“{LEVEL}” (제1차 성명, 1.1)", [True]),
        (f"“{LEVEL}” (제1차 성명, 11.15)", [False]),
        (f"“{LEVEL}” (1.1)", [True]),
        (f"“{LEVEL}” (1.2)", [False]),
        (f"“{LEVEL}” (11.15)", []),
        (f"“{LEVEL}” [old.txt 1.2]", [False]),
        (f"“{LEVEL}” (`old:1.1`)", [True]),
        (f"“{LEVEL}” (제1차 회의(ABC) 공동성명, 2019)", [True]),
        (f"“{LEVEL}” (제2차 회의 공동성명, 2020.10.14.)", [False]),
        (f"“{LEVEL}”[^1]\n\n[^1]: 제1차 회의 성명 2항", [False]),
        (f"> {LEVEL}\n> (제1차 회의 성명 2항)", [False]),
        ("“제9차 회의를 2030년에 개최한다” (제1차 회의 성명 1항)", [None]),
        (f"“{LEVEL}” (국가보안법 제7조 제5항)", []),
        (f"“{LEVEL}”고 하였다. 배 3항차를 마쳤다.", []),
        (f"“{LEVEL}”고 하였다. 10:30에 끝났다.", []),
        (f"“{LEVEL}”고 하였다.\n\n제2차 성명 3문단 1문장을 보라.", []),
    ],
)
def test_a_citation_that_names_another_sentence_is_reported(
    run: Run, draft: str, agrees: list[bool | None]
) -> None:
    result = run("quotes", "-", "--json", stdin=draft.encode())

    (record,) = json.loads(result.stdout)["drafts"]
    checked = [c["agrees"] for q in record["quotations"] for c in q["citations"]]
    assert checked == agrees
    assert (result.exit_code == 0) == all(agrees)


@pytest.mark.parametrize(
    ("citation", "nearest"),
    [
        ("ol:1.1", "old"),
        ("OLD:1.1", "old"),
        ("old2:1.1", "old"),
        ("scm-53-2021:6.2", "old"),
        ("scm-53-2021:annex1", "old"),
        ("제1차 회의 공동성명, 2020, 1문단 1문장", "old"),
        ("2020년 제1차 회의 공동성명 1.1", "old"),
        ("제1차 회의 공동성명, 2020", "old"),
        ("제1차 회의 공동성명, 2019년 11월 16일", "old"),
        ("제1차 회의 공동성명, 2019.11.16.", "old"),
        ("제1차 회의 공동성명, 2019-11-16, 1문단", "old"),
        ("2019년 11월 16일 회의 공동성명, 1문단", "old"),
        ("제9차 회의 공동성명, 2019, 1문단", None),
    ],
)
def test_a_citation_of_no_document_is_wrong(
    run: Run, citation: str, nearest: str | None
) -> None:
    result = run("quotes", "-", "--json", stdin=f"“{LEVEL}” ({citation})".encode())

    (record,) = json.loads(result.stdout)["drafts"]
    assert record["quotations"][0]["citations"] == [
        {"text": citation, "agrees": False, "exists": False, "nearest": nearest}
    ]
    assert result.exit_code == 1


@pytest.mark.parametrize(
    "citation",
    [
        "제1차 회의 공동성명, 2019년 11월 15일",
        "제1차 회의 공동성명, 2019. 11. 15.(금), 1문단",
        "제1차 회의 공동성명, 2019. 1.1",
        "2020년 제2차 회의 뒤의 제1차 회의 공동성명 1문단",
        "제1차 회의 공동성명, 2019, pp. 3-4",
        "2020년과 다른 제1차 회의 공동성명 1문단",
        "http://a1:80, 10:30, 비율:1.2",
        "KBS1:9.1, F35:1.1",
        "제1차 회의 공동성명(2019), 1문단",
    ],
)
def test_other_numbers_and_the_date_of_the_document_are_right(
    run: Run, citation: str
) -> None:
    assert run("quotes", "-", stdin=f"“{LEVEL}” ({citation})".encode()).exit_code == 0


@pytest.mark.parametrize(
    "citation",
    [
        "제1차 회의 공동성명(2020), 1문단 1문장",
        "제1차 회의 공동성명, 2020, 3쪽",
        "제1차 회의 공동성명, 2019.11.16., p. 3",
    ],
)
def test_a_wrong_date_before_a_place_or_a_page_is_reported(
    run: Run, citation: str
) -> None:
    assert run("quotes", "-", stdin=f"“{LEVEL}” ({citation})".encode()).exit_code == 1


def test_a_title_with_its_year_in_brackets_and_a_place_are_one_citation(
    run: Run,
) -> None:
    draft = f"“{LEVEL}” (제1차 회의 공동성명(2020), 1문단)"

    result = run("quotes", "-", "--json", stdin=draft.encode())

    (record,) = json.loads(result.stdout)["drafts"]
    (citation,) = record["quotations"][0]["citations"]
    assert citation["text"] == "제1차 회의 공동성명(2020), 1문단"


def test_a_draft_that_does_not_exist_is_named_whatever_its_suffix(run: Run) -> None:
    for name in ("/nonexist", "/nonexist.md", "/nonexist.pdf"):
        result = run("quotes", name)

        assert result.exit_code == 2
        assert result.stderr == f"Error: {name}: there is no such file.\n"


def test_a_citation_of_no_document_is_shown_with_the_nearest(run: Run) -> None:
    result = run("quotes", "-", stdin=f"“{LEVEL}” (old2:1.1)".encode())

    assert result.stdout.splitlines()[-1] == (
        "    cited as old2:1.1, which names no document of the index; the nearest is"
        " old of 2019-11-15"
    )


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        (f"“{LEVEL}\n\n또 “양측은 사이버 공조를 강화하였다.”", ["exact", "altered"]),
        (f"“{LEVEL}\n\n양측은 사이버 공조를 강화하였다.”", ["exact"]),
        (f"“{LEVEL}", ["exact"]),
        ("‘주한미군", ["exact"]),
        (f'"{LEVEL.replace("수준", "병력")}\n\n“{LEVEL}”', ["altered", "exact"]),
    ],
)
def test_a_quotation_that_is_not_closed_is_checked_and_not_right(
    run: Run, draft: str, expected: list[str]
) -> None:
    assert statuses(run, draft) == expected
    assert run("quotes", "-", stdin=draft.encode()).exit_code == 1


@pytest.mark.parametrize(
    ("quotation", "text"),
    [
        ("7년간 한반도의 평화를 지켰다", "[-67년간-] {+7년간+} 한반도의 평화를 지켰다"),
        ("평화를 지킨 해는 19", "평화를 지킨 해는 [-1953-] {+19+}"),
    ],
)
def test_a_cut_inside_a_number_is_a_difference(
    tmp_path: Path, quotation: str, text: str
) -> None:
    source = "유엔사가 67년간 한반도의 평화를 지켰다. 평화를 지킨 해는 1953 이후이다."
    rebuild(tmp_path / "index", [write_texts(tmp_path / "corpus", {"가": source})])

    result = command_on(tmp_path / "index")(
        "quotes", "-", stdin=f"“{quotation}”".encode()
    )

    assert result.stdout.splitlines()[1].strip() == text


@pytest.mark.parametrize("suffix", ["docx", "hwpx"])
def test_a_document_of_a_word_processor_is_a_draft(
    run: Run, tmp_path: Path, suffix: str
) -> None:
    lines = [
        f"성명은 “{LEVEL}”고 하였다(old:1.1).",
        "끝으로 “먼 바다의 어업 협정”이 있다.",
    ]
    draft = tmp_path / f"초고.{suffix}"
    draft.write_bytes(getattr(document_files, suffix)(lines))

    result = run("quotes", draft, "--json")

    (record,) = json.loads(result.stdout)["drafts"]
    statuses = [quotation["status"] for quotation in record["quotations"]]
    assert (result.exit_code, statuses) == (1, ["exact", "missing"])


@pytest.mark.parametrize("style", ["Quote", "Intense Quote", "인용 단락"])
def test_a_paragraph_in_a_style_for_quotations_is_one_in_docx(
    run: Run, tmp_path: Path, style: str
) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    if style not in document.styles:
        document.styles.add_style(style, 1)
    document.add_paragraph("성명은 다음과 같다.")
    document.add_paragraph(LEVEL.replace("수준", "병력"), style=style)
    document.save(tmp_path / "초고.docx")

    result = run("quotes", tmp_path / "초고.docx", "--json")

    (quotation,) = json.loads(result.stdout)["drafts"][0]["quotations"]
    assert (quotation["status"], quotation["line"]) == ("altered", 3)


def test_a_paragraph_in_a_style_for_quotations_is_one_in_hwpx(
    run: Run, tmp_path: Path
) -> None:
    hwpx = pytest.importorskip("hwpx.document")
    document = hwpx.HwpxDocument.new()
    document.add_paragraph("성명은 다음과 같다.")
    document.add_paragraph(LEVEL, style_id_ref=1)
    parts = zipfile.ZipFile(io.BytesIO(document.to_bytes()))
    with zipfile.ZipFile(tmp_path / "초고.hwpx", "w") as archive:
        for name in parts.namelist():
            # The writer has no style for quotations: one of the others gets its name.
            content = parts.read(name).replace('"본문"'.encode(), '"인용문"'.encode())
            archive.writestr(name, content)

    result = run("quotes", tmp_path / "초고.hwpx", "--json")

    (quotation,) = json.loads(result.stdout)["drafts"][0]["quotations"]
    assert (quotation["status"], quotation["quotation"]) == ("exact", LEVEL)


def test_headings_and_single_words_are_an_option(run: Run) -> None:
    draft = "“주한미군”과 「공동성명 해설」, “제1차 회의 공동성명”"

    assert statuses(run, draft) == []
    assert len(statuses(run, draft, "--headings")) == 3


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ("「주한미군의 현 병력을 유지」", ["altered"]),
        ("『주한미군의 현 수준 감축』", ["altered"]),
        ("‘주한미군의 현 수준’", ["exact"]),
        ("《주한미군의 현 수준》", ["exact"]),
        ("# “주한미군의 현 병력을 유지”", ["altered"]),
        ("# 주한미군의 현 병력을 유지\n\n“주한미군의 현 병력을 유지”", ["altered"]),
        ("# 앞바다 어업의 내일\n\n“앞바다 어업의 내일”을 보라.", []),
        ("「앞바다 어업에 관한 법률」", []),
        ("「앞바다 어업 현황의 점검」", ["missing"]),
    ],
)
def test_only_a_title_that_is_like_no_sentence_is_left_out(
    run: Run, draft: str, expected: list[str]
) -> None:
    assert statuses(run, draft) == expected


def test_the_summary_counts_the_quotations_left_out(run: Run) -> None:
    draft = "“주한미군”과 「앞바다 어업에 관한 법률」".encode()

    assert outcome(run("quotes", "-", stdin=draft)) == (
        0,
        "",
        "0 quotations; 2 left out (titles and single words; --headings checks them).\n",
    )


def test_the_text_has_source_and_difference(run: Run, tmp_path: Path) -> None:
    draft = tmp_path / "초고.md"
    draft.write_text(
        "“양 장관은 주한미군의 현 병력을 유지하기로 하였다.” (old:1.2)\n", "utf-8"
    )

    assert outcome(run("quotes", draft)) == (
        1,
        (
            f"{draft}:1  altered, 85% alike  old:1.1\n"
            "    양 장관은 주한미군의 현 [-수준을-] {+병력을+} 유지하기로 하였다.\n"
            "    제1차 회의 공동성명, 2019-11-15, paragraph 1, sentence 1\n"
            "    cited as old:1.2, which is another sentence\n"
        ),
        "1 quotation: 1 altered; 1 with a wrong citation.\n",
    )


def test_a_wrong_citation_is_shown_with_its_title(run: Run) -> None:
    draft = f"“{LEVEL}” (제1차 회의 공동성명, 제2항)".encode()

    result = run("quotes", "-", stdin=draft)

    last = result.stdout.splitlines()[-1]
    assert last == "    cited as 제1차 회의 공동성명, 제2항, which is another sentence"


def test_a_table_has_a_row_for_each_quotation(run: Run) -> None:
    draft = f"“{LEVEL}” (old:1.1) “먼 바다의 어업 협정”"

    result = run("quotes", "-", "--format", "csv", stdin=draft.encode())

    first, second = csv.DictReader(io.StringIO(result.stdout, newline=""))
    assert (first["status"], first["id"], first["agrees"]) == (
        "exact",
        "old:1.1",
        "yes",
    )
    assert (second["status"], second["line"]) == ("missing", "1")


def test_the_limit_is_of_those_shown(run: Run) -> None:
    draft = f"“{LEVEL}” “먼 바다의 어업 협정”"

    result = run("quotes", "-", "-n", "1", stdin=draft.encode())

    assert result.exit_code == 1
    assert result.stdout.count("-:1  ") == 1
    assert result.stderr == "2 quotations: 1 exact, 1 not found.\n"


@pytest.mark.parametrize("draft", [b"", b"\n\n", "인용이 없는 글".encode()])
def test_a_draft_without_quotations_is_right(run: Run, draft: bytes) -> None:
    assert outcome(run("quotes", "-", stdin=draft)) == (0, "", "0 quotations.\n")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"\x89PNG\0\0\xff", "it holds no text"),
        ("a.png", b"", "a draft is a"),
        ("a.docx", b"no archive", "; replace the file."),
        ("missing.txt", None, "there is no such file."),
    ],
)
def test_a_file_that_is_no_draft_is_an_error(
    run: Run, tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)

    assert message in failure(run("quotes", tmp_path / name))


@pytest.mark.opensearch
def test_a_server_gives_the_same_answer(
    run: Run, opensearch: str, tmp_path: Path
) -> None:
    corpus = write_texts(tmp_path / "corpus", {"old": OLD, "new": NEW})
    server = ("--engine", "opensearch", "--url", f"{opensearch}/quotes")
    draft = f"“{LEVEL}”(old:1.2) “현 병력을 유지하기로 하였다” “먼 바다의 어업 협정”"
    run("rebuild", *server, "--corpus", corpus)

    on_server, in_folder = (
        run("quotes", "-", "--json", *options, stdin=draft.encode())
        for options in (server, ())
    )

    assert outcome(on_server) == outcome(in_folder)


@pytest.mark.shared
def test_judged_quotations_of_four_communiques(shared: Path, tmp_path: Path) -> None:
    """Of quotations judged before the first run, 97 in 100 are right in each file.

    The second file has drafts with other marks, emphasis, entities and block quotes.
    """
    rebuild(tmp_path / "index", [ROOT / "corpus", shared / "data" / "communiques"])
    for name, size in (("quotations.tsv", 60), ("quotations_held_out.tsv", 61)):
        judged = (DATA / name).read_text("utf-8").splitlines()[1:]
        wrong: list[str] = []
        with open_index(tmp_path / "index") as index:
            for line in judged:
                status, ids, text, _ = line.split("\t")
                draft = text.replace("\\n", "\n")
                is_alone = name == "quotations.tsv"
                draft = f"“{draft}”" if is_alone else draft
                result = check_draft(
                    index, "-", draft, markdown=not is_alone, headings=is_alone
                )
                (check,) = result.checks
                sources = {sentence.id for sentence in check.sentences}
                is_source = status == "missing" or sources & set(ids.split())
                if check.status != status or not is_source:
                    wrong.append(line)

        assert len(judged) == size
        assert len(wrong) <= 0.03 * len(judged), wrong
