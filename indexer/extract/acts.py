"""Acts: the verb at the end of a sentence, if it states an action."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.analysis.analyzer import AnalyzedRun

# The end of a sentence, its morphemes as `form/tag `: auxiliaries (논의해 왔다), 바
# (논의한 바 있다), tense. Denial (-지 않았다), obligation (-어야 한다) and future (-겠다, -ㄹ
# 것이다) are not acts.
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
"""Most runs of the end of a sentence: `논의를 계속해 온 바 있다` has five."""


def act_of(parts: Sequence[AnalyzedRun]) -> str | None:
    """Return the act of a sentence, given its analysed runs: 재확인하였다 → 재확인.

    The noun is returned for a derived verb, in the active, passive or causative (개최하다,
    개최되다), and for a noun with a light verb (논의를 하다, 회담을 가지다). `-기로 하다` is 합의,
    의견을 같이하다 is 공감, and 표하다 is 표명. Other verbs are in dictionary form: 밝히다.
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
        act = "".join(_FORM.findall(noun))
        # The noun of 말하다, 말, does not name an act.
        return act if len(act) > 1 else f"{act}하다"
    if verb := match["verb"]:
        derived = _DERIVED.fullmatch(verb)
        return derived[1] if derived else f"{verb}다"
    return match.lastgroup
