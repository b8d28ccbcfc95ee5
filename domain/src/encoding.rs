//! Texts in another encoding than UTF-8.

use zeroize::Zeroizing;

/// The text of bytes in UTF-16, which editors and spreadsheets call Unicode;
/// with or without its mark. `None`: they are something else.
pub fn utf_16(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let zeros = |offset: usize| {
        let every_other = bytes.iter().skip(offset).step_by(2).take(32);
        bytes.len() >= 4 && every_other.clone().all(|byte| *byte == 0)
    };
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ if zeros(1) => u16::from_le_bytes,
        _ if zeros(0) => u16::from_be_bytes,
        _ => return None,
    };
    let units = bytes.chunks_exact(2).map(|two| unit([two[0], two[1]]));
    let text = char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    Some(Zeroizing::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_is_known_with_and_without_its_mark() {
        for text in ["API_ID=1\n", "\u{feff}API_ID=1\n"] {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(utf_16(&little).unwrap().as_str(), text);
            assert_eq!(utf_16(&big).unwrap().as_str(), text);
            assert!(utf_16(text.as_bytes()).is_none());
        }
        assert!(utf_16(b"").is_none());
    }
}
