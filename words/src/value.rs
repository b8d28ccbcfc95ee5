//! What is put into a message.

use chrono::TimeDelta;
use fluent_bundle::FluentValue;
use sesame_domain::time::Timestamp;

use crate::language::Language;
use crate::markup::{Escape, Html};

/// What is put into a message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    /// Words that someone chose.
    Text(&'a str),
    /// A word by which the message chooses.
    Choice(&'a str),
    /// A number.
    Number(u64),
    /// How much room something takes, in bytes.
    Size(u64),
    /// How long something lasts, exactly.
    Span(TimeDelta),
    /// How long something is kept, roughly.
    Period(TimeDelta),
    /// A day.
    Date(Timestamp),
    /// A day and the time.
    DateTime(Timestamp),
    /// A part of a page.
    Element(&'a Html),
}

impl<'a> Value<'a> {
    /// As Fluent takes it: words as `escape` lets them through, times in the
    /// words of the language.
    pub(crate) fn fluent(self, language: Language, escape: Escape) -> FluentValue<'a> {
        match self {
            Self::Text(words) | Self::Choice(words) => FluentValue::String(escape(words)),
            Self::Number(number) => FluentValue::from(number),
            Self::Size(bytes) => String::from(language.size(bytes)).into(),
            Self::Span(span) => String::from(language.span(span)).into(),
            Self::Period(period) => String::from(language.period(period)).into(),
            Self::Date(at) => String::from(language.date(at)).into(),
            Self::DateTime(at) => String::from(language.date_time(at)).into(),
            Self::Element(html) => FluentValue::from(html.as_str()),
        }
    }
}
