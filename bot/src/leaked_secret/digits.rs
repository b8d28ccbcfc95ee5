//! Letters and digits as people write them, so that others do not notice.

use sesame_domain::display_name::{is_blank, is_unseen};

/// Where ten digits in a row begin: the decimal digits of all scripts
/// (Unicode's category Nd), and those that are digits by their looks.
const ZEROS: &[u32] = &[
    0x0030, 0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6,
    0x0d66, 0x0de6, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80,
    0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0x2080, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50,
    0xabf0, 0xff10, 0x1_04a0, 0x1_0d30, 0x1_1066, 0x1_10f0, 0x1_1136, 0x1_11d0, 0x1_12f0, 0x1_1450,
    0x1_14d0, 0x1_1650, 0x1_16c0, 0x1_1730, 0x1_18e0, 0x1_1c50, 0x1_1d50, 0x1_1da0, 0x1_6a60,
    0x1_6b50, 0x1_d7ce, 0x1_d7d8, 0x1_d7e2, 0x1_d7ec, 0x1_d7f6, 0x1_e140, 0x1_e2f0, 0x1_e950,
    0x1_fbf0,
];

/// Where one to nine begin, in circles, brackets and the like.
const ONES: &[u32] = &[0x2460, 0x2474, 0x2488, 0x24f5, 0x2776, 0x2780, 0x278a];

/// The zeros, and a few others, that stand apart.
const APART: &[(char, u8)] = &[
    ('⓪', 0),
    ('⓿', 0),
    ('🄋', 0),
    ('🄌', 0),
    ('⁰', 0),
    ('¹', 1),
    ('²', 2),
    ('³', 3),
    ('⁴', 4),
    ('⁵', 5),
    ('⁶', 6),
    ('⁷', 7),
    ('⁸', 8),
    ('⁹', 9),
];

/// The digit that this character is.
fn digit(letter: char) -> Option<char> {
    let code = u32::from(letter);
    let from = |first: &u32, count: u32| code.checked_sub(*first).filter(|value| *value < count);
    let value = ZEROS
        .iter()
        .find_map(|zero| from(zero, 10))
        .or_else(|| {
            ONES.iter()
                .find_map(|one| from(one, 9))
                .map(|value| value + 1)
        })
        .or_else(|| {
            let apart = APART.iter().find(|(it, _)| *it == letter);
            apart.map(|(_, value)| u32::from(*value))
        })?;
    char::from_digit(value, 10)
}

/// A text in small letters and plain digits, without what cannot be seen.
pub(crate) fn plain(text: &str) -> String {
    let seen = text.chars().filter(|letter| !is_unseen(*letter));
    seen.flat_map(|letter| {
        let letter = match letter {
            letter if is_blank(letter) => ' ',
            // The wide forms of East Asian keyboards.
            '\u{ff01}'..='\u{ff5e}' => {
                char::from_u32(u32::from(letter) - 0xff01 + 0x21).unwrap_or(letter)
            }
            letter => digit(letter).unwrap_or(letter),
        };
        letter.to_lowercase()
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("64381")]
    #[case("６４３８１")]
    #[case("٦٤٣٨١")]
    #[case("۶۴۳۸۱")]
    #[case("६४३८१")]
    #[case("৬৪৩৮১")]
    #[case("𝟔𝟒𝟑𝟖𝟏")]
    #[case("⑥④③⑧①")]
    #[case("❻❹❸❽❶")]
    #[case("⁶⁴³⁸¹")]
    #[case("₆₄₃₈₁")]
    #[case("6️⃣4️⃣3️⃣8️⃣1️⃣")]
    #[case("6\u{200b}4\u{200c}3\u{2060}8\u{feff}1")]
    #[case("6\u{336}4\u{336}3\u{336}8\u{336}1\u{336}")]
    #[case("\u{202e}64381\u{202c}")]
    fn digits_of_every_kind_are_digits(#[case] written: &str) {
        assert_eq!(plain(written), "64381");
    }

    #[test]
    fn letters_become_small_and_narrow() {
        assert_eq!(plain("／ＳＴＡＲＴ"), "/start");
        assert_eq!(plain("Код\u{3164}X"), "код x");
        assert_eq!(plain("½ Ⅷ 五"), "½ ⅷ 五");
    }
}
