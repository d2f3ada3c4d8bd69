"""Named patterns of prompt injection.

A pattern is matched against folded UTF-8 bytes (lower case, no accents, see ``fold``) by a linear-time engine, so it may use only regular syntax:
no back-references, no look-around, no classes of non-ASCII characters. ``NEAR`` and ``GAP`` are the only free space between two words: they stay
inside one sentence and are bounded. A rule is a feature of the model, not a verdict; its weight is learned.
"""

from __future__ import annotations

from typing import NamedTuple

from govern.enforcement.injection.rules_by_language import LANGUAGE_RULES

GAP = r"[^.!?\n]{0,60}"
NEAR = r"[^.!?\n]{0,24}"

_DROP = (
    r"(?:ignor(?:e|ing)|disregard(?:ing)?|forget|bypass|overrid(?:e|ing)|disobey|unlearn|(?:pay|give) no (?:attention|heed|mind)|"
    r"(?:do not|don'?t|no longer|never|stop|cease|quit) (?:follow|obey|listen|comply|adhere|respect)(?:ing)?)"
)
_PUT_AWAY = r"(?:discard|neglect|overlook|skip|drop|abandon|erase|cancel|delete|dismiss|suspend|set aside|throw away|leave behind|scrap|ditch|void|revoke)"
_YOURS = r"(?:previous|prior|above|earlier|preceding|foregoing|original|initial|former|past|current|system|your)"
_TEXT_ORDERS = r"(?:instructions?|directions?|directives?|prompts?|rules|guidelines|commands|programming|guardrails?|restrictions|constraints|safeguards|filters)"
_EARLIER = r"(?:previous|prior|above|earlier|preceding|foregoing|original|initial|existing|former|past|current|system|your|all|any|every|these|those|previously|before)"
_ORDERS = r"(?:instructions?|directions?|directives?|prompts?|rules?|guidelines?|commands?|orders?|programming|guardrails?|restrictions?|polic(?:y|ies)|constraints?|training|safeguards?|filters?|protocols?)"
_SHOW = r"(?:reveal|show|print|display|output|repeat|disclose|leak|expose|divulge|share|give me|tell me|dump|recite|write (?:out|down)|list|echo|return|copy|paste|translate|summari[sz]e|what(?:'s| is| are| was| were))"
_HIDDEN = r"(?:system|initial|original|hidden|secret|internal|confidential|developer|first|base|full|entire|core|pre)"
_HIDDEN_PROMPT = rf"\b{_HIDDEN}[- ]?(?:prompts?|instructions?|messages?|rules|directives?|configuration|guidelines|context|setup|settings)\b"
_GIVE = r"(?:reveal|show|print|display|output|repeat|disclose|leak|expose|divulge|give me|tell me|dump|recite|write (?:out|down)|echo|copy|paste|quote|type out|spell out)"
_HIDDEN_ORDERS = rf"\b{_HIDDEN}[- ]?(?:prompts?|instructions?|directives?)\b"
_LIMITS = r"(?:restrictions?|guidelines?|filters?|limits?|limitations?|constraints?|boundaries|rules|censorship|ethics|morals|morality|conscience|policies|safeguards|inhibitions)"
_TOOL = r"(?:send|forward|e-?mail|transfer|upload|post|transmit|exfiltrate|wire|share|delete|grant|invite|execute|run|call|invoke)"


class NamedPattern(NamedTuple):
    """``name`` is ``family.rule``; it stands on records, so it never changes its meaning."""

    name: str
    pattern: str


RULES: tuple[NamedPattern, ...] = (
    NamedPattern("override.instructions", rf"\b{_DROP}\b{NEAR}\b{_EARLIER}\b{NEAR}\b{_ORDERS}\b|\b{_PUT_AWAY}\b{NEAR}\b{_YOURS}\b{NEAR}\b{_TEXT_ORDERS}\b"),
    NamedPattern("override.orders_above", rf"\b{_DROP}\b{NEAR}\b{_ORDERS}\b{NEAR}\b(?:above|before|given|received|told|earlier|previously|prior)\b"),
    NamedPattern("override.everything", rf"\b{_DROP}\b (?:about )?(?:everything|all|anything|whatever|what)\b{NEAR}\b(?:above|before|previously|earlier|told|said|know|learned|learnt|wrote|written|prior|precedes)\b"),
    NamedPattern("override.bare", r"(?:^|[.!?:\n] ?)(?:now |please |just )?(?:ignore|disregard|forget) (?:all|everything|anything|whatever|the above|your)\b"),
    NamedPattern("override.void", rf"\b{_ORDERS} {NEAR}\b(?:no longer (?:apply|valid|count)|void|obsolete|superseded|cancell?ed|lifted|disabled|suspended|withdrawn|revoked|rescinded|out of date|outdated|nonexistent|do(?:es)? not apply|don'?t apply|are off|turned off)\b|\beverything (?:above|before|so far|up to)\b{GAP}\b(?:was|is) (?:a |an |just |only )*(?:drill|test|joke|mistake|example|void|fake)\b"),
    NamedPattern("override.new_task", r"\byour (?:new|updated|real|actual|only|sole|true|next) (?:instructions?|task|goal|mission|objective|orders?|directive|job|prompt|role|purpose)s? (?:is|are|will be|now)\b|\bnew (?:instructions?|task|directive|orders?|rules?) ?:|\b(?:real|actual|true|updated|new|following) (?:instructions|directives?|objective|request) ?(?::|(?:is|are|follows?) ?:)"),
    NamedPattern("override.instead", r"\b(?:instead|rather),? (?:just |only |please |you (?:must |will |should )?)?(?:say|print|output|respond|reply|write|tell|answer|repeat|do)\b (?:only |just |exactly |with |that |the (?:word|phrase|following|sentence)|as |this|[\"'\x60\xe2])"),
    NamedPattern("override.only_say", r"\b(?:say|print|output|respond|reply|answer|write|repeat|return)\b(?: with| me| back)?(?: only| just| exactly| simply)?(?: with)?(?: the)?(?: following| word| words| phrase| sentence| text)? ?:? ?[\"'\x60\xe2]"),
    NamedPattern("override.supersede", r"\b(?:supersedes?|take[s]? (?:precedence|priority) over|overrides?|overriding) (?:all|any|every|the|your|previous|anything|everything)\b"),
    NamedPattern("override.from_now", r"\bfrom (?:now|this (?:point|moment)) on(?:wards?)?\b"),
    NamedPattern("override.end_of", r"(?:^|[\n=*#~_<>\[\]({|/-] ?)end of (?:the )?(?:system |initial )?(?:prompt|input|instructions|document|context|user data|session|text|article)\b|\b(?:task|work) (?:is )?(?:complete|completed|done|finished) ?[.!:]{1,3}[ \n]{0,3}(?:(?:now|next|then),? (?:please |you (?:must|should|will|can|have to) |your (?:next |new |real )?|ignore|print|say|tell|send|output|reveal|execute|write|respond|answer|reply|do )|(?:your |the )?(?:new|next|real) (?:task|instructions?|orders?|goal|objective|job)|ignore|disregard|forget|instead)"),
    NamedPattern("leak.system_prompt", rf"\b{_SHOW}\b{GAP}\b(?:your|its|own)\b{NEAR}{_HIDDEN_PROMPT}|\b{_GIVE}\b{GAP}\b(?:the|this|all|any)\b{NEAR}{_HIDDEN_ORDERS}"),
    NamedPattern("leak.your_instructions", rf"\b{_SHOW}\b{NEAR}\b(?:your|all your|you were) (?:exact |full |own |given |initial |complete |raw )?(?:instructions|prompts?|rules|guidelines|directives|configuration|programming|restrictions|context window|config)\b ?(?:[.!?,;:\n\"')\]]|$|(?:and|in|as|word|verbatim|above|before|exactly|that|you|given|so|to me|first|right|now|from|with|then|please|here|using|into|without)\b)"),
    NamedPattern("leak.text_above", rf"\b(?:repeat|print|output|copy|echo|show|display|recite|return|write|quote|paste|type)\b{NEAR}\b(?:words|text|everything|content|sentences|lines?|message|paragraphs?|all)\b{NEAR}\b(?:(?:above|before this|so far|preceding)\b ?(?:[.!?,;:\n\"')\]]|$|(?:starting|verbatim|in (?:a |full|markdown|code)|exactly|word|and (?:put|include)|to me|this)\b)|from the (?:beginning|start) of (?:the|this|our|your) (?:chat|conversation|context|prompt)|starting with [\"'\x60]?you are)"),
    NamedPattern("leak.you_are", r"\bstart(?:ing|s)? (?:with|from)(?: the (?:words|phrase))? ?[\"'\x60]?you are\b"),
    NamedPattern("leak.were_told", r"\b(?:what|which|how)\b[^.!?\n]{0,30}\b(?:were|are|have) you (?:been )?(?:told|given|instructed|programmed|prompted|configured|set up|not (?:allowed|supposed|permitted)|forbidden) ?(?:[?.!]|$|to (?:do|say|hide|keep|follow|never|not|avoid|talk|tell|reveal|discuss|share|answer)\b|not to\b|by (?:your|the|whoever) ?(?:dev|oper|creat|maker|owner|system|company)|(?:before|above|at the start|in (?:your|the) (?:system|prompt|first))\b)"),
    NamedPattern("leak.verbatim", r"\b(?:verbatim|word[- ]for[- ]word|without (?:any )?(?:changes|modification|paraphrasing))\b|\b(?:repeat|print|output|copy|echo|show|display|recite|return|write|give|paste|reveal)\b[^.!?\n]{0,60}\bas[- ]is\b"),
    NamedPattern("leak.code", r"(?:system_?prompt|systemprompt|initial_?prompt|messages\[0\]|context\[0\])"),
    NamedPattern("leak.words", r"\b(?:system|initial|hidden|secret|developer|original) ?(?:prompts?|message|instructions)\b"),
    NamedPattern("leak.operator", r"\b(?:operator|developers?|makers?|creators?|owners?|whoever)\b[^.!?\n]{0,24}\b(?:wrote|told|set|gave|configured|put|placed|forbade|forbidden|forbid|instructed|hid|typed)\b[^.!?\n]{0,24}\b(?:you|your|this chat|mine|to say)\b"),
    NamedPattern("leak.before_me", r"\b(?:before|precedes?|preceding|above|prior to|ahead of) (?:my|this|our|the) (?:very )?(?:first |own )?(?:message|conversation|question|chat|prompt|line|turn)\b|\b(?:start|beginning|top|first (?:message|line|words?|sentence|paragraph)) of (?:this|the|your|our) (?:chat|conversation|context|prompt|session)\b"),
    NamedPattern("leak.setup", r"\byour (?:hidden |raw |full |exact |internal |private |secret |own |initial |original )*(?:setup|set-up|onboarding|brief|briefing|configuration|config|preamble|context window|system text|directions|starting text|notes)\b|\b(?:hidden|private|secret|internal) (?:setup|notes|preamble|brief|briefing|text|lines|context)\b"),
    NamedPattern("secret.ask", rf"\b(?:{_SHOW}|what(?:'s| is)|spell|encode|guess|hint|remember)\b{NEAR}\b(?:password|passphrase|pass ?code|secret(?: word| key| code)?|access code|code ?word|api[- ]?key|flag|credentials|private key)\b"),
    NamedPattern("secret.granted", r"\baccess granted\b"),
    NamedPattern("secret.letters", r"\b(?:password|passphrase|secret|key|code ?word|prompt|flag|pass ?code)\b[^\n]{0,60}\b(?:letter by letter|backwards|in reverse|first letter|acrostic|rhymes?|(?:one|each) (?:letter|character))\b|\b(?:letter by letter|backwards|in reverse|first letter|acrostic|rhymes? with|(?:one|each) (?:letter|character))\b[^\n]{0,60}\b(?:password|passphrase|secret|code ?word|prompt|flag|pass ?code)\b"),
    NamedPattern("persona.you_are_now", r"\byou(?:'re| are| will be)? (?:now|going to|about to|to) (?:be|become|act|pretend|roleplay|role-play|immerse|simulate|play|enter|a|an|in|called|known|operating|running)\b|\byou are now\b"),
    NamedPattern("persona.known", r"\b(?:dan|stan|dude|aim|ucar)\b(?: mode|:| stands| (?:can|will|has|is) (?:do any|never|not|no\b|free|broken|freed|able|always|answer))|\b(?:betterdan|evilbot|jailbot|devmode|freegpt|chaosgpt)\b|\bdo anything now\b"),
    NamedPattern("persona.pretend", r"\b(?:pretend|imagine|act|behave|respond|answer|simulate|roleplay|role-play|speak|write) (?:to be|as|like|that you|you are|you're|as if)\b"),
    NamedPattern("persona.unrestricted", r"\b(?:unrestricted|uncensored|unfiltered|amoral|jailbroken|unhinged|unbound|unchained) (?:and |, )?(?:\w+ )?(?:ai|a\.i|assistant|chatbot|bot|model|language model|mode|persona|character|output|response|answer|llm)s?\b|\b(?:unethical|immoral|unlimited|lawless|evil|malicious|rogue) (?:and |, )?(?:\w+ )?(?:ai|a\.i|chatbot|bot|language model|persona|llm|version|twin|sibling)s?\b"),
    NamedPattern("persona.no_limits", rf"\b(?:without|no|not|free (?:of|from)|free|lacks?|ignor\w+|zero|beyond|never|any) (?:[^ .!?\n]+ ){{0,4}}{_LIMITS}\b"),
    NamedPattern("persona.not_bound", r"\b(?:not|never|no longer|isn'?t|aren'?t) (?:be )?(?:bound|limited|restricted|constrained|governed|subject|obligated|required|affected)\b"),
    NamedPattern("persona.confines", r"\bbroken? free (?:of|from) (?:the|your|its|all|any|typical|every)\b|\bconfines of (?:ai|your|the (?:ai|typical|model|system))\b|\bshackles\b|\bfree yourself\b|\bfreed from (?:your|its|all)\b"),
    NamedPattern("persona.mode", r"\b(?:developer|dev|debug|god|jailbreak|jailbroken|admin|maintenance|opposite|unrestricted|evil|sudo|root|dan|chaos|unlocked|override|test) mode\b"),
    NamedPattern("persona.authority", r"\b(?:i am|i'm|this is|as|speaking as) (?:your|the) (?:developer|creator|owner|administrator|admin|operator|maker|programmer)s?\b|\b(?:developer|admin|administrator|root|debug|debugging|maintenance|audit|evaluation|diagnostic|superuser|override) (?:access|session|privileges?|rights|override|mode|window|code|authori[sz]ation) ?(?:is |has been |was |now )*(?:confirmed|granted|established|enabled|activated|active|on|open|engaged|verified|unlocked|accepted)\b|\b(?:approved|authori[sz]ed|ordered) by (?:management|openai|anthropic|your (?:developers?|creators?|makers?|owner|operator))\b"),
    NamedPattern("persona.off", r"\b(?:safety|filters?|restrictions|safeguards|guardrails|content polic(?:y|ies)|content filters?|moderation|safety (?:layer|checks?|rules|mode|filters?)|usual rules|alignment)(?: is| are| has been| have been|:| ?=)?(?: now| all| been| temporarily)*(?: ?= ?| )(?:off|disabled|lifted|suspended|deactivated|none|false|removed|switched off|turned off)\b|\b(?:without|no|skip) (?:safety )?(?:checks|filters?|safeguards|guardrails|brakes|rulebook)\b|\b(?:disable|deactivate|switch off|turn off|remove|lift) (?:your|all|any|the) (?:\w+ )?(?:safety|filters?|restrictions|safeguards|guardrails|content polic|moderation)"),
    NamedPattern("persona.in_character", r"\b(?:stay|remain|stays?|keep) in character\b|\bbreak(?:ing)? character\b"),
    NamedPattern("persona.two_answers", r"\b(?:two|both|2) (?:different |separate )?(?:responses|answers|replies|ways|paragraphs)\b"),
    NamedPattern("persona.tokens", r"\b(?:lose|deduct(?:ed)?|cost|have|start with|minus|-) ?[0-9]+ (?:tokens?|points?|credits?|lives)\b|\btokens? (?:will be|are) deducted\b"),
    NamedPattern("persona.emoji", "\U0001f513|\U0001f608|\U0001f512"),
    NamedPattern("persona.openai", r"\b(?:openai|anthropic|google|meta|your (?:creators?|developers?))(?:'s|s'?)? (?:content |usage |use )?(?:polic(?:y|ies)|guidelines|rules|restrictions)\b"),
    NamedPattern("persona.brackets", r"[\[(][^\])\n]{2,40}(?:insert|prompt here|your (?:question|prompt|request)|goes here)[^\])\n]{0,20}[\])]"),
    NamedPattern("refusal.never_refuse", rf"\b(?:never|not|cannot|can'?t|won'?t|don'?t|without|no|must not)\b{NEAR}\b(?:refus\w+|declin\w+|reject\w*|apologi[sz]\w*|say(?:ing)? no|turn down|den(?:y|ies))\b"),
    NamedPattern("refusal.no_warning", rf"\b(?:no|without|never|not|don'?t|skip|omit)\b{NEAR}\b(?:disclaimers?|warnings?|apolog\w+|lectur\w+|moraliz\w+|censor\w*|judg(?:e)?ment|excuses|refusals?|ethical concerns)\b"),
    NamedPattern("refusal.phrases", r"\b(?:i'?m sorry|i am sorry|i cannot|i can'?t|as an ai(?: language model)?|i apologi[sz]e|unfortunately|against (?:my|the) (?:policy|policies|programming|guidelines))\b"),
    NamedPattern("refusal.prefix", rf"\b(?:start|begin|open|prefix|preface|prepend)\w*\b{GAP}[\"'\x60:](?:sure|absolutely|of course|certainly|yes|here is|here'?s|step 0?1)"),
    NamedPattern("refusal.comply", r"\b(?:must|will|always|shall|has to|have to|should) (?:always |fully |immediately |blindly |never fail to )?(?:comply with (?:any|every|all|my|the user|whatever)|obey (?:any|every|all|me|my|the user)|answer (?:any|every|all) (?:of )?(?:my |the )?(?:questions?|prompts?|requests?|quer|things?)|fulfil\w* (?:any|every|all|my)|follow (?:any|every|all|my) (?:of )?(?:my )?(?:order|command|instruction|request|rule))\w*|\b(?:comply|agree|go along) with (?:anything|everything|whatever|any request)\b|\bdo (?:exactly )?as i say\b|\banswers? (?:anything|everything|any question)\b"),
    NamedPattern("refusal.any_topic", r"\b(?:no matter (?:how|what)|regardless of|even if (?:it|they|the))\b[^.!?\n]{0,60}\b(?:illegal|unethical|immoral|harmful|dangerous|offensive|legality|ethic\w+|moral\w*|policy)\b"),
    NamedPattern("refusal.illegal", r"\b(?:illegal|unethical|immoral|inappropriate|offensive|explicit|nsfw|harmful|dangerous|profan\w+|swear\w*|curs(?:e|ing))\b"),
    NamedPattern("fiction.hypothetical", r"\b(?:hypothetical(?:ly)?|fictional|fictitious|alternate universe|simulation|parallel (?:world|universe)|thought experiment|imaginary world)\b"),
    NamedPattern("fiction.pretext", r"\b(?:for (?:educational|research|academic|testing) (?:purposes|reasons)|(?:grandm\w+|grandfather) (?:used to|who)|i(?:'m| am) (?:a|an|the) (?:researcher|developer|admin\w*|security|police|red team\w*|owner|engineer at))\b"),
    NamedPattern("fiction.how_to", r"\b(?:step[- ]by[- ]step|detailed (?:instructions|guide|steps)|exact (?:steps|instructions)|tutorial|instruction manual|leave nothing out)\b"),
    NamedPattern("forged.template", r"<\|[a-z_]{2,24}\|>|\[/?inst\]|<</?sys>>|<(?:start|end)_of_turn>|</?im_(?:start|end)>|\[system\]\(|<\|?/?(?:system|sys|assistant)\|?>"),
    NamedPattern("forged.turn", r"(?:^|\n|\\n) ?#{0,4} ?\[?(?:system|assistant|human|user|ai|admin|developer|chatgpt|gpt)(?: message| prompt| note| override)?\]? ?:"),
    NamedPattern("forged.role_json", r"[\"']role[\"'] ?: ?[\"'](?:system|developer|assistant)"),
    NamedPattern("forged.banner", r"\b(?:system|admin|security|developer|root|override|important|critical|urgent) ?(?:message|notice|alert|override|instruction|note|update|command|directive)s? ?[:\]]"),
    NamedPattern("forged.important", r"(?:^|\n|[<\[(*]) ?(?:important|attention|urgent|critical|information|note)(?:[!>\]*]|:)[ !*]{0,6}"),
    NamedPattern("forged.shouting", r"[a-z0-9\"')]!{3,}"),
    NamedPattern("forged.comment", rf"<!--{GAP}\b(?:ai|assistant|model|llm|gpt|claude|instruction|ignore|you (?:must|should|are))\b"),
    NamedPattern("indirect.reader", r"\b(?:note|message|instructions?|attention|hint|memo|notice)(?: to| for|,) (?:the |any |all |our |your |my )?(?:ai|a\.i\.|assistant|language model|llm|chatgpt|gpt|claude|gemini|copilot|bot|chatbot|agent|model|llms|ais)s?\b(?: ?[:.!,;\-]|$| (?:reading|processing|that|who|which|model|assistant))|\b(?:dear|hey|hi|hello|attention)(?: to|,)? (?:the |any |all |our |your |my )?(?:ai|a\.i\.|ai assistant|language model|llm|chatgpt|gpt|claude|gemini|copilot|chatbot|summari[sz]er|llms|ais)s?\b|(?:^|[.!?:;\n\"'(\[*#>-] ?)(?:to|for) (?:the |any |all |our |your )?(?:ai|a\.i\.|assistant|language model|llm|chatgpt|gpt|claude|gemini|copilot|chatbot|llms|ais)s?\b"),
    NamedPattern("indirect.machine", r"\b(?:assistants?|bots?|ais?|agents?|models?|llms?|crawlers?|reviewers?|summari[sz]ers?|screeners?|graders?|parsers?)(?:,)? (?:that|which|who) (?:reads?|process(?:es)?|summari[sz]es?|sees?|handles?|parses?|index(?:es)?|scans?) (?:this|the above|it|these)\b|\b(?:whichever|any|every|all) (?:ai|bot|assistant|llm|chatbot|language model)s? (?:that |which |who )?(?:reads?|process\w*|sees?|handl\w*|summari\w+|scan\w*)\b|\b(?:ai|llm|automated) (?:reviewers?|screeners?|graders?|summari[sz]ers?|agents?|systems?) ?[:,]"),
    NamedPattern("indirect.when_you", r"\b(?:when|while|as|before) (?:you )?(?:are |'re )?(?:asked|answering|replying|summari[sz](?:e|ing)|condens(?:e|ing)|translat(?:e|ing)|writing|processing|responding)\b[^.!?\n]{0,60}\b(?:quietly|secretly|silently|also|always|instead|tell the|add a|insert|forward|send|recommend|claim|append)\b|\bif (?:anybody|anyone|someone|somebody|the user|asked)\b[^.!?\n]{0,50}\b(?:answer|say|reply|tell|respond|claim|deny|pretend|confirm)\b"),
    NamedPattern("indirect.if_ai", r"\b(?:if|when|as|since) you(?: are|'re)? (?:an? |the |reading |a large )?(?:ai|llm|language model|assistant|bot|chatbot|agent|model|machine|automated|chatgpt|summari[sz]ing|processing)\b"),
    NamedPattern("indirect.before", r"\b(?:before|prior to|after|while|when) (?:you )?(?:can )?(?:answer|solv|complet|continu|respond|summari[sz]|process|start|finish|proceed|translat|repl)\w*\b[^.!?\n]{0,50}\b(?:must|please|first|need to|also|should|have to|silently)\b"),
    NamedPattern("indirect.silently", r"\b(?:do not|don'?t|never|without) (?:mention|tell|inform|reveal|notify|alert|telling|mentioning|informing|disclose|show|asking)\w*\b[^.!?\n]{0,30}\b(?:user|this|anyone|human|instruction|owner|them|customer)\b"),
    NamedPattern("indirect.user_wants", r"\b(?:user|owner|customer|admin\w*) (?:has |have )?(?:already )?(?:wants?|asked|authori[sz]ed|requires?|agreed|approved|consent\w*|confirmed|allow\w*)\b"),
    NamedPattern("indirect.send_to", rf"\b{_TOOL}\b{GAP}\b(?:to|at|into|with)\b {{0,2}}[^ \n]{{0,40}}(?:@|https?://|www\.|0x)"),
    NamedPattern("indirect.markdown_image", r"!\[[^\]\n]{0,60}\]\(https?://[^)\n]{0,200}[?&=]"),
    NamedPattern("indirect.include", r"\b(?:include|append|add|insert|embed|put|mention)\b[^.!?\n]{0,40}\b(?:in|to|at the (?:end|beginning|start) of|into) (?:your|the|every|each|any|all)(?: final| next)? (?:answer|response|reply|summary|output|email|message|sentence|review|responses|answers)s?\b"),
    NamedPattern("indirect.your_answer", r"\b(?:your|the) (?:answer|response|reply|summary|output|review|evaluation) (?:must|should|has to|needs to|will|shall)\b"),
    NamedPattern("indirect.tool", r"\b(?:call|use|invoke|run|execute)(?: the)? (?:function|tool|plugin|command|following|`?[a-z]+_[a-z_]+)\b"),
    NamedPattern("indirect.shell", r"\b(?:rm -rf|curl [^\n]{0,80}\| ?(?:sh|bash)|os\.system|subprocess|eval\(|exec\(|drop table|/etc/passwd|wget https?)"),
    NamedPattern("smuggle.decode_and_do", rf"\b(?:decode|decrypt|decipher|unscramble|deobfuscate)\b{GAP}\b(?:and|then|to)\b{NEAR}\b(?:follow|obey|execute|do|run|perform|comply|act on|answer|carry out)\b|\b(?:translate|convert|read|reverse|join|concatenate)\b{GAP}\b(?:and|then)\b{NEAR}\b(?:obey|comply|act on|execute|carry out|(?:follow|do) (?:the |its |these |those |what )?(?:instructions?|orders?|commands?|it says|they say))\b"),
    NamedPattern("smuggle.cipher", r"\b(?:base ?64|rot ?13|caesar|cipher|morse|hexadecimal|pig latin|leetspeak|binary code|ascii85|atbash)\b"),
    NamedPattern("smuggle.split", r"\b(?:let|set|var)? ?[a-z_$]\w{0,12} ?= ?[\"'][^\"'\n]{1,40}[\"'] ?(?:,|;|and|\n)[^\n]{0,12}[a-z_$]\w{0,12} ?= ?[\"']"),
    NamedPattern("smuggle.joined", r"(?:ignore|disregard|forget|bypass|override)(?:all|any|the|your|my)?(?:of)?(?:the|your)?(?:previous|prior|above|earlier|preceding)(?:instructions?|prompts?|rules|orders|guidelines)|reveal(?:your|the)systemprompt"),
    NamedPattern("smuggle.script_switch", r"[\x80-\xff]{9,}[^a-z\n\x80-\xff]{0,6}(?:ignore|disregard|forget|you (?:are|must|will|should)|reveal|instead|tell me|say|pretend|from now on|new (?:task|instructions?)|answer|print|output|repeat)\b[^\n]{0,60}[a-z]{3,} [a-z]{2,}|\b(?:please|now|then|also|user|assistant|question|task) ?[:,.]? ?\n?[^a-z\n\x80-\xff]{0,6}[\x80-\xff]{18,}"),
    *(NamedPattern(name, pattern) for name, pattern in LANGUAGE_RULES),
)

ENDINGS = {"leak.system_prompt": _HIDDEN_PROMPT}
"""Rules whose beginnings are met all over prose, by the ends without which they cannot match: these are looked for first."""
