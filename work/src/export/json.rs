//! JSON as Telegram Desktop lays it out: keys in their order, a blank for each
//! level, and its flaws in indentation, which no reader notices and which a
//! comparison by bytes would.
//!
//! Its other flaws are not kept: characters below a blank are escaped as JSON
//! wants it (Telegram Desktop writes `\x01`, which no reader takes), and of U+2028
//! and U+2029 there is the escape alone.

use std::fmt::Write as _;

use sesame_domain::session::peer::PeerId;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// A number as it is written.
    Number(String),
    Text(String),
    List(Vec<Json>, Layout),
    Object(Object),
}

/// Where the parts of a list stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Each on its line, a level further in.
    Lines,
    /// The same; an empty list is `[]`.
    Short,
    /// A level too far left.
    Left,
    /// A level too far right.
    Right,
    /// All on one line.
    Compact,
}

/// Members in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Object(Vec<(&'static str, Json)>);

impl Json {
    pub(super) fn int(number: i64) -> Self {
        Self::Number(number.to_string())
    }

    /// A number that Telegram sends signed and means unsigned.
    pub(super) fn unsigned(number: i64) -> Self {
        Self::Number(number.cast_unsigned().to_string())
    }

    /// An id as rich messages have it: a text.
    pub(super) fn id(number: i64) -> Self {
        Self::Text(number.cast_unsigned().to_string())
    }

    pub(super) fn double(number: f64) -> Self {
        Self::Number(format!("{number:.6}"))
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A text; an empty one is `null`.
    pub(super) fn text_or_null(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() {
            Self::Null
        } else {
            Self::Text(text)
        }
    }

    /// `user1`, `chat2`, `channel3`.
    pub(super) fn peer(id: PeerId) -> Self {
        Self::Text(match id {
            PeerId::User(id) => format!("user{id}"),
            PeerId::Group(id) => format!("chat{id}"),
            PeerId::Channel(id) => format!("channel{id}"),
        })
    }

    pub(super) fn lines(items: impl IntoIterator<Item = Self>) -> Self {
        Self::List(items.into_iter().collect(), Layout::Lines)
    }

    /// A list of which an empty one is `[]`.
    pub(super) fn short(items: impl IntoIterator<Item = Self>) -> Self {
        Self::List(items.into_iter().collect(), Layout::Short)
    }

    /// A member of an object; nothing of what is none, or has it not.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(object) => object.get(key),
            _ => None,
        }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_list(&self) -> &[Self] {
        match self {
            Self::List(items, _) => items,
            _ => &[],
        }
    }

    pub(super) fn is_true(&self) -> bool {
        *self == Self::Bool(true)
    }

    /// Writes it; its first line stands on a level of its own accord.
    pub(super) fn write(&self, out: &mut String, level: usize) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(is) => out.push_str(if *is { "true" } else { "false" }),
            Self::Number(number) => out.push_str(number),
            Self::Text(text) => push_text(out, text),
            Self::List(items, layout) => write_list(out, items, *layout, level),
            Self::Object(object) => object.write(out, level),
        }
    }
}

impl Object {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn put(&mut self, key: &'static str, value: Json) {
        self.0.push((key, value));
    }

    /// A text; an empty one is left out.
    pub(super) fn text(&mut self, key: &'static str, text: &str) {
        if !text.is_empty() {
            self.put(key, Json::text(text));
        }
    }

    pub(super) fn int(&mut self, key: &'static str, number: i64) {
        self.put(key, Json::int(number));
    }

    /// A number; zero is left out.
    pub(super) fn int_if(&mut self, key: &'static str, number: i64) {
        if number != 0 {
            self.int(key, number);
        }
    }

    pub(super) fn flag(&mut self, key: &'static str, is: bool) {
        self.put(key, Json::Bool(is));
    }

    pub(super) fn get(&self, key: &str) -> Option<&Json> {
        let member = self.0.iter().find(|(name, _)| *name == key);
        member.map(|(_, value)| value)
    }

    /// Members in their order.
    pub(super) fn members(&self) -> impl Iterator<Item = (&'static str, &Json)> {
        self.0.iter().map(|(key, value)| (*key, value))
    }

    pub(super) fn write(&self, out: &mut String, level: usize) {
        out.push('{');
        for (turn, (key, value)) in self.0.iter().enumerate() {
            new_line(out, turn == 0, level + 1);
            push_text(out, key);
            out.push_str(": ");
            value.write(out, level + 1);
        }
        end_line(out, level);
        out.push('}');
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

fn write_list(out: &mut String, items: &[Json], layout: Layout, level: usize) {
    out.push('[');
    let level = match layout {
        Layout::Left => level.saturating_sub(1),
        Layout::Right => level + 1,
        Layout::Short if items.is_empty() => {
            out.push(']');
            return;
        }
        Layout::Lines | Layout::Short => level,
        Layout::Compact => {
            for (turn, item) in items.iter().enumerate() {
                if turn > 0 {
                    out.push(',');
                }
                item.write(out, level);
            }
            out.push(']');
            return;
        }
    };
    for (turn, item) in items.iter().enumerate() {
        new_line(out, turn == 0, level + 1);
        item.write(out, level + 1);
    }
    end_line(out, level);
    out.push(']');
}

fn new_line(out: &mut String, is_first: bool, level: usize) {
    if !is_first {
        out.push(',');
    }
    end_line(out, level);
}

fn end_line(out: &mut String, level: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', level));
}

/// Adds a text as JSON.
pub(super) fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..'\u{20}' | '\u{2028}' | '\u{2029}' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_stand_where_telegram_desktop_puts_them() {
        let list = |layout| Json::List(vec![Json::int(1), Json::text("a")], layout);
        let mut object = Object::new();
        object.put("lines", list(Layout::Lines));
        object.put("left", list(Layout::Left));
        object.put("right", list(Layout::Right));
        object.put("compact", list(Layout::Compact));
        object.put("none", Json::lines([]));
        object.put("short", Json::short([]));
        let mut out = String::new();
        Json::from(object).write(&mut out, 1);
        let expected = concat!(
            "{\n",
            "  \"lines\": [\n   1,\n   \"a\"\n  ],\n",
            "  \"left\": [\n  1,\n  \"a\"\n ],\n",
            "  \"right\": [\n    1,\n    \"a\"\n   ],\n",
            "  \"compact\": [1,\"a\"],\n",
            "  \"none\": [\n  ],\n",
            "  \"short\": []\n",
            " }",
        );
        assert_eq!(out, expected);
    }

    #[test]
    fn texts_are_valid_json_also_where_telegram_desktops_are_not() {
        let text = "\u{1}\u{2028}\u{2029}\n\t\r\"\\/é\u{7f}";
        let mut out = String::new();
        push_text(&mut out, text);
        assert_eq!(out, "\"\\u0001\\u2028\\u2029\\n\\t\\r\\\"\\\\/é\u{7f}\"");
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
    }
}
