//! One session that is to be imported, wherever it was read.

use secrecy::SecretString;
use sesame_domain::ids::{PersonId, TenantId};
use sesame_domain::wrapping::is_blank;

use super::person::{PersonFlaw, is_nothing, person};

/// One session that is to be imported.
#[derive(Debug)]
pub struct Entry {
    /// Its line in the file, or its row in the table.
    pub line: u64,
    /// Its tenant, where the table says so.
    pub tenant: Option<TenantId>,
    /// Whose it should be.
    pub person: Option<PersonId>,
    /// Telethon's `StringSession`, in plain or as a Fernet token.
    pub session: SecretString,
}

/// A line, a row or an object that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Unread {
    /// Which.
    pub line: u64,
    /// Why; never what stands there.
    pub why: UnreadReason,
}

impl Unread {
    /// A line that is not what it should be.
    pub fn line(line: u64, why: impl Into<UnreadReason>) -> Self {
        let why = why.into();
        Self { line, why }
    }
}

/// Why there is no entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnreadReason {
    /// The person's id is none.
    #[error(transparent)]
    Person(#[from] PersonFlaw),
    /// The tenant's name is none.
    #[error("the tenant's name is not one")]
    Tenant,
    /// Of two parts, neither is an id.
    #[error("before the session stands no Telegram id")]
    NoIdBefore,
    /// It is neither a session nor one with its person.
    #[error(
        "it has more than a person and a session (a table needs a first line with the names of \
         its columns, such as user_id,session)"
    )]
    MoreThanTwo,
    /// It is no row.
    #[error("it is not a row of a table")]
    NotARow,
    /// The row has no place for a session.
    #[error("the row is too short")]
    TooShort,
    /// Rows ended up in a cell.
    #[error(
        "a quotation mark opens in this row and is closed rows later: those in between cannot be \
         read"
    )]
    HidesRows,
    /// The object lacks the member that holds the session.
    #[error("it has no member {0}")]
    NoMember(String),
    /// In a list in JSON stands something else.
    #[error("it is neither a session nor an object with one")]
    NeitherSessionNorObject,
    /// The column holds no text.
    #[error("the session is not text")]
    NotText,
}

/// A row as a table has it.
#[derive(Debug)]
pub struct Cells<'a> {
    /// Its line.
    pub line: u64,
    /// The cell of the tenant, if there is one.
    pub tenant: Option<&'a str>,
    /// The cell of the person, if there is one.
    pub person: Option<&'a str>,
}

impl Cells<'_> {
    /// The entry with this session.
    ///
    /// # Errors
    /// When a cell holds something else than it should.
    pub fn entry(self, session: SecretString) -> Result<Entry, Unread> {
        let line = self.line;
        let filled = |cell: Option<&str>| cell.filter(|cell| !is_nothing(cell)).map(str::to_owned);
        let person = filled(self.person).map(|id| person(&id)).transpose();
        let tenant = filled(self.tenant).map(|name| name.trim_matches(is_blank).parse());
        Ok(Entry {
            line,
            tenant: tenant
                .transpose()
                .map_err(|_| Unread::line(line, UnreadReason::Tenant))?,
            person: person.map_err(|why| Unread::line(line, why))?,
            session,
        })
    }
}
