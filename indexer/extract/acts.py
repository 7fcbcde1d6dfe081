"""Acts: the verb that a sentence ends in, if it says what was done."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.analysis.analyzer import AnalyzedRun

# How a sentence ends, its morphemes written `form/tag `: auxiliaries (논의해 왔다), 바
# (논의한 바 있다), tense. What is denied (-지 않았다), due (-어야 한다) or yet to come (-겠다,
# -ㄹ 것이다) is no act.
_END = (
    r"(?:[어아고]/EC (?:있|오|가|나가|두|놓|내)/V\S+ )*"
    r"(?:(?:[었았]/EP )?\S+/ETM 바/NNB (?:가/J\S+ )?(?:있|이)/V\S+ )?"
    r"(?:시/EP )?(?:[었았]/EP )?\S+/E(?:F|TN) $"
)
_ADVERBS = r"(?:(?!같이|함께)\S+/MA\S )*"
_ACT = re.compile(
    r"(?<!\S)(?:"
    rf"(?P<합의>기/ETN 로/JKB {_ADVERBS}하/V\S+ "
    r"|(?:합의|일치)/NNG \S+/J\S+ (?:보|이루|이르|도달/NNG 하)/\S+ "
    r"|(?:뜻|의견)/NNG \S+/JKO 모으/VV )"
    r"|(?P<공감>(?:의견|인식|견해|입장|뜻)/NNG \S+/JKO (?:같이|함께)/MAG 하/V\S+ )"
    r"|(?P<표명>표하/VV )"
    r"|(?P<noun>(?:\S+/XPN )?\S+/(?:NN[GP]|XR) (?:\S+/XSN )?)"
    rf"(?:\S+/JKO {_ADVERBS})?(?:하|되|시키|받|당하|드리|가지|갖)/(?:XSV|V\S+) "
    r"|(?!(?:하|되|받|있|없|않|말|오|가|나가)/)(?P<verb>\S+)/VV\S* "
    rf"){_END}"
)
_FORM = re.compile(r"(\S+)/\S+ ")
_DERIVED = re.compile(r"([가-힣]{2,})하")
_END_LENGTH = 5
"""How many runs `논의를 계속해 온 바 있다` has, and no end has more."""


def act_of(parts: Sequence[AnalyzedRun]) -> str | None:
    """Return the act of a sentence, *parts* being its runs.

    A noun stands for the verb made of it, in the active, passive or causative (개최하다,
    개최되다), and with a verb that says no more (논의를 하다, 회담을 가지다). `-기로 하다` is 합의,
    to be of one mind (의견을 같이하다) is 공감, and 표하다 is 표명.
    """
    end = "".join(
        f"{form}/{tag} "
        for _, morphemes in parts[-_END_LENGTH:]
        for form, tag, _, _ in morphemes
    )
    match = _ACT.search(end)
    if not match:
        return None
    if noun := match["noun"]:
        found = "".join(_FORM.findall(noun))
        # 말하다 is a verb, but 말 is no act.
        return found if len(found) > 1 else f"{found}하다"
    if verb := match["verb"]:
        derived = _DERIVED.fullmatch(verb)
        return derived[1] if derived else f"{verb}다"
    return match.lastgroup
