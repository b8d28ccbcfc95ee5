//! Lines that fit a terminal.

use unicode_width::UnicodeWidthStr;

/// Breaks lines that are wider than this between words. What goes on in the next
/// line stands as far in as its line began, and `hanging` more. A command between
/// backticks stays in one piece, to be copied, also if no line is wide enough, and
/// so does a word.
pub(crate) fn fold(text: &str, width: usize, hanging: usize) -> String {
    let lines: Vec<_> = text
        .split('\n')
        .map(|it| fold_line(it, width, hanging))
        .collect();
    lines.join("\n")
}

fn fold_line(line: &str, width: usize, hanging: usize) -> String {
    if line.width() <= width {
        return line.to_owned();
    }
    let inner = line.trim_start_matches(' ');
    let indent = line.len() - inner.len();
    let next = indent + hanging;
    let mut folded = " ".repeat(indent);
    let mut column = indent;
    let mut begins = true;
    for word in words(inner) {
        if !begins && column + 1 + word.width() > width {
            folded.truncate(folded.trim_end_matches(' ').len());
            folded.push('\n');
            folded.push_str(&" ".repeat(next));
            column = next;
        } else if !begins {
            folded.push(' ');
            column += 1;
        }
        folded.push_str(&word);
        column += word.width();
        begins = false;
    }
    folded
}

/// What is not broken: what stands between blanks, and commands.
fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open: Option<usize> = None;
    for word in line.split(' ') {
        words.push(word.to_owned());
        if word.matches('`').count() % 2 == 0 {
            continue;
        }
        let end = words.len();
        match open.take() {
            None => open = Some(end - 1),
            Some(begin) => {
                let command = words[begin..end].join(" ");
                words.truncate(begin);
                words.push(command);
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_as_it_is() {
        let table = "NAME   VALUE    FROM\nLOG    info     default";
        assert_eq!(fold(table, 24, 2), table);
        assert_eq!(fold("", 20, 2), "");
    }

    #[test]
    fn lines_are_broken_between_words_and_keep_their_indentation() {
        assert_eq!(fold("one two three", 8, 0), "one two\nthree");
        assert_eq!(
            fold("  one two three four", 10, 2),
            "  one two\n    three\n    four"
        );
        assert_eq!(fold("one two\nthree four", 8, 0), "one two\nthree\nfour");
    }

    #[test]
    fn a_word_that_is_too_wide_stays_whole() {
        let path = "/srv/a/very/long/path/indeed";
        assert_eq!(
            fold(&format!("see {path} there"), 10, 0),
            format!("see\n{path}\nthere")
        );
    }

    #[test]
    fn a_command_can_be_copied() {
        let text = "run it as that user: `runuser -u nobody -- sesame`";
        assert_eq!(
            fold(text, 40, 0),
            "run it as that user:\n`runuser -u nobody -- sesame`"
        );
        // Broken, it would be another one.
        let long = "`one two three four`";
        assert_eq!(fold(long, 10, 0), long);
    }

    #[test]
    fn width_is_what_a_terminal_shows() {
        assert_eq!(fold("見る 見る", 4, 0), "見る\n見る");
    }
}
