"""Particles fit the sound before them."""

from __future__ import annotations

import pytest

from search.web.particles import with_particles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“전작권”(이)가", "“전작권”이"),
        ("사드(이)가", "사드가"),
        ("사드(을)를", "사드를"),
        ("조건 year:2019(은)는", "조건 year:2019는"),
        ("2017(은)는", "2017은"),
        ("2018-2020(으)로", "2018-2020으로"),
        ("2018(으)로", "2018로"),
        ("훈련(으)로", "훈련으로"),
        ("SCM(이)가 PSI(이)가 URL(으)로", "SCM이 PSI가 URL로"),
        ("“전작권” 외 3개(이)가", "“전작권” 외 3개가"),
        ("ㅈㅈㄱ(을)를", "ㅈㅈㄱ을"),
        ("대북(과)와 남(과)와", "대북과 남과"),
        ("漢(이)가", "漢(이)가"),
        ("괄호 (이)가 아니다", "괄호 (이)가 아니다"),
    ],
)
def test_a_particle_follows_the_final_consonant(text: str, expected: str) -> None:
    assert with_particles(text) == expected
