//! Channels that post by themselves.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::TelegramError;
use super::body::Body;
use super::state::TelegramState;
use crate::posting::{Schedule, Scheduled, Turn, carry_out, check};
use crate::world::seconds;

/// The most turns of a list.
const MOST_TURNS: usize = 10_000;
/// The most turns that are taken at once.
const MOST_AT_ONCE: usize = 1_000;
/// The shortest time between two turns, in seconds.
const SHORTEST: f64 = 0.01;
/// The longest time between two turns, in seconds: a week.
const LONGEST: f64 = 604_800.0;

/// What a channel posts, and how often.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetSchedule {
    /// How long a turn is after the one before, in seconds, from 0.01 to a week.
    #[schema(example = 90.0)]
    every_seconds: f64,
    /// Whether turns come by themselves; yes if absent.
    #[serde(default = "yes")]
    on: bool,
    /// What the channel does in its turns, in this order; after the last one it begins
    /// anew.
    posts: Vec<Turn>,
}

/// What is to be changed about a schedule.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeSchedule {
    /// How long a turn is after the one before, in seconds.
    every_seconds: Option<f64>,
    /// Whether turns come by themselves.
    on: Option<bool>,
}

/// How many turns are to be taken.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TakeTurns {
    /// How many; 1 if absent.
    #[serde(default = "one")]
    count: usize,
}

/// A channel's schedule.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ScheduleView {
    /// The channel.
    channel: i64,
    /// How long a turn is after the one before, in seconds.
    every_seconds: f64,
    /// Whether turns come by themselves.
    on: bool,
    /// How many turns the list has.
    posts: usize,
    /// How many turns there were.
    taken: u64,
    /// When the next one comes, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_at: Option<i64>,
}

fn yes() -> bool {
    true
}

fn one() -> usize {
    1
}

impl ScheduleView {
    fn of(channel: i64, it: &Scheduled) -> Self {
        let schedule = &it.schedule;
        Self {
            channel,
            every_seconds: schedule.every().as_secs_f64(),
            on: schedule.on,
            posts: schedule.turns.len(),
            taken: schedule.taken,
            next_at: schedule.on.then(|| seconds(it.due)),
        }
    }
}

/// The schedules of all channels.
#[utoipa::path(get, path = "/schedules", tag = "chats", responses((status = 200, body = Vec<ScheduleView>)))]
pub(super) async fn list(State(state): State<TelegramState>) -> Json<Vec<ScheduleView>> {
    let all = state.schedules.list();
    let all = all.iter().map(|(id, it)| ScheduleView::of(*id, it));
    Json(all.collect())
}

/// A channel's schedule.
#[utoipa::path(
    get, path = "/channels/{id}/schedule", tag = "chats",
    params(("id" = i64, Path, description = "The channel")),
    responses((status = 200, body = ScheduleView), (status = 404, body = TelegramError)),
)]
pub(super) async fn show(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<Json<ScheduleView>, TelegramError> {
    Ok(Json(of(&state, id)?))
}

/// Lets a channel or supergroup post by itself, in place of what it posted so far.
#[utoipa::path(
    put, path = "/channels/{id}/schedule", tag = "chats", request_body = SetSchedule,
    params(("id" = i64, Path, description = "The channel")),
    responses(
        (status = 200, body = ScheduleView),
        (status = 400, body = TelegramError), (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn set(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
    Body(new): Body<SetSchedule>,
) -> Result<Json<ScheduleView>, TelegramError> {
    let chat = state.chat(id)?;
    if !chat.kind.is_channel() {
        return Err(TelegramError::bad_request("CHANNEL_INVALID"));
    }
    let every = every(new.every_seconds)?;
    if !(1..=MOST_TURNS).contains(&new.posts.len()) {
        return Err(TelegramError::bad_request("LIMIT_INVALID"));
    }
    for (at, turn) in new.posts.iter().enumerate() {
        let checked = check(&state.world, &chat, turn);
        checked.map_err(|error| TelegramError::bad_request(format!("posts[{at}]: {error}")))?;
    }
    let now = state.world.clock().precise();
    let schedule = Schedule::new(every, new.on, new.posts);
    state.schedules.set(id, schedule, now);
    Ok(Json(of(&state, id)?))
}

/// Lets a channel pause, or go on, or post more or less often.
#[utoipa::path(
    patch, path = "/channels/{id}/schedule", tag = "chats", request_body = ChangeSchedule,
    params(("id" = i64, Path, description = "The channel")),
    responses(
        (status = 200, body = ScheduleView),
        (status = 400, body = TelegramError), (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn change(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
    Body(change): Body<ChangeSchedule>,
) -> Result<Json<ScheduleView>, TelegramError> {
    let every = change.every_seconds.map(every).transpose()?;
    let now = state.world.clock().precise();
    let changed = state.schedules.alter(id, now, |schedule| {
        schedule.on = change.on.unwrap_or(schedule.on);
        if let Some(every) = every {
            schedule.set_every(every);
        }
    });
    let changed = changed.ok_or_else(none)?;
    Ok(Json(ScheduleView::of(id, &changed)))
}

/// Takes a channel's schedule away. What was posted stays, but the channel does not
/// survive a restart any more.
#[utoipa::path(
    delete, path = "/channels/{id}/schedule", tag = "chats",
    params(("id" = i64, Path, description = "The channel")),
    responses((status = 204), (status = 404, body = TelegramError)),
)]
pub(super) async fn remove(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<StatusCode, TelegramError> {
    if state.schedules.remove(id) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(none())
    }
}

/// Takes the next turns of a channel now, also of one that pauses.
#[utoipa::path(
    post, path = "/channels/{id}/schedule/turns", tag = "chats", request_body = TakeTurns,
    params(("id" = i64, Path, description = "The channel")),
    responses(
        (status = 200, body = ScheduleView),
        (status = 400, body = TelegramError), (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn take_turns(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
    Body(turns): Body<TakeTurns>,
) -> Result<Json<ScheduleView>, TelegramError> {
    if !(1..=MOST_AT_ONCE).contains(&turns.count) {
        return Err(TelegramError::bad_request("LIMIT_INVALID"));
    }
    of(&state, id)?;
    let now = state.world.clock().precise();
    for due in state.schedules.at_once(id, turns.count, now) {
        carry_out(&state.world, &due);
    }
    Ok(Json(of(&state, id)?))
}

fn of(state: &TelegramState, id: i64) -> Result<ScheduleView, TelegramError> {
    let found = state.schedules.get(id).ok_or_else(none)?;
    Ok(ScheduleView::of(id, &found))
}

fn none() -> TelegramError {
    TelegramError::not_found("SCHEDULE_INVALID")
}

fn every(seconds: f64) -> Result<Duration, TelegramError> {
    let wrong = || TelegramError::bad_request("SECONDS_INVALID");
    if !(SHORTEST..=LONGEST).contains(&seconds) {
        return Err(wrong());
    }
    Duration::try_from_secs_f64(seconds).map_err(|_| wrong())
}
