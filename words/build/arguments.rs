//! What kind each argument of a message is, by its name.

/// What kind an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Words that someone chose: a name, a device.
    Text,
    /// A word that is not shown, but by which the message chooses.
    Choice,
    /// A number.
    Number,
    /// How long something lasts, exactly: "1 h 5 min".
    Span,
    /// How long something is kept, roughly: "90 days".
    Period,
    /// A day.
    Date,
    /// A day and the time.
    DateTime,
    /// How much room something takes: "1.5 MB".
    Size,
    /// A part of a page that the page makes: a clock that runs, a field's value.
    Element,
}

/// The arguments that there are. The same name means the same everywhere;
/// docs/TRANSLATING.md lists them too.
pub(crate) const ARGUMENTS: [(&str, Kind); 63] = [
    ("actor", Kind::Choice),
    ("age", Kind::Period),
    ("ago", Kind::Span),
    ("amount", Kind::Text),
    ("attempts", Kind::Number),
    ("browser", Kind::Text),
    ("cause", Kind::Choice),
    ("command", Kind::Text),
    ("count", Kind::Number),
    ("day", Kind::Date),
    ("dc", Kind::Number),
    ("description", Kind::Text),
    ("detail", Kind::Text),
    ("device", Kind::Text),
    ("emoji", Kind::Text),
    ("ends", Kind::Text),
    ("hint", Kind::Text),
    ("kind", Kind::Choice),
    ("lasts", Kind::Span),
    ("left", Kind::Span),
    ("length", Kind::Text),
    ("message", Kind::Choice),
    ("moment", Kind::DateTime),
    ("name", Kind::Text),
    ("network", Kind::Text),
    ("outcome", Kind::Choice),
    ("part", Kind::Text),
    ("people", Kind::Text),
    ("period", Kind::Period),
    ("person", Kind::Text),
    ("place", Kind::Text),
    ("reason", Kind::Choice),
    ("receipt", Kind::Text),
    ("room", Kind::Size),
    ("signs", Kind::Text),
    ("since", Kind::Element),
    ("size", Kind::Size),
    ("tenant", Kind::Text),
    ("time", Kind::Element),
    ("title", Kind::Text),
    ("total", Kind::Number),
    ("until", Kind::Element),
    ("unused", Kind::Period),
    ("username", Kind::Text),
    ("utc", Kind::Text),
    ("wait", Kind::Span),
    ("way", Kind::Choice),
    ("what", Kind::Text),
    ("when", Kind::Text),
    ("why", Kind::Text),
    ("words", Kind::Text),
    ("zone", Kind::Text),
    // In time.ftl only.
    ("day-of-month", Kind::Number),
    ("days", Kind::Number),
    ("hour", Kind::Text),
    ("hours", Kind::Number),
    ("minute", Kind::Text),
    ("minutes", Kind::Number),
    ("month", Kind::Number),
    ("second", Kind::Text),
    ("tenth", Kind::Number),
    ("whole", Kind::Number),
    ("year", Kind::Number),
];

/// What kind an argument is; `None`: there is none of that name.
pub(crate) fn kind(name: &str) -> Option<Kind> {
    ARGUMENTS
        .iter()
        .find(|(argument, _)| *argument == name)
        .map(|(_, kind)| *kind)
}
