"""The texts of the page and the notes of a search, in Korean and in English.

English notes are the keys of their Korean forms: another wording needs another key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from indexer.ingest.edition import Edition
from indexer.ingest.sentence import ANNEX, Sentence
from search.messages import Note, quoted_list
from search.query.plan import Grade
from search.web.particles import with_particles
from search.word_readings import FormReading

LANGUAGES = ("ko", "en")

TEXTS: Mapping[str, tuple[str, str]] = {
    "title": ("공동성명 문장 찾기", "Find sentences of communiqués"),
    "tagline": (
        "조사·어미·띄어쓰기가 달라도, 약칭이나 오타로도 찾습니다.",
        "Any particle, ending or spacing matches; so do abbreviations and most typos.",
    ),
    "corpus": (
        "문서 {documents}건 · 문장 {sentences}개",
        "{documents} documents · {sentences} sentences",
    ),
    "query": ("찾을 말", "Query"),
    "placeholder": ("예: 전작권 전환", "e.g. 전작권 전환"),
    "search": ("찾기", "Search"),
    "suggestions": ("낱말 추천", "Suggested words"),
    "skip": ("결과로 건너뛰기", "Skip to the results"),
    "skip_facets": ("결과 좁히기로 건너뛰기", "Skip to narrowing the results"),
    "print": ("문장 {most}개 인쇄", "Print {most} sentences"),
    "options": ("조건", "Options"),
    "document": ("문서", "Document"),
    "every_document": ("모든 문서", "All documents"),
    "since": ("시작 연도", "From year"),
    "until": ("끝 연도", "To year"),
    "any_year": ("제한 없음", "Any"),
    "order": ("정렬", "Order"),
    "by_rank": ("관련도순", "By relevance"),
    "by_date": ("오래된 순", "Oldest first"),
    "by_document": ("문서별", "By document"),
    "every_word": ("모든 낱말이 들어 있는 문장만", "Every word must be there"),
    "exact": ("입력한 낱말 그대로만", "Only the words as typed"),
    "literal": ("글자 그대로만", "Only the letters as typed"),
    "narrowed": ("좁힌 조건", "Narrowed by"),
    "drop": ("조건 빼기: {value}", "Remove: {value}"),
    "drop_all": ("모두 빼기", "Remove all"),
    "facets": ("결과 좁히기", "Narrow the results"),
    "side": ("발언 측", "Side"),
    "side_korea": ("한측", "Korean side"),
    "side_us": ("미측", "US side"),
    "side_both": ("공동", "Joint"),
    "speaker": ("발언자", "Speaker"),
    "act": ("표현", "Act"),
    "year": ("연도", "Year"),
    "paragraph": ("문단", "Paragraph"),
    "more": ("{count}개 더", "{count} more"),
    "total": ("문장 {count}개", "{count} sentences"),
    "total_one": ("문장 1개", "1 sentence"),
    "range": ("{total}개 가운데 {first}–{last}", "{first}–{last} of {total}"),
    "notes": ("찾은 방법", "How it was found"),
    "meant": ("이것을 찾으셨나요?", "Did you mean"),
    "show": ("문단 보기", "Show paragraph"),
    "hide": ("문단 닫기", "Hide paragraph"),
    "around": ("앞뒤 문장 보기", "Show context"),
    "compare": ("다른 해와 비교", "Compare with other years"),
    "uncompare": ("비교 닫기", "Hide comparison"),
    "why": ("왜 나왔나?", "Why this sentence?"),
    "unwhy": ("까닭 닫기", "Hide the reasons"),
    "why_query": ("찾은 말", "Query"),
    "why_sentence": ("이 문장에 있는 것", "In this sentence"),
    "why_points": ("점수", "Points"),
    "why_pairs": ("나란히 놓인 말", "Words side by side"),
    "why_sum": ("모두", "In all"),
    "why_points_note": (
        "드문 말일수록, 문장이 짧을수록 점수가 높습니다.",
        "Rare words count more, and so does each word of a short sentence.",
    ),
    "why_no_points": (
        "글자만 맞아 점수가 없습니다.",
        "Letters alone match, which have no points.",
    ),
    "why_lower": (
        "입력한 꼴이 있는 문장이 이보다 위에 나옵니다.",
        "Sentences that match more closely come first.",
    ),
    "way_typed": ("입력한 대로", "as typed"),
    "way_spacing": ("띄어쓰기만 다름", "in other spacing"),
    "way_other_form": ("다른 꼴: {step}", "another form: {step}"),
    "way_boundary": ("더 긴 낱말 안에", "inside a longer word"),
    "way_parts": ("낱말의 부분", "a part of the word"),
    "way_substring": (
        "낱말 경계를 따지지 않은 글자",
        "letters across word boundaries",
    ),
    "way_none": ("없음", "absent"),
    "copy_all": ("인용 모두 복사", "Copy all citations"),
    "copy": ("인용 복사", "Copy citation"),
    "equal": (
        "같은 문장 {count}개 더: {places}",
        "The same sentence {count} more times: {places}",
    ),
    "equal_one": (
        "같은 문장 하나 더: {places}",
        "The same sentence once more: {places}",
    ),
    "copy_markdown": ("Markdown으로 복사", "Copy as Markdown"),
    "this_sentence": ("이 문장", "this sentence"),
    "working": ("찾고 있습니다…", "Searching…"),
    "comparing": ("비교하고 있습니다…", "Comparing…"),
    "copied": ("복사했습니다", "Copied"),
    "previous": ("이전", "Previous"),
    "next": ("다음", "Next"),
    "pages": ("결과 쪽", "Pages of results"),
    "none": ("찾은 문장이 없습니다.", "No sentence was found."),
    "advice_forms": (
        "더 짧게, 또는 다른 말로 찾아 보세요. 초성(ㅈㅈㄱ)으로도 됩니다.",
        "Try fewer or other words, or initial consonants such as ㅈㅈㄱ.",
    ),
    "advice_narrowed": ("좁힌 조건을 모두 빼고 찾기", "Search without narrowing"),
    "without": ("{value} 빼고 찾기", "Search without {value}"),
    "texts_are_korean": (
        "문서는 한국어입니다. 한국어로 찾거나, 문서가 로마자로 밝힌 말을 고르세요.",
        "The texts are in Korean. Search in Korean, or choose what they define in Latin letters:",
    ),
    "advice_every": (
        "낱말이 하나라도 들어 있는 문장 찾기",
        "Search for any of the words",
    ),
    "advice_exact": ("다른 꼴도 함께 찾기", "Search for other forms too"),
    "welcome": (
        "낱말이나 “이어진 구”를 입력하세요. AND, OR, NOT과 괄호, 빼는 말 앞의 -도 쓸 수 있습니다.",
        "Type words or a “phrase”. AND, OR, NOT, parentheses and -word work too.",
    ),
    "examples": ("이렇게 찾아 보세요", "Try"),
    "across": ("여러 문서에 걸쳐", "Across documents"),
    "compare_newest": (
        "가장 새 두 문서에서 바뀐 것",
        "Changes between the newest two",
    ),
    "history": ("다른 해의 가장 비슷한 문장", "The nearest sentences of other years"),
    "same": ("같음", "same"),
    "reworded": ("바뀜", "reworded"),
    "new": ("이때는 없음", "not there"),
    "dropped": ("이때는 없음", "not there"),
    "moved": ("자리 옮김", "moved"),
    "alike": ("{percent}% 비슷함", "{percent}% alike"),
    "nearest": (
        "가장 가까운 문장 ({percent}% 비슷함)",
        "Closest sentence ({percent}% alike)",
    ),
    "alone": (
        "비교할 다른 문서가 없습니다.",
        "There is no other document to compare with.",
    ),
    "older_first": (
        "줄 그은 말은 이전, 밑줄 친 말은 나중 문서의 것입니다.",
        "Struck out: only in the older text. Underlined: only in the newer.",
    ),
    "read": ("전문에서 보기", "Read in the document"),
    "help": ("도움말", "Help"),
    "help_lead": (
        "아래 보기를 누르면 바로 찾습니다. 조사, 어미, 띄어쓰기는 달라도 됩니다.",
        "Each example runs when it is clicked. Particles, endings and spacing may differ.",
    ),
    "help_examples": (
        "찾는 법, 이 문서들의 말로",
        "The query language, in words of these documents",
    ),
    "help_finds": ("찾는 문장", "Finds sentences"),
    "sentences": ("문장", "Sentences"),
    "help_words": ("한 낱말이라도 있는 문장", "with any of the words"),
    "help_phrase": (
        "이 말이 나란히 있는 문장",
        "with these words side by side, spaced or not",
    ),
    "help_and": ("둘 다 있는 문장", "with both"),
    "help_not": (
        "앞의 것은 있고 뒤의 것은 없는 문장",
        "with the first and without the second",
    ),
    "help_group": (
        "괄호 안의 하나와 뒤의 것이 있는 문장",
        "with one of the group and with the last",
    ),
    "help_speaker": ("이 발언자의 문장", "of this speaker"),
    "help_side": (
        "이 측의 문장: 한측, 미측, 공동, 그밖",
        "of this side: 한측 (Korea), 미측 (US), 공동 (joint) or 그밖 (other)",
    ),
    "help_years": (
        "이 범위의 해의 문장. 하나만 써도 됩니다",
        "of these years; either limit can be left out",
    ),
    "help_act": ("이 표현으로 끝나는 문장", "that end in this act"),
    "help_year": (
        "이 해의 문장. 2016-2020처럼도",
        "of this year, or of a range such as 2016-2020",
    ),
    "help_document": ("이 문서의 문장", "of this document"),
    "help_paragraph": (
        "이 문단의 문장. 3-5처럼도",
        "of this paragraph, or of a range such as 3-5",
    ),
    "help_exclude": ("이 표현으로 끝나는 것은 뺀 문장", "that do not end in this act"),
    "help_abbreviation": (
        "약칭으로 찾기: 본말도",
        "by an abbreviation: its long form too",
    ),
    "help_initials": ("첫소리로 찾기", "by initial consonants"),
    "help_keyboard": (
        "한글 자판을 켜지 않고 친 말",
        "by a word typed on the Latin keyboard layout",
    ),
    "help_spelling": ("잘못 적은 말", "by a misspelt word"),
    "help_every_word": (
        "“모든 낱말” 조건: 낱말이 다 있는 문장",
        "with every word: the option “Every word must be there”",
    ),
    "help_exact": (
        "“낱말 그대로” 조건: 다른 꼴은 뺌",
        "without other forms: the option “Only the words as typed”",
    ),
    "help_literal": (
        "“글자 그대로” 조건: 글자와 띄어쓰기까지 같은 것",
        "with the same letters and spaces: the option “Only the letters as typed”",
    ),
    "keys": ("단축키", "Keys"),
    "keys_on": ("단축키 쓰기", "Use these keys"),
    "key_box": ("검색창으로", "To the search box"),
    "key_first": ("검색창에서 첫 결과로", "From the search box to the first hit"),
    "key_next": ("다음 결과로", "To the next hit"),
    "key_previous": ("앞 결과로", "To the previous hit"),
    "key_list": ("이 목록 보기", "This list"),
    "close": ("닫기", "Close"),
    "past": ("최근에 찾은 말", "Recent searches"),
    "past_note": (
        "이 브라우저에만 저장됩니다.",
        "Only this browser stores them.",
    ),
    "past_clear": ("모두 지우기", "Clear them"),
    "about": ("정보", "About"),
    "about_documents": ("문서와 원본 파일", "Documents and their files"),
    "about_date": ("날짜", "Date"),
    "about_unreadable": ("읽지 못한 파일 {count}개", "{count} files could not be read"),
    "about_versions": ("버전", "Versions"),
    "about_program": ("프로그램", "Program"),
    "about_index": ("색인", "Index"),
    "about_format": ("형식 {format}", "format {format}"),
    "about_abbreviations": (
        "문서가 스스로 밝힌 약칭입니다. 약칭으로 찾으면 본말도 찾습니다.",
        "The texts define them. A search for a short form finds its long form too.",
    ),
    "search_document": ("이 문서에서 찾기", "Search this document"),
    "search_all": ("모든 문서에서 찾기", "Search all documents"),
    "hits_here": ("찾은 문장", "Sentences found"),
    "hits_marked": ("앞의 {count}개만 표시했습니다.", "The first {count} are marked."),
    "hit_previous": ("앞 결과", "Previous hit"),
    "hit_next": ("다음 결과", "Next hit"),
    "hit_of": ("{count}개 중 {number}번째 결과", "Hit {number} of {count}"),
    "keywords": ("핵심어", "Keywords"),
    "keywords_note": (
        "다른 문서보다 이 문서에 뚜렷이 많은 말",
        "More frequent here than in the other documents",
    ),
    "keywords_alone": ("가장 잦은 말", "The most frequent words"),
    "abbreviations": ("약칭", "Abbreviations"),
    "about_document": ("문서 정보", "About the document"),
    "source_file": ("원본 파일", "Source file"),
    "older_document": ("이전 문서", "Older document"),
    "newer_document": ("다음 문서", "Newer document"),
    "size": (
        "문단 {paragraphs}개 · 문장 {sentences}개",
        "{paragraphs} paragraphs · {sentences} sentences",
    ),
    "part_paragraph": ("{part}문단", "Paragraph {part}"),
    "part_annex": ("별첨 {part}", "Annex {part}"),
    "side_by_side": ("두 문서 나란히", "Two documents side by side"),
    "compare_older": ("이전 문서와 나란히 보기", "Compare with the older document"),
    "any_speaker": ("모든 발언자", "Any speaker"),
    "any_side": ("모든 측", "Any side"),
    "kinds": ("바뀐 방식", "Kinds of changes"),
    "kind_new": ("새 문장", "new"),
    "kind_dropped": ("빠짐", "dropped"),
    "show_rows": ("보기", "Show"),
    "save_docx": ("신구대조표 저장 (DOCX)", "Save as an old/new table (DOCX)"),
    "absent_from": ("이 문장이 없는 문서 {count}건", "{count} documents without it"),
    "view": ("보기", "View"),
    "view_hits": ("문장", "Sentences"),
    "view_concordance": ("문맥", "In context"),
    "lines": ("{total}개 문장에 {count}곳", "{count} places in {total} sentences"),
    "no_lines": (
        "찾을 말에 문맥을 보일 낱말이 없습니다.",
        "The query has no words to show in context.",
    ),
    "left_context": ("왼쪽순", "By the left"),
    "right_context": ("오른쪽순", "By the right"),
    "place": ("문서순", "By document"),
    "print_lines": ("{most}줄 인쇄", "Print {most} lines"),
    "take_away": ("모두 저장", "Save all"),
    "citations": ("인용문", "Citations"),
    "timeline": ("연도별 문장 수", "Sentences by year"),
    "timeline_by_side": (
        "연도별 문장 수, 발언자가 속한 쪽에 따라",
        "Sentences by year and by the side of the speaker",
    ),
    "as_table": ("표로 보기", "As a table"),
    "undated": ("연도를 모르는 문장 {count}개", "{count} sentences without a year"),
    "side_other": ("그 밖", "Other"),
    "trace": ("구절의 흐름", "Phrases through the years"),
    "trace_counted": (
        "구절이 있는 연도별 문장 수",
        "Sentences of each year with a phrase",
    ),
    "trace_normalized": (
        "구절이 있는 문장, 그해 문장 100개당",
        "Sentences with a phrase, in 100 sentences of the year",
    ),
    "phrase_number": ("구절 {number}", "Phrase {number}"),
    "normalize": ("문장 100개당으로", "In 100 sentences"),
    "draw": ("그리기", "Draw"),
    "first_at": ("처음 나온 곳", "First in"),
    "never": ("나오지 않음", "in no sentence"),
    "save_svg": ("그림 저장 (SVG)", "Save the picture (SVG)"),
    "to_search": ("찾기로 돌아가기", "Back to the search"),
    "edition": ("제{number}차", "No. {number}"),
    "place_paragraph": (
        "{paragraph}문단 {number}문장",
        "paragraph {paragraph}, sentence {number}",
    ),
    "place_annex": (
        "별첨 {annex} {number}문장",
        "annex {annex}, sentence {number}",
    ),
    "place_before": ("1문단 앞 {number}문장", "before paragraph 1, sentence {number}"),
    "on_page": ("{page}쪽", "p. {page}"),
    "place_sentence": ("{number}번째 문장", "sentence {number}"),
    "language": ("English", "한국어"),
    "failed": ("서버에서 답을 받지 못했습니다.", "The server did not answer."),
    "no_page": (
        "이 주소에는 아무것도 없습니다.",
        "There is nothing at this address.",
    ),
    "other_host": (
        "이 서버는 이 이름으로 온 요청에 답하지 않습니다. 주소의 서버 이름을 확인하세요.",
        "The server does not answer to this host name; check the address.",
    ),
    "bad_request": (
        "서버가 받지 않는 요청입니다. 주소를 확인하세요.",
        "The server does not accept this request; check the address.",
    ),
    "too_large": (
        "요청이 너무 깁니다. 주소를 줄이거나 이 사이트의 쿠키를 지우세요.",
        "The request is too long; shorten the address, or delete the cookies of this site.",
    ),
    "server_fault": (
        "서버에 오류가 났습니다. 관리자에게 알려 주세요.",
        "The server has a fault; please tell the operator.",
    ),
}

NOTES: Mapping[str, str] = {
    "The query is empty.": "찾을 말이 없습니다.",
    "line {line}: the quotation mark {mark} is not closed.": (
        "{line}행: 따옴표 {mark}가 닫히지 않았습니다."
    ),
    'A "-" standing alone was left out; to exclude a word, write -word after a space.': (
        "홀로 선 “-”는 뺐습니다. 낱말을 빼려면 한 칸 띄고 -낱말처럼 쓰세요."
    ),
    'An empty phrase "" was left out.': '빈 구 ""는 뺐습니다.',
    'An empty "()" was left out.': "빈 괄호 “()”는 뺐습니다.",
    'A ")" without a "(" before it was left out.': "여는 괄호 없는 “)”는 뺐습니다.",
    'A "(" was never closed, so it was closed at the end of the query.': (
        "닫지 않은 괄호 “(”는 끝에서 닫았습니다."
    ),
    "A quotation mark was never closed, so its phrase runs to the end of the query.": (
        "닫지 않은 따옴표는 끝까지 한 구로 읽었습니다."
    ),
    'An "AND" without a word on both sides was read as an ordinary word.': (
        "양쪽에 낱말이 없는 “AND”는 보통 낱말로 읽었습니다."
    ),
    'An "OR" without a word on both sides was read as an ordinary word.': (
        "양쪽에 낱말이 없는 “OR”는 보통 낱말로 읽었습니다."
    ),
    'A "NOT" without a word after it was read as an ordinary word.': (
        "뒤에 낱말이 없는 “NOT”은 보통 낱말로 읽었습니다."
    ),
    "The query nests parentheses more than {deepest} levels deep; remove those that are"
    " not needed.": "괄호가 {deepest}겹보다 깊습니다. 없어도 되는 것을 빼세요.",
    "Nothing but particles or endings, so not searched: {words}.": (
        "조사나 어미뿐이라 찾지 않은 말: {words}"
    ),
    "Without a letter or digit, so not searched: {words}.": (
        "글자나 숫자가 없어 찾지 않은 것: {words}"
    ),
    "{word} → {forms} ({step})": "{word} → {forms} ({step})",
    "{word} was matched in other spacing (spacing)": (
        "{word}: 띄어쓰기를 달리하여 찾았습니다."
    ),
    "No sentence has {words}": "{words}(이)가 있는 문장은 없습니다.",
    "Corrections were tried for the first {count} of {total} words that no sentence has": (
        "문장에 없는 낱말 {total}개 가운데 앞의 {count}개만 고쳐 찾았습니다."
    ),
    "No sentence has {words}, so its parts were searched: {parts}": (
        "{words}(이)가 있는 문장은 없어, 그 부분을 찾았습니다: {parts}"
    ),
    "{count}, ranked below and not counted, have only parts of {words}: {parts}": (
        "아래의 {count}개에는 {words}의 부분만 있어, 세지 않았습니다: {parts}"
    ),
    "{count} of these have only parts of {words}: {parts}": (
        "그 가운데 {count}개에는 {words}의 부분만 있습니다: {parts}"
    ),
    "{word} is also found as a reading of Hanja (hanja)": (
        "{word}: 그렇게 읽을 수 있는 한자도 찾았습니다."
    ),
    "No sentence has {words}, so excluding it has no effect": (
        "{words}: 어느 문장에도 없어, 빼도 결과가 같습니다."
    ),
    "Excluding {words} also excludes sentences that have it only inside a longer word;"
    " --exact keeps them": (
        "{words}(이)가 더 긴 낱말 안에만 있는 문장도 뺐습니다. --exact로 찾으면 남습니다."
    ),
    "{count} have {words} only inside a longer word": (
        "{count}개에는 {words}(이)가 더 긴 낱말 안에만 있습니다."
    ),
    "{count} more have {words} only inside a longer word": (
        "{count}개에는 {words}(이)가 더 긴 낱말 안에만 있습니다."
    ),
    "{count}, ranked last and not counted, contain {words} only across word boundaries": (
        "끝의 {count}개에는 {words}(이)가 띄어쓰기와 낱말 경계를 따지지 않을 때만 있어,"
        " 세지 않았습니다."
    ),
    "the filter {typed} narrows the whole query, so it cannot stand beside OR or in a group"
    " that NOT excludes; write it at the end. Write several values of a field side by side:"
    " year:2019 year:2020.": (
        "조건 {typed}(은)는 찾는 말 전체를 좁히므로 OR 옆이나 NOT으로 빼는 곳에 둘 수 없습니다."
        " 끝에 쓰세요. 같은 조건의 값 여럿은 year:2019 year:2020처럼 나란히 쓰면 됩니다."
    ),
    "no sentence of the index has a value of {field}.": (
        "색인에는 {field}(이)가 있는 문장이 없습니다."
    ),
    "the index holds no {field} {value!r}; the nearest is {nearest}.": (
        "색인에 {field} “{value}”(이)가 없습니다. 가장 가까운 것은 {nearest}입니다."
    ),
    "the index holds no {field} {value!r}; it has {known}.": (
        "색인에 {field} “{value}”(이)가 없습니다. 있는 것은 {known}입니다."
    ),
    "{field} takes a year such as {year}, not {value!r}.": (
        "{field}에는 “{value}” 대신 {year} 같은 연도를 쓰세요."
    ),
    "no document is of {value} or later; the newest is of {newest}.": (
        "{value}년이나 그 뒤의 문서가 없습니다. 가장 새 문서는 {newest}년의 것입니다."
    ),
    "no document is of {value} or earlier; the oldest is of {oldest}.": (
        "{value}년이나 그 앞의 문서가 없습니다. 가장 오래된 문서는 {oldest}년의 것입니다."
    ),
    "the address has {parameter}, which can be {expected}.": (
        "주소의 {parameter}(은)는 쓸 수 없습니다. 쓸 수 있는 값: {expected}."
    ),
    "the address has too much in {parameter}; {most:,} is the limit.": (
        "주소의 {parameter}에 쓴 것이 너무 깁니다. 한도는 {most:,}입니다."
    ),
    "the range {value!r} of {field} is reversed; write {in_order}.": (
        "{field} 범위 “{value}”의 앞뒤가 바뀌었습니다. {in_order}(으)로 쓰세요."
    ),
    "{name!r} is not the id of one sentence; its first one is {sentence}.": (
        "“{name}”(은)는 문장 하나의 id가 아닙니다. 그 첫 문장은 {sentence}입니다."
    ),
    "The query reads as a sentence, in which these are text, not operators: {marks}."
    " Operators work between words without particles, and -word after a sentence.": (
        "문장으로 읽어, 연산자가 아니라 글로 본 것: {marks}. 연산자는 조사 없는 낱말 사이에,"
        " -낱말은 문장 뒤에 쓰세요."
    ),
    "{word} was searched as a word; the operator is {operator}, in capitals.": (
        "{word}(을)를 낱말로 찾았습니다. 연산자는 대문자 {operator}입니다."
    ),
    "{name} cannot be compared with itself; name another document.": (
        "{name}(은)는 그 자신과 비교할 수 없습니다. 다른 문서를 고르세요."
    ),
    "comparing these documents means {sentences} pairs of sentences, more than the {most}"
    " that the server takes on; use `communique compare`.": (
        "문장 {sentences}쌍을 비교해야 하는데 서버는 {most}쌍까지만 합니다."
        " `communique compare` 명령을 쓰세요."
    ),
    "The query has {length:,} characters, more than the limit of {most:,}; shorten it.": (
        "찾는 말이 {length:,}자입니다. {most:,}자까지만 읽으니 줄여 주세요."
    ),
    "Only the first {most:,} of {total:,} sentences are shown; narrow the search to see"
    " others.": (
        "문장 {total:,}개 가운데 앞의 {most:,}개만 보입니다. 나머지를 보려면 조건을 좁히세요."
    ),
    "there is no other document to compare with.": "비교할 다른 문서가 없습니다.",
    "this server does not write DOCX; its operator can install the extra {extra}.": (
        "이 서버는 DOCX를 쓰지 못합니다. 관리자가 {extra} 패키지를 설치하면 됩니다."
    ),
    "the search has {total:,} hits, and a file has at most {most:,}; narrow it, or use"
    " `communique search --limit all --format csv`.": (
        "찾은 문장이 {total:,}개입니다. 파일에는 {most:,}개까지만 담으니 조건을 좁히거나"
        " `communique search --limit all --format csv` 명령을 쓰세요."
    ),
    "the file {name} is no longer as it was indexed, or has more than {most} MiB; read the"
    " document here.": (
        "파일 {name}(은)는 색인한 뒤에 바뀌었거나 {most} MiB보다 큽니다. 문서를 여기서 읽으세요."
    ),
    "Too many requests are waiting; try again in a moment.": (
        "요청이 밀려 있습니다. 잠시 뒤에 다시 해 보세요."
    ),
    "The query has more terms than the server takes; make it shorter.": (
        "찾는 말이 서버가 받는 것보다 깁니다. 더 짧게 쓰세요."
    ),
    "The request took too long; ask for less at a time.": (
        "시간이 너무 오래 걸립니다. 한 번에 더 적게 물어보세요."
    ),
}

_WORDS: Mapping[str, str] = {
    "abbreviation": "약칭",
    "hanja": "한자",
    "spacing": "띄어쓰기",
    "spelling": "맞춤법",
    "keyboard": "자판",
    "short form": "줄임말",
    "number": "숫자",
    "initials": "초성",
    "speaker": "발언자",
    "side": "발언 측",
    "act": "표현",
    "document": "문서",
    "paragraph": "문단",
    "sentence": "문장",
    "record or document": "기록 또는 문서",
    "record or paragraph": "기록 또는 문단",
    "record or sentence": "기록 또는 문장",
    "year": "연도",
    "from": "시작 연도",
    "to": "끝 연도",
}
"""The words that occur in notes as facts: steps of query expansion, and fields."""


_SIDES: Mapping[str, str] = {
    "한측": "side_korea",
    "미측": "side_us",
    "공동": "side_both",
    "그밖": "side_other",
}
"""The texts of the groups of speakers."""


class Translations:
    """The texts of the page in one language: `texts("total", count=3)`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._column = LANGUAGES.index(language)

    def __call__(self, name: str, **facts: object) -> str:
        """Return the text *name* of `TEXTS`, with *facts* in its placeholders."""
        return TEXTS[name][self._column].format(**facts)

    @property
    def other_language(self) -> str:
        """The language to which the page offers to switch."""
        return LANGUAGES[1 - self._column]

    def note(self, note: str) -> str:
        """Return a note of a search, or the message of an error, as a sentence.

        Without a Korean form it stays English.
        """
        form = NOTES.get(note.form) if isinstance(note, Note) else None
        if self.language == "en" or not form or not isinstance(note, Note):
            return note[:1].upper() + note[1:]
        facts = {
            name: quoted_list(fact, " 외 {}개")
            if isinstance(fact, tuple)
            else _WORDS.get(str(fact), fact)
            for name, fact in note.facts.items()
        }
        return with_particles(form.format(**facts))

    def place(self, sentence: Sentence) -> str:
        """Return the position of a sentence, such as 11문단 3문장 3쪽, or its id."""
        page = self("on_page", page=sentence.page) if sentence.page else None
        return ", ".join(filter(None, (self._place(sentence), page)))

    def _place(self, sentence: Sentence) -> str:
        if sentence.number is None:
            return sentence.id
        if sentence.paragraph is None and sentence.part:
            annex = sentence.part.removeprefix(ANNEX)
            return self("place_annex", annex=annex, number=sentence.number)
        if sentence.paragraph is None:
            return self("place_sentence", number=sentence.number)
        if sentence.paragraph == 0:
            return self("place_before", number=sentence.number)
        return self(
            "place_paragraph", paragraph=sentence.paragraph, number=sentence.number
        )

    def part(self, name: str) -> str:
        """Return the name of a paragraph or an annex: 11문단, 별첨 1."""
        if name.startswith(ANNEX):
            return self("part_annex", part=name.removeprefix(ANNEX))
        return self("part_paragraph", part=name)

    def heading(self, edition: Edition) -> str:
        """Return the date, number and place of a document; without them, its title."""
        number = self("edition", number=edition.number) if edition.number else None
        date = edition.date or (str(edition.year) if edition.year else None)
        known = " · ".join(filter(None, (date, number, edition.place)))
        return known or edition.title or edition.document

    def headings(self, editions: Sequence[Edition]) -> dict[str, str]:
        """Return the heading of each document by its name, all different.

        A heading that several documents share is followed by the title, else by the name.
        """
        labels = {each.document: self.heading(each) for each in editions}
        for part in ("title", "document"):
            times = Counter(labels.values())
            for each in editions:
                label, addition = labels[each.document], getattr(each, part)
                if times[label] > 1 and addition and addition not in label:
                    labels[each.document] = f"{label} · {addition}"
        return labels

    def side(self, group: str) -> str:
        """Return the name of a group of speakers, 미측 or US side; other text as it is."""
        return self(_SIDES[group]) if group in _SIDES else group

    def way(self, form: FormReading) -> str:
        """Return how a form of a word matches: 입력한 대로, or 다른 꼴: 약칭."""
        if form.grade is Grade.TYPED:
            return self("way_spacing" if form.step == "spacing" else "way_typed")
        step = form.step or ""
        if self.language == "ko":
            step = _WORDS.get(step, step)
        return self(f"way_{form.grade.name.lower()}", step=step)

    def equal(self, editions: Sequence[Edition]) -> str:
        """Return where else a sentence is: 같은 문장 2개 더: 2015, 2016."""
        names = {str(each.year or each.title or each.document) for each in editions}
        places = ", ".join(sorted(names))
        if len(editions) == 1:
            return self("equal_one", places=places)
        return self("equal", count=len(editions), places=places)

    def citation(self, sentence: Sentence, edition: Edition) -> str:
        """Return the citation of a sentence: title, date and position."""
        title = edition.title or edition.document
        parts = filter(None, (title, edition.date, self.place(sentence)))
        return ", ".join(dict.fromkeys(parts))


def choose_language(accepted: str, in_url: str = "") -> str:
    """Return the language of the answer, "ko" or "en".

    Args:
        accepted: An Accept-Language header, of which the highest quality counts.
        in_url: A language that the URL names; it takes precedence.
    """
    if in_url:
        return in_url
    ranked: list[tuple[float, str]] = []
    for part in accepted.split(","):
        name, _, quality = "".join(part.split()).lower().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        # ko-KR is Korean, and kok is another language.
        language = name.partition("-")[0]
        if language in LANGUAGES and weight > 0:
            ranked.append((-weight, language))
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else "en"
