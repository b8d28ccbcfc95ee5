//! Texts between quotes in code.

/// What only operators and developers read, with all that is in its brackets.
const NOT_FOR_PEOPLE: [&str; 9] = [
    "#[", "#![", "trace!(", "debug!(", "info!(", "warn!(", "error!(", ".expect(", "assert!(",
];

/// The texts in Rust code that people may be shown: not those of attributes and
/// of the log.
pub(crate) fn in_rust(code: &str) -> Vec<String> {
    Scanner::of(code, &['"'], &NOT_FOR_PEOPLE).literals()
}

/// The texts in a script.
pub(crate) fn in_script(code: &str) -> Vec<String> {
    Scanner::of(code, &['"', '\'', '`'], &[]).literals()
}

/// Whether a text is one that people read: three words in a row, or a capital
/// letter and another word.
pub(crate) fn is_sentence(text: &str) -> bool {
    let mut row = 0;
    let mut longest = 0;
    for word in text.split_whitespace() {
        let letters = word.trim_matches(|it| ",.;:!?()<>…“”\"'".contains(it));
        let is_word = letters.chars().all(|it| it.is_alphabetic() || it == '\'');
        row = if is_word && !letters.is_empty() {
            row + 1
        } else {
            0
        };
        longest = longest.max(row);
    }
    let mut letters = text
        .trim_start_matches(|it: char| !it.is_alphabetic())
        .chars();
    let capital = letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(char::is_lowercase);
    longest >= 3 || (capital && longest >= 2)
}

struct Scanner<'a> {
    rest: &'a str,
    quotes: &'a [char],
    skipped: &'a [&'a str],
    /// The last letter before the rest, and the last that is no blank.
    before: char,
    solid: char,
    /// Whether patterns stand between slashes.
    has_patterns: bool,
    found: Vec<String>,
    /// How deep in brackets that are left out.
    depth: usize,
}

impl<'a> Scanner<'a> {
    fn of(code: &'a str, quotes: &'a [char], skipped: &'a [&'a str]) -> Self {
        Self {
            rest: code,
            quotes,
            skipped,
            before: ' ',
            solid: ';',
            has_patterns: quotes.contains(&'`'),
            found: Vec::new(),
            depth: 0,
        }
    }

    fn literals(mut self) -> Vec<String> {
        while let Some(letter) = self.rest.chars().next() {
            if self.rest.starts_with("//") {
                self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
            } else if self.rest.starts_with("/*") {
                self.skip(self.rest.find("*/").map_or(self.rest.len(), |at| at + 2));
            } else if self.rest.starts_with("'\"'") {
                self.skip(3);
            } else if letter == '/' && self.has_patterns && "(,=:&|!?{;[".contains(self.solid) {
                self.skip(end_of_pattern(self.rest));
            } else if self.quotes.contains(&letter) {
                self.literal(letter);
            } else {
                self.bracket(letter);
            }
        }
        self.found
    }

    fn bracket(&mut self, letter: char) {
        let opens = |it: &&&str| self.rest.starts_with(**it);
        let whole = self.before != '_' && !self.before.is_alphanumeric();
        match self.skipped.iter().find(opens) {
            Some(opening) if self.depth == 0 && whole => {
                self.depth = 1;
                self.skip(opening.len());
            }
            _ => {
                if self.depth > 0 && ['(', '[', '{'].contains(&letter) {
                    self.depth += 1;
                } else if self.depth > 0 && [')', ']', '}'].contains(&letter) {
                    self.depth -= 1;
                }
                self.skip(letter.len_utf8());
            }
        }
    }

    fn literal(&mut self, quote: char) {
        let mut end = 1;
        let mut letters = self.rest[1..].chars();
        while let Some(letter) = letters.next() {
            end += letter.len_utf8();
            if letter == quote {
                break;
            }
            if letter == '\\' {
                end += letters.next().map_or(0, char::len_utf8);
            }
        }
        if self.depth == 0 {
            self.found.push(self.rest[1..end - 1].replace("\\\n", " "));
        }
        self.skip(end);
    }

    fn skip(&mut self, bytes: usize) {
        let (gone, rest) = self.rest.split_at(bytes);
        self.before = gone.chars().next_back().unwrap_or(self.before);
        let solid = gone.trim_end().chars().next_back();
        self.solid = solid.unwrap_or(self.solid);
        self.rest = rest;
    }
}

/// Where a pattern between slashes ends. In its classes a slash is a letter.
fn end_of_pattern(code: &str) -> usize {
    let mut in_class = false;
    let mut escaped = false;
    for (at, letter) in code.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => return at + 1,
            _ => {}
        }
    }
    code.len()
}

#[test]
fn what_people_may_read_is_found() {
    let code = r#"
        // "A comment that says something."
        #[error("the thing did not work out")]
        fn say() {
            warn!(error = %Reason::of(&error), "a message that could not be (sent)");
            let quote = '"';
            reply("Try again", 'x', format!("You can try again in {wait}."), "less than \
                 a minute");
        }
    "#;
    let found = in_rust(code);
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found.iter().all(|it| is_sentence(it)), "{found:#?}");
}

#[test]
fn what_programs_read_is_no_sentence() {
    for text in [
        "text/html; charset=utf-8",
        "public, max-age=31536000, immutable",
        "unlink:ask:{id}",
        "X-Accel-Buffering",
        "sesame_bot_updates_total",
        "log out",
        "M{} {}h{run}v1h-{run}z",
    ] {
        assert!(!is_sentence(text), "{text}");
    }
}

#[test]
fn texts_in_scripts_are_found_in_all_quotes() {
    let code = "cut(/ a=\"[^\"/]*\"/, ''); say('Not now, please'); /* 'Or later' */ say(`Try ${n} times`); // \"No such\"";
    assert_eq!(in_script(code), ["", "Not now, please", "Try ${n} times"]);
}
