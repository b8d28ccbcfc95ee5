//! The Bot API's `MarkdownV2`.
//!
//! Source: core.telegram.org/bots/api, "`MarkdownV2` style".

use super::entity::{Entity, EntityKind, FormattedText};
use super::error::EntityError;
use super::writer::Writer;

/// Characters that mean something and must be escaped where they do not.
const RESERVED: &str = "_*[]()~`>#+-=|{}.!";

/// Reads a text with Markdown.
pub(super) fn parse(source: &str) -> Result<FormattedText, EntityError> {
    let mut reader = Reader {
        source,
        at: 0,
        out: Writer::default(),
        open: Vec::new(),
        quote: None,
    };
    while reader.at < source.len() {
        reader.step()?;
    }
    reader.finish()
}

/// A mark that was opened and waits for its end.
struct Open {
    mark: &'static str,
    entity: Entity,
    at: usize,
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
    out: Writer,
    open: Vec<Open>,
    quote: Option<usize>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn step(&mut self) -> Result<(), EntityError> {
        if self.out.at_line_start() && self.open.is_empty() {
            self.begin_line();
        }
        let Some(character) = self.rest().chars().next() else {
            return Ok(());
        };
        match character {
            '\\' => {
                self.escape();
                Ok(())
            }
            '`' => self.code(),
            ']' if self.innermost() == Some("[") => self.link(),
            '|' if !self.rest().starts_with("||") => Err(reserved(character)),
            '_' | '*' | '~' | '|' => {
                self.toggle(character);
                Ok(())
            }
            '!' if self.rest().starts_with("![") => {
                self.begin("[", EntityKind::CustomEmoji, 2);
                Ok(())
            }
            '[' => {
                self.begin("[", EntityKind::TextLink, 1);
                Ok(())
            }
            _ if RESERVED.contains(character) => Err(reserved(character)),
            _ => {
                self.take(character);
                Ok(())
            }
        }
    }

    /// A quotation is a run of lines that begin with `>`.
    fn begin_line(&mut self) {
        if self.rest().starts_with('>') {
            self.quote.get_or_insert(self.out.position());
            self.at += 1;
        } else if self.rest().starts_with("**>") {
            // An empty bold mark separates two quotations.
            self.end_quote();
            self.quote = Some(self.out.position());
            self.at += 3;
        } else {
            self.end_quote();
        }
    }

    fn end_quote(&mut self) {
        if let Some(offset) = self.quote.take() {
            self.out
                .close(Entity::plain(EntityKind::Blockquote, offset, 0));
        }
    }

    fn take(&mut self, character: char) {
        self.out.push(character);
        self.at += character.len_utf8();
    }

    fn escape(&mut self) {
        self.at += 1;
        match self.rest().chars().next() {
            Some(next) if next.is_ascii() && (1..127).contains(&u32::from(next)) => {
                self.take(next);
            }
            _ => self.out.push('\\'),
        }
    }

    fn innermost(&self) -> Option<&'static str> {
        self.open.last().map(|open| open.mark)
    }

    fn begin(&mut self, mark: &'static str, kind: EntityKind, length: usize) {
        let entity = Entity::plain(kind, self.out.position(), 0);
        self.open.push(Open {
            mark,
            entity,
            at: self.at,
        });
        self.at += length;
    }

    fn toggle(&mut self, character: char) {
        let (mark, kind) = match character {
            '*' => ("*", EntityKind::Bold),
            '~' => ("~", EntityKind::Strikethrough),
            '|' => ("||", EntityKind::Spoiler),
            _ if self.rest().starts_with("__") => ("__", EntityKind::Underline),
            _ => ("_", EntityKind::Italic),
        };
        if self.innermost() == Some(mark) {
            if let Some(open) = self.open.pop() {
                self.out.close(open.entity);
            }
            self.at += mark.len();
        } else {
            self.begin(mark, kind, mark.len());
        }
    }

    fn code(&mut self) -> Result<(), EntityError> {
        let block = self.rest().starts_with("```");
        let fence = if block { "```" } else { "`" };
        let from = self.at;
        self.at += fence.len();
        let kind = if block {
            EntityKind::Pre
        } else {
            EntityKind::Code
        };
        let mut entity = Entity::plain(kind, self.out.position(), 0);
        if block {
            entity.language = self.block_language();
        }
        while !self.rest().starts_with(fence) {
            match self.rest().chars().next() {
                Some('\\') => self.escape(),
                Some(character) => self.take(character),
                None => return Err(unclosed(kind, from)),
            }
        }
        self.at += fence.len();
        self.out.close(entity);
        Ok(())
    }

    fn block_language(&mut self) -> Option<String> {
        let line = self.rest().split('\n').next()?;
        let whole_line = line.len() < self.rest().len();
        let name = line
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-#_".contains(&b));
        if !whole_line || !name {
            return None;
        }
        let language = line.to_owned();
        self.at += language.len() + 1;
        Some(language).filter(|name| !name.is_empty())
    }

    fn link(&mut self) -> Result<(), EntityError> {
        let Some(mut open) = self.open.pop() else {
            return Ok(());
        };
        self.at += 1;
        if !self.rest().starts_with('(') {
            return Err(unclosed(open.entity.kind, open.at));
        }
        self.at += 1;
        let mut url = String::new();
        loop {
            let Some(character) = self.rest().chars().next() else {
                return Err(EntityError(format!(
                    "Can't find end of a URL at byte offset {}",
                    self.at
                )));
            };
            self.at += character.len_utf8();
            match character {
                ')' => break,
                '\\' => {
                    let next = self.rest().chars().next().unwrap_or('\\');
                    self.at += next.len_utf8().min(self.rest().len());
                    url.push(next);
                }
                _ => url.push(character),
            }
        }
        if open.entity.kind == EntityKind::CustomEmoji {
            open.entity.custom_emoji_id = url.strip_prefix("tg://emoji?id=").map(str::to_owned);
        } else {
            open.entity.url = Some(url);
        }
        self.out.close(open.entity);
        Ok(())
    }

    fn finish(mut self) -> Result<FormattedText, EntityError> {
        if let Some(open) = self.open.pop() {
            return Err(unclosed(open.entity.kind, open.at));
        }
        self.end_quote();
        Ok(self.out.finish())
    }
}

fn reserved(character: char) -> EntityError {
    EntityError(format!(
        "Character '{character}' is reserved and must be escaped with the preceding '\\'"
    ))
}

fn unclosed(kind: EntityKind, at: usize) -> EntityError {
    let name = format!("{kind:?}");
    EntityError(format!(
        "Can't find end of {name} entity at byte offset {at}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_nest_and_are_removed() {
        let read = parse("*bold _both_* `a\\*b` [l](https://e.org/\\))").unwrap();
        assert_eq!(read.text, "bold both a*b l");
        assert_eq!(read.entities.len(), 4);
        assert_eq!(read.entities[0], Entity::plain(EntityKind::Bold, 0, 9));
        assert_eq!(read.entities[1], Entity::plain(EntityKind::Italic, 5, 4));
        assert_eq!(read.entities[2], Entity::plain(EntityKind::Code, 10, 3));
        assert_eq!(read.entities[3].url.as_deref(), Some("https://e.org/)"));
    }

    #[test]
    fn blocks_know_their_language() {
        let read = parse("```rust\nfn main\\(\\)\n```").unwrap();
        assert_eq!(read.text, "fn main()\n");
        assert_eq!(read.entities[0].language.as_deref(), Some("rust"));
    }

    #[test]
    fn quoted_lines_form_one_quotation() {
        let read = parse(">one\n>two\nthree").unwrap();
        assert_eq!(read.text, "one\ntwo\nthree");
        assert_eq!(read.entities, [Entity::plain(EntityKind::Blockquote, 0, 8)]);
    }

    #[test]
    fn reserved_characters_must_be_escaped() {
        assert_eq!(
            parse("Hello.").unwrap_err().to_string(),
            "can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'"
        );
        assert_eq!(parse("Hello\\.").unwrap().text, "Hello.");
    }

    #[test]
    fn an_open_mark_is_refused() {
        assert_eq!(
            parse("a *b").unwrap_err().to_string(),
            "can't parse entities: Can't find end of Bold entity at byte offset 2"
        );
    }
}
