//! On whose account Telegram is called.

use sesame_domain::ids::{AccountId, LoginId, Owner, SessionId, TenantId};
use tracing::Span;

/// On whose account Telegram is called: what its lines in the log are found by.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    /// The account that a login signs in to.
    Login {
        /// The login.
        id: LoginId,
        /// Whose it is.
        owner: Owner,
    },
    /// The account of a stored session.
    Session {
        /// The session.
        id: SessionId,
        /// The account that it is in use for; `None`: it leaves.
        account: Option<AccountId>,
        /// Whose it is.
        owner: Owner,
    },
    /// No one's, or it is not known yet whose.
    Unknown,
}

/// Whose calls Telegram counts together, as far as Sesame knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Counted {
    /// Those of a login: whose account it leads to is not known yet.
    Login(LoginId),
    /// Those of an account; each person has one.
    Account(Owner),
}

impl Counted {
    /// The value of the `whose` label.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Login(_) => "login",
            Self::Account(_) => "account",
        }
    }
}

impl Subject {
    /// Whose calls they are counted with; `None`: that is not known.
    pub(crate) fn counted(&self) -> Option<Counted> {
        match self {
            Self::Login { id, .. } => Some(Counted::Login(*id)),
            Self::Session { owner, .. } => Some(Counted::Account(owner.clone())),
            Self::Unknown => None,
        }
    }

    /// Whose account it is: a person has one, so this is also what its calls
    /// have in common.
    pub(crate) fn owner(&self) -> Option<&Owner> {
        match self {
            Self::Login { owner, .. } | Self::Session { owner, .. } => Some(owner),
            Self::Unknown => None,
        }
    }

    /// The bot that the account belongs to.
    pub(crate) fn tenant(&self) -> Option<&TenantId> {
        self.owner().map(|owner| &owner.tenant)
    }

    /// A span for what goes on with this account by itself. A session is
    /// shared by those who use it, so none of them is around it.
    pub(crate) fn span(&self) -> Span {
        let tenant = self.tenant().map(tracing::field::display);
        match self {
            Self::Login { id, .. } => tracing::info_span!("login", login.id = %id, tenant),
            Self::Session { id, account, .. } => {
                let account = account.map(tracing::field::display);
                tracing::info_span!(parent: None, "session", session.id = %id, account.id = account, tenant)
            }
            Self::Unknown => Span::none(),
        }
    }
}
