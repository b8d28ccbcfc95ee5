//! How parts of a text are formatted.

/// A part of a text that is more than text. Offsets and lengths count UTF-16
/// code units, as Telegram does (<https://core.telegram.org/api/entities>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// Where it begins.
    pub offset: u32,
    /// How long it is.
    pub length: u32,
    /// What it is.
    pub kind: EntityKind,
}

/// What a part of a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntityKind {
    /// `@name`.
    Mention,
    /// `#tag`.
    Hashtag,
    /// `$USD`.
    Cashtag,
    /// `/command`.
    BotCommand,
    /// A link that is its own text.
    Url,
    /// A link under another text.
    TextUrl {
        /// Where it leads.
        url: String,
    },
    /// An address for mail.
    Email,
    /// A telephone number.
    Phone,
    /// The number of a bank card.
    BankCard,
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// Underlined.
    Underline,
    /// Struck out.
    Strike,
    /// Hidden until it is touched.
    Spoiler,
    /// Code in a line.
    Code,
    /// A block of code.
    Pre {
        /// Its language; may be empty.
        language: String,
    },
    /// A quotation.
    Blockquote {
        /// Whether only its beginning is shown at first.
        is_collapsed: bool,
    },
    /// A person who has no public name.
    MentionName {
        /// Their id.
        user: i64,
    },
    /// An emoji of a set.
    CustomEmoji {
        /// The document that it is.
        document: i64,
    },
    /// A date that each reader sees in their own way.
    Date {
        /// In seconds since 1970.
        date: i32,
    },
    /// One that has no word here, by its name in the schema.
    Other(&'static str),
}
