//! What a check is.

use std::pin::Pin;

use crate::finding::Finding;
use crate::ports::Ports;

/// What a check is about, for pages that show those together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// What Sesame is told.
    Settings,
    /// Telegram and the way to it.
    Telegram,
    /// The database, Redis, and what is done by itself.
    Storage,
    /// The keys that seal.
    Keys,
    /// The audit and the backups.
    Records,
    /// What the system lets this process do.
    Process,
}

impl Group {
    /// The name, for machines; never changed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Telegram => "telegram",
            Self::Storage => "storage",
            Self::Keys => "keys",
            Self::Records => "records",
            Self::Process => "process",
        }
    }
}

/// What looking at something takes, and comes to.
pub type Look<'a> = Pin<Box<dyn Future<Output = Vec<Finding>> + Send + 'a>>;

/// Something that is looked at.
#[derive(Clone, Copy)]
pub struct Check {
    /// The name, for machines; never changed.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    look: for<'a> fn(&'a Ports) -> Look<'a>,
}

impl Check {
    /// A check that looks so.
    pub(crate) const fn new(
        name: &'static str,
        group: Group,
        look: for<'a> fn(&'a Ports) -> Look<'a>,
    ) -> Self {
        Self { name, group, look }
    }

    /// Looks. No findings: there is nothing to look at.
    pub async fn look(&self, ports: &Ports) -> Vec<Finding> {
        (self.look)(ports).await
    }
}
