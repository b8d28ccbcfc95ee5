//! What stands in a table.

use sesame_domain::audit::Actor;
use sesame_domain::page::BrokenRow;
use uuid::Uuid;

use crate::operators::moment::Moment;

/// How a state looks: a shape, a word, and only then a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// It works.
    Good,
    /// It is under way.
    Busy,
    /// It is over.
    Off,
    /// It will hurt one day.
    Warn,
    /// Someone must act.
    Bad,
    /// It is frozen.
    Cold,
}

impl Shape {
    /// By what the style knows it.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Busy => "busy",
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Cold => "cold",
        }
    }

    /// Its shape.
    pub(crate) fn icon(self) -> &'static str {
        match self {
            Self::Good => "check",
            Self::Busy => "busy",
            Self::Off => "dash",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Cold => "frost",
        }
    }
}

/// What stands in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Nothing.
    Empty,
    /// Words.
    Words(String),
    /// Something to the letter.
    Code(String),
    /// A number, or how long something took.
    Figure(String),
    /// An id: its end, the whole on hover.
    Id {
        /// The whole.
        whole: String,
        /// The end.
        end: String,
    },
    /// The way to a page of its own.
    Link {
        /// The address.
        href: String,
        /// What stands there.
        words: String,
    },
    /// When.
    When(Moment),
    /// Until when.
    Until(Moment),
    /// How something stands.
    State(Shape, String),
    /// A row that cannot be read, and what about it.
    Broken(String),
}

impl Cell {
    /// An id.
    pub(crate) fn id(id: Uuid) -> Self {
        Self::Id {
            whole: id.to_string(),
            end: Self::end_of(id),
        }
    }

    /// The end of an id, which tells it from the others of the day.
    pub(crate) fn end_of(id: Uuid) -> String {
        id.to_string().get(28..).unwrap_or_default().to_owned()
    }

    /// A row that cannot be read, in so many columns: it stops none beside it.
    pub(crate) fn broken_row(broken: BrokenRow, width: usize) -> Vec<Self> {
        let mut cells = vec![Self::Code(broken.id), Self::Broken(broken.what)];
        cells.resize(width.max(2), Self::Empty);
        cells
    }

    /// Who did something: "operator Mara (owner)".
    pub(crate) fn actor(actor: &Actor) -> Self {
        let (kind, name) = (actor.kind(), actor.name());
        Self::Words(name.map_or_else(|| kind.to_owned(), |name| format!("{kind} {name}")))
    }

    /// Words, if there are some.
    pub(crate) fn words(words: Option<impl Into<String>>) -> Self {
        words.map_or(Self::Empty, |words| Self::Words(words.into()))
    }

    /// Something to the letter, if there is something.
    pub(crate) fn code(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Empty, |text| Self::Code(text.into()))
    }

    /// Whether a column of these rows is read from the end, as numbers are.
    #[allow(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates hand over references"
    )]
    pub(crate) fn are_figures(rows: &[Vec<Self>], column: &usize) -> bool {
        let mut cells = rows.iter().filter_map(|row| row.get(*column));
        cells.any(|it| matches!(it, Self::Figure(_)))
    }

    /// How the table has it.
    pub(crate) fn class(&self) -> &'static str {
        match self {
            Self::Empty => "none",
            Self::Figure(_) => "num",
            Self::State(..) => "aside",
            Self::Broken(_) => "full",
            Self::Words(_)
            | Self::Code(_)
            | Self::Id { .. }
            | Self::Link { .. }
            | Self::When(_)
            | Self::Until(_) => "",
        }
    }
}
