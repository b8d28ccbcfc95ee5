//! What `sesame import telethon` is told.

use std::path::PathBuf;

use clap::Args;
use secrecy::SecretString;
use sesame_domain::ids::TenantId;
use sesame_sessions::import_source::{Column, Columns};

use super::values;

const FORMATS: &str = "\
FILE holds one session a line, `SESSION` or `PERSON_ID SESSION`; or a table with
a header (as CSV, with commas, semicolons, tabs or bars between the columns); or
JSON: a list, objects with such members, or ids with their sessions. Quotation
marks, names of variables, empty lines and comments (#) around them are passed
over. A session is a StringSession, in plain or as a Fernet token.

Each session is verified: Telegram is asked whose it is, and only then it is
stored. From then on it belongs to Sesame: stop the other system before, or at
least keep it from using that session, because Telegram ends a session that is
used in two places (AUTH_KEY_DUPLICATED). Importing again is safe: what is
linked already is left alone.

The keys to Fernet tokens come from --fernet-key-file or IMPORT_FERNET_KEY. The
password of a database can be left out of its URL: PGPASSWORD and ~/.pgpass are
asked.";

/// Where Telethon's sessions are, and what to do with them.
#[derive(Debug, Args)]
#[command(after_help = FORMATS)]
pub(crate) struct TelethonArgs {
    /// Lines of sessions, or a table as CSV; `-` is standard input
    #[arg(value_name = "FILE", required_unless_present = "from_postgres")]
    pub(crate) file: Option<PathBuf>,
    /// Read the table out of the other system's PostgreSQL
    #[arg(
        long,
        value_name = "URL",
        conflicts_with = "file",
        value_parser = values::secret
    )]
    pub(crate) from_postgres: Option<SecretString>,
    /// The name of that table, perhaps with its schema: `public.sessions`
    #[arg(
        long,
        value_name = "NAME",
        default_value = "sessions",
        requires = "from_postgres"
    )]
    pub(crate) table: String,
    /// The column that holds the session
    #[arg(long, value_name = "NAME", default_value = "session")]
    pub(crate) session_column: String,
    /// The column that holds the person's Telegram id; without it `user_id`,
    /// if there is one
    #[arg(long, value_name = "NAME")]
    pub(crate) person_column: Option<String>,
    /// Do not look whose a session should be: whoever Telegram names owns it
    #[arg(long, conflicts_with = "person_column")]
    pub(crate) any_person: bool,
    /// The column that holds the tenant
    #[arg(long, value_name = "NAME", conflicts_with = "tenant")]
    pub(crate) tenant_column: Option<String>,
    /// The tenant of all sessions; without it, the bot's (TENANT)
    #[arg(long, value_name = "NAME", value_parser = values::tenant)]
    pub(crate) tenant: Option<TenantId>,
    /// A file (readable by its owner alone) with the Fernet key, or several
    #[arg(long, value_name = "FILE")]
    pub(crate) fernet_key_file: Option<PathBuf>,
    /// Verify every session, and store none
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// One JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
}

impl TelethonArgs {
    /// Which columns of a table are read.
    pub(crate) fn columns(&self) -> Columns<'_> {
        let columns = Columns {
            session: &self.session_column,
            person: None,
            person_is_named: false,
            tenant: self.tenant_column.as_deref(),
        };
        if self.any_person {
            columns
        } else {
            columns.of_person(self.person_column.as_deref())
        }
    }
}

/// The option that names this column.
pub(crate) fn option(column: Column) -> &'static str {
    match column {
        Column::Session => "--session-column",
        Column::Person => "--person-column",
        Column::Tenant => "--tenant-column",
    }
}
