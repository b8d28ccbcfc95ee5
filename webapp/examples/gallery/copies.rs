//! Copies of chats: one person for each way in which one can stand.

use chrono::TimeDelta;
use sesame_domain::account::{Account, Health};
use sesame_domain::export::{ExportChoice, LastRenewal, RenewEvery, Renewal};
use sesame_domain::ids::ExportId;
use sesame_domain::job::{Cause, CauseCode, JobState, Outcome, WaitReason};
use sesame_domain::progress::{Progress, Unit};
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;

use crate::furnisher::Furnisher;
#[allow(unused_imports, reason = "only the pages that are looked at need it")]
use crate::gallery::Gallery;
use crate::support;

/// A group with a long name, which is among the chats on show.
const GROUP: PeerId = PeerId::Channel(2);
/// A channel that may not be copied.
const PROTECTED: PeerId = PeerId::Channel(3);
/// Someone with a picture.
const BEN: PeerId = PeerId::User(1);
/// A chat that no one knows any more.
const LOST: PeerId = PeerId::Group(999);

/// Someone else chooses otherwise, while this one is still choosing.
#[allow(dead_code, reason = "only the pages that are looked at need it")]
pub(crate) fn save_another(gallery: &Gallery, room: &str) {
    let (person, _) = &gallery.rooms[room];
    let accounts = gallery.world.accounts.all.lock().unwrap();
    let account = accounts.iter().find(|it| it.owner.person.0 == *person);
    let choice = ExportChoice {
        only_mine: true,
        ..ExportChoice::default()
    };
    let exports = &gallery.world.exports;
    let id = exports.put(account.unwrap(), GROUP, choice);
    exports.finish(id, 0);
}

fn running(now: Timestamp) -> JobState {
    let since = now - TimeDelta::minutes(2);
    JobState::Running { since }
}

fn flood(now: Timestamp) -> JobState {
    JobState::Waiting {
        until: now + TimeDelta::minutes(9),
        reason: WaitReason::Flood,
        cause: None,
    }
}

fn takeout_delay(now: Timestamp) -> JobState {
    JobState::Waiting {
        until: now + TimeDelta::hours(23),
        reason: WaitReason::TakeoutDelay,
        cause: None,
    }
}

fn ended(now: Timestamp, outcome: Outcome) -> JobState {
    JobState::Ended { outcome, at: now }
}

fn failed(now: Timestamp, code: &str) -> JobState {
    let cause = Cause {
        code: CauseCode::Other(code.to_owned()),
        detail: String::new(),
    };
    ended(now, Outcome::Failed(cause))
}

/// Two minutes of reading.
fn progress(now: Timestamp) -> Progress {
    let begun = Progress::from(0, Unit::Messages, now - TimeDelta::minutes(2));
    let begun = begun.of(Some(12_480)).beside(0, Some(312), &Unit::Files);
    let begun = begun.beside(0, None, &Unit::Bytes);
    let later = begun.at(4_210, now).beside(96, Some(312), &Unit::Files);
    later.beside(88 << 20, None, &Unit::Bytes)
}

impl Furnisher<'_> {
    fn saver(&mut self, name: &'static str, dialog: PeerId) -> Account {
        let owner = self.person();
        let now = self.world.clock.now();
        let account = support::account(owner.person.0, "Ann Lee", Health::Alive, now);
        let id = self.world.accounts.put(account.clone());
        self.page(name, &owner, format!("/app/accounts/{id}/chats/{dialog}"));
        account
    }

    /// A copy for which a job stands like this, perhaps with how far it is.
    fn copy(
        &mut self,
        name: &'static str,
        dialog: PeerId,
        state: JobState,
        far: bool,
    ) -> (Account, ExportId) {
        let account = self.saver(name, dialog);
        let id = self.copy_of(&account, dialog, state, far);
        (account, id)
    }

    fn copy_of(&self, account: &Account, dialog: PeerId, state: JobState, far: bool) -> ExportId {
        let (exports, now) = (&self.world.exports, self.world.clock.now());
        let id = exports.put(account, dialog, ExportChoice::default());
        let job = exports.job(account, dialog, state);
        if far {
            self.world
                .jobs
                .change(job, |job| job.progress = Some(progress(now)));
        }
        id
    }

    fn done(&self) -> JobState {
        let report = String::new();
        ended(self.world.clock.now(), Outcome::Done { report })
    }

    /// All of them.
    pub(crate) fn copies(&mut self) {
        let (world, now) = (self.world, self.world.clock.now());
        self.saver("save", GROUP);
        self.saver("save-differs", GROUP);
        self.saver("save-protected", PROTECTED);
        let account = self.saver("save-full", BEN);
        let id = world.exports.put(&account, GROUP, ExportChoice::default());
        world.exports.change(id, |export| export.bytes = 4 << 30);

        self.copy("copy-queued", BEN, JobState::Queued { from: now }, false);
        self.copy("copy-running", GROUP, running(now), true);
        self.copy("copy-parked", GROUP, flood(now), true);
        self.copy("copy-takeout-asks", GROUP, takeout_delay(now), false);
        self.copy(
            "copy-takeout-over",
            GROUP,
            failed(now, "takeout_over"),
            true,
        );
        let account = self.saver("copy-cancelling", LOST);
        let exports = &world.exports;
        exports.put(&account, LOST, ExportChoice::default());
        let job = exports.job(&account, LOST, running(now));
        world.jobs.change(job, |job| {
            job.progress = Some(progress(now));
            job.cancel_by = Some("owner".to_owned());
        });
        let (_, id) = self.copy("copy-renewed", BEN, running(now), true);
        world.exports.finish(id, 0);
        let outcome = Outcome::Cancelled {
            by: "owner".to_owned(),
        };
        self.copy("copy-cancelled", BEN, ended(now, outcome), false);
        self.copy("copy-failed", GROUP, failed(now, "chat_forbidden"), false);
        self.copy("copy-ended", GROUP, failed(now, "session_ended"), false);
        self.copy("copy-full", GROUP, failed(now, "quota_exceeded"), false);
        self.copy("copy-damaged", GROUP, failed(now, "export_damaged"), false);
        let (_, id) = self.copy(
            "copy-not-renewed",
            BEN,
            failed(now, "telegram_refused"),
            false,
        );
        world.exports.finish(id, 0);

        let done = self.done();
        for name in ["copy-ready", "copy-to-remove", "copy-to-keep"] {
            let (_, id) = self.copy(name, GROUP, done.clone(), false);
            world.exports.finish(id, 0);
        }
        self.kept();
        let (_, id) = self.copy("copy-incomplete", BEN, done.clone(), false);
        world.exports.finish(id, 3);
        world.exports.change(id, |export| {
            export.choice = ExportChoice {
                media: "photos,voice".parse().unwrap(),
                largest: Some(10 << 20),
                from: Some(now - TimeDelta::days(365)),
                until: None,
                only_mine: true,
            };
        });

        let owner = self.person();
        let account = support::account(owner.person.0, "Ann Lee", Health::Alive, now);
        world.accounts.put(account.clone());
        self.page("copies", &owner, "/app/copies".to_owned());
        self.copy_of(&account, LOST, failed(now, "chat_unknown"), false);
        let id = self.copy_of(&account, BEN, done.clone(), false);
        world.exports.finish(id, 3);
        let id = self.copy_of(&account, PeerId::Channel(3), done, false);
        world.exports.finish(id, 0);
        self.copy_of(&account, GROUP, running(now), true);
        let owner = self.person();
        let account = support::account(owner.person.0, "Ann Lee", Health::Alive, now);
        world.accounts.put(account);
        self.page("copies-none", &owner, "/app/copies".to_owned());
    }

    /// Copies that are kept up to date: that are to be, that were, that are just now,
    /// and that stopped.
    fn kept(&mut self) {
        let (world, now) = (self.world, self.world.clock.now());
        let renewal = |failure: Option<&str>| Renewal {
            last: Some(LastRenewal {
                at: now - TimeDelta::hours(3),
                failure: failure.map(str::to_owned),
            }),
            ..Renewal::new(RenewEvery::Week, now + TimeDelta::days(6))
        };
        for (name, state, failure) in [
            ("copy-kept", self.done(), None),
            (
                "copy-kept-failed",
                failed(now, "storage_full"),
                Some("storage_full"),
            ),
            (
                "copy-kept-stopped",
                failed(now, "session_ended"),
                Some("session_ended"),
            ),
            ("copy-kept-running", running(now), None),
        ] {
            let account = self.saver(name, BEN);
            let id = world.exports.put(&account, BEN, ExportChoice::default());
            let job = world.exports.job(&account, BEN, state);
            world.exports.finish(id, 0);
            world.exports.change(id, |export| {
                let mut renewal = renewal(failure);
                match name {
                    "copy-kept-stopped" => renewal.next_at = None,
                    "copy-kept-running" => renewal.job = Some(job),
                    _ => {}
                }
                export.renewal = Some(renewal);
            });
        }
    }
}
