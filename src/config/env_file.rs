//! The file `.env`, as editors write it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use secrecy::zeroize::Zeroizing;
use sesame_domain::encoding::utf_16;
use sesame_domain::wrapping::{is_blank, is_quote};

use super::list;
use super::problems::Problems;
use crate::input;

/// How long a pipe in its place may take: some password managers put one
/// there, and ask before they fill it.
const PIPE_WITHIN: Duration = Duration::from_secs(30);

/// The variables of a file; none if there is no such file.
///
/// # Errors
/// When it cannot be read, or a line is none. What stands in a line is not
/// shown: it may be a secret.
pub(crate) fn read_file(path: &Path) -> Result<BTreeMap<String, String>, Problems> {
    let bytes = match input::read(path, PIPE_WITHIN) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(unreadable(path, &error.to_string())),
    };
    let text = prepared(&bytes);
    variables(&text).map_err(|why| unreadable(path, &why))
}

fn unreadable(path: &Path, why: &str) -> Problems {
    let mut problems = Problems::default();
    problems.push(path.display().to_string(), format!("cannot be read: {why}"));
    problems
}

/// The text of the file in UTF-8, without a mark of byte order, with lines that
/// end in `\n`, and with straight quotation marks around values.
fn prepared(bytes: &[u8]) -> Zeroizing<String> {
    let text = utf_16(bytes)
        .unwrap_or_else(|| Zeroizing::new(String::from_utf8_lossy(bytes).into_owned()));
    let mut prepared = Zeroizing::new(String::with_capacity(text.len() + 1));
    for line in text.replace("\r\n", "\n").split(['\n', '\r', '\u{2028}']) {
        prepared.push_str(&straightened(line.trim_start_matches(is_blank)));
        prepared.push('\n');
    }
    prepared
}

/// `NAME='value'` of `NAME=“value”`.
fn straightened(line: &str) -> String {
    let curly = |c: char| is_quote(c) && !c.is_ascii();
    if let Some((name, value)) = line.split_once('=') {
        let value = value.trim_matches(is_blank);
        let inner = value
            .strip_prefix(curly)
            .and_then(|it| it.strip_suffix(curly));
        if let Some(inner) = inner.filter(|inner| !inner.contains('\'')) {
            return format!("{name}='{inner}'");
        }
    }
    line.to_owned()
}

fn variables(text: &str) -> Result<BTreeMap<String, String>, String> {
    let seen = Rc::new(Cell::new(0));
    let lines = LineByLine {
        rest: text,
        seen: Rc::clone(&seen),
    };
    let mut variables = BTreeMap::new();
    for item in dotenvy::from_read_iter(lines) {
        if let Ok((name, _)) = &item {
            let line = text.lines().nth(seen.get().saturating_sub(1));
            if line.is_some_and(|line| loses_a_part(name, line, &variables)) {
                let number = seen.get();
                return Err(format!(
                    "line {number} ({name}) has a $ in its value, which stands for another \
                     variable, and there is none of that name: put single quotes around the value"
                ));
            }
        }
        match item {
            // A name without a value, further down, does not take one back.
            Ok((name, value)) if value.is_empty() && variables.contains_key(&name) => {}
            Ok((name, value)) => {
                variables.insert(name, value);
            }
            Err(dotenvy::Error::LineParse(read, _)) => {
                return Err(complaint(text, seen.get(), &read));
            }
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(variables)
}

/// Keys may have been made from what was left of it.
const TAKEN_AS_IT_WAS: [&str; 2] = ["KEY_SECRET", "KEY_SECRET_FORMER"];

/// Whether a part of a value would vanish, because it is taken for the name of a
/// variable that there is not.
fn loses_a_part(name: &str, line: &str, before: &BTreeMap<String, String>) -> bool {
    let is_ours = list::names().any(|known| known == name) && !TAKEN_AS_IT_WAS.contains(&name);
    let value = line.split_once('=').map_or("", |(_, value)| value.trim());
    if !is_ours || value.starts_with('\'') || value.starts_with('#') {
        return false;
    }
    let value = value.split_once(" #").map_or(value, |(value, _)| value);
    value.match_indices('$').any(|(at, _)| {
        let escaped = value[..at].ends_with('\\');
        let rest = &value[at + 1..];
        let variable = match rest.strip_prefix('{') {
            Some(rest) => rest.split_once('}').map_or(rest, |(name, _)| name),
            None => rest
                .split(|c: char| !c.is_alphanumeric())
                .next()
                .unwrap_or(rest),
        };
        let set = || std::env::vars_os().any(|(name, _)| name == *variable);
        !escaped && !before.contains_key(variable) && !set()
    })
}

/// Hands out one line at a time, so that it is known how far the reading came.
struct LineByLine<'a> {
    rest: &'a str,
    seen: Rc<Cell<usize>>,
}

impl Read for LineByLine<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let line = self.rest.split_inclusive('\n').next().unwrap_or_default();
        let length = line.len().min(into.len());
        into[..length].copy_from_slice(&line.as_bytes()[..length]);
        if length == line.len() && length > 0 {
            self.seen.set(self.seen.get() + 1);
        }
        // A longer line is cut between bytes; what reads it puts it together.
        self.rest = match self.rest.get(length..) {
            Some(rest) => rest,
            None => return Err(ErrorKind::InvalidData.into()),
        };
        Ok(length)
    }
}

/// What is wrong with the line that ended with the one of this number.
fn complaint(text: &str, last: usize, read: &str) -> String {
    let open = last > text.lines().count().saturating_sub(1) && read.contains('\n');
    let first = if open {
        last + 1 - read.lines().count().min(last)
    } else {
        last
    };
    let line = text
        .lines()
        .nth(first.saturating_sub(1))
        .unwrap_or_default();
    let what = what_is_wrong(line, open);
    match list::names().find(|name| names(line, name)) {
        Some(name) => format!("line {first} ({name}) {what}"),
        None => format!("line {first} {what}"),
    }
}

fn what_is_wrong(line: &str, open: bool) -> &'static str {
    let is_known = |name: &str| list::names().any(|known| known == name.trim());
    match (line.split_once('='), line.split_once(':')) {
        _ if open => "opens a quotation mark that is never closed",
        (None, Some((name, _))) if is_known(name) => "has a colon after the name: write NAME=value",
        (None, _) => "is not NAME=value",
        (Some((name, _)), _) if name.starts_with("set ") || name.starts_with('$') => {
            "is a command of a shell: write NAME=value"
        }
        (Some((name, _)), _) if name.trim().contains(char::is_whitespace) => {
            "is not NAME=value: there is a blank in the name"
        }
        (Some((_, value)), _) if value.contains('\\') => {
            "has a backslash in its value: put single quotes around it"
        }
        (Some((_, value)), _) if value.trim().contains(char::is_whitespace) => {
            "has blanks in its value, or something after it: put quotes around the value"
        }
        _ => "is not NAME=value; put single quotes around values with spaces, quotes or $",
    }
}

/// Whether a line sets this name, or means to.
fn names(line: &str, name: &str) -> bool {
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    line.strip_prefix(name)
        .is_some_and(|rest| rest.trim_start().starts_with(['=', ':']))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn read(bytes: &[u8]) -> Result<BTreeMap<String, String>, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        read_file(file.path()).map_err(|problems| problems.to_string())
    }

    const PLAIN: &str = "API_ID=12345\nBOT_TOKEN=7:abc\n# a comment\nAPP_NAME=\"My app\"\n";

    #[test]
    fn a_file_is_read_as_editors_write_it() {
        let right = read(PLAIN.as_bytes()).unwrap();
        assert_eq!(right.len(), 3);
        let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let windows = PLAIN.replace('\n', "\r\n");
        let written: Vec<Vec<u8>> = vec![
            format!("\u{feff}{PLAIN}").into_bytes(),
            windows.clone().into_bytes(),
            PLAIN.replace('\n', "\r").into_bytes(),
            utf_16(&format!("\u{feff}{windows}")),
            utf_16(PLAIN),
            PLAIN.trim_end().as_bytes().to_vec(),
            format!("{} ", PLAIN.trim_end()).into_bytes(),
            PLAIN
                .replace("API_ID=12345", "export API_ID=12345")
                .into_bytes(),
            PLAIN
                .replace("API_ID=12345", "  API_ID = 12345  ")
                .into_bytes(),
            PLAIN
                .replace("API_ID=12345", "\u{200b}API_ID=\u{a0}12345")
                .into_bytes(),
            PLAIN.replace('"', "'").into_bytes(),
            PLAIN.replace("\"My app\"", "“My app”").into_bytes(),
            PLAIN.replace("\"My app\"", "„My app“ ").into_bytes(),
            format!("{PLAIN}API_ID=\n").into_bytes(),
        ];
        for written in written {
            let read = read(&written).unwrap();
            assert_eq!(read, right, "{}", String::from_utf8_lossy(&written));
        }
        // A comment in an older encoding.
        let latin = [b"# f\xfcr Ann\n", PLAIN.as_bytes()].concat();
        assert_eq!(read(&latin).unwrap(), right);
    }

    #[rstest]
    #[case("BOT_TOKEN=7:a secret\n", "line 1 (BOT_TOKEN) has blanks")]
    #[case("# x\nBOT_TOKEN: 7:secret\n", "line 2 (BOT_TOKEN) has a colon")]
    #[case("API_ID=1\n\n\"secret\"\n", "line 3 is not NAME=value")]
    #[case(
        "API_ID=1\nBOT_TOKEN=\"7:secret\nX=1\n",
        "line 2 (BOT_TOKEN) opens a quotation mark"
    )]
    #[case("set BOT_TOKEN=7:secret\n", "line 1 is a command of a shell")]
    #[case("$env:BOT_TOKEN=\"7:secret\"\n", "line 1 is a command of a shell")]
    #[case("API_HASH=\\secret\n", "line 1 (API_HASH) has a backslash")]
    #[case("BOT TOKEN=secret\n", "line 1 is not NAME=value: there is a blank")]
    #[case("API_ID=1 2\n# 1 2\n", "line 1 (API_ID)")]
    fn a_line_that_is_none_is_named_and_not_shown(#[case] text: &str, #[case] what: &str) {
        let said = read(text.as_bytes()).unwrap_err();
        assert!(said.contains(what), "{said}");
        assert!(!said.contains("secret"), "{said}");
    }

    #[test]
    fn a_dollar_sign_takes_no_part_of_a_value_away_in_silence() {
        for value in [
            "pa$word",
            "\"pa$word\"",
            "pa${word}x",
            "pa$",
            "pa$@x",
            "x # $\nLOG=$y",
        ] {
            let text = format!("API_ID=1\nDATABASE_URL={value}\n");
            let said = read(text.as_bytes()).unwrap_err();
            assert!(
                said.contains("single quotes") && !said.contains("word"),
                "{said}"
            );
        }
        for (value, meant) in [
            ("'pa$word'", "pa$word"),
            ("pa\\$word", "pa$word"),
            ("\"pa\\$word\"", "pa$word"),
            ("pa${HOST}", "padb"),
            ("pa$HOST", "padb"),
            ("pa # $5", "pa"),
        ] {
            let text = format!("HOST=db\nDATABASE_URL={value}\nOTHER=$nothing\n");
            assert_eq!(
                read(text.as_bytes()).unwrap()["DATABASE_URL"],
                meant,
                "{value}"
            );
        }
        let old = read(b"KEY_SECRET=ab$cd\n").unwrap();
        assert_eq!(old["KEY_SECRET"], "ab");
    }

    #[test]
    fn long_lines_are_read() {
        let value = "x".repeat(20_000);
        let read = read(format!("API_ID=1\nOTHER={value}\nLOG=info\n").as_bytes()).unwrap();
        assert_eq!(read["OTHER"], value);
        assert_eq!(read["LOG"], "info");
    }
}
