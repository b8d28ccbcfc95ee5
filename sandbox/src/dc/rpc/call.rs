//! Who calls, and what a method may use.

use std::net::IpAddr;
use std::sync::Arc;

use super::error::{RpcError, RpcResult};
use crate::dc::data_centre::DataCentre;
use crate::world::{AuthKey, Authorization, AuthorizationState, Person, World};

/// A client that makes calls.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) dc: Arc<DataCentre>,
    pub(crate) key: Arc<AuthKey>,
    /// The address that the client reached us at.
    pub(crate) local: IpAddr,
    /// What tells its connection from others.
    pub(crate) connection: u64,
    /// The id of the message that the call came in.
    pub(crate) msg_id: i64,
}

/// A call that passed the guards.
pub(crate) struct Call {
    caller: Caller,
    login: Option<Arc<Authorization>>,
    takeout: Option<i64>,
    range: Option<(i32, i32)>,
}

impl Call {
    /// A call, inside an export and about a range of messages, if it says so.
    pub(super) fn new(caller: Caller, takeout: Option<i64>, range: Option<(i32, i32)>) -> Self {
        let login = caller.key.login();
        Self {
            caller,
            login,
            takeout,
            range,
        }
    }

    /// The export that it is made in.
    pub(crate) fn takeout(&self) -> Option<i64> {
        self.takeout
    }

    /// The numbers of the messages of private chats and groups that it is about.
    pub(crate) fn range(&self) -> Option<(i32, i32)> {
        self.range
    }

    pub(super) fn caller(&self) -> &Caller {
        &self.caller
    }

    pub(crate) fn world(&self) -> &Arc<World> {
        &self.caller.dc.world
    }

    /// The data centre that was called.
    pub(crate) fn dc(&self) -> &DataCentre {
        &self.caller.dc
    }

    pub(crate) fn key(&self) -> &Arc<AuthKey> {
        &self.caller.key
    }

    /// The address that the client reached us at.
    pub(crate) fn local(&self) -> IpAddr {
        self.caller.local
    }

    pub(crate) fn now(&self) -> i64 {
        self.world().clock().now()
    }

    /// The login on the client's key, also an incomplete or ended one.
    pub(crate) fn login(&self) -> Option<&Arc<Authorization>> {
        self.login.as_ref()
    }

    /// The login, if it is complete.
    pub(crate) fn complete_login(&self) -> RpcResult<&Arc<Authorization>> {
        let login = self.login().ok_or(NOT_LOGGED_IN)?;
        match login.state() {
            AuthorizationState::Complete => Ok(login),
            AuthorizationState::PasswordPending => {
                Err(RpcError::unauthorized("SESSION_PASSWORD_NEEDED"))
            }
            AuthorizationState::Ended => Err(RpcError::unauthorized("SESSION_REVOKED")),
            AuthorizationState::Accepted => Err(NOT_LOGGED_IN),
        }
    }

    /// The login, if it waits for the cloud password.
    pub(crate) fn pending_login(&self) -> RpcResult<&Arc<Authorization>> {
        let login = self.login().ok_or(NOT_LOGGED_IN)?;
        match login.state() {
            AuthorizationState::PasswordPending | AuthorizationState::Complete => Ok(login),
            AuthorizationState::Ended => Err(RpcError::unauthorized("SESSION_REVOKED")),
            AuthorizationState::Accepted => Err(NOT_LOGGED_IN),
        }
    }

    /// The layer of the schema that the client speaks.
    pub(crate) fn layer(&self) -> i32 {
        self.caller.key.layer().unwrap_or_default()
    }

    /// The person who is logged in.
    pub(crate) fn me(&self) -> RpcResult<Person> {
        let login = self.complete_login()?;
        self.world().people().get(login.person).ok_or(NOT_LOGGED_IN)
    }
}

/// The client has to log in first.
pub(crate) const NOT_LOGGED_IN: RpcError = RpcError::unauthorized("AUTH_KEY_UNREGISTERED");
