//! Lines of sessions, each perhaps with its person.

use secrecy::SecretString;

use super::entry::{Entry, Unread, person};

/// Reads lines: `SESSION` or `PERSON_ID SESSION`.
pub(super) fn read(text: &str) -> Vec<Result<Entry, Unread>> {
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !is_nothing(line))
        .map(|(number, line)| entry(number, line))
        .collect()
}

/// Whether a line is passed over.
pub(super) fn is_nothing(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// The parts of a line, at most two.
pub(super) fn parts(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| c.is_whitespace() || c == ',')
        .filter(|part| !part.is_empty())
}

fn entry(line: u64, text: &str) -> Result<Entry, Unread> {
    let mut parts = parts(text);
    let (owner, session) = match (parts.next(), parts.next(), parts.next()) {
        (Some(session), None, None) => (None, session),
        (Some(owner), Some(session), None) => {
            let why = "before the session stands no Telegram id";
            let owner = person(owner).ok_or_else(|| Unread::line(line, why))?;
            (Some(owner), session)
        }
        _ => {
            return Err(Unread::line(
                line,
                "it has more than a person and a session",
            ));
        }
    };
    Ok(Entry {
        line,
        tenant: None,
        person: owner,
        session: SecretString::from(session),
    })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn lines_are_read_with_and_without_a_person() {
        let text = "# of the old system\n\n1AAA\n  42 1BBB \n42,1CCC=\n42, 1DDD\n43\t1EEE\r\n";
        let read: Vec<_> = read(text)
            .into_iter()
            .map(|entry| {
                let entry = entry.unwrap();
                let session = entry.session.expose_secret().to_owned();
                (entry.line, entry.person.map(|person| person.0), session)
            })
            .collect();
        let right = [
            (3, None, "1AAA"),
            (4, Some(42), "1BBB"),
            (5, Some(42), "1CCC="),
            (6, Some(42), "1DDD"),
            (7, Some(43), "1EEE"),
        ];
        assert_eq!(
            read,
            right.map(|(line, id, text)| (line, id, text.to_owned()))
        );
    }

    #[test]
    fn a_line_that_is_none_is_named_and_not_shown() {
        for text in [
            "ann 1SECRET",
            "-5 1SECRET",
            "0 1SECRET",
            "42 1SECRET 1SECRET",
        ] {
            let read = read(&format!("1AAA\n{text}\n1BBB"));
            assert_eq!(read.len(), 3);
            let Err(Unread::Line { line: 2, why }) = &read[1] else {
                panic!("{text}: {:?}", read[1]);
            };
            assert!(!why.contains("SECRET"));
            assert!(read[2].is_ok());
        }
    }
}
