//! Words, and words with markup.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// Words without markup: for buttons, alerts and answers in JSON. Where markup
/// is expected they are escaped as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(Cow<'static, str>);

/// Words with markup, as Telegram and browsers take it. What others wrote is
/// escaped in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Html(Cow<'static, str>);

/// How words are put into a message.
pub(crate) type Escape = fn(&str) -> Cow<'_, str>;

/// What a message is made into.
pub(crate) trait Words: Sized {
    /// How words of others are put into it.
    const ESCAPE: Escape;

    /// A message with them in their places.
    fn of(message: Cow<'static, str>) -> Self;
}

impl Words for Text {
    /// Where nothing is markup, words stand as they are.
    const ESCAPE: Escape = |words| Cow::Borrowed(words);

    fn of(message: Cow<'static, str>) -> Self {
        Self(message)
    }
}

impl Words for Html {
    const ESCAPE: Escape = escape;

    fn of(message: Cow<'static, str>) -> Self {
        Self(message)
    }
}

impl Text {
    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Html {
    /// Nothing.
    pub const fn empty() -> Self {
        Self(Cow::Borrowed(""))
    }

    /// Words as they are: nothing in them is markup.
    pub fn escaped(words: &str) -> Self {
        Self(Cow::Owned(escape(words).into_owned()))
    }

    /// An element with attributes around some words.
    pub fn element(
        name: &'static str,
        attributes: &[(&'static str, &str)],
        words: impl Into<Self>,
    ) -> Self {
        let mut html = format!("<{name}");
        for (attribute, value) in attributes {
            html.push(' ');
            html.push_str(attribute);
            if !value.is_empty() {
                html.push_str("=\"");
                html.push_str(&escape(value));
                html.push('"');
            }
        }
        html.push('>');
        html.push_str(&words.into().0);
        html.push_str("</");
        html.push_str(name);
        html.push('>');
        Self(Cow::Owned(html))
    }

    /// Each on a line of its own.
    pub fn lines(lines: impl IntoIterator<Item = Self>) -> Self {
        let lines: Vec<_> = lines.into_iter().map(|line| line.0).collect();
        Self(Cow::Owned(lines.join("\n")))
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The words alone, for where there is no markup: a terminal.
    pub fn without_markup(&self) -> String {
        let mut words = String::with_capacity(self.0.len());
        let mut rest = &*self.0;
        while let Some((before, after)) = rest.split_once('<') {
            words.push_str(before);
            // What stands for itself is escaped: this is where an element begins or ends.
            rest = after.split_once('>').map_or("", |(_, after)| after);
        }
        words.push_str(rest);
        let escaped = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&amp;", "&"),
        ];
        escaped
            .iter()
            .fold(words, |words, (from, to)| words.replace(from, to))
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Templates put it in as it is, and escape everything else.
impl askama::filters::HtmlSafe for Html {}

impl From<Text> for Html {
    fn from(text: Text) -> Self {
        match text.0 {
            Cow::Borrowed(words) => Self(escape(words)),
            Cow::Owned(words) => Self(Cow::Owned(escape(&words).into_owned())),
        }
    }
}

impl From<&Text> for Html {
    fn from(text: &Text) -> Self {
        Self::from(text.clone())
    }
}

impl From<&Html> for Html {
    fn from(html: &Html) -> Self {
        html.clone()
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0.into_owned()
    }
}

/// What stands for itself also between quotes of an attribute.
fn escape(words: &str) -> Cow<'_, str> {
    if !words.contains(['&', '<', '>', '"']) {
        return Cow::Borrowed(words);
    }
    let mut escaped = String::with_capacity(words.len() + 16);
    for letter in words.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_and_words_of_an_element_stand_for_themselves() {
        let words = Html::escaped("<&");
        let element = Html::element("time", &[("title", "\"<"), ("hidden", "")], words);
        assert_eq!(
            element.as_str(),
            "<time title=\"&quot;&lt;\" hidden>&lt;&amp;</time>"
        );
    }

    #[test]
    fn words_without_markup_stand_for_themselves() {
        let name = Html::element("b", &[], Html::escaped("<Tom> & \"&lt;\""));
        let line = Html::lines([name, Html(Cow::Borrowed("Settings &gt; Devices."))]);
        assert_eq!(
            line.without_markup(),
            "<Tom> & \"&lt;\"\nSettings > Devices."
        );
    }

    #[test]
    fn words_without_anything_to_escape_are_not_copied() {
        assert!(matches!(escape("It's all right"), Cow::Borrowed(_)));
    }
}
