//! Who did what the audit tells of.

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The owner of the account.
    Owner,
    /// Sesame by itself, in the named part.
    System {
        /// The part, for example `login` or `validation`.
        part: String,
    },
    /// Someone at the command line.
    Operator {
        /// The name they go by.
        name: String,
    },
    /// Someone of a kind that only a newer program knows.
    Other {
        /// The kind.
        kind: String,
        /// What the entry calls them.
        name: Option<String>,
    },
}

impl Actor {
    /// Sesame by itself, in the named part.
    pub fn system(part: &str) -> Self {
        Self::System {
            part: part.to_owned(),
        }
    }

    /// The actor of this kind and name; `None`: this kind has a name, or none.
    pub fn from_parts(kind: &str, name: Option<String>) -> Option<Self> {
        Some(match (kind, name) {
            ("owner", None) => Self::Owner,
            ("system", Some(part)) => Self::System { part },
            ("operator", Some(name)) => Self::Operator { name },
            ("owner" | "system" | "operator", _) => return None,
            (kind, name) => Self::Other {
                kind: kind.to_owned(),
                name,
            },
        })
    }

    /// The kind, in the database and the API; never changed.
    pub fn kind(&self) -> &str {
        match self {
            Self::Owner => "owner",
            Self::System { .. } => "system",
            Self::Operator { .. } => "operator",
            Self::Other { kind, .. } => kind,
        }
    }

    /// The part of Sesame, or the name they go by.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Owner => None,
            Self::System { part } => Some(part),
            Self::Operator { name } => Some(name),
            Self::Other { name, .. } => name.as_deref(),
        }
    }
}
