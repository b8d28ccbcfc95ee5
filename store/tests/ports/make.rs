//! Builders of what the ports store.

use chrono::{TimeDelta, TimeZone, Utc};
use sesame_domain::account::{Account, Profile};
use sesame_domain::audit::{Action, Actor, AuditEntry, Checkpoint, StrandHead};
use sesame_domain::device::Device;
use sesame_domain::ids::{
    AccountId, Fence, LoginId, NodeId, NoticeId, Owner, PersonId, SessionId, TenantId,
};
use sesame_domain::login::{Ending, Finishing, Login, Method, Policy, State};
use sesame_domain::notice::{Notice, NoticeKind};
use sesame_domain::ports::{
    AuditLog, ClaimedLogin, EndedLogin, HalfSession, LinkRequest, Logins, Saved, StoreError,
};
use sesame_domain::random::SystemEntropy;
use sesame_domain::sealed::Sealed;
use sesame_domain::time::Timestamp;
use sesame_store::Database;
use uuid::Uuid;

/// So many seconds after the beginning, with microseconds.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap()
        + TimeDelta::seconds(seconds)
        + TimeDelta::microseconds(123_456)
}

pub(crate) fn tenant() -> TenantId {
    "main".parse().unwrap()
}

pub(crate) fn owner(person: i64) -> Owner {
    Owner {
        tenant: tenant(),
        person: PersonId(person),
    }
}

pub(crate) fn node() -> NodeId {
    NodeId::generate(&SystemEntropy)
}

pub(crate) fn device() -> Device {
    Device {
        model: "Sesame".into(),
        system_version: "1".into(),
        app_version: "2".into(),
        app_name: "Link «ё»".into(),
    }
}

pub(crate) fn sealed(text: &str) -> Sealed {
    Sealed {
        key_id: "k1".into(),
        wrapped_key: vec![0, 1, 255],
        ciphertext: text.as_bytes().to_vec(),
    }
}

/// Sealed under that version.
pub(crate) fn under(key_id: &str, text: &str) -> Sealed {
    Sealed {
        key_id: key_id.into(),
        ..sealed(text)
    }
}

pub(crate) fn login(owner: &Owner, begun: i64) -> Login {
    Login::begin(
        LoginId::generate(&SystemEntropy, at(begun)),
        owner.clone(),
        Method::Qr,
        device(),
        &Policy::default(),
        at(begun),
    )
}

pub(crate) fn in_state(mut login: Login, state: State) -> Login {
    login.state = state;
    login.version += 1;
    login
}

pub(crate) fn over(login: Login, ending: Ending, end: i64) -> Login {
    let state = State::Ended {
        ending,
        at: at(end),
    };
    in_state(login, state)
}

pub(crate) fn notice(owner: &Owner, created: i64) -> Notice {
    Notice {
        id: NoticeId::generate(&SystemEntropy, at(created)),
        owner: owner.clone(),
        kind: NoticeKind::LoginExpired,
        created_at: at(created),
        attempts: 0,
    }
}

pub(crate) fn entry(owner: &Owner, subject: Uuid, action: Action, seconds: i64) -> AuditEntry {
    AuditEntry::new(
        at(seconds),
        owner.clone(),
        subject,
        Actor::system("test"),
        action,
        "because",
    )
    .from("a test")
}

/// The first checkpoint of the tenant `main`, which no one verifies.
pub(crate) fn checkpoint(heads: &[StrandHead]) -> Checkpoint {
    Checkpoint {
        tenant: owner(1).tenant,
        number: 1,
        at: at(100),
        heads: heads.to_vec(),
        previous: [0; 32],
        mac: [8; 32],
    }
}

/// Begins logins whose audit does not matter.
pub(crate) trait Starts {
    async fn start(&self, login: &Login) -> Result<Option<Login>, StoreError>;
}

impl<L: Logins> Starts for L {
    async fn start(&self, login: &Login) -> Result<Option<Login>, StoreError> {
        self.begin(login, began(login)).await
    }
}

pub(crate) fn began(login: &Login) -> AuditEntry {
    let mut entry = entry(&login.owner, login.id.as_uuid(), Action::LoginBegan, 0);
    entry.at = login.created_at;
    entry
}

/// The audit about an owner, newest first, without the beginnings of logins.
pub(crate) async fn audited(db: &Database, owner: &Owner) -> Vec<AuditEntry> {
    let mut entries = db.audit_log().about(owner, 100).await.unwrap();
    entries.retain(|entry| entry.action != Action::LoginBegan);
    entries
}

pub(crate) fn session_id() -> SessionId {
    SessionId::generate(&SystemEntropy, at(0))
}

pub(crate) fn profile(name: &str) -> Profile {
    Profile {
        name: name.into(),
        username: None,
    }
}

pub(crate) fn saved(login: &Login, fence: Fence) -> Saved<'_> {
    Saved {
        login,
        fence,
        session: HalfSession::Keep,
        identified: None,
        notices: Vec::new(),
        audit: Vec::new(),
    }
}

pub(crate) fn request(claimed: &ClaimedLogin, session: SessionId, now: i64) -> LinkRequest<'_> {
    LinkRequest {
        login: &claimed.login,
        fence: claimed.fence,
        end: &authorized,
        new_account: AccountId::generate(&SystemEntropy, at(now)),
        session,
        sealed: sealed("session"),
        cursor: None,
        profile: profile("Ann"),
        now: at(now),
        origin: "a test".into(),
    }
}

/// A login that was linked to an account.
pub(crate) fn authorized(login: &Login, account: AccountId) -> EndedLogin {
    let at = login.created_at;
    let ending = Ending::Authorized { account };
    EndedLogin {
        login: in_state(login.clone(), State::Ended { ending, at }),
        notices: Vec::new(),
        audit: Vec::new(),
    }
}

/// A login that was begun and is ready to link.
pub(crate) async fn linking(db: &Database, owner: &Owner, begun: i64) -> ClaimedLogin {
    let begun = login(owner, begun);
    assert_eq!(db.logins().start(&begun).await.unwrap(), None);
    let mut claimed = db.logins().claim(begun.id, &node()).await.unwrap();
    claimed.login = in_state(begun, Finishing::Linking { until: at(9_000) }.into());
    db.logins()
        .save(saved(&claimed.login, claimed.fence))
        .await
        .unwrap();
    claimed
}

/// Ends a login, so that the owner may begin another.
pub(crate) async fn end(db: &Database, claimed: &ClaimedLogin, ending: Ending, seconds: i64) {
    let login = over(claimed.login.clone(), ending, seconds);
    db.logins()
        .save(saved(&login, claimed.fence))
        .await
        .unwrap();
}

/// An account that is linked, its login over.
pub(crate) async fn linked(db: &Database, owner: &Owner, seconds: i64) -> Account {
    let claimed = linking(db, owner, seconds).await;
    let linked = db
        .logins()
        .link(request(&claimed, session_id(), seconds))
        .await
        .unwrap();
    linked.account
}
