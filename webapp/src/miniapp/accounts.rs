//! The views about the linked account.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use sesame_domain::account::{Account, Health};
use sesame_domain::audit::{Actor, Outcome};
use sesame_domain::device::Device;
use sesame_domain::disclosure::Disclosure;
use sesame_domain::ids::{AccountId, LoginId};
use sesame_domain::login::Failure;
use sesame_domain::retention::RetentionPeriods;
use sesame_domain::time::Timestamp;
use sesame_words::{AppWords, Html, Language};

use super::moments::{self, Moments as _, iso, left};
use super::retention::Retention as _;
use crate::activity::{ActivityItem, ActivityKind, Purpose, lines};
use crate::api::MeJson;
use crate::app::App;
use crate::base_path::BasePath;
use crate::html::html;
use crate::identity::Identity;
use crate::linking_end::LinkingEnd;
use crate::problem::ApiError;

/// How many entries of the audit are looked at for the account's page.
const RECENT: u32 = 50;
/// How many lines of them it shows; the rest is on the page of its own.
const SHOWN: usize = 4;

/// How many colours there are for avatars.
pub(super) const COLOURS: i64 = 7;

/// An account as the views show it.
pub(super) struct Card {
    pub(super) id: AccountId,
    pub(super) name: String,
    pub(super) username: Option<String>,
    pub(super) initials: String,
    pub(super) colour: i64,
    pub(super) health: Health,
    pub(super) device: Device,
    pub(super) linked_at: Timestamp,
    pub(super) checked_at: Timestamp,
    pub(super) used_at: Timestamp,
    /// Whether Telegram was asked about it since it was linked.
    pub(super) was_looked_at: bool,
    /// Whether it was put to use since it was linked.
    pub(super) was_used: bool,
    /// Whether the page is to have it looked at, since it shows it.
    pub(super) is_to_be_looked_at: bool,
}

impl Card {
    /// Of this account, as it is shown now.
    pub(super) fn of(account: Account, now: Timestamp) -> Self {
        let name = account.display_name();
        let username = name.beside(account.profile.username.as_deref());
        Self {
            id: account.id,
            was_looked_at: account.was_looked_at(),
            was_used: account.used_at > account.linked_at,
            is_to_be_looked_at: !account.is_known_lately(now),
            initials: initials(name.as_str()),
            username: username.map(str::to_owned),
            // As Telegram does: by the person's id, the same everywhere.
            colour: account.owner.person.0.rem_euclid(COLOURS),
            name: name.into(),
            health: account.health,
            device: account.device,
            linked_at: account.linked_at,
            checked_at: account.checked_at,
            used_at: account.used_at,
        }
    }

    /// Whether its session is gone.
    pub(super) fn is_dead(&self) -> bool {
        matches!(self.health, Health::Dead { .. })
    }
}

/// What stands for someone where their picture is not.
pub(super) fn initials(name: &str) -> String {
    let mut words = name.trim_start_matches('@').split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

#[derive(Template)]
#[template(path = "miniapp/home.html")]
pub(super) struct Home {
    pub(super) base: BasePath,
    pub(super) words: AppWords,
    pub(super) now: String,
    /// What it shows, for whoever listens whether that changed.
    pub(super) state: String,
    pub(super) account: Option<Card>,
    pub(super) running: Option<LoginId>,
    pub(super) needs_link: bool,
    /// Whether the account is known to work.
    pub(super) is_working: bool,
    /// Whether Telegram closed the account.
    pub(super) is_closed: bool,
    pub(super) device: Device,
    pub(super) disclosure: Disclosure,
}

/// The person's account, and the login that runs.
pub(super) async fn home(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
) -> Result<Response, ApiError> {
    let account = app.ports.accounts.linked(&owner).await?;
    let running = app
        .ports
        .logins
        .running(&owner)
        .await?
        .map(|login| login.id);
    let now = app.ports.clock.now();
    html(&Home {
        base: app.base.clone(),
        words: language.app(),
        now: iso(now),
        state: MeJson::of(account.as_ref(), running).tag()?,
        is_working: account
            .as_ref()
            .is_some_and(|it| it.health.is_alive() && it.was_looked_at()),
        is_closed: account
            .as_ref()
            .is_some_and(|it| matches!(it.health, Health::Dead { .. }) && !it.health.needs_link()),
        needs_link: account.as_ref().is_some_and(|it| it.health.needs_link()),
        device: account.as_ref().map_or_else(
            || app.settings.device.clone(),
            |account| account.device.clone(),
        ),
        disclosure: app.settings.disclosure.clone(),
        account: account.map(|account| Card::of(account, now)),
        running,
    })
}

#[derive(Template)]
#[template(path = "miniapp/link.html")]
pub(super) struct Link {
    pub(super) base: BasePath,
    pub(super) words: AppWords,
    pub(super) device: Device,
    pub(super) retention: RetentionPeriods,
    pub(super) disclosure: Disclosure,
    pub(super) relink: bool,
    pub(super) phone_login: bool,
    /// Whether that takes the place of a sign-in that works.
    pub(super) replaces: bool,
    pub(super) now: String,
    /// From when on a login may begin, if not now.
    pub(super) later: Option<Later>,
}

/// A moment before which no login may begin, with what is said until then.
pub(super) struct Later {
    until: String,
    time_left: String,
    lead: Html,
}

impl Later {
    /// What is said of a refusal that passes.
    fn of(refusal: Failure, words: AppWords, device: &Device, now: Timestamp) -> Option<Self> {
        let until = refusal.retry_at()?;
        Some(Self {
            until: iso(until),
            time_left: left(until, now),
            lead: words.language().failure(refusal).lead(&device.model),
        })
    }
}

/// What will happen.
pub(super) async fn link(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
) -> Result<Response, ApiError> {
    let account = app.ports.accounts.linked(&owner).await?;
    let (words, now) = (language.app(), app.ports.clock.now());
    let refusal = app.ports.logins.refusal(&owner).await?;
    html(&Link {
        base: app.base.clone(),
        words,
        later: refusal.and_then(|refusal| Later::of(refusal, words, &app.settings.device, now)),
        device: app.settings.device.clone(),
        retention: app.settings.retention,
        disclosure: app.settings.disclosure.clone(),
        relink: account.is_some(),
        phone_login: app.settings.phone_login,
        replaces: account.is_some_and(|it| it.health.is_alive() && it.was_looked_at()),
        now: iso(now),
    })
}

/// Where the code can be seen, or whether there is only this phone.
#[derive(Template)]
#[template(path = "miniapp/how.html")]
struct How {
    base: BasePath,
    words: AppWords,
    relink: bool,
    phone_login: bool,
}

/// By which way a phone goes on, which cannot scan its own screen.
pub(super) async fn how(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
) -> Result<Response, ApiError> {
    let account = app.ports.accounts.linked(&owner).await?;
    html(&How {
        base: app.base.clone(),
        words: language.app(),
        relink: account.is_some(),
        phone_login: app.settings.phone_login,
    })
}

#[derive(Template)]
#[template(path = "miniapp/account.html")]
pub(super) struct Detail {
    pub(super) base: BasePath,
    pub(super) words: AppWords,
    pub(super) now: String,
    /// What it shows, for whoever listens whether that changed.
    pub(super) state: String,
    pub(super) disclosure: Disclosure,
    pub(super) account: Card,
    pub(super) lines: Vec<ActivityItem>,
    pub(super) retention: RetentionPeriods,
    /// Whether copies of chats are kept here.
    pub(super) saves: bool,
}

/// The account, with what was done with it.
pub(super) async fn account(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let account = app.ports.accounts.linked(&owner).await?;
    let account = account
        .filter(|account| account.id.to_string() == id)
        .ok_or(ApiError::NotFound)?;
    let mut lines = lines(app.ports.audit.about(&owner, RECENT).await?, Some(&account));
    lines.truncate(SHOWN);
    let running = app
        .ports
        .logins
        .running(&owner)
        .await?
        .map(|login| login.id);
    let now = app.ports.clock.now();
    html(&Detail {
        base: app.base.clone(),
        words: language.app(),
        now: iso(now),
        state: MeJson::of(Some(&account), running).tag()?,
        disclosure: app.settings.disclosure.clone(),
        account: Card::of(account, now),
        lines,
        retention: app.settings.retention,
        saves: app.ports.exports.is_some(),
    })
}
