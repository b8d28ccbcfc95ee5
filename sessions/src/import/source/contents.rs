//! From the bytes of a file to its text, or to what it is instead.

use secrecy::SecretString;
use sesame_domain::encoding::utf_16;
use zeroize::Zeroizing;

/// A file that holds no text, and what to do about that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotText {
    /// What it is.
    pub what: &'static str,
    /// What to do.
    pub advice: &'static str,
}

const TELETHON: NotText = NotText {
    what: "is a session file of Telethon (SQLite), not a list of sessions",
    advice: "write its session as a line of text, with Telethon's own Python: python3 -c \
             \"from telethon.sessions import *; \
             print(StringSession.save(SQLiteSession('NAME')))\", where NAME is that of the file \
             without .session",
};
const PYROGRAM: NotText = NotText {
    what: "is a session file of Pyrogram (SQLite)",
    advice: "only sessions of Telethon can be imported: sign in with Telethon and take that \
             session, or link the account anew",
};
const DATABASE: NotText = NotText {
    what: "is an SQLite database",
    advice: "export the table with the sessions: sqlite3 -header -csv FILE \
             'SELECT user_id, session FROM sessions' > sessions.csv",
};
const WORKBOOK: NotText = NotText {
    what: "is a workbook of a spreadsheet",
    advice: "save the sheet as CSV (UTF-8) and import that",
};
const PACKED: NotText = NotText {
    what: "is packed",
    advice: "unpack it first (gunzip, unzip, tar, xz -d, zstd -d) and import what is in it",
};
const ENCRYPTED: NotText = NotText {
    what: "is encrypted as a whole",
    advice: "decrypt it first; `-` reads from standard input, so that nothing needs to be written \
             to a disk",
};
const DUMP: NotText = NotText {
    what: "is a dump of PostgreSQL in its own format",
    advice: "restore it into a database and read that (--from-postgres)",
};
const PROGRAM: NotText = NotText {
    what: "is data of a Python program (pickle)",
    advice: "write the sessions as lines of text with that program",
};
const DOCUMENT: NotText = NotText {
    what: "is a document, not a text",
    advice: "save it as plain text",
};
const BINARY: NotText = NotText {
    what: "is not a text",
    advice: "it must have one session a line, or be a table as CSV",
};

/// How files begin that are no text.
const BEGINNINGS: [(&[u8], NotText); 16] = [
    (b"\x1f\x8b", PACKED),
    (b"BZh", PACKED),
    (b"\xfd7zXZ\0", PACKED),
    (b"7z\xbc\xaf\x27\x1c", PACKED),
    (b"\x28\xb5\x2f\xfd", PACKED),
    (b"Rar!", PACKED),
    (b"\xd0\xcf\x11\xe0", WORKBOOK),
    (b"-----BEGIN PGP", ENCRYPTED),
    (b"-----BEGIN AGE", ENCRYPTED),
    (b"age-encryption.org", ENCRYPTED),
    (b"Salted__", ENCRYPTED),
    (b"U2FsdGVkX1", ENCRYPTED),
    (b"$ANSIBLE_VAULT", ENCRYPTED),
    (b"PGDMP", DUMP),
    (b"%PDF", DOCUMENT),
    (b"{\\rtf", DOCUMENT),
];

/// The text of a file, in UTF-8, with lines that end in `\n`. Of texts in older
/// encodings, what is not ASCII is lost; sessions and ids are.
///
/// # Errors
/// When it is something else. Says what, and never what stands there.
pub fn text_of(bytes: &[u8]) -> Result<SecretString, NotText> {
    if let Some(other) = other_kind(bytes) {
        return Err(other);
    }
    let text = match utf_16(bytes) {
        Some(text) => text,
        None if bytes.contains(&0) => return Err(BINARY),
        None => Zeroizing::new(String::from_utf8_lossy(bytes).into_owned()),
    };
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = Zeroizing::new(String::with_capacity(text.len()));
    let mut after_return = false;
    for c in text.chars() {
        match c {
            '\n' if after_return => {}
            '\r' => lines.push('\n'),
            other => lines.push(other),
        }
        after_return = c == '\r';
    }
    Ok(SecretString::from(lines.as_str()))
}

fn other_kind(bytes: &[u8]) -> Option<NotText> {
    if bytes.starts_with(b"SQLite format 3\0") {
        return Some(database(bytes));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        let has = |word: &[u8]| contains(bytes, word);
        let sheet = has(b"xl/") || has(b"opendocument");
        return Some(if sheet { WORKBOOK } else { PACKED });
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return Some(PACKED);
    }
    if let [0x80, 2..=5, ..] = bytes {
        return Some(PROGRAM);
    }
    BEGINNINGS
        .iter()
        .find(|(beginning, _)| bytes.starts_with(beginning))
        .map(|(_, kind)| *kind)
}

/// The statements that made its tables stand in the file.
fn database(bytes: &[u8]) -> NotText {
    if contains(bytes, b"server_address") {
        TELETHON
    } else if contains(bytes, b"test_mode") && contains(bytes, b"auth_key") {
        PYROGRAM
    } else {
        DATABASE
    }
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|part| part == word)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use secrecy::ExposeSecret as _;

    use super::*;

    fn text(bytes: &[u8]) -> String {
        text_of(bytes).unwrap().expose_secret().to_owned()
    }

    fn encoded(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn texts_are_read_in_every_encoding() {
        let right = "user_id;session\n42;1AAA\n";
        let windows = right.replace('\n', "\r\n");
        for written in [right, &windows, &right.replace('\n', "\r")] {
            assert_eq!(text(written.as_bytes()), right);
            let marked = format!("\u{feff}{written}");
            assert_eq!(text(marked.as_bytes()), right);
            for written in [written, &marked] {
                assert_eq!(text(&encoded(written, u16::to_le_bytes)), right);
                assert_eq!(text(&encoded(written, u16::to_be_bytes)), right);
            }
        }
        // Latin-1.
        assert!(text(b"M\xfcller;42;1AAA").ends_with("ller;42;1AAA"));
    }

    #[rstest]
    #[case(b"\x1f\x8b\x08\0\0", PACKED)]
    #[case(b"PK\x03\x04....sessions.txt", PACKED)]
    #[case(b"PK\x03\x04....xl/workbook.xml", WORKBOOK)]
    #[case(
        b"SQLite format 3\0..CREATE TABLE sessions (dc_id, server_address",
        TELETHON
    )]
    #[case(
        b"SQLite format 3\0..CREATE TABLE sessions (dc_id, test_mode, auth_key",
        PYROGRAM
    )]
    #[case(b"SQLite format 3\0..CREATE TABLE accounts", DATABASE)]
    #[case(b"-----BEGIN PGP MESSAGE-----\n", ENCRYPTED)]
    #[case(b"$ANSIBLE_VAULT;1.1;AES256\n", ENCRYPTED)]
    #[case(b"PGDMP\x01\x0e", DUMP)]
    #[case(b"\x80\x04\x95", PROGRAM)]
    #[case(b"1AAA\0\0\0\x01\x02", BINARY)]
    fn what_is_no_text_is_named(#[case] bytes: &[u8], #[case] kind: NotText) {
        assert_eq!(text_of(bytes).map(|_| ()), Err(kind));
    }
}
