//! The services that the bot, the Mini App and the command line call.

use async_trait::async_trait;
use futures::stream::BoxStream;
use secrecy::SecretString;
use uuid::Uuid;

use crate::account::Account;
use crate::audit::Actor;
use crate::ids::{AccountId, LoginId, Owner};
use crate::job::Enqueued;
use crate::login::{AnswerKind, Failure, Login, Method};
use crate::order::Order;
use crate::time::Timestamp;

use super::{StoreError, VaultError};

/// How a login shall begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Begin {
    /// End a login that already runs and begin a new one.
    pub anew: bool,
    /// Link the account again although it is linked and alive.
    pub relink: bool,
    /// By which way the person signs in. A login that runs by another way ends; `None`:
    /// by the way of the one that runs, or by QR code.
    pub method: Option<Method>,
}

/// A login that was asked for.
#[derive(Clone, Debug)]
pub enum Begun {
    /// It was created.
    Created(Login),
    /// The owner's login that already ran, or, as a login that is over, the
    /// account that is already linked.
    Existing(Login),
}

/// A person's answer to what Telegram asks them.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A phone number, with its country's code: digits after a plus sign.
    Number(SecretString),
    /// The code that Telegram sent.
    Code(SecretString),
    /// None: another code is wanted.
    AnotherCode,
    /// None: another number is to be given.
    AnotherNumber,
    /// Their cloud password.
    Password(SecretString),
}

impl Answer {
    /// What it answers.
    pub fn kind(&self) -> AnswerKind {
        match self {
            Self::Number(_) => AnswerKind::Number,
            Self::Code(_) => AnswerKind::Code,
            Self::AnotherCode => AnswerKind::AnotherCode,
            Self::AnotherNumber => AnswerKind::AnotherNumber,
            Self::Password(_) => AnswerKind::Password,
        }
    }
}

/// Why a service did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// There is no such login or account, or it is someone else's.
    #[error("not found")]
    NotFound,
    /// The login is not in a state for this: for example, a password was sent
    /// and none is asked for.
    #[error("the login is not in a state for this")]
    WrongState,
    /// Whoever runs this does not let people sign in by this way.
    #[error("this way to sign in is off")]
    MethodOff,
    /// The node is stopping, or the driver could not be reached in time; try
    /// again.
    #[error("busy; try again")]
    Busy,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Custody failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// A login as it changes: first as it is, then each newer version; intermediate
/// ones may be left out. Ends after the login is over.
pub type LoginUpdates = BoxStream<'static, Result<Login, ServiceError>>;

/// Begins logins and says how they go.
#[async_trait]
pub trait LoginService: Send + Sync {
    /// Begins a login, or returns the one that already runs.
    async fn begin(&self, owner: &Owner, begin: Begin) -> Result<Begun, ServiceError>;

    /// Why a login that the owner began now would fail at once, as that of who has
    /// had their logins for the day; `None`: it would not.
    async fn refusal(&self, owner: &Owner) -> Result<Option<Failure>, ServiceError>;

    /// The owner's login with this id.
    async fn find(&self, owner: &Owner, id: LoginId) -> Result<Login, ServiceError>;

    /// The owner's login that is not over.
    async fn running(&self, owner: &Owner) -> Result<Option<Login>, ServiceError>;

    /// Watches the owner's login with this id.
    async fn watch(&self, owner: &Owner, id: LoginId) -> Result<LoginUpdates, ServiceError>;

    /// Hands an answer to the driver; whether it was right, the login says.
    async fn submit(
        &self,
        owner: &Owner,
        id: LoginId,
        answer: Answer,
    ) -> Result<Login, ServiceError>;

    /// Cancels a login; one that is over stays as it is.
    async fn cancel(&self, owner: &Owner, id: LoginId) -> Result<Login, ServiceError>;
}

/// What a person gets who had everything about them erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its number, which is in the audit too.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// How many accounts were unlinked: one that was linked while this went
    /// on counts as well.
    pub accounts: u64,
    /// How many logins, the one under way included, were erased or ended.
    pub logins: u64,
    /// Until when entries of the audit keep the person's Telegram id; `None`:
    /// for as long as the audit is kept.
    pub audit_until: Option<Timestamp>,
    /// Until when backups may hold sealed copies that no longer come back.
    pub backups_until: Option<Timestamp>,
}

/// Shows and unlinks an owner's account.
#[async_trait]
pub trait AccountService: Send + Sync {
    /// The owner's account, if one is linked.
    async fn linked(&self, owner: &Owner) -> Result<Option<Account>, ServiceError>;

    /// Asks Telegram whether the account's session is alive, and records it, whichever
    /// node has it open. The audit says who asked. Of one of which nothing new is to
    /// be expected ([`Account::is_known_now`]) it need not be asked.
    ///
    /// # Errors
    /// [`ServiceError::Busy`] when it could not be found out.
    async fn check(&self, owner: &Owner, id: AccountId) -> Result<Account, ServiceError>;

    /// The same because the account is shown to its owner, who did not ask: it is no
    /// use of it, and what the audit has of it is the opening of its session. Of one
    /// that is known lately ([`Account::is_known_lately`]) it need not be asked.
    ///
    /// # Errors
    /// As of [`AccountService::check`].
    async fn look(&self, owner: &Owner, id: AccountId) -> Result<Account, ServiceError>;

    /// Unlinks an account: it is gone at once, and its session logged out at
    /// Telegram now or, if Telegram cannot be reached, as soon as it can.
    async fn unlink(&self, owner: &Owner, id: AccountId, actor: Actor) -> Result<(), ServiceError>;

    /// The same by its owner, who sees it done in the Mini App: the chat says so, too.
    async fn unlink_in_app(&self, owner: &Owner, id: AccountId) -> Result<(), ServiceError>;

    /// Erases everything about a person: their login is cancelled, their
    /// account is unlinked and its session logged out, what is remembered of them
    /// is gone. Entries of the audit stay for as long as it is kept.
    async fn erase(&self, owner: &Owner, actor: Actor) -> Result<Receipt, ServiceError>;
}

/// Unlinks accounts by order of those who look after Sesame.
#[async_trait]
pub trait AccountRevocation: Send + Sync {
    /// Unlinks an account as [`AccountService::unlink`] does, with the words of the
    /// order in the audit, and has its owner told; `false`: it is not linked any
    /// more.
    async fn revoke(
        &self,
        owner: &Owner,
        id: AccountId,
        order: &Order,
    ) -> Result<bool, ServiceError>;
}

/// Has accounts looked at by order of those who look after Sesame.
#[async_trait]
pub trait AccountCheckRequests: Send + Sync {
    /// Asks for a job that looks at this account at once, done by a node of its
    /// tenant, with the words of the order in the audit; while one is not over
    /// that does, that one is answered.
    async fn ask(&self, account: &Account, order: &Order) -> Result<Enqueued, StoreError>;
}
