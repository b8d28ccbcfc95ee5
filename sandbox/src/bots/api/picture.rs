//! How large a picture is, read from its first bytes.

/// Width and height of a PNG or JPEG; `None` for anything else.
pub(super) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    png(bytes).or_else(|| jpeg(bytes))
}

/// Source: PNG specification, 5.2 and 11.2.2.
fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    let rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let number = |at: usize| {
        let bytes = rest.get(at..at + 4)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?))
    };
    Some((number(8)?, number(12)?))
}

/// Source: ITU-T T.81, B.2.2: the frame header begins with C0-CF, of which
/// C4, C8 and CC mean something else.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    loop {
        let [0xff, marker, high, low, ..] = *rest else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            let number = |at: usize| {
                let bytes = rest.get(at..at + 2)?;
                Some(u32::from(u16::from_be_bytes(bytes.try_into().ok()?)))
            };
            return Some((number(7)?, number(5)?));
        }
        rest = rest.get(2 + length..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_measured() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x02\0\0\0\x03\x08";
        assert_eq!(size(png), Some((2, 3)));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04xx\xff\xc0\0\x0b\x08\0\x05\0\x07\x01";
        assert_eq!(size(jpeg), Some((7, 5)));
        assert_eq!(size(b"GIF89a"), None);
    }
}
