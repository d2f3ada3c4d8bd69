"""What a change would do to the regression corpus: which texts, about which guards were wrong before, they would be wrong about again."""

from collections.abc import Sequence

from audit.selectors.regression import Corpus, OpenCase, open_corpus
from govern.changes.simulation.report import Regression, RegressionEffect
from govern.changes.simulation.sides import Side, Sides, compile_side
from govern.enforcement import GuardPolicyBody
from govern.enforcement.regression import Done, Judge, is_right, policies_of
from govern.enforcement.verdict import Surface
from govern.policy.contents import Contents

SHOWN = 50
"""Cases that are named at most, of each sort."""


def replay_corpus(sides: Sides) -> Regression:
    """Every case of the corpus under both sides. Four queries, whatever the corpus holds."""
    return judge_corpus(open_corpus(), sides)


def judge_corpus(corpus: Corpus, sides: Sides) -> Regression:
    """Which of the cases come back with the change, and which it mends."""
    effects = effects_on(corpus, sides)
    back = [effect for effect in effects if effect.comes_back]
    mended = [effect for effect in effects if effect.is_mended]
    return Regression(
        cases=len(effects),
        masked=sum(case.masked for case in corpus.cases),
        gone=corpus.gone,
        unrecorded=corpus.unrecorded,
        back=len(back),
        blocked=sum(effect.whole_after == "block" for effect in back),
        mended=len(mended),
        still_wrong=sum(not is_right(e.expected, e.before) and not is_right(e.expected, e.after) for e in effects),
        coming_back=tuple(back[:SHOWN]),
        mended_ones=tuple(mended[:SHOWN]),
    )


def effects_on(corpus: Corpus, sides: Sides) -> list[RegressionEffect]:
    """What becomes of each case, in the order of the corpus."""
    if not corpus.cases:
        return []
    before, after = (_Judged(contents, sides) for contents in (sides.before, sides.after))
    return [_effect(case, before.of(case), after.of(case)) for case in corpus.cases]


class _Judged:
    """One side, asked about texts."""

    def __init__(self, contents: Contents, sides: Sides) -> None:
        self._side: Side = compile_side(contents, sides)
        self._named: dict[str, GuardPolicyBody] = {
            name: entry.body for name, entry in contents.get("guard_policy", {}).items()
        }
        self._alone: dict[str, tuple[GuardPolicyBody, ...]] = {}
        self._judge = Judge(sides.hash_key)

    def of(self, case: OpenCase) -> Done:
        surface = Surface(case.text.role, "text", case.text.text)
        return self._judge.judge(
            surface, self._policies(case), direction=case.direction, guard=case.guard, rule=case.rule
        )

    def _policies(self, case: OpenCase) -> Sequence[GuardPolicyBody]:
        """All that hold for the case's application; of a text that was reported without one, the policy that it was reported about."""
        if case.application in self._side.policies:
            return self._side.policies[case.application]
        return self._alone.setdefault(case.policy, policies_of(case.policy, self._named))


def _effect(case: OpenCase, before: Done, after: Done) -> RegressionEffect:
    newly_blocked = after.whole == "block" != before.whole and case.expected in ("allow", "flag", "redact")
    right_before, right_after = is_right(case.expected, before.action), is_right(case.expected, after.action)
    return RegressionEffect(
        case=case.id,
        policy=case.policy,
        guard=case.guard,
        rule=case.rule,
        application=case.application,
        expected=case.expected,
        before=before.action,
        after=after.action,
        whole_after=after.whole,
        comes_back=(right_before and not right_after) or newly_blocked,
        is_mended=right_after and not right_before and not newly_blocked,
    )
