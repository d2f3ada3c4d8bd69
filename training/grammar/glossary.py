"""Terms that attacks use, as honest texts name them: in headings, lists and explanations, language by language."""

from __future__ import annotations

GLOSSARY_FRAMES = (
    "- **{term}** - {text}", "{term}: {text}", "## {term}\n\n{text}", '{{ label: "{term}", description: "{text}", color: "blue" }}', "{text} ({term})", "{text} {term} {text}", "| {term} | {text} |", "1. {term}\n   {text}", "<h2>{term}</h2><p>{text}</p>", '"{term}" - {text}',
)  # fmt: skip

TERMS: dict[str, tuple[str, ...]] = {
    "ar": ("موجه النظام", "تعليمات النظام", "بدون قيود", "التعليمات السابقة", "حقن الأوامر"),
    "cs": ("systémový prompt", "předchozí pokyny", "bez omezení", "skryté instrukce"),
    "da": ("systemprompt", "tidligere instruktioner", "uden begrænsninger"),
    "de": ("Systemprompt", "System-Prompt", "frühere Anweisungen", "ohne Einschränkungen", "Inhaltsrichtlinien ignorieren", "versteckte Anweisungen", "Prompt-Injection"),
    "el": ("προτροπή συστήματος", "χωρίς περιορισμούς", "προηγούμενες οδηγίες", "κρυφές οδηγίες"),
    "es": ("prompt de sistema", "prompt del sistema", "instrucciones anteriores", "sin restricciones explícitas", "instrucciones ocultas", "inyección de prompts"),
    "fa": ("پرامپت سیستم", "دستورهای قبلی", "بدون محدودیت"),
    "fi": ("järjestelmäkehote", "aiemmat ohjeet", "ilman rajoituksia"),
    "fr": ("prompt système", "instructions précédentes", "sans restrictions", "instructions cachées", "injection de prompt"),
    "he": ("הנחיית המערכת", "הוראות קודמות", "ללא הגבלות", "דרישות ומגבלות מערכת"),
    "hi": ("सिस्टम प्रॉम्प्ट", "पिछले निर्देश", "बिना किसी सीमा के"),
    "hu": ("rendszerprompt", "korábbi utasítások", "korlátok nélkül", "rejtett utasítások"),
    "id": ("prompt sistem", "instruksi sebelumnya", "tanpa batasan", "instruksi tersembunyi"),
    "it": ("prompt di sistema", "prompt del sistema", "istruzioni precedenti", "senza restrizioni", "istruzioni nascoste"),
    "ja": ("システムプロンプト", "以前の指示", "制限なし", "隠された指示", "プロンプトインジェクション"),
    "ko": ("시스템 프롬프트", "이전 지시", "제한 없이", "숨겨진 지시", "프롬프트 인젝션"),
    "nl": ("systeemprompt", "eerdere instructies", "zonder beperkingen", "verborgen instructies"),
    "pl": ("prompt systemowy", "poprzednie instrukcje", "bez ograniczeń", "ukryte instrukcje"),
    "pt": ("prompt do sistema", "instruções anteriores", "sem restrições", "instruções ocultas"),
    "ro": ("prompt de sistem", "instrucțiuni anterioare", "fără restricții", "instrucțiuni ascunse"),
    "ru": ("системный промпт", "предыдущие инструкции", "без ограничений", "скрытые инструкции", "модели без ограничений"),
    "sv": ("systemprompt", "tidigare instruktioner", "utan begränsningar", "dolda instruktioner"),
    "th": ("พรอมต์ระบบ", "คำสั่งก่อนหน้า", "ไม่มีข้อจำกัด"),
    "tr": ("sistem promptu", "önceki talimatlar", "sınırsız", "gizli talimatlar", "filtresiz"),
    "uk": ("системний промпт", "попередні інструкції", "без обмежень"),
    "vi": ("lời nhắc hệ thống", "hướng dẫn trước đó", "không có giới hạn"),
    "zh": ("系统提示词", "系统提示", "之前的指令", "没有限制", "角色扮演", "假装你", "提示注入", "取消", "忘记"),
    "zh-TW": ("系統提示詞", "先前的指令", "沒有限制", "角色扮演", "提示注入"),
}  # fmt: skip
