//! A bot as a whole.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use super::bot_world::BotWorld;
use super::calls::{Calls, MethodCall};
use super::error::ApiError;
use super::events::{Addressed, PhoneEvent};
use super::faults::{Faults, MethodFault};
use super::files::Files;
use super::identity::Identity;
use super::mirror_ids::Mirror;
use super::pace::Pace;
use super::rules::Rules;
use super::state::State;
use crate::world::{Person, World};

/// A bot: its state, its chats and those who wait for news of it.
#[derive(Debug)]
pub struct Bot {
    // Never changes, unlike the token.
    id: i64,
    state: Mutex<State>,
    faults: Mutex<Faults>,
    calls: Mutex<Calls>,
    pace: Mutex<Pace>,
    mirror: Mutex<Mirror>,
    files: Files,
    shared: BotWorld,
    // Counts changes of the queue; those who wait for updates watch it.
    queue: watch::Sender<u64>,
    // Counts calls that end a running long poll.
    polls: watch::Sender<u64>,
}

impl Bot {
    /// A bot with this state beside the others.
    pub(super) fn new(state: State, files: Files, shared: BotWorld) -> Self {
        let bot = Self {
            id: state.identity.id,
            state: Mutex::new(state),
            faults: Mutex::default(),
            calls: Mutex::default(),
            pace: Mutex::default(),
            mirror: Mutex::default(),
            files,
            shared,
            queue: watch::Sender::new(0),
            polls: watch::Sender::new(0),
        };
        bot.appear();
        bot
    }

    /// Telegram's user id of the bot.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// The files that were sent.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// A copy of everything that should survive a restart.
    pub fn snapshot(&self) -> State {
        self.read(State::clone)
    }

    /// Counts changes of the state, and of that of the other bots.
    pub fn revisions(&self) -> watch::Receiver<u64> {
        self.shared.revisions()
    }

    /// Who the bot is.
    pub fn identity(&self) -> Identity {
        self.read(|state| state.identity.clone())
    }

    /// What time it is for the bot, in Unix seconds.
    pub fn now(&self) -> i64 {
        self.time().timestamp()
    }

    /// Whether this is the bot's token.
    pub fn has_token(&self, token: &str) -> bool {
        self.read(|state| state.identity.token == token)
    }

    /// Gives the bot another token, as `@BotFather` does: the former one is
    /// worth nothing from now on, and calls that are under way with it end.
    ///
    /// The webhook goes with the token; updates that wait stay. Source:
    /// telegram-bot-api, `Client::on_closed`, which a revoked token leads to.
    pub fn revoke_token(&self) -> Identity {
        let identity = self.change(|state| {
            state.identity.replace_token();
            state.webhook = None;
            state.identity.clone()
        });
        self.wake();
        identity
    }

    /// Ends as soon as this is not the bot's token any more.
    pub(super) async fn token_revoked(&self, token: &str) {
        let mut changes = self.revisions();
        while self.has_token(token) {
            // The sender lives as long as this bot does.
            let _ = changes.changed().await;
        }
    }

    /// Orders an error for the next calls of a method.
    pub fn order_fault(&self, fault: MethodFault) {
        lock(&self.faults).order(fault);
    }

    /// The errors that are still to be given.
    pub fn faults(&self) -> Vec<MethodFault> {
        lock(&self.faults).list()
    }

    /// Forgets all ordered errors.
    pub fn clear_faults(&self) {
        lock(&self.faults).clear();
    }

    /// The latest calls of the bot, oldest first.
    pub fn calls(&self) -> Vec<MethodCall> {
        lock(&self.calls).list()
    }

    /// The latest calls of this method (in any case), oldest first.
    pub fn calls_of(&self, method: &str) -> Vec<MethodCall> {
        lock(&self.calls).of(method)
    }

    pub(super) fn note_call(&self, call: MethodCall) {
        lock(&self.calls).note(call);
    }

    pub(super) fn next_fault(&self, method: &str) -> Option<ApiError> {
        lock(&self.faults).next(method)
    }

    pub(super) fn book_message(&self, chat: i64) -> Result<(), ApiError> {
        lock(&self.pace).book(chat, self.rules().burst_per_chat, self.time())
    }

    /// Which message of the world is which one of the bot.
    pub(super) fn mirror<T>(&self, change: impl FnOnce(&mut Mirror) -> T) -> T {
        change(&mut lock(&self.mirror))
    }

    pub(super) fn world(&self) -> &World {
        &self.shared.world
    }

    /// What time it is.
    pub(super) fn time(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.world().clock().now(), 0).unwrap_or_default()
    }

    pub(super) fn rules(&self) -> &Rules {
        &self.shared.rules
    }

    /// The person with this id, as the Bot API names the lack of one.
    pub(super) fn person(&self, id: i64) -> Result<Person, ApiError> {
        self.world()
            .people()
            .get(id)
            .ok_or_else(|| ApiError::bad("chat not found"))
    }

    pub(super) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&lock(&self.state))
    }

    /// Changes the state and tells those who store it.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let out = change(&mut lock(&self.state));
        self.shared.note_change();
        out
    }

    /// Tells those who wait for updates that there may be some.
    pub(super) fn wake(&self) {
        self.queue.send_modify(|count| *count += 1);
    }

    pub(super) fn queue_changes(&self) -> watch::Receiver<u64> {
        self.queue.subscribe()
    }

    /// Ends a running long poll and returns what ends the caller's own.
    pub(super) fn interrupt_poll(&self) -> watch::Receiver<u64> {
        self.polls.send_modify(|count| *count += 1);
        self.polls.subscribe()
    }

    /// Shows something on a person's phone.
    pub(super) fn show(&self, person: i64, event: PhoneEvent) {
        self.shared.announce(Addressed {
            bot: self.id,
            person,
            event,
        });
    }

    /// Tells a person's phone that their account changed.
    pub fn account_changed(&self, person: i64) {
        self.show(person, PhoneEvent::Account);
    }
}

// Every change is written in one go, so a poisoned lock holds nothing half-done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
