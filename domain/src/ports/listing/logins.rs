//! Attempts to link an account, under way and over.

use async_trait::async_trait;

use crate::ids::{LoginId, NodeId, PersonId};
use crate::listing::{IdSearch, Listed, Query, Tenants};
use crate::login::{Login, Method, Status};
use crate::ports::{Intent, StoreError};
use crate::time::Timestamp;

/// Which logins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoginFilter {
    /// That are over, or are not.
    pub is_over: Option<bool>,
    /// That stand like this; none: however they stand.
    pub statuses: Vec<Status>,
    /// That are under way and have to wait before Telegram is asked again.
    pub is_waiting: bool,
    /// With this id.
    pub id: Option<IdSearch>,
    /// Of this person.
    pub person: Option<PersonId>,
    /// By this way to sign in.
    pub method: Option<Method>,
    /// That this node claimed last, and has not given back.
    pub node: Option<NodeId>,
    /// That failed for this reason ([`crate::login::Failure::code`]).
    pub failure: Option<String>,
    /// That began then or later.
    pub since: Option<Timestamp>,
    /// That began before then.
    pub until: Option<Timestamp>,
}

/// A login in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginRow {
    /// The login. What is sealed in it stays so.
    pub login: Login,
    /// The node that claimed it last and has not given it back.
    pub node: Option<NodeId>,
    /// What is wanted of it.
    pub intent: Option<Intent>,
}

/// What is asked of the list.
pub type LoginQuery = Query<LoginFilter, LoginId>;
/// A page of it.
pub type ListedLogins = Listed<LoginRow, LoginId>;

/// Logins, under way and over.
#[async_trait]
pub trait LoginListing: Send + Sync {
    /// Those that the filter lets through, the newest first.
    async fn logins(&self, query: &LoginQuery) -> Result<ListedLogins, StoreError>;

    /// The login with this id, if it is of one of these tenants.
    async fn login(&self, id: LoginId, tenants: &Tenants) -> Result<Option<LoginRow>, StoreError>;
}
