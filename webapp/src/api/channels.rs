//! Channels that are read for the person.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Deserializer};
use sesame_domain::account::Account;
use sesame_domain::channel::{
    ChannelName, HowFarBack, KEPT_DAYS_MAX, ReadingPolicy, SHORTEST_MAX, SubscribedChannel,
    UnknownChannelName,
};
use sesame_domain::ids::{AccountId, Owner};
use sesame_domain::ports::{ChannelRequestError, Subscribing};
use sesame_domain::time::Timestamp;
use sesame_words::Language;
use utoipa::ToSchema;
use uuid::Uuid;

use super::channel_json::{ChannelJson, ChannelsJson, channel_id};
use crate::app::App;
use crate::body::Body;
use crate::channel_problem::ChannelProblem;
use crate::dialogs::account_of;
use crate::identity::Identity;
use crate::problem::{ApiError, Problem};

/// How far back a channel is read unless it is said.
const USUALLY: HowFarBack = HowFarBack::Month;

/// Which channel is to be read, and what of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddChannelBody {
    /// Which channel: `@name`, a `t.me` link to it or to a post of it, or its id, as the
    /// list of dialogs has it.
    #[schema(value_type = String)]
    channel: Named,
    /// The account that reads it; the person's linked one unless it is said.
    account: Option<Uuid>,
    /// How far back: `none`, `week`, `month`, `year` or `all`; `month` unless it is said.
    back: Option<String>,
    /// For how many days after it was sent a post is kept, 1 to 3650; as long as the
    /// channel is read unless it is said.
    #[schema(minimum = 1, maximum = 3650)]
    kept_days: Option<u16>,
    /// Whether posts that were forwarded are wanted; they are unless it is said.
    forwards: Option<bool>,
    /// Whether messages that tell what happened are wanted ("pinned a message"); they
    /// are not unless it is said.
    service_messages: Option<bool>,
    /// Posts of fewer characters are left out; none unless it is said.
    #[schema(maximum = 4096)]
    shortest: Option<u16>,
}

/// A channel as a program names it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Named {
    Number(u64),
    Text(String),
}

impl Named {
    fn read(&self) -> Result<ChannelName, ChannelProblem> {
        let read = match self {
            Self::Number(number) => number.to_string().parse(),
            Self::Text(text) => text.parse(),
        };
        read.map_err(|unknown| match unknown {
            UnknownChannelName::Invitation => ChannelProblem::Invitation,
            UnknownChannelName::Other => ChannelProblem::NameInvalid,
        })
    }
}

/// What of a channel is wanted from now on; what is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeChannelBody {
    /// How far back from now: `none`, `week`, `month`, `year` or `all`.
    back: Option<String>,
    /// For how many days after it was sent a post is kept, 1 to 3650; null: as long as
    /// the channel is read.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<u16>, minimum = 1, maximum = 3650)]
    kept_days: Kept,
    /// Whether posts that were forwarded are wanted.
    forwards: Option<bool>,
    /// Whether messages that tell what happened are wanted.
    service_messages: Option<bool>,
    /// Posts of fewer characters are left out; 0: none.
    #[schema(maximum = 4096)]
    shortest: Option<u16>,
}

/// What is said of how long posts are kept.
#[derive(Clone, Copy, Debug, Default)]
enum Kept {
    /// Nothing.
    #[default]
    Unsaid,
    /// As long as the channel is read.
    Always,
    /// So many days.
    Days(u16),
}

fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Kept, D::Error> {
    let days = Option::<u16>::deserialize(deserializer)?;
    Ok(days.map_or(Kept::Always, Kept::Days))
}

impl ChangeChannelBody {
    /// What is wanted with that.
    fn over(self, policy: &ReadingPolicy, now: Timestamp) -> Result<ReadingPolicy, ApiError> {
        let from = match self.back {
            Some(back) => how_far(&back)?.from(now),
            None => policy.from,
        };
        let kept_days = match self.kept_days {
            Kept::Unsaid => policy.kept_days,
            Kept::Always => None,
            Kept::Days(days) => Some(days),
        };
        within_bounds(ReadingPolicy {
            from,
            kept_days,
            forwards: self.forwards.unwrap_or(policy.forwards),
            service_messages: self.service_messages.unwrap_or(policy.service_messages),
            shortest: self.shortest.unwrap_or(policy.shortest),
        })
    }
}

fn how_far(back: &str) -> Result<HowFarBack, ApiError> {
    back.parse().map_err(|_| ApiError::Malformed)
}

fn within_bounds(policy: ReadingPolicy) -> Result<ReadingPolicy, ApiError> {
    let days = policy.kept_days;
    let is_within = days.is_none_or(|days| (1..=KEPT_DAYS_MAX).contains(&days))
        && policy.shortest <= SHORTEST_MAX;
    is_within.then_some(policy).ok_or(ApiError::Malformed)
}

/// The person's channel with this id.
///
/// # Errors
/// [`ApiError::NotFound`] when it is not read for them.
async fn channel_of(app: &App, owner: &Owner, id: i64) -> Result<SubscribedChannel, ApiError> {
    let found = app.ports.channels.requests.find(owner, id).await?;
    found.ok_or(ApiError::NotFound)
}

fn is_there(found: bool) -> Result<(), ApiError> {
    found.then_some(()).ok_or(ApiError::NotFound)
}

/// The account that is to read: the one that is named, or the person's.
async fn reading_account(
    app: &App,
    owner: &Owner,
    named: Option<Uuid>,
) -> Result<Account, ApiError> {
    if let Some(id) = named {
        return account_of(app, owner, AccountId::from(id)).await;
    }
    let linked = app.ports.accounts.linked(owner).await?;
    linked.ok_or(ApiError::NotFound)
}

/// The channels that are read for the person, and how each stands: what is broken comes
/// first.
#[utoipa::path(
    get,
    path = "/channels",
    tag = "channels",
    security(("token" = []), ("init_data" = [])),
    responses((status = 200, body = ChannelsJson))
)]
pub(crate) async fn list(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
) -> Result<Json<ChannelsJson>, ApiError> {
    let channels = app.ports.channels.requests.list(&owner).await?;
    let channels = channels.into_iter();
    Ok(Json(ChannelsJson {
        channels: channels.map(|it| ChannelJson::of(it, language)).collect(),
    }))
}

/// Has a channel read: its history as far back as is wanted, then what is new, until it
/// is removed. One that is read for the person already stays as it is.
#[utoipa::path(
    post,
    path = "/channels",
    tag = "channels",
    security(("token" = []), ("init_data" = [])),
    request_body = AddChannelBody,
    responses(
        (status = 200, description = "It was read already, and stays as it was.", body = ChannelJson),
        (status = 201, description = "It is read from now on.", body = ChannelJson),
        (status = 400, description = "`channel_name_invalid`; `channel_invitation`: a link to join; `malformed`.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`chat_forbidden`: the account may not read it.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`chat_unknown`: there is no such name, or the account is not in that channel; `not_found`: no such account of the person's.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`no_channel`: a group, a bot or a person; `channel_protected`: copying from it is not allowed; `channels_full`: the person has 200; `session_ended`, `account_frozen`.", body = Problem, content_type = "application/problem+json"),
        (status = 502, description = "`telegram_refused`, with its name for it in `detail`.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "`telegram_flood` and `telegram_down` (`retry_at` says until when), `telegram_silent`, `session_elsewhere`, `busy`, `timeout`: again when `Retry-After` is over.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn add(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
    body: Body,
) -> Result<(StatusCode, Json<ChannelJson>), ApiError> {
    let body: AddChannelBody = body.json()?;
    let name = body.channel.read()?;
    let now = app.ports.clock.now();
    let back = body.back.as_deref().map_or(Ok(USUALLY), how_far)?;
    let usual = ReadingPolicy::usual(back.from(now));
    let policy = within_bounds(ReadingPolicy {
        kept_days: body.kept_days,
        forwards: body.forwards.unwrap_or(usual.forwards),
        service_messages: body.service_messages.unwrap_or(usual.service_messages),
        shortest: body.shortest.unwrap_or(usual.shortest),
        ..usual
    })?;
    let account = reading_account(&app, &owner, body.account).await?;
    let requests = &app.ports.channels.requests;
    let added = requests.add(&account, &name, policy).await;
    let added = added.map_err(|error| why_not(error, app.ports.clock.now()))?;
    let status = match added.outcome {
        Subscribing::Begun => StatusCode::CREATED,
        Subscribing::There => StatusCode::OK,
        Subscribing::Full => return Err(ChannelProblem::Full.into()),
        Subscribing::NoAccount => return Err(ApiError::NotFound),
    };
    let channel = channel_of(&app, &owner, added.channel).await?;
    Ok((status, Json(ChannelJson::of(channel, language))))
}

fn why_not(error: ChannelRequestError, now: Timestamp) -> ApiError {
    match error {
        ChannelRequestError::Read(error) => ApiError::of_reading(error, now),
        ChannelRequestError::NoChannel => ChannelProblem::NoChannel.into(),
        ChannelRequestError::Protected => ChannelProblem::Protected.into(),
        ChannelRequestError::Store(error) => error.into(),
    }
}

/// Wants something else of a channel. What is not wanted any more is shown no more at
/// once, and removed unless someone else wants it; what is wanted in addition is read.
#[utoipa::path(
    patch,
    path = "/channels/{id}",
    tag = "channels",
    security(("token" = []), ("init_data" = [])),
    params(("id" = String, Path, description = "The channel.")),
    request_body = ChangeChannelBody,
    responses(
        (status = 200, description = "As it is now.", body = ChannelJson),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
    language: Language,
    body: Body,
) -> Result<Json<ChannelJson>, ApiError> {
    let id = channel_id(&id)?;
    let body: ChangeChannelBody = body.json()?;
    let found = channel_of(&app, &owner, id).await?;
    let policy = body.over(&found.subscription.policy, app.ports.clock.now())?;
    is_there(
        app.ports
            .channels
            .requests
            .change(&owner, id, policy)
            .await?,
    )?;
    let channel = channel_of(&app, &owner, id).await?;
    Ok(Json(ChannelJson::of(channel, language)))
}

/// Does not have a channel read for the person any more. Its posts are removed unless
/// someone else has it read.
#[utoipa::path(
    delete,
    path = "/channels/{id}",
    tag = "channels",
    security(("token" = []), ("init_data" = [])),
    params(("id" = String, Path, description = "The channel.")),
    responses(
        (status = 204, description = "It is not read for them any more."),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn remove(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    is_there(
        app.ports
            .channels
            .requests
            .remove(&owner, channel_id(&id)?)
            .await?,
    )?;
    Ok(StatusCode::NO_CONTENT)
}

/// Has a channel looked at now, instead of when it is its turn: what is new, and whether
/// what was lost can be read again.
#[utoipa::path(
    post,
    path = "/channels/{id}/look",
    tag = "channels",
    security(("token" = []), ("init_data" = [])),
    params(("id" = String, Path, description = "The channel.")),
    responses(
        (status = 202, description = "It is next; as it stands until then.", body = ChannelJson),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn look(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
    language: Language,
) -> Result<(StatusCode, Json<ChannelJson>), ApiError> {
    let id = channel_id(&id)?;
    is_there(app.ports.channels.requests.look_now(&owner, id).await?)?;
    let channel = channel_of(&app, &owner, id).await?;
    Ok((
        StatusCode::ACCEPTED,
        Json(ChannelJson::of(channel, language)),
    ))
}
