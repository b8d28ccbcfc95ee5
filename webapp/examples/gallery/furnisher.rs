//! One person for each state.

use chrono::TimeDelta;
use sesame_domain::account::{DeathCause, Health};
use sesame_domain::audit::{Action, Actor, AuditEntry, Outcome};
use sesame_domain::ids::{LoginId, Owner, PersonId};
use sesame_domain::login::{
    AnswerKind, CallFailure, CodeWay, Ending, Event, Failure, Method, MigrationToken, QrEvent,
    Rejection,
};
use sesame_domain::reading::{DialogKind, LastMessage, PeerPhoto, ReadError};

use crate::gallery::{Rooms, fresh_token};
use crate::support::dialogs::{Failing, dialog};
use crate::support::{self, World};

/// A small picture.
fn picture() -> Vec<u8> {
    include_bytes!("picture.png").to_vec()
}

/// What is answered about someone's chats.
enum Answering {
    /// Their chats.
    Chats,
    /// That they have none.
    None,
    /// That they cannot be read.
    Fails(Failing),
}

/// Fills the world with people, one for each state.
pub(crate) struct Furnisher<'a> {
    pub(crate) world: &'a World,
    pub(crate) rooms: Rooms,
    pub(crate) next: i64,
}

impl Furnisher<'_> {
    pub(crate) fn person(&mut self) -> Owner {
        self.next += 1;
        support::owner(self.next)
    }

    pub(crate) fn page(&mut self, name: &'static str, owner: &Owner, path: String) {
        self.rooms.insert(name, (owner.person.0, path));
    }

    fn login(&mut self, name: &'static str, furnish: impl FnOnce(&World, LoginId)) {
        let owner = self.person();
        let id = self.world.logins.start(&owner);
        furnish(self.world, id);
        self.page(name, &owner, format!("/app/logins/{id}"));
    }

    fn by_phone(&mut self, name: &'static str, furnish: impl FnOnce(&World, LoginId)) {
        let owner = self.person();
        let id = self.world.logins.start_by_phone(&owner);
        furnish(self.world, id);
        self.page(name, &owner, format!("/app/logins/{id}"));
    }

    fn ended(&mut self, name: &'static str, ending: Ending) {
        let owner = self.person();
        let login = self.world.logins.fresh(&owner).ended(ending);
        let id = self.world.logins.put(login);
        self.page(name, &owner, format!("/app/logins/{id}"));
    }

    fn account(&mut self, list: &'static str, detail: &'static str, health: Health) {
        let owner = self.person();
        let now = self.world.clock.now();
        let account = support::account(owner.person.0, "Ann Lee", health, now);
        for (minutes, action, actor, reason) in [
            (60 * 24 * 12, Action::AccountLinked, Actor::Owner, "login"),
            (
                65,
                Action::SessionOpened,
                Actor::System {
                    part: "validation".to_owned(),
                },
                "validation",
            ),
            (
                4,
                Action::SessionOpened,
                Actor::System {
                    part: "validation".to_owned(),
                },
                "validation",
            ),
        ] {
            let entry = AuditEntry::new(
                now - TimeDelta::minutes(minutes),
                owner.clone(),
                account.session.as_uuid(),
                actor,
                action,
                reason,
            );
            self.world.audit.entries.lock().unwrap().push(entry);
        }
        let id = self.world.accounts.put(account);
        self.page(list, &owner, "/app".to_owned());
        self.page(detail, &owner, format!("/app/accounts/{id}"));
    }

    /// Someone with a day and more of activity, of every kind.
    fn busy(&mut self) {
        use Action::{
            AccountLinked, LoginBegan, LoginEnded, SealBroken, SessionOpened, SessionSealed,
            WrongAccountRefused,
        };

        let owner = self.person();
        let now = self.world.clock.now();
        let account = support::account(owner.person.0, "Ann Lee", Health::Alive, now);
        let session = account.session.as_uuid();
        let system = || Actor::system("sessions");
        let login = || Actor::system("login");
        let operator = || Actor::Operator {
            name: "Olga".to_owned(),
        };
        let add = |minutes, actor, action, reason: &str, outcome| {
            let at = now - TimeDelta::minutes(minutes);
            let entry = AuditEntry::new(at, owner.clone(), session, actor, action, reason);
            let entry = entry.from("node 3f9a0c1e");
            let entry = AuditEntry { outcome, ..entry };
            self.world.audit.entries.lock().unwrap().push(entry);
        };
        for check in (0..200).filter(|check| *check != 14) {
            add(
                4 + check * 15,
                system(),
                SessionOpened,
                "check",
                Outcome::Done,
            );
        }
        add(34, system(), SessionSealed, "changed", Outcome::Done);
        add(215, system(), SealBroken, "check", Outcome::Failed);
        add(300, operator(), SessionOpened, "dialogs", Outcome::Done);
        add(2, Actor::Owner, LoginBegan, "asked for", Outcome::Done);
        let reason = "another account was scanned";
        add(1, login(), WrongAccountRefused, reason, Outcome::Refused);
        add(0, login(), LoginEnded, "flood", Outcome::Failed);
        add(
            3100,
            Actor::Owner,
            AccountLinked,
            "login by qr",
            Outcome::Done,
        );
        let id = self.world.accounts.put(account);
        self.page("activity", &owner, "/app/activity".to_owned());
        self.page("account-busy", &owner, format!("/app/accounts/{id}"));
        self.page("data", &owner, "/app/data".to_owned());
        self.page("erase", &owner, "/app/erase".to_owned());
        let until = |days| Some(now + TimeDelta::days(days));
        *self.world.accounts.kept_until.lock().unwrap() = (until(400), until(30));
    }

    /// All of them.
    pub(crate) fn all(mut self) -> Rooms {
        self.busy();
        let owner = self.person();
        self.page("activity-empty", &owner, "/app/activity".to_owned());
        let now = self.world.clock.now();
        let owner = self.person();
        self.page("home-empty", &owner, "/app".to_owned());
        self.page("link", &owner, "/app/link".to_owned());
        self.page("how", &owner, "/app/link/how".to_owned());
        self.account("home", "account", Health::Alive);
        let since = now - TimeDelta::hours(3);
        self.account("home-frozen", "account-frozen", Health::Frozen { since });
        let cause = DeathCause::Revoked;
        self.account("home-dead", "account-dead", Health::Dead { cause, since });
        self.chats();
        self.copies();
        self.logins();
        self.phone_logins();
        let cause = DeathCause::Banned;
        self.account(
            "home-banned",
            "account-banned",
            Health::Dead { cause, since },
        );
        self.account("home-unlink", "account-unlink", Health::Alive);
        let owner = self.person();
        let mut account = support::account(owner.person.0, "Ann Lee", Health::Alive, now);
        account.checked_at = account.linked_at;
        account.used_at = account.linked_at;
        let id = self.world.accounts.put(account);
        self.page("home-unseen", &owner, "/app".to_owned());
        self.page("account-unseen", &owner, format!("/app/accounts/{id}"));
        self.page("link-again", &owner, "/app/link".to_owned());
        self.page("erase-linked", &owner, "/app/erase".to_owned());
        let owner = self.person();
        self.world.logins.start(&owner);
        self.page("home-running", &owner, "/app".to_owned());
        let until = now + TimeDelta::seconds(2543);
        let owner = self.person();
        let flood = Failure::every(until).find(|it| it.retry_at().is_some());
        let login = self.world.logins.fresh_by(&owner, Method::Phone);
        let id = self
            .world
            .logins
            .put(login.ended(Ending::Failed(flood.unwrap())));
        self.page("phone-later", &owner, format!("/app/logins/{id}"));
        let owner = self.person();
        let login = self.world.logins.fresh_by(&owner, Method::Phone);
        let id = self.world.logins.put(login.ended(Ending::Expired));
        self.page("phone-expired", &owner, format!("/app/logins/{id}"));
        for (name, ending) in [
            ("expired", Ending::Expired),
            ("cancelled", Ending::Cancelled),
            ("superseded", Ending::Superseded),
        ] {
            self.ended(name, ending);
        }
        for failure in Failure::every(until) {
            self.ended(failure.code(), Ending::Failed(failure));
        }
        let owner = self.person();
        let account = support::account(owner.person.0, "Ann Lee", Health::Alive, now);
        let account = self.world.accounts.put(account);
        let login = self.world.logins.fresh(&owner);
        let id = self
            .world
            .logins
            .put(login.ended(Ending::Authorized { account }));
        self.page("linked", &owner, format!("/app/logins/{id}"));
        self.rooms
    }

    /// An account whose list of chats is answered like this; without it, all.
    /// Chats, of which nothing else is known than what they answer.
    fn chats_of(&mut self, name: &'static str, answer: Answering) {
        let owner = self.person();
        let now = self.world.clock.now();
        let account = support::account(owner.person.0, "Ann Lee", Health::Alive, now);
        let id = self.world.accounts.put(account);
        self.page(name, &owner, format!("/app/accounts/{id}/chats"));
        let answer = match answer {
            Answering::Chats => return,
            Answering::None => None,
            Answering::Fails(failing) => Some(failing),
        };
        let mut failing_for = self.world.dialogs.failing_for.lock().unwrap();
        failing_for.insert(owner.person.0, answer);
    }

    fn chats(&mut self) {
        const KINDS: [DialogKind; 5] = [
            DialogKind::User,
            DialogKind::Supergroup,
            DialogKind::Channel,
            DialogKind::Bot,
            DialogKind::Group,
        ];
        const NAMES: [&str; 7] = [
            "Ben Ode",
            "Harbour crew, planning for the regatta and everything after it",
            "The Daily",
            "Weather",
            "Семья",
            "سارة",
            "🚲 Tours",
        ];
        let now = self.world.clock.now();
        let mut main = Vec::new();
        for number in 0..1_200_usize {
            let at = i64::try_from(number).unwrap();
            let name = NAMES[number % NAMES.len()];
            let mut chat = dialog(at + 1, KINDS[number % KINDS.len()], name);
            chat.last = chat.last.map(|last| LastMessage {
                at: now - TimeDelta::minutes(at * at * 7),
                ..last
            });
            chat.unread = match number % 4 {
                1 => u32::try_from(number).unwrap(),
                3 if number < 10 => 12_345,
                _ => 0,
            };
            chat.is_marked_unread = number % 6 == 2;
            chat.is_pinned = number < 2;
            chat.photo = (number % 3 == 0).then_some(PeerPhoto { id: at, dc: 2 });
            main.push(chat);
        }
        let mut notes = dialog(5_000, DialogKind::SavedMessages, "Ann Lee");
        notes.is_pinned = true;
        main.insert(1, notes);
        main[6].peer.name = String::new();
        main[3].peer.is_protected = true;
        let png = picture();
        let photos = (0..1_200).map(|id| (id, png.clone()));
        *self.world.dialogs.photos.lock().unwrap() = photos.collect();
        *self.world.dialogs.main.lock().unwrap() = main;
        self.chats_of("chats", Answering::Chats);
        self.chats_of("chats-none", Answering::None);
        let flood = move || ReadError::Flood {
            until: now + TimeDelta::hours(2),
        };
        let ended = || ReadError::SessionDead(DeathCause::Revoked);
        let silent = || ReadError::Temporary("slow".to_owned());
        self.chats_of("chats-flood", Answering::Fails(Box::new(flood)));
        self.chats_of("chats-ended", Answering::Fails(Box::new(ended)));
        self.chats_of(
            "chats-frozen",
            Answering::Fails(Box::new(|| ReadError::Frozen)),
        );
        self.chats_of("chats-silent", Answering::Fails(Box::new(silent)));
    }

    fn phone_logins(&mut self) {
        let answered = |world: &World, id, kind, why| {
            world.logins.feed(id, Event::AnswerSubmitted(kind));
            world.logins.feed(id, Event::AnswerRejected(why));
        };
        self.by_phone("number", |_, _| {});
        self.by_phone("number-sending", |world, id| {
            let number = AnswerKind::Number;
            world.logins.feed(id, Event::AnswerSubmitted(number));
        });
        let rejections = [
            ("number-invalid", Rejection::NumberInvalid),
            ("number-banned", Rejection::NumberBanned),
            ("number-unoccupied", Rejection::NumberUnoccupied),
            ("number-unheard", Rejection::Unheard),
        ];
        for (name, why) in rejections {
            self.by_phone(name, |world, id| {
                answered(world, id, AnswerKind::Number, why);
            });
        }
        let ways = [
            ("code-app", CodeWay::App, None),
            ("code-sms", CodeWay::Sms, None),
            ("code-word", CodeWay::SmsWord, Some("b")),
            ("code-phrase", CodeWay::SmsPhrase, Some("the cat")),
            ("code-call", CodeWay::Call, None),
            ("code-flash-call", CodeWay::FlashCall, Some("+49 30 …")),
            ("code-missed-call", CodeWay::MissedCall, Some("+49 30")),
            ("code-email", CodeWay::Email, Some("a***@example.org")),
            ("code-fragment", CodeWay::Fragment, None),
        ];
        for (name, way, detail) in ways {
            self.by_phone(name, |world, id| {
                world.logins.send_code(id, way, detail);
            });
        }
        self.by_phone("code-checking", |world, id| {
            world.logins.send_code(id, CodeWay::App, None);
            world
                .logins
                .feed(id, Event::AnswerSubmitted(AnswerKind::Code));
        });
        let rejections = [
            ("code-wrong", Rejection::CodeInvalid),
            ("code-expired", Rejection::CodeExpired),
            ("code-no-other", Rejection::NoOtherWay),
            ("code-unheard", Rejection::Unheard),
        ];
        for (name, why) in rejections {
            self.by_phone(name, |world, id| {
                world.logins.send_code(id, CodeWay::App, None);
                answered(world, id, AnswerKind::Code, why);
            });
        }
    }

    fn logins(&mut self) {
        let accepted = |world: &World, id| {
            world.logins.show(id, &[9; 32]);
            world.logins.feed(id, QrEvent::TokenAccepted);
        };
        self.login("starting", |_, _| {});
        self.login("qr", |world, id| {
            world.logins.show(id, &fresh_token());
        });
        for name in ["screen-scanned", "screen-linked", "screen-ended"] {
            self.login(name, |world, id| {
                world.logins.show(id, &fresh_token());
            });
        }
        let owner = self.person();
        let id = self.world.logins.start(&owner);
        self.world.logins.show(id, &fresh_token());
        self.page("other", &owner, format!("/app/logins/{id}/screen"));
        self.login("qr-unreachable", |world, id| {
            world.logins.show(id, &[5; 32]);
            world
                .logins
                .feed(id, Event::CallFailed(CallFailure::Unavailable));
        });
        self.login("scanned", accepted);
        self.login("moving", move |world, id| {
            accepted(world, id);
            let token = MigrationToken(vec![1].into());
            world
                .logins
                .feed(id, QrEvent::MigrationAsked { dc: 4, token });
        });
        self.login("password", move |world, id| {
            accepted(world, id);
            world.logins.ask_password(id, Some("the usual one"));
        });
        self.login("password-checking", move |world, id| {
            accepted(world, id);
            world.logins.ask_password(id, None);
            world
                .logins
                .feed(id, Event::AnswerSubmitted(AnswerKind::Password));
        });
        self.login("password-wrong", move |world, id| {
            accepted(world, id);
            world.logins.ask_password(id, Some("the usual one"));
            world
                .logins
                .feed(id, Event::AnswerSubmitted(AnswerKind::Password));
            world
                .logins
                .feed(id, Event::AnswerRejected(Rejection::PasswordWrong));
        });
        self.login("verifying", move |world, id| {
            accepted(world, id);
            world.logins.feed(id, Event::SignedIn);
        });
        self.login("linking", move |world, id| {
            accepted(world, id);
            world.logins.feed(id, Event::SignedIn);
            let person: PersonId = world.logins.get(id).owner.person;
            world.logins.feed(id, Event::Identified { person });
        });
    }
}
