//! Reads `multipart/form-data`, the way files are uploaded.
//!
//! Source: RFC 7578 and RFC 2046, section 5.1.

use bytes::Bytes;

/// One part of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) file_name: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) bytes: Bytes,
}

/// The boundary that a content type names.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let (_, after) = content_type.split_once("boundary=")?;
    let value = after.split(';').next()?.trim().trim_matches('"');
    Some(value.to_owned()).filter(|value| !value.is_empty() && value.len() <= 70)
}

/// The parts of a body; `None` if it is not well formed.
pub(super) fn parse(body: &Bytes, boundary: &str) -> Option<Vec<Part>> {
    let delimiter = format!("\r\n--{boundary}");
    let opening = format!("--{boundary}");
    let mut at = find(body, opening.as_bytes(), 0)? + opening.len();
    let mut parts = Vec::new();
    while !body.get(at..)?.starts_with(b"--") {
        at = find(body, b"\r\n", at)? + 2;
        let end = find(body, delimiter.as_bytes(), at.saturating_sub(2))?;
        if end >= at {
            parts.push(part(&body.slice(at..end))?);
        }
        at = end + delimiter.len();
    }
    Some(parts)
}

fn part(bytes: &Bytes) -> Option<Part> {
    let head_end = find(bytes, b"\r\n\r\n", 0)?;
    let head = String::from_utf8_lossy(bytes.get(..head_end)?).into_owned();
    let header = |name: &str| {
        head.split("\r\n").find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.trim()
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        })
    };
    let disposition = header("content-disposition")?;
    Some(Part {
        name: parameter(&disposition, "name")?,
        file_name: parameter(&disposition, "filename"),
        content_type: header("content-type"),
        bytes: bytes.slice(head_end + 4..),
    })
}

/// A parameter of a header, quoted or not.
fn parameter(header: &str, name: &str) -> Option<String> {
    let mut rest = header;
    loop {
        let (_, after) = rest.split_once(';')?;
        let (key, value) = after.split_once('=')?;
        let (value, next) = if let Some(quoted) = value.strip_prefix('"') {
            read_quoted(quoted)
        } else {
            let end = value.find(';').unwrap_or(value.len());
            let (value, next) = value.split_at(end);
            (value.trim().to_owned(), next)
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = next;
    }
}

fn read_quoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, text.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

fn find(body: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    body.get(from..)?
        .windows(needle.len())
        .position(|window| window == needle)
        .map(|at| at + from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_files_are_told_apart() {
        let body = Bytes::from_static(
            b"--X\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n42\r\n\
              --X\r\ncontent-disposition: form-data; filename=\"a \\\"b\\\".txt\"; name=\"document\"\r\n\
              Content-Type: text/plain\r\n\r\nline\r\n--not\r\n\r\n--X--\r\n",
        );
        let parts = parse(&body, "X").unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!(&parts[0].bytes[..], b"42");
        assert_eq!(parts[1].name, "document");
        assert_eq!(parts[1].file_name.as_deref(), Some("a \"b\".txt"));
        assert_eq!(parts[1].content_type.as_deref(), Some("text/plain"));
        assert_eq!(&parts[1].bytes[..], b"line\r\n--not\r\n");
    }

    #[test]
    fn empty_parts_and_empty_forms_are_read() {
        let empty = Bytes::from_static(b"--X--\r\n");
        assert_eq!(parse(&empty, "X"), Some(Vec::new()));
        let blank =
            Bytes::from_static(b"--X\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--X--");
        assert_eq!(parse(&blank, "X").unwrap()[0].bytes.len(), 0);
    }

    #[test]
    fn a_cut_body_is_refused() {
        let cut = Bytes::from_static(b"--X\r\nContent-Disposition: form-data; name=a\r\n\r\n1");
        assert_eq!(parse(&cut, "X"), None);
    }

    #[test]
    fn the_boundary_may_be_quoted() {
        assert_eq!(
            boundary("multipart/form-data; boundary=\"a b\"; charset=utf-8").as_deref(),
            Some("a b")
        );
    }
}
