//! What texts say to a reader: whether there is anything to see, and which texts and names are the same.

use std::borrow::Cow;

use caseless::Caseless;
use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_normalization::{UnicodeNormalization, is_nfc};
use unicode_script::{Script, UnicodeScript};

/// Tells whether a text has a character that a reader can see.
///
/// Spaces, controls and characters that are drawn as nothing cannot be seen, nor can a mark without a letter to stand on
/// be read; what is not assigned, or means something to some readers only, is not counted on.
pub fn is_visible(text: &str) -> bool {
    // Most texts begin with a visible character of ASCII.
    text.bytes().next().is_some_and(|byte| byte.is_ascii_graphic()) || text.chars().any(is_seen)
}

/// Tells whether a text has a letter or a digit of any script.
pub fn has_word(text: &str) -> bool {
    text.chars().any(is_of_word)
}

/// Returns what a text is compared by: its composed form (NFC).
pub fn text_key(text: &str) -> Cow<'_, str> {
    // None of these is composed with another.
    let is_plain =
        |c| matches!(c, '\0'..='\u{2ff}' | '\u{2010}'..='\u{2027}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}');
    if text.is_ascii() || text.chars().all(is_plain) || is_nfc(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

/// Tells whether two texts are the same, however their letters are composed.
pub fn same_text(one: &str, other: &str) -> bool {
    one == other || text_key(one) == text_key(other)
}

/// Returns what a name is compared by: compatibility forms, case, spaces and characters that cannot be seen make no
/// difference.
pub fn name_key(text: &str) -> Cow<'_, str> {
    if is_simple_name(text) {
        let is_key = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        return if is_key { Cow::Borrowed(text) } else { Cow::Owned(text.to_ascii_lowercase()) };
    }
    Cow::Owned(folded_name(text))
}

fn folded_name(text: &str) -> String {
    let folded: String = text.chars().nfd().default_case_fold().nfkd().filter(|c| !is_ignorable(*c)).collect();
    let folded: String = folded.chars().default_case_fold().nfkc().collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Tells whether two names are the same: see [`name_key`].
pub fn same_name(one: &str, other: &str) -> bool {
    one == other || (!begin_differently(one, other) && name_key(one) == name_key(other))
}

/// Returns what people tell a name by: the letters and digits of its key. Other signs and spaces make no difference, but
/// between two digits one of them stands as `-`, so that 1-12 is not 11-2.
pub fn plain_name(text: &str) -> String {
    let key = name_key(text);
    let mut plain = String::with_capacity(key.len());
    let mut is_parted = false;
    for c in key.chars() {
        if !is_of_word(c) {
            is_parted = true;
            continue;
        }
        if is_parted && c.is_numeric() && plain.chars().next_back().is_some_and(char::is_numeric) {
            plain.push('-');
        }
        plain.push(c);
        is_parted = false;
    }
    plain
}

/// Tells whether a text has two different letters of any script: less than that says nothing as a sentence. Digits are no
/// letters, nor are letters of Hangul that are not composed to a syllable.
pub fn has_letters(text: &str) -> bool {
    let is_letter = |c: &char| {
        c.is_ascii_alphabetic()
            || matches!(c, '\u{ac00}'..='\u{d7a3}')
            || !c.is_ascii() && is_of_word(*c) && !c.is_numeric() && !matches!(c, '\u{3131}'..='\u{318e}')
    };
    let mut letters = text.chars().filter(is_letter).map(|c| c.to_ascii_lowercase());
    letters.next().is_some_and(|first| letters.any(|c| c != first))
}

/// Characters from the beginning of two names that are compared before their keys are made.
const BEGINNING: usize = 8;

/// Tells whether two names differ already where they begin, with characters that are compared as they stand.
fn begin_differently(one: &str, other: &str) -> bool {
    let beginning = |text: &str| {
        let mut letters = ['\0'; BEGINNING];
        let mut before = ' ';
        for (letter, c) in letters.iter_mut().zip(text.chars()) {
            let is_kept = matches!(c, '!'..='~' | '가'..='힣') || c == ' ' && before != ' ';
            if !is_kept {
                return None;
            }
            (*letter, before) = (c.to_ascii_lowercase(), c);
        }
        // The last may be joined with what follows, or is a space at the end.
        letters.split_last().map(|(_, letters)| letters.to_owned())
    };
    match (beginning(one), beginning(other)) {
        (Some(one), Some(other)) => {
            one.iter().zip(&other).any(|(one, other)| one != other && *one != '\0' && *other != '\0')
        }
        _ => false,
    }
}

/// Returns the first word that mixes letters of the Latin, Cyrillic and Greek scripts, which look alike.
///
/// A letter of another script ends a word, as Korean does without a space; so do Greek letters that stand for units and
/// differences, as in `μs` and `kΩ`.
pub fn mixed_script_word(text: &str) -> Option<&str> {
    if !may_mix_scripts(text) {
        return None;
    }
    text.split(|c| !is_of_mixable_word(c)).find(|word| {
        let mut scripts = word.chars().filter_map(look_alike_script);
        let first = scripts.next();
        scripts.any(|script| Some(script) != first)
    })
}

/// Returns the first letter of such a word that is not Latin, with the name of its script in both languages.
pub fn strange_letter(word: &str) -> Option<(char, &'static str, &'static str)> {
    word.chars().find_map(|c| match look_alike_script(c)? {
        Script::Cyrillic => Some((c, "Cyrillic", "키릴")),
        Script::Greek => Some((c, "Greek", "그리스")),
        _ => None,
    })
}

/// Tells whether a text may have letters of the Cyrillic or Greek script, by the first bytes of its characters.
///
/// Every text of a submission is asked: the pass looks at all bytes without a branch, sixteen or more at a time.
fn may_mix_scripts(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let bytes = text.as_bytes();
    let follows = |lead: u8, next: u8| {
        (0xcd..=0xd4).contains(&lead)
            | (lead == 0xe1) & ((next == 0xb2) | (0xb4..=0xb7).contains(&next) | (next >= 0xbc))
            | (lead == 0xe2) & ((next == 0x84) | (next == 0xb7))
            | (lead == 0xea) & ((next == 0x99) | (next == 0x9a) | (next == 0xad))
            | (lead == 0xef) & (next == 0xb8)
            | (lead == 0xf0) & ((next == 0x90) | (next == 0x9d) | (next == 0x9e))
    };
    let next = bytes.get(1..).unwrap_or_default();
    bytes.iter().zip(next).fold(false, |any, (lead, next)| any | follows(*lead, *next))
}

/// Tells whether a name is of ASCII and syllables of Hangul, with single spaces inside: but for its capitals it is its own
/// key, because none of these has another form or is joined with another.
fn is_simple_name(text: &str) -> bool {
    let is_simple = |c| matches!(c, '!'..='~' | ' ' | '가'..='힣');
    text.chars().all(is_simple) && !text.starts_with(' ') && !text.ends_with(' ') && !text.contains("  ")
}

fn is_seen(c: char) -> bool {
    // Syllables of Hangul and ideographs, with which most other texts begin.
    if matches!(c, '\u{ac00}'..='\u{d7a3}' | '\u{4e00}'..='\u{9fff}') {
        return true;
    }
    use GeneralCategory::{
        Control, EnclosingMark, Format, LineSeparator, NonspacingMark, ParagraphSeparator, PrivateUse, SpaceSeparator,
        SpacingMark, Surrogate, Unassigned,
    };
    let is_unseen = matches!(
        get_general_category(c),
        Control
            | EnclosingMark
            | Format
            | LineSeparator
            | NonspacingMark
            | ParagraphSeparator
            | PrivateUse
            | SpaceSeparator
            | SpacingMark
            | Surrogate
            | Unassigned
    );
    !is_unseen && !is_ignorable(c) && !is_blank(c)
}

/// Tells whether a character that counts as a letter or a symbol is drawn as nothing: Braille without dots, the null note
/// head, blanks between hieroglyphs, and what stands for a picture that is not there.
fn is_blank(c: char) -> bool {
    matches!(c, '\u{2800}' | '\u{1d159}' | '\u{13441}' | '\u{13442}' | '\u{fffc}')
}

/// Tells whether a character has the property Default_Ignorable_Code_Point: it is drawn as nothing.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_of_word(c: char) -> bool {
    // Most characters of most texts.
    if c.is_ascii_alphanumeric() || matches!(c, '\u{ac00}'..='\u{d7a3}') {
        return true;
    }
    use GeneralCategory::{
        DecimalNumber, LetterNumber, LowercaseLetter, ModifierLetter, OtherLetter, OtherNumber, TitlecaseLetter,
        UppercaseLetter,
    };
    match get_general_category(c) {
        DecimalNumber | LetterNumber | OtherNumber | LowercaseLetter | TitlecaseLetter | UppercaseLetter => true,
        OtherLetter => is_seen(c) && !is_stroke(c),
        // Those of no script are marks of length and the like.
        ModifierLetter => !matches!(c.script(), Script::Common | Script::Inherited),
        _ => false,
    }
}

/// Tells whether a character is one of the vowels of Hangul that are drawn as a stroke or a dot, and written for these
/// where they stand alone.
fn is_stroke(c: char) -> bool {
    matches!(c, '\u{1173}' | '\u{1175}' | '\u{119e}' | '\u{3161}' | '\u{3163}' | '\u{318d}' | '\u{ffda}' | '\u{ffdc}')
}

fn is_of_mixable_word(c: char) -> bool {
    let is_symbol = matches!(c, '\u{394}' | '\u{3a9}' | '\u{3bc}' | '\u{2126}');
    let is_inside = c.is_alphanumeric() || is_ignorable(c) || matches!(c, '_' | '\'' | '\u{2019}') || is_mark(c);
    is_inside
        && !is_symbol
        && (look_alike_script(c).is_some() || matches!(c.script(), Script::Common | Script::Inherited))
}

fn is_mark(c: char) -> bool {
    use GeneralCategory::{EnclosingMark, NonspacingMark, SpacingMark};
    matches!(get_general_category(c), EnclosingMark | NonspacingMark | SpacingMark)
}

fn look_alike_script(c: char) -> Option<Script> {
    let script = c.script();
    matches!(script, Script::Latin | Script::Cyrillic | Script::Greek).then_some(script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_seen_is_visible() {
        let seen = [
            "a",
            "가",
            "\u{1100}",
            "\u{1161}",
            ".",
            "\u{feff}x",
            "  -  ",
            "😀",
            "\u{200b}1",
            "e\u{301}",
            "＿",
            "\u{202e}א",
        ];
        for seen in seen {
            assert!(is_visible(seen), "{seen:?}");
        }
        let unseen = [
            // Spaces and line ends.
            "",
            " ",
            "\t\r\n",
            "\u{b}\u{c}",
            "\u{85}",
            "\u{a0}",
            "\u{1680}",
            "\u{2003}",
            "\u{2028}",
            "\u{202f}",
            "\u{3000}",
            // Controls and formats.
            "\0",
            "\u{1b}",
            "\u{ad}",
            "\u{34f}",
            "\u{61c}",
            "\u{180e}",
            "\u{200b}",
            "\u{200d}\u{200c}",
            "\u{202e}",
            "\u{2060}",
            "\u{2066}",
            "\u{206a}",
            "\u{feff}",
            "\u{fffb}",
            "\u{e0041}",
            "\u{1d173}",
            "\u{1bca0}",
            "\u{fe0f}",
            "\u{e0100}",
            // Letters and symbols that are drawn as nothing.
            "\u{115f}",
            "\u{1160}",
            "\u{17b4}",
            "\u{2800}\u{2800}",
            "\u{3164}",
            "\u{ffa0}",
            "\u{1d159}",
            "\u{16fe4}",
            "\u{13441}",
            "\u{fffc}",
            // Marks that nothing carries.
            "\u{301}",
            " \u{336}",
            "\u{93f}",
            "\u{20dd}",
            "\u{3099}",
            "\u{302e}",
            // What means nothing to everybody.
            "\u{e000}",
            "\u{ffff}",
            "\u{378}",
            "\u{10ffff}",
            "\u{3164}\u{a0}\u{200b}\t\u{2800}\u{feff}\u{301}",
        ];
        for unseen in unseen {
            assert!(!is_visible(unseen), "{unseen:?}");
            assert!(!has_word(unseen), "{unseen:?}");
        }
    }

    /// Every character: the table of this file is that of another crate, and nothing in it is visible.
    #[test]
    fn ignorable_characters_are_those_of_an_independent_table() {
        let ignorable = regex::Regex::new(r"^\p{Default_Ignorable_Code_Point}$").expect("a pattern");
        let unseen = regex::Regex::new(r"^[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{M}\p{C}\p{Z}]$")
            .expect("a pattern");
        // Beyond, nothing is assigned but for private use.
        for c in ('\0'..='\u{3ffff}').chain('\u{dfff0}'..='\u{e1fff}') {
            let text = c.to_string();
            assert_eq!(is_ignorable(c), ignorable.is_match(&text), "{c:?}");
            assert_eq!(is_visible(&text), !unseen.is_match(&text) && !is_blank(c), "{c:?}");
        }
    }

    #[test]
    fn words_need_a_letter_or_a_digit() {
        for word in ["a", "-1-", "가", "\u{1100}\u{1173}", "ㅇ", "ａ", "२", "①", "々", "データ", "Ⅳ"] {
            assert!(has_word(word), "{word:?}");
        }
        for none in
            ["", "-", "...", "…", "ーー", "ㆍㆍㆍ", "ㅡ", "ㅣ", "\u{ffda}", "\u{3164}", "😀", "※", "○○○", "__", "?!"]
        {
            assert!(!has_word(none), "{none:?}");
        }
    }

    /// Every character: what is quick is only quicker.
    #[test]
    fn what_is_told_quickly_is_so() {
        for c in '\0'..=char::MAX {
            let text = c.to_string();
            if matches!(look_alike_script(c), Some(Script::Cyrillic | Script::Greek)) {
                assert!(may_mix_scripts(&text), "{c:?}");
            }
            let composed: String = text.nfc().collect();
            assert_eq!(text_key(&text), composed, "{c:?}");
            // A text of plain characters stays as it is, whatever stands before and after.
            for around in ["가", "a", "Å", "一"] {
                let text = format!("{around}{c}{around}");
                assert_eq!(text_key(&text), text.nfc().collect::<String>(), "{text:?}");
            }
        }
        let names = [
            "가나다",
            "가나 다",
            "가",
            "각",
            "가\u{11a8}",
            "Abc",
            "abC ",
            "abc",
            " abc",
            "a  bc",
            "a bc",
            "12345678",
            "123456789",
        ];
        let slow = folded_name;
        for name in names.into_iter().chain(["", "~", "힣 Z!", "DB 서버 1호기", "A \u{3000}B", "가\u{a0}나", "ﬁ가"])
        {
            assert_eq!(name_key(name), folded_name(name), "{name:?}");
        }
        for one in names {
            for other in names {
                assert_eq!(same_name(one, other), slow(one) == slow(other), "{one:?} {other:?}");
                let (one, other) = (format!("{one}\u{200b}{other}"), format!("{one}{other}"));
                assert_eq!(same_name(&one, &other), slow(&one) == slow(&other), "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn texts_and_names_are_compared() {
        assert!(same_text("한빛", "\u{1112}\u{1161}\u{11ab}빛") && !same_text("a", "A"));
        assert!(matches!(text_key("한빛"), Cow::Borrowed(_)));
        assert!(same_name("  ＫＡＫＡＯ\u{3000}\u{200b} Corp ", "kakao corp") && same_name("STRASSE", "straße"));
        assert!(!same_name("kakaocorp", "kakao corp"));
    }

    /// Every character that a key changes, or that may join the one before it.
    #[test]
    fn the_key_of_a_key_is_the_key() {
        let is_kept = |c: &char| name_key(c.encode_utf8(&mut [0; 4])) == *c.encode_utf8(&mut [0; 4]);
        for c in ('\0'..='\u{2fa1f}').filter(|c| is_mark(*c) || !is_kept(c)) {
            for text in [c.to_string(), format!("A{c}\u{301} b"), format!("\u{345}{c}\u{1161}\u{11a8}")] {
                let key = name_key(&text);
                assert_eq!(name_key(&key), key, "{text:?}");
                assert_eq!(text_key(&text_key(&text)), text_key(&text), "{text:?}");
            }
        }
    }

    #[test]
    fn names_differ_where_a_reader_sees_another_name() {
        let same = [
            ("카카오", "\u{110f}\u{1161}\u{110f}\u{1161}\u{110b}\u{1169}"),
            ("Ⅳ", "iv"),
            ("㈜한빛", "(주)한빛"),
            ("ﾃﾞｰﾀ", "データ"),
            ("ΜΆΪΟΣ", "μάϊος"),
            ("soft\u{ad}ware", "software"),
            ("한\u{a0}빛\t\n메시지", " 한 빛 메시지"),
            ("ﬁle", "FILE"),
            ("\u{3164}", ""),
            ("İ", "i\u{307}"),
            ("N/A", "ｎ／ａ"),
        ];
        for (one, other) in same {
            assert!(same_name(one, other) && same_name(other, one), "{one:?} {other:?}");
        }
        for (one, other) in [("한빛", "한 빛"), ("TBD", "T.B.D"), ("a", "а"), ("가나", "나가"), ("ı", "i"), ("1", "①a")]
        {
            assert!(!same_name(one, other), "{one:?} {other:?}");
        }
        assert!(!same_text("㈜", "(주)") && !same_text("a ", "a") && same_text("\u{212b}", "Å"));
        // Nothing is copied where nothing has to change.
        assert!(matches!(name_key("kakao corp"), Cow::Borrowed(_)));
        assert!(
            matches!(text_key("e\u{32d}\u{302}"), Cow::Owned(_)) && matches!(text_key("q\u{301}"), Cow::Borrowed(_))
        );
    }

    #[test]
    fn scripts_that_look_alike_are_not_mixed_in_a_word() {
        let mixed = [
            ("the pаypal account", "pаypal"),
            ("gοοgle", "gοοgle"),
            ("(Аpple)", "Аpple"),
            ("카카오mаil을", "mаil"),
            ("k8ѕ-node", "k8ѕ"),
            ("Ａррle", "Ａррle"),
            ("p\u{200b}а\u{301}y", "p\u{200b}а\u{301}y"),
            ("αвг", "αвг"),
            ("fine, Μoscow", "Μoscow"),
        ];
        for (text, word) in mixed {
            assert_eq!(mixed_script_word(text), Some(word), "{text}");
            assert!(strange_letter(word).is_some_and(|(c, ..)| !c.is_ascii()), "{text}");
        }
        let fine = [
            "",
            "kakao",
            "kakao Москва",
            "LG와Газпром",
            "5 μs, 3 kΩ",
            "5 µs, 3 k\u{2126}",
            "Δt",
            "日本ABC",
            "α-test",
            "카카오톡PC",
            "Ελλάδα",
            "й\u{306}",
            "Ⅳa",
            "naïve",
            "x²",
        ];
        for text in fine {
            assert_eq!(mixed_script_word(text), None, "{text}");
        }
    }

    #[test]
    fn plain_names_keep_letters_digits_and_what_parts_digits() {
        let same = [
            ("안산 센터", "안산센터"),
            ("안산\u{200b}센터", "(안산)센터."),
            ("CHG-24-055", "chg_24\u{2010}055"),
            ("CAUSE-A", "cause a"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("Ｋim Minsu", "kim-minsu"),
        ];
        for (one, other) in same {
            assert_eq!(plain_name(one), plain_name(other), "{one:?} {other:?}");
        }
        for (one, other) in [("1-12", "11-2"), ("1-12", "112"), ("센터1", "센터2"), ("a", "b"), ("v1.10", "v11.0")]
        {
            assert_ne!(plain_name(one), plain_name(other), "{one:?} {other:?}");
        }
        assert_eq!(plain_name(" - \u{200b}"), "");
    }

    #[test]
    fn a_sentence_has_two_different_letters() {
        for text in ["ok", "가나", "a1b", "원인", "データ", "없음", "x y", "2번 서버"] {
            assert!(has_letters(text), "{text:?}");
        }
        for text in ["", "x", "xXx", "12 34", "ㅁㄴㅇㄹ", "ㅋㅋㅋ", "가가", "-", "무", "2024-05-21"] {
            assert!(!has_letters(text), "{text:?}");
        }
    }
}
