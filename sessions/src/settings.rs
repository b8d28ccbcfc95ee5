//! What can be set.

use std::time::Duration;

use chrono::TimeDelta;
use secrecy::SecretString;
use sesame_domain::device::Device;
use sesame_domain::heartbeat::Heartbeat;
use sesame_domain::ids::TenantId;
use sesame_domain::login::Policy;
use sesame_domain::login_budget::LoginBudget;
use sesame_domain::retention::RetentionPolicy;

/// How far the calls of one account are apart: as chance will have it between
/// these, and more after floods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttling {
    /// Never less.
    pub floor: Duration,
    /// Not more while there are no floods.
    pub ceiling: Duration,
}

impl Throttling {
    /// Not at all: for tests of something else.
    pub const NONE: Self = Self {
        floor: Duration::ZERO,
        ceiling: Duration::ZERO,
    };
}

impl Default for Throttling {
    fn default() -> Self {
        Self {
            floor: Duration::from_millis(200),
            ceiling: Duration::from_millis(500),
        }
    }
}

/// What can be set of the sessions. [`SessionsSettings::new`] has the usual values.
#[derive(Clone, Debug)]
pub struct SessionsSettings {
    /// The tenant that is worked for: sessions of another bot, perhaps of another
    /// application, are no business of this node.
    pub tenant: TenantId,
    /// The application's id at Telegram (<https://my.telegram.org>).
    pub api_id: i32,
    /// Its hash.
    pub api_hash: SecretString,
    /// How sessions show up in Settings > Devices.
    pub device: Device,
    /// The language that sessions claim to be used in (ISO 639-1).
    pub lang_code: String,
    /// The life of a login.
    pub policy: Policy,
    /// Whether people may sign in by phone number and code.
    pub phone_login: bool,
    /// How many logins a person and an account may have a day.
    pub budget: LoginBudget,
    /// From where sessions are worked on, for the audit; `None`: from a node,
    /// by its name.
    pub origin: Option<String>,
    /// How long a call to Telegram may take.
    pub call_limit: Duration,
    /// How far the calls of one account are apart.
    pub throttling: Throttling,
    /// How long a node that died keeps others from its work.
    pub lease_ttl: Duration,
    /// How often work that no node does is looked for.
    pub sweep_every: Duration,
    /// After how long without use a session is closed.
    pub idle_after: Duration,
    /// How many sessions may be open at once; whoever wants another one waits until
    /// one is closed. Each has a connection or two.
    pub max_open: usize,
    /// For how long logins that are over are kept.
    pub keep_ended: TimeDelta,
    /// How long stopping may take.
    pub stop_within: Duration,
    /// For how long it is tried to log out a session that is no longer used
    /// (the time in which no node ran is not counted); after that its data key
    /// is destroyed all the same.
    pub leave_give_up: TimeDelta,
    /// How long sessions are kept.
    pub retention: RetentionPolicy,
    /// For how long entries of the audit are kept, for receipts; `None`: for
    /// ever.
    pub audit_kept: Option<TimeDelta>,
    /// For how long backups are kept, for receipts; `None`: there are none.
    pub backups_kept: Option<TimeDelta>,
}

impl SessionsSettings {
    /// The usual settings for this tenant, application and device.
    pub fn new(tenant: TenantId, api_id: i32, api_hash: SecretString, device: Device) -> Self {
        Self {
            tenant,
            api_id,
            api_hash,
            device,
            lang_code: "en".to_owned(),
            policy: Policy::default(),
            phone_login: true,
            budget: LoginBudget::default(),
            call_limit: Duration::from_secs(10),
            throttling: Throttling::default(),
            lease_ttl: Heartbeat::TTL,
            sweep_every: Duration::from_secs(1),
            idle_after: Duration::from_mins(5),
            max_open: 1_000,
            origin: None,
            keep_ended: TimeDelta::days(30),
            stop_within: Duration::from_secs(5),
            leave_give_up: TimeDelta::days(7),
            retention: RetentionPolicy::default(),
            audit_kept: None,
            backups_kept: None,
        }
    }
}
