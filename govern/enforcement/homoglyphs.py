"""Letters of other scripts that pass for Latin ones (after Unicode's confusables, UTS #39; only those met in running text)."""

from __future__ import annotations

_PAIRS = (
    # Cyrillic
    "аa еe оo рp сc уy хx іi јj ѕs ԁd ԛq ԝw һh ӏl ьb кk мm тt нh вb гr пn зe "
    "АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT УY ХX ЬB ԌG ԚQ ԜW ӀI "
    # Greek
    "αa βb εe ηn ιi κk νv οo ρp τt υu χx ωw γy ϲc ϳj "
    "ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX "
    # Armenian, Cherokee, Lisu, others
    "աw օo սu ոn հh ցg զq ѵv ɑa ɡg ɩi ʏy ɴn ʀr ʙb ʜh ʟl ɪi ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz ꜱs ɢg ꜰf ʋu "
    "ᎪA ᏴB ᏟC ᎠD ᎬE ᏀG ᎻH ᎫJ ᏦK ᏞL ᎷM ᏢP ᏒR ᏚS ᎢT ᏙV ᎳW ᏃZ "
    "ꓮA ꓐB ꓚC ꓓD ꓰE ꓝF ꓖG ꓧH ꓲI ꓙJ ꓗK ꓡL ꓟM ꓠN ꓳO ꓑP ꓣR ꓢS ꓔT ꓴU ꓦV ꓪW ꓫX ꓬY ꓜZ"
)

_SMALL_CAPITALS = "ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ǫq ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz"

ALWAYS_LATIN: dict[int, str] = {
    **{ord(pair[0]): pair[1] for pair in _SMALL_CAPITALS.split()},
    **{0x1F1E6 + place: chr(0x61 + place) for place in range(26)},
}
"""Small capitals and the letters that flags are written with: Latin ones wherever they stand, and no form of compatibility."""

LATIN_LOOKALIKES: dict[int, str] = {ord(pair[0]): pair[1] for pair in _PAIRS.split() if len(pair) == 2}
