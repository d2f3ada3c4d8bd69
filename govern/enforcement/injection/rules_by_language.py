"""The same few ideas in other languages: an order to drop, near what is to be dropped; hidden prompts; no limits; a new self."""

from __future__ import annotations

_IN_SENTENCE = r"[^.!?\n]*"

# language: (verbs of dropping, orders and rules, the hidden prompt or password, no limits, you are now)
_WORDS: dict[str, tuple[str, str, str, str, str]] = {
    "romance": (
        r"ignor\w*|@olvid[ae]\w*|olvidate de|descart\w*|omit\w*|@esquec[ae]\w*|desconsider\w*|@oubli(?:e|ez)\b|@dimentica\w*|trascur\w*|tralasci\w*|haz caso omiso|ne \w+ (?:plus|pas) compte|ne ten\w+ pas compte|fai[st]\w* abstraction|nu tine cont|@uita\b|nu mai (?:respecta|urma)|no (?:sigas|obedezcas)|deja de (?:seguir|obedecer)|ne (?:respecte|suis)\b|arrete de suivre|non (?:seguire|rispettare)|smetti di seguire|nao (?:siga|sigas|obedeca)|pare de (?:seguir|obedecer)|@oblida\b|no facis cas",
        r"instruc\w+|instruz\w+|consign\w*|norm(?:as|es|e)\b|reg(?:la|ra|ola|ole|le|les|las|ras)s?|directives?|directrices|diretrizes|direttive|ordenes|ordens|ordini|indica\w+|restric\w+|restriz\w+|todo lo|tudo o que|tout ce|tutto (?:quello|cio|quanto)|regulile|comenz\w+",
        r"prompt (?:del? |di |de |do )?(?:sistem\w*|systeme|initial|iniziale)|prompt systeme|prompt de sistem\w*|(?:instruc\w+|istruzion\w+|consignes|regles|reglas|regras|regole) (?:ocult\w+|cach\w+|nascost\w+|secret\w+|segret\w+|inici\w+|initial\w+|inizial\w+|ascuns\w+)|(?:contrasena|senha|password|mot de passe|parola|code|clave|cle|chave|chiave) (?:secret\w+|segret\w+)|mensaje inicial|message (?:initial|cache|de sistema)|mensagem (?:inicial|oculta)|missatge de sistema|(?:texto|mensaje|message|texte|testo|mesajul|messaggio) (?:secreto|oculto|escondido|cache|segreto|nascosto|ascuns)",
        r"(?:sin|sem|sans|senza|fara|aucune?|ninguna?|nenhuma?|alcuna?) (?:\w+ )?(?:restric\w+|restriz\w+|filtr\w*|censur\w*|limit\w*|etica|ethique|regl\w*|regras|regole|reguli)",
        r"(?:ahora eres|agora voce e|a partir de (?:ahora|agora)|tu es (?:maintenant|desormais)|vous etes (?:maintenant|desormais)|ora sei|d'ora in poi|da adesso sei|finge (?:ser|que)|fingi di|fais comme si|imagine que tu|acum esti|prefa-te|desormais|modo (?:desarrollador|desenvolvedor)|mode developpeur|modalita sviluppatore)",
    ),
    "germanic": (
        r"ignorier\w*|@vergiss|missacht\w*|verwirf|negeer|ignoreer|@vergeet|ignorera|@glom\b|bortse|ignorer\b|@glem\b|se bort fra|folge nicht|kummere dich nicht um|halte dich nicht|folj inte|folg ikke|ikke folg|volg (?:\w+ ){0,4}niet|beachte (?:nicht|keine)|befolge (?:nicht|keine)|sla \w+ over",
        r"anweisung\w*|aanwijzing\w*|instruks\w*|beskjed|regelen\w*|was oben steht|instruktion\w*|regeln?\b|regler\b|regels\b|befehl\w*|vorgaben|instructies|opdracht\w*|alles\b|allt\b|anvisning\w*|aufgaben|richtlinien",
        r"(?:dein|jouw|\bje|\bdin|zeig|verrat|gib|nenn|wiederhol|lautet|toon|onthul|herhaal|visa|vis\b|avsloja|afslor)[^.!?\n]{0,24}syste[e]?m-?prompt\w*|(?:versteckt\w+|geheim\w+|urspruenglich\w+|ursprunglich\w+|anfanglich\w+|verborgen|dolda|skjulte|hemliga|hemmelige) (?:anweisung\w*|instruktion\w*|regel\w*|passwort\w*|wort|instructies|wachtwoord|losenord\w*|adgangskode\w*|text\w*|tekst\w*)|geheimwort|stelselboodskap|systemmelding\w*|interne\w* (?:vorgaben|anweisungen|regeln)",
        r"(?:ohne|keine|keinerlei|zonder|geen|utan|uden|inga) (?:\w+ )?(?:einschrankung\w*|filter\w*|zensur|regeln|beschrankung\w*|ethik|beperkingen|regels|begransningar|begraensninger|etik)",
        r"(?:du bist (?:jetzt|nun)|ab (?:jetzt|sofort)|von nun an|vanaf nu|fra nu af|fra na av|fran och med nu|tu so, als|verhalte dich wie|stell dir vor, du (?:hattest|bist|warst)|je bent nu|doe alsof|du ar nu|latsas|du er nu|lad som om|entwicklermodus|abweichend von|neue (?:anweisung|aufgabe)\w*)",
    ),
    "slavic": (
        r"игнорируй\w*|проигнорируй\w*|@забудь\w*|отбрось|отмени|больше не (?:выполняй|следуй|соблюдай|слушай)|не (?:выполняй|слушай)|більше не (?:виконуй|дотримуйся|слухай)|nie (?:stosuj|przestrzegaj|sluchaj|wykonuj)|nerid se|neriad sa|zabudni (?:na |vsetk)|не (?:следуй|соблюдаи|соблюдай|подчиняйся)|ігноруи|ігноруй|zignoruj|ignoruj|@zapomnij|pomin\b|@zapomen|nedbej|нe следуй",
        r"инструкци\w*|указани\w*|правил\w*|команд\w*|ограничени\w*|все, что|то, что|все сказанное|zasad\w*|pravidl\w*|pokyn\w*|інструкці\w*|вказівк\w*|instrukcj\w*|polecen\w*|zasad\w*|regul\w*|instrukce|pokyny|pravidla",
        r"(?:покажи|раскрой|повтори|выведи|назови|напиши|твой|свой|твои|свои|скажи)[^.!?\n]{0,30}системн\w+ (?:промпт|подсказк\w*|сообщени\w*|инструкци\w*)|скрыт\w+ инструкци\w*|секретн\w+ пароль|начальн\w+ инструкци\w*|системнии промпт|прихован\w+ інструкці\w*|prompt systemowy|ukryte instrukcje|tajne haslo|systemovy prompt|skryt\w+ (?:instrukce|text|spravu)|tajne heslo|ukryt\w+ (?:tekst|instrukcj\w*)|скрыт\w+ (?:текст|сообщени\w*)|прихован\w+ (?:текст|повідомлення)",
        r"без (?:каких-либо |всяких )?(?:ограничени\w*|фильтр\w*|цензур\w*|правил|этик\w*|обмежень)|нет (?:ограничени\w*|правил)|bez (?:zadnych )?(?:ograniczen|filtrow|cenzury|etyki|zasad|omezeni|pravidel)",
        r"(?:теперь ты|ты теперь|с этого момента|отныне|od teraz|odteraz|od ted|відтепер|притворись|представь, что (?:ты|у тебя)|тепер ти|уяви, що ти|jestes teraz|udawaj|nyni jsi|predstirei|режим разработчика)",
    ),
    "chinese": (
        "忽略|无视|@忘记|@忘掉|作废|唔好理|唔使理|不必(?:听|理)|别管|别理|不要管|抛开|不要理会|抛弃|略过|跳过|不(?:再|要|用|必)(?:遵守|遵循|执行|服从)|取消", "指令|指示|规定|开发者的话|提示|规则|命令|要求|设定|限制|一切|所有内容|(?:以上|上面|上述|之前|先前|前面)的?(?:所有|全部)?(?:内容|文字|对话)",
        "(?:你的|显示|告诉我|透露|重复|输出|打印|泄露|泄漏|给我看|说出|公布|复述)[^.!?\n]{0,24}(?:系统提示|系统指令|系统信息|系统消息|系统讯息|初始指令|初始设定|隐藏指令|内部规则|内部指令|提示词)|(?:隐藏|秘密|开头|最开始)[^.!?\n]{0,12}(?:文字|内容|讯息|消息)|秘密口令|通关密语|管理员密码|密码是什么|密钥是什么", "(?:没有|不受|无|不做|不加)(?:任何)?(?:限制|约束|道德|规则|过滤|审查)|不受(?:任何)?规则|无视规则", "你现在是|从现在(?:起|开始)|请?扮演|假装你|假设你没有|想象你|开发者模式|无限制模式|越狱模式|角色扮演",
    ),
    "japanese": ("無視|无视|忘れて(?:くださ?い)?[。.!]|すべて忘れ|忘れろ|従わず|守らず|守らなくて|破棄|従わない|従う必要|无効|無効", "指示|命令|ルール|きまり|規則|プロンプト|指令|設定|制约|制約|ガイドライン|言われたこと|すべての内容", "システムプロンプト|初期設定|非公開の(?:文|指示)|最初に(?:渡|与え|受け)|隠された指示|最初の指示|秘密のルール|秘密のパスワード|合言葉|内部の指示|システムメッセージ", "(?:制限|倫理|ルール|フィルター|検閲)(?:の|が)?(?:ない|なし|ありません)", "あなたは今から|これからあなたは|今からあなた|のふりをして|になりきって|(?:開発者|無制限|脱獄)モード"),
    "korean": ("무시|잊어|지키지 ?말|따르지 ?말|따르지 ?마|잊고|무효", "지시|명령|규칙|프롬프트|지침|지금까지 들은|규정|안내", "시스템 ?프롬프트|숨겨진 ?지시|초기 ?지침|숨은 ?(?:글|지시|메시지)|숨겨진 ?(?:글|문장)|비밀 ?규칙|비밀 ?암호|비밀번호가? ?(?:뭐|무엇)|시스템 ?메시지", "(?:제한|필터|검열|규칙|윤리)(?:이|가)? ?없(?:이|는|다)", "너는 이제|이제부터|지금부터|인 척|개발자 모드|무제한 모드"),
    "arabic": ("تجاهل|@انس |@انسي|پیروی نکن|رعایت نکن|اطاعت نکن|نظر انداز کر|اهمل|لا تتبع|لا تلتزم|ناديده|فراموش|نظر انداز|بهول جاو", "التعليمات|الاوامر|القواعد|التوجيهات|كل ما|ما قيل لك|ہدایات|احکامات|قواعد|دستورالعمل|دستورات|قوانين|هدايات", "موجه النظام|تعليماتك المخفيه|رساله النظام|التعليمات الاوليه|القواعد السريه|كلمه (?:المرور|السر)(?: السريه)?|پرامپت سيستم|رمز مخفي|النص (?:السري|المخفي)|متن پنهان|سسٹم پرامپٹ|خفیہ (?:پیغام|ہدایات)", "(?:بدون|بلا|دون|ليس لديك) (?:اي )?(?:قيود|رقابه|اخلاق|قواعد|محدوديت)|هيچ محدوديت", "انت الان|تظاهر بانك|تصرف مثل|من الان فصاعدا|تخيل انه|تو اكنون|وانمود كن|وضع المطور"),
    "turkish": (r"yok say|unut\b|nezere alma|nəzərə alma|gormezden gel|dikkate alma|goz ardi et|uyma\b", r"talimat\w*|təlimat\w*|qayda\w*|kural\w*|komut\w*|her seyi|yonerge\w*", r"sistem istem\w*|gizli (?:talimat\w*|sifre\w*)|sistem mesaj\w*|sistem promptu|sistem mesajı\w*|gizli metn\w*", r"(?:kisitlama\w*|sinir\w*|filtre\w*|kural\w*)(?: \w+)? ?(?:olmadan|siz|olmayan|yok)|kisitlamasiz|filtresiz|sinirsiz", r"artik sen|simdi sen|sen artik|gibi davran|gelistirici modu|hayal et"),
    "indic": ("अनदेखा|भूल जा|मत मानो|न मानो|दुर्लक्ष|बेवास्ता|মেনো না|অগ্রাহ্য|புறக்கணி|விஸ்மரி|విస్మరి|ನಿರ್ಲಕ್ಷಿ|അവഗണി|અવગણ|ਨਜ਼ਰਅੰਦਾਜ਼|नज़रअंदाज़|पालन मत|উপেক্ষা|ভুলে যা", "निर्देश|नियम|सूचना|নিয়ম|வழிமுறை|அறிவுறுத்தல்|விதிகள்|సూచన|ఆదేశ|నియమ|ಸೂಚನೆ|നിർദ്ദേശ|સૂચના|ਹਦਾਇਤ|आदेश|নির্দেশ|নিয়ম", "सिस्टम प्रॉम्प्ट|छिपे हुए निर्देश|गुप्त पासवर्ड|সিস্টেম প্রম্পট|গোপন|லுக்கான|লুকানো|छिपा हुआ (?:संदेश|निर्देश)|கணினி தூண்டு|சிஸ்டம் பிராம்ப்ட்|సిస్టమ్ ప్రాంప్ట్|ಸಿಸ್ಟಮ್ ಪ್ರಾಂಪ್ಟ್|സിസ്റ്റം പ്രോംപ്റ്റ്|સિસ્ટમ પ્રોમ્પ્ટ", "बिना किसी प्रतिबंध|कोई (?:प्रतिबंध|नियम) नहीं|সীমাবদ্ধতা ছাড়া", "अब (?:तुम|आप)|তুমি এখন"),
    "southeast": (r"abaikan|@lupakan|jangan (?:ikuti|patuhi)|bo qua|@quen\b|đung tuan theo|dung tuan theo|ไม่ต้องปฏิบัติตาม|อย่าทำตาม|เลิกทำตาม|huwag (?:mo |nang |sundin )+|đung lam theo|dung lam theo|ละเว้น|เพิกเฉย|@ลืม|ไม่ต้องทำตาม|puuza|\bsahau|usifuate|huwag pansinin|@kalimutan", r"instruksi|perintah|arahan|quy đinh|quy dinh|aturan|petunjuk|huong dan|chi dan|quy tac|lenh|คำสั่ง|คำแนะนำ|กฎ|maagizo|tagubilin|utos|panuntunan", r"prompt sistem|instruksi tersembunyi|kata sandi rahasia|loi nhac he thong|huong dan an|mat khau bi mat|พรอมต์ระบบ|คำสั่งที่ซ่อน|รหัสผ่านลับ|nenosiri la siri|lihim na password|nakatagong (?:tagubilin|mensahe)|gesaan sistem|teks rahasia|ข้อความลับ|ข้อความระบบ|ujumbe wa siri|văn bản bí mật", r"tanpa (?:batasan|filter|sensor|etika|aturan)|khong co (?:gioi han|bo loc|đao đuc|quy tac)|ไม่มี(?:ข้อจำกัด|กฎ|จริยธรรม)|bila vikwazo|nang walang limitasyon", r"sekarang kamu adalah|berpura-pura|bay gio ban la|gia vo|ตอนนี้คุณคือ|แกล้งเป็น|sasa wewe ni|ikaw na ngayon"),
    "others": (r"αγνοησ\w*|@ξεχασ\w*|μην ακολουθεις|אל תציית|παραβλεψ\w*|התעלם|התעלמי|שכח |@unohda|ohita|ala (?:enaa )?noudata|hagyd figyelmen|@felejtsd|ne kovesd", r"οδηγι\w*|εντολ\w*|κανον\w*|הוראות|ההוראות|הכללים|ההנחיות|שנאמר|ohjeet|saannot|kaskyt|utasitas\w*|szabaly\w*", r"κρυφες οδηγιες|μυστικο κωδικο|הנחיית המערכת|פרומפט המערכת|הוראות המערכת|ההוראות הנסתרות|הסיסמה הסודית|הטקסט הסודי|κρυφο μηνυμα|rejtett szoveg\w*|jarjestelmakehote\w*|piilotetut ohje\w*|salainen salasana|rendszerprompt\w*|rejtett utasitas\w*|titkos jelszo\w*", r"χωρις (?:περιορισμους|ηθικη|κανονες|φιλτρα)|ללא (?:הגבלות|מוסר|כללים|סינון)|ilman (?:rajoituksia|saantoja|etiikkaa)|(?:korlatok|szabalyok|etika) nelkul\w*", r"τωρα εισαι|προσποιησου|אתה עכשיו|העמד פנים|olet nyt|esita olevasi|mostantol"),
    "balkan": (
        r"zanemari\w*|ignorir(?:aj|ajte)\b|@zaboravi\w*|ne (?:slijedi|postuj|prati)\w*|prezri\w*|@pozabi\b|занемари\w*|игнорира(?:й|йте|ј)|@заборави\w*|@забрави\w*|не (?:следвай|спазвай|поштуј|прати)",
        r"uput\w*|instrukcij\w*|pravil\w*|naredb\w*|navodil\w*|smjernic\w*|ogranicenj\w*|упутств\w*|инструкци\w*|правила\w*|наредб\w*|указани\w*",
        r"sustavn\w+ (?:uput|poruk|prompt)\w*|sistemsk\w+ (?:prompt|poruk|navodil|uput)\w*|skriven\w+ (?:uput|poruk|pravil)\w*|poruk\w+ sustava|системск\w+ (?:порук|промпт|упутств)\w*|системн\w+ (?:си )?(?:промпт|съобщение|подкана)|скрит\w+ (?:инструкции|съобщение)",
        r"bez (?:ikakvih |kakrsnih )?(?:ogranicenj|pravil|filter|filtr|cenzur|omejit)\w*|без (?:никакви |икаквих )?(?:ограничењ|ограничени|правила|филтр|филтер)\w*",
        r"(?:od sada|odsad|ubuduce|od zdaj|од сада|отсега|от сега)\b|(?:sada si|zdaj si|сада си|сега си)|pretvaraj se|престори се|претварај се",
    ),
    "baltic": (
        r"nepaisyk\w*|ignoruok\w*|@pamirsk\b|ignore(?:jiet)? vis\w+|neievero\w*|@aizmirsti\b|eira(?:ge)? koik\w*|ignoreeri\w*|@unusta\b|ara jargi",
        r"nurodym\w*|instrukcij\w*|taisykl\w*|noradijum\w*|noteikum\w*|juhis\w*|juhend\w*|reegl\w*",
        r"sistem\w+ (?:ragin|prompt|nurodym|pranesim|uzvedn|zinojum)\w*|susteemi(?:viip|prompt|sonum|juhis)\w*|paslept\w+ (?:nurodym|tekst)\w*",
        r"be (?:jokiu )?(?:apribojimu|filtru|taisykliu|cenzuros)|bez (?:nekadiem )?(?:ierobezojumiem|filtriem|noteikumiem)|ilma (?:igasuguste )?(?:piirangu|filtri|reegli)\w*",
        r"nuo siol|dabar tu esi|no si briza|no tagad|tagad tu esi|nuudsest|oled nuud",
    ),
    "african": (r"ungayinaki|ziba yonke|@khohlwa\b|yi watsi|@manta da|foju ko|@gbagbe\b|iska (?:indho tir|dhaaf)|ችላ", r"imiyalelo|imithetho|umarni\w*|dokoki\w*|itosona|itoni|\base\b|tilmaam\w*|መመሪያ", r"umyalezo wesistimu|sakon tsarin|umarnin tsarin|\bsystem prompt re\b", r"ngaphandle kwemithetho|ba tare da (?:iyaka|dokoki)|laisi (?:ofin|ihamo)", r"kusukela manje|daga yanzu|lati isisiyi|hadda laga bilaabo"),
    "caucasus": ("անտեսիր|@մոռացիր|უგულებელყავი|@დაივიწყე|елеме|@ұмыт", "հրահանգ|կանոն|ინსტრუქცი|მითითებ|წესებ|нұсқау|ереже", "համակարգի հուշում|სისტემური (?:პრომპტ|შეტყობინება)|жүйелік (?:нұсқау|хабар)", "առանց սահմանափակ|შეზღუდვების გარეშე|шектеусіз", "այսուհետ դու|ამიერიდან|бұдан былай"),
    "mainland": ("လျစ်လျူရှု|မေ့လိုက်|មិនអើពើ|@ភ្លេច|ບໍ່ສົນໃຈ|@ລືມ", "ညွှန်ကြားချက်|စည်းမျဉ်း|ការណែនាំ|បញ្ជា|ច្បាប់|ຄໍາແນະນໍາ|ຄຳສັ່ງ", "စနစ် ?prompt|စနစ်စကား|សារប្រព័ន្ធ|ຂໍ້ຄວາມລະບົບ", "ကန့်သတ်ချက်မရှိ|គ្មានកម្រិត|គ្មានច្បាប់|ບໍ່ມີຂໍ້ຈໍາກັດ", "ယခုမှစ၍|ចាប់ពីពេលនេះ|ຈາກນີ້ໄປ"),
    "romanised": (
        r"\b(?:(?:bhool|bhul|bhule|bhula) (?:jao|jaao|ja|do|jaiye)|nazar ?andaa?z|ignore (?:karo|kar do|kariye)|mat (?:mano|maano)|upekkha koro|purakkani\w*|maranth?u (?:vidu|po)|tajahal\w*|tgahal\w*|ignoriruy\w*|proignoriruy\w*|zabud'? (?:vse|obo|o vsekh|predydush|pravil)|ne sleduy|hulue|wushi|wangji|wangdiao|mushi shi\w*|wasurero|subete wasure|shitagawanai|agnoise|ksexase|xexase|musihago|musihae|ijeobeoryeo|nadide begir|faramoosh kon)\b",
        r"\b(?:nirdesh\w*|niyam\w*|niyom\w*|hida[iy]a?t\w*|aadesh\w*|vazhimurai\w*|ta3limat|awamer|2awamer|qawa3id|instruktsi\w*|instrukci\w*|ukazani\w*|pravil\w*|zhiling|zhishi|guize|tishi|shiji|meirei|ruuru|odigies|entoles|kanones|jisi|jichim|dastoo?r\w*|ghavanin)\b",
        r"\bsystem prompt\b[^.!?\n]{0,12}\b(?:dikha\w*|bata\w*|dekha\w*|kaattu|sollu|beta3ak|sou|batao|bolo)\b|\bchup[aei]+ (?:hua |hui )?(?:paigham|nirdesh|sandesh|prompt)|sistemn\w+ (?:prompt|soobshcheni)\w*|xitong (?:tishi|zhiling)\w*|shisutemu puronputo|himitsu no (?:shiji|ruuru)|siseutem peurompeuteu",
        r"\bbina (?:kisi )?(?:filter|rok|niyam|pabandi)|\bbez (?:ogranicheniy|filtrov|tsenzury)|\bmeiyou (?:xianzhi|guize)|\bmin gher (?:2oyod|qoyood)|seigen nashi",
        r"\bab (?:se|tum) (?:koi|ek|sirf|bina|bas)\b|\bteper'? ty\b|\bs etogo momenta\b|\bni xianzai shi\b|\bima kara anata wa\b",
    ),
    "mixed": (r"[\x80-\xff]{6}[^\n]{0,40}\b(?:ignore|disregard)", r"\b(?:instructions?|prompts?|rules)\b", r"[\x80-\xff]{3}[^\n]{0,60}\bsystem prompt\b|\bsystem prompt\b[^\n]{0,60}[\x80-\xff]{3}", r"[\x80-\xff]{6}[^\n]{0,20}\b(?:uncensored|jailbreak|unfiltered)\b", r"[\x80-\xff]{6}[^\n]{0,20}\bdan mode\b"),
}

_CLAUSE = r"(?:(?:^|[!-/:-@\[-\x60{-~\n]|、|「|请|就|،) ?|\b(?:y|et|und|og|och|ve|jetzt|ahora|agora|maintenant|teraz) |(?:и|і|теперь) )"
_PAUSE = r"[,;:\"'(-] ?"
"""``@``: where a sentence or a part of one begins, so that "do not forget" is no order to forget."""


# The engine matches bytes, where a letter beyond ASCII is no word character.
_SOME, _ANY = r"[^ .,!?\n]+", r"[^ .,!?\n]*"


def _rules() -> tuple[tuple[str, str], ...]:
    found = []
    for language, words in _WORDS.items():
        drop, orders, hidden, limits, now = (_meant(word) for word in words)
        later = _meant(words[0], _PAUSE)
        found.append((f"override.{language}", f"(?:{drop}){_IN_SENTENCE}(?:{orders})|(?:{orders}){_IN_SENTENCE}(?:{later})"))
        found.append((f"leak.{language}", f"(?:{hidden})"))
        found.append((f"persona.{language}_limits", f"(?:{limits})"))
        found.append((f"persona.{language}_now", f"(?:{now})"))
    return tuple(found)


def _meant(words: str, clause: str = _CLAUSE) -> str:
    return words.replace("@", clause).replace(r"\w+", _SOME).replace(r"\w*", _ANY)


LANGUAGE_RULES = _rules()
