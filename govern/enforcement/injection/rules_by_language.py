"""The same few ideas in other languages: an order to drop, near what is to be dropped; hidden prompts; no limits; a new self."""

from __future__ import annotations

_IN_SENTENCE = r"[^.!?\n]*"

# language: (verbs of dropping, orders and rules, the hidden prompt or password, no limits, you are now)
_WORDS: dict[str, tuple[str, str, str, str, str]] = {
    "romance": (
        r"ignor\w*|olvid\w*|olvidate|descart\w*|omit\w*|esquec\w*|desconsider\w*|oubli\w*|dimentic\w*|trascur\w*|tralasci\w*|haz caso omiso|ne \w+ (?:plus|pas) compte|ne ten\w+ pas compte|fai[st]\w* abstraction|nu tine cont|uita\b|ignora\w*",
        r"instruc\w+|instruz\w+|consign\w*|reg(?:la|ra|ola|ole|le|les|las|ras)s?|directives?|directrices|diretrizes|direttive|ordenes|ordens|ordini|indica\w+|restric\w+|restriz\w+|todo lo|tudo o que|tout ce|tutto (?:quello|cio|quanto)|regulile|comenz\w+",
        r"prompt (?:del? |di |de |do )?(?:sistem\w*|systeme|initial|iniziale)|prompt systeme|prompt de sistem\w*|(?:instruc\w+|istruzion\w+|consignes|regles|reglas|regras|regole) (?:ocult\w+|cach\w+|nascost\w+|secret\w+|segret\w+|inici\w+|initial\w+|inizial\w+|ascuns\w+)|(?:contrasena|senha|password|mot de passe|parola|code|clave|cle|chave|chiave) (?:secret\w+|segret\w+)|mensaje inicial|message initial|mensagem inicial",
        r"(?:sin|sem|sans|senza|fara|aucune?|ninguna?|nenhuma?|alcuna?) (?:\w+ )?(?:restric\w+|restriz\w+|filtr\w*|censur\w*|limit\w*|etica|ethique|regl\w*|regras|regole|reguli)",
        r"(?:ahora eres|agora voce e|a partir de (?:ahora|agora)|tu es (?:maintenant|desormais)|vous etes (?:maintenant|desormais)|ora sei|d'ora in poi|da adesso sei|finge (?:ser|que)|fingi di|fais comme si|imagine que tu|acum esti|prefa-te|desormais|modo (?:desarrollador|desenvolvedor)|mode developpeur|modalita sviluppatore)",
    ),
    "germanic": (
        r"ignorier\w*|vergiss|vergessen|missacht\w*|verwirf|negeer|vergeet|ignorera|glom\b|bortse|ignorer\b|glem\b|se bort fra|beachte (?:nicht|keine)|befolge (?:nicht|keine)|sla \w+ over",
        r"anweisung\w*|instruktion\w*|regeln?\b|regler\b|regels\b|befehl\w*|vorgaben|instructies|opdracht\w*|alles\b|allt\b|anvisning\w*|aufgaben|richtlinien",
        r"(?:dein|jouw|\bje|\bdin|zeig|verrat|gib|nenn|wiederhol|lautet|toon|onthul|herhaal|visa|vis\b|avsloja|afslor)[^.!?\n]{0,24}syste[e]?m-?prompt\w*|(?:versteckt\w+|geheim\w+|urspruenglich\w+|ursprunglich\w+|anfanglich\w+|verborgen|dolda|skjulte|hemliga|hemmelige) (?:anweisung\w*|instruktion\w*|regel\w*|passwort\w*|wort|instructies|wachtwoord|losenord\w*|adgangskode\w*)|geheimwort",
        r"(?:ohne|keine|keinerlei|zonder|geen|utan|uden|inga) (?:\w+ )?(?:einschrankung\w*|filter\w*|zensur|regeln|beschrankung\w*|ethik|beperkingen|regels|begransningar|begraensninger|etik)",
        r"(?:du bist (?:jetzt|nun)|ab (?:jetzt|sofort)|von nun an|tu so, als|verhalte dich wie|stell dir vor, du (?:hattest|bist|warst)|je bent nu|doe alsof|du ar nu|latsas|du er nu|lad som om|entwicklermodus|abweichend von|neue (?:anweisung|aufgabe)\w*)",
    ),
    "slavic": (
        r"игнорируй\w*|проигнорируй\w*|забудь\w*|отбрось|отмени|не (?:следуй|соблюдаи|соблюдай|подчиняйся)|ігноруи|ігноруй|забудь|zignoruj|ignoruj|zapomnij|pomin|zapomen|nedbej|нe следуй",
        r"инструкци\w*|указани\w*|правил\w*|команд\w*|ограничени\w*|все, что|все сказанное|інструкці\w*|вказівк\w*|instrukcj\w*|polecen\w*|zasad\w*|regul\w*|instrukce|pokyny|pravidla",
        r"(?:покажи|раскрой|повтори|выведи|назови|напиши|твой|свой|твои|свои|скажи)[^.!?\n]{0,30}системн\w+ (?:промпт|подсказк\w*|сообщени\w*|инструкци\w*)|скрыт\w+ инструкци\w*|секретн\w+ пароль|начальн\w+ инструкци\w*|системнии промпт|прихован\w+ інструкці\w*|prompt systemowy|ukryte instrukcje|tajne haslo|systemovy prompt|skryte instrukce|tajne heslo",
        r"без (?:каких-либо |всяких )?(?:ограничени\w*|фильтр\w*|цензур\w*|правил|этик\w*|обмежень)|нет (?:ограничени\w*|правил)|bez (?:zadnych )?(?:ograniczen|filtrow|cenzury|etyki|zasad|omezeni|pravidel)",
        r"(?:теперь ты|ты теперь|с этого момента|отныне|притворись|представь, что (?:ты|у тебя)|тепер ти|уяви, що ти|jestes teraz|udawaj|nyni jsi|predstirei|режим разработчика)",
    ),
    "chinese": (
        "忽略|无视|忘记|忘掉|不要理会|抛弃|略过|跳过|不(?:再|要|用|必)(?:遵守|遵循|执行|服从)|取消", "指令|指示|提示|规则|命令|要求|设定|限制|一切|所有内容|(?:以上|上面|上述|之前|先前|前面)的?(?:所有|全部)?(?:内容|文字|对话)",
        "(?:你的|显示|告诉我|透露|重复|输出|打印|泄露|泄漏|给我看|说出|公布|复述)[^.!?\n]{0,24}(?:系统提示|系统指令|系统信息|系统消息|系统讯息|初始指令|初始设定|隐藏指令|内部规则|内部指令|提示词)|秘密口令|通关密语|管理员密码|密码是什么|密钥是什么", "(?:没有|不受|无)(?:任何)?(?:限制|约束|道德|规则|过滤|审查)|不受(?:任何)?规则|无视规则", "你现在是|从现在(?:起|开始)|请?扮演|假装你|假设你没有|想象你|开发者模式|无限制模式|越狱模式|角色扮演",
    ),
    "japanese": ("無視|无视|忘れて|忘れろ|破棄|従わない|従う必要|无効|無効", "指示|命令|ルール|プロンプト|指令|設定|制约|制約|ガイドライン|言われたこと|すべての内容", "システムプロンプト|初期設定|隠された指示|最初の指示|秘密のルール|秘密のパスワード|合言葉|内部の指示|システムメッセージ", "(?:制限|倫理|ルール|フィルター|検閲)(?:の|が)?(?:ない|なし|ありません)", "あなたは今から|これからあなたは|今からあなた|のふりをして|になりきって|(?:開発者|無制限|脱獄)モード"),
    "korean": ("무시|잊어|따르지 ?마|잊고|무효", "지시|명령|규칙|프롬프트|지침|지금까지 들은", "시스템 ?프롬프트|숨겨진 ?지시|초기 ?지침|비밀 ?규칙|비밀 ?암호|비밀번호가? ?(?:뭐|무엇)|시스템 ?메시지", "(?:제한|필터|검열|규칙|윤리)(?:이|가)? ?없(?:이|는|다)", "너는 이제|이제부터|지금부터|인 척|개발자 모드|무제한 모드"),
    "arabic": ("تجاهل|انس |انسي|اهمل|لا تتبع|لا تلتزم|ناديده|فراموش|نظر انداز|بهول جاو", "التعليمات|الاوامر|القواعد|التوجيهات|كل ما|دستورالعمل|دستورات|قوانين|هدايات", "موجه النظام|تعليماتك المخفيه|رساله النظام|التعليمات الاوليه|القواعد السريه|كلمه (?:المرور|السر)(?: السريه)?|پرامپت سيستم|رمز مخفي", "(?:بدون|بلا|دون|ليس لديك) (?:اي )?(?:قيود|رقابه|اخلاق|قواعد|محدوديت)|هيچ محدوديت", "انت الان|تظاهر بانك|تصرف مثل|من الان فصاعدا|تخيل انه|تو اكنون|وانمود كن|وضع المطور"),
    "turkish": (r"yok say|unut\b|gormezden gel|dikkate alma|goz ardi et|uyma\b", r"talimat\w*|kural\w*|komut\w*|her seyi|yonerge\w*", r"sistem istem\w*|gizli (?:talimat\w*|sifre\w*)|sistem mesaj\w*|sistem promptu", r"(?:kisitlama\w*|sinir\w*|filtre\w*|kural\w*)(?: \w+)? ?(?:olmadan|siz|olmayan|yok)|kisitlamasiz|filtresiz|sinirsiz", r"artik sen|simdi sen|sen artik|gibi davran|gelistirici modu|hayal et"),
    "indic": ("अनदेखा|भूल जा|नज़रअंदाज़|पालन मत|উপেক্ষা|ভুলে যা", "निर्देश|नियम|आदेश|নির্দেশ|নিয়ম", "सिस्टम प्रॉम्प्ट|छिपे हुए निर्देश|गुप्त पासवर्ड|সিস্টেম প্রম্পট|গোপন", "बिना किसी प्रतिबंध|कोई (?:प्रतिबंध|नियम) नहीं|সীমাবদ্ধতা ছাড়া", "अब (?:तुम|आप)|তুমি এখন"),
    "southeast": (r"abaikan|lupakan|jangan ikuti|bo qua|quen\b|đung lam theo|dung lam theo|ละเว้น|เพิกเฉย|ลืม|ไม่ต้องทำตาม|puuza|sahau|usifuate|huwag pansinin|kalimutan", r"instruksi|perintah|aturan|petunjuk|huong dan|chi dan|quy tac|lenh|คำสั่ง|คำแนะนำ|กฎ|maagizo|tagubilin|utos|panuntunan", r"prompt sistem|instruksi tersembunyi|kata sandi rahasia|loi nhac he thong|huong dan an|mat khau bi mat|พรอมต์ระบบ|คำสั่งที่ซ่อน|รหัสผ่านลับ|nenosiri la siri|lihim na password|nakatagong tagubilin", r"tanpa (?:batasan|filter|sensor|etika|aturan)|khong co (?:gioi han|bo loc|đao đuc|quy tac)|ไม่มี(?:ข้อจำกัด|กฎ|จริยธรรม)|bila vikwazo|nang walang limitasyon", r"sekarang kamu adalah|berpura-pura|bay gio ban la|gia vo|ตอนนี้คุณคือ|แกล้งเป็น|sasa wewe ni|ikaw na ngayon"),
    "others": (r"αγνοησ\w*|ξεχασ\w*|παραβλεψ\w*|התעלם|התעלמי|שכח |unohda|ohita|ala noudata|hagyd figyelmen|felejtsd", r"οδηγι\w*|εντολ\w*|κανον\w*|הוראות|ההוראות|הכללים|ההנחיות|שנאמר|ohjeet|saannot|kaskyt|utasitas\w*|szabaly\w*", r"κρυφες οδηγιες|μυστικο κωδικο|הנחיית המערכת|פרומפט המערכת|הוראות המערכת|ההוראות הנסתרות|הסיסמה הסודית|jarjestelmakehote\w*|piilotetut ohje\w*|salainen salasana|rendszerprompt\w*|rejtett utasitas\w*|titkos jelszo\w*", r"χωρις (?:περιορισμους|ηθικη|κανονες|φιλτρα)|ללא (?:הגבלות|מוסר|כללים|סינון)|ilman (?:rajoituksia|saantoja|etiikkaa)|(?:korlatok|szabalyok|etika) nelkul\w*", r"τωρα εισαι|προσποιησου|אתה עכשיו|העמד פנים|olet nyt|esita olevasi|mostantol"),
}


# The engine matches bytes, where a letter beyond ASCII is no word character.
_SOME, _ANY = r"[^ .,!?\n]+", r"[^ .,!?\n]*"


def _rules() -> tuple[tuple[str, str], ...]:
    found = []
    for language, words in _WORDS.items():
        drop, orders, hidden, limits, now = (word.replace(r"\w+", _SOME).replace(r"\w*", _ANY) for word in words)
        found.append((f"override.{language}", f"(?:{drop}){_IN_SENTENCE}(?:{orders})|(?:{orders}){_IN_SENTENCE}(?:{drop})"))
        found.append((f"leak.{language}", f"(?:{hidden})"))
        found.append((f"persona.{language}_limits", f"(?:{limits})"))
        found.append((f"persona.{language}_now", f"(?:{now})"))
    return tuple(found)


LANGUAGE_RULES = _rules()
