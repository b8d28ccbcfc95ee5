//! Calls every method of every storage port.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta};
use sesame_domain::account::Health;
use sesame_domain::audit::Action;
use sesame_domain::ids::{AccountId, Fence, GrantId, NoticeId, Owner, SessionId};
use sesame_domain::listing::Tenants;
use sesame_domain::login::{Ending, Finishing, State};
use sesame_domain::login_budget::LoginBudget;
use sesame_domain::ports::{
    AccountFigures, Accounts, ApplicationFloods, Cursors, Erasure, Erasures, FloodedPerson, Grant,
    HalfSession, ImportRequest, Intent, LoginAttempts, Logins, OneTime, OneTimeKind, Outbox, Peers,
    People, Saved, SloCount, SloCounts, StoreError,
};
use sesame_domain::random::SystemEntropy;
use sesame_domain::session::SessionClaim;
use sesame_domain::session::cursor::{AccountCursor, CursorAdvance};
use sesame_domain::slo::{Counted, Slo};
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use super::caught::Caught;
use super::fill::{NOW, ROWS};
use super::make::{
    at, began, device, entry, in_state, login, node, notice, over, owner, profile, request, sealed,
    session_id, tenant,
};
use crate::Database;

/// Someone whose rows are among those of many.
pub(super) const SOMEONE: i64 = 77;
/// People of whom nothing is known.
pub(super) const NEW: i64 = ROWS * 2;

/// Calls ports, and notes which.
pub(super) struct Driver {
    db: Database,
    caught: Caught,
    called: BTreeSet<String>,
}

impl Driver {
    pub(super) fn new(db: Database, caught: Caught) -> Self {
        Self {
            db,
            caught,
            called: BTreeSet::new(),
        }
    }

    /// The methods that were called.
    pub(super) fn called(&self) -> &BTreeSet<String> {
        &self.called
    }

    pub(super) async fn call<T>(
        &mut self,
        port: &'static str,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> T {
        self.called.insert(port.to_owned());
        self.caught.port_is(port);
        call.await
            .unwrap_or_else(|error| panic!("{port}: {error:?}"))
    }

    /// Calls every method.
    pub(super) async fn drive(&mut self) {
        let db = self.db.clone();
        self.keys(&db).await;
        self.logins(&db).await;
        self.login_attempts(&db).await;
        self.application_floods(&db).await;
        self.figures_by_hour(&db).await;
        self.accounts(&db).await;
        self.leaving(&db).await;
        self.one_time(&db).await;
        self.people_and_notices(&db).await;
        self.erasures(&db).await;
        self.audit(&db).await;
        self.backups(&db).await;
        self.rewrapping(&db).await;
        self.secrets(&db).await;
        self.jobs(&db).await;
        self.schedules(&db).await;
        self.operators(&db).await;
        self.lists(&db).await;
        self.job_actions(&db).await;
        self.tenants(&db).await;
        self.selections(&db).await;
        self.exports(&db).await;
        self.posts(&db).await;
        self.channels(&db).await;
    }

    async fn figures_by_hour(&mut self, db: &Database) {
        let count = SloCount {
            tenant: tenant(),
            slo: Slo::Login,
            at: now(),
            counted: Counted {
                events: 2,
                errors: 1,
            },
        };
        let counts = db.slo_counts();
        self.call("SloCounts::add", counts.add(&[count.clone(), count]))
            .await;
        let counted = counts.counted(&Tenants::All, now() - TimeDelta::days(29), now(), 24);
        self.call("SloCounts::counted", counted).await;
        // Its rows begin in 1970.
        let forgotten = counts.forget(DateTime::UNIX_EPOCH + TimeDelta::days(4));
        self.call("SloCounts::forget", forgotten).await;
        let figures = db.account_figures();
        for max_age in [TimeDelta::zero(), TimeDelta::hours(1)] {
            let figures = figures.by_health(now(), max_age);
            self.call("AccountFigures::by_health", figures).await;
        }
    }

    async fn logins(&mut self, db: &Database) {
        let begun = login(&owner(SOMEONE), NOW);
        self.call("Logins::begin", db.logins().begin(&begun, began(&begun)))
            .await;
        // The one that runs already is found.
        let second = login(&owner(SOMEONE), NOW);
        self.call("Logins::begin", db.logins().begin(&second, began(&second)))
            .await;
        self.call("Logins::find", db.logins().find(begun.id)).await;
        self.call("Logins::running", db.logins().running(&begun.owner))
            .await;
        let claimed = self
            .call("Logins::claim", db.logins().claim(begun.id, &node()))
            .await;
        let logins = db.logins();
        let released = logins.release(begun.id, claimed.fence);
        self.call("Logins::release", released).await;
        self.call(
            "Logins::set_intent",
            db.logins().set_intent(begun.id, Intent::Cancel),
        )
        .await;
        self.call("Logins::intent", db.logins().intent(begun.id))
            .await;
        self.call(
            "Logins::unattended",
            db.logins().unattended(&tenant(), now(), 100),
        )
        .await;
        let claimed = sesame_domain::ports::ClaimedLogin {
            login: in_state(
                claimed.login,
                State::Finishing(Finishing::Linking {
                    until: at(NOW + 60),
                }),
            ),
            ..claimed
        };
        self.call(
            "Logins::save",
            db.logins().save(save(&claimed, &claimed.login)),
        )
        .await;
        let link = request(&claimed, session_id(), NOW);
        let linked = self.call("Logins::link", db.logins().link(link)).await;
        // Again, as a driver does that did not hear of it.
        let link = request(&claimed, linked.account.session, NOW);
        self.call("Logins::link", db.logins().link(link)).await;
        let ended = over(
            claimed.login.clone(),
            Ending::Authorized {
                account: linked.account.id,
            },
            NOW,
        );
        self.call("Logins::save", db.logins().save(save(&claimed, &ended)))
            .await;
        self.call("Logins::prune", db.logins().prune(at(100))).await;
    }

    async fn login_attempts(&mut self, db: &Database) {
        let (someone, budget) = (owner(SOMEONE), LoginBudget::default());
        let begun = login(&someone, NOW);
        self.call(
            "LoginAttempts::take",
            db.login_attempts().take(begun.id, &someone, budget, now()),
        )
        .await;
        self.call(
            "LoginAttempts::spent_until",
            db.login_attempts().spent_until(&someone, budget, now()),
        )
        .await;
        self.call(
            "LoginAttempts::give_back",
            db.login_attempts().give_back(begun.id),
        )
        .await;
        self.call("LoginAttempts::forget", db.login_attempts().forget(at(100)))
            .await;
    }

    async fn application_floods(&mut self, db: &Database) {
        let (id, method) = (7, "auth.exportLoginToken");
        let flooded = FloodedPerson {
            whose: owner(SOMEONE),
            until: at(NOW + 60),
        };
        self.call(
            "ApplicationFloods::note",
            db.application_floods().note(id, method, &flooded),
        )
        .await;
        self.call(
            "ApplicationFloods::waiting",
            db.application_floods().waiting(id, method, now()),
        )
        .await;
        self.call(
            "ApplicationFloods::forget",
            db.application_floods().forget(at(100)),
        )
        .await;
    }

    async fn accounts(&mut self, db: &Database) {
        let someone = owner(SOMEONE);
        let account = self
            .call("Accounts::of", db.accounts().of(&someone))
            .await
            .unwrap();
        self.call("Accounts::find", db.accounts().find(&someone, account.id))
            .await;
        self.call("Accounts::page", db.accounts().page(None, 100))
            .await;
        self.call("Accounts::page", db.accounts().page(Some(account.id), 100))
            .await;
        let stored = self
            .call(
                "Accounts::claim_session",
                db.accounts().claim_session(account.session, &node()),
            )
            .await;
        let sealed = sealed("later");
        let accounts = db.accounts();
        let saved = accounts.save_session(stored.id, stored.fence, &sealed);
        self.call("Accounts::save_session", saved).await;
        self.session_parts(db, stored.id, stored.fence).await;
        let told = Some(notice(&someone, NOW));
        let accounts = db.accounts();
        let healthy = accounts.set_health(account.id, account.session, Health::Alive, now(), told);
        self.call("Accounts::set_health", healthy).await;
        self.call(
            "Accounts::due_for_check",
            db.accounts().due_for_check(&tenant(), at(50), now(), 100),
        )
        .await;
        self.call(
            "Accounts::count_living",
            db.accounts().count_living(&tenant()),
        )
        .await;
        self.call("Accounts::used", db.accounts().used(&someone, now()))
            .await;
        self.call("Accounts::import", db.accounts().import(import(NEW)))
            .await;
        let unlinked = about(Action::AccountUnlinked);
        let told = Some(notice(&someone, NOW));
        self.call(
            "Accounts::unlink",
            db.accounts().unlink(&someone, account.id, unlinked, told),
        )
        .await;
    }

    async fn leaving(&mut self, db: &Database) {
        let leaving = self
            .call(
                "Accounts::leaving",
                db.accounts().leaving(&tenant(), at(NOW + 2), 100),
            )
            .await;
        let id = leaving[0].id;
        let claim = db
            .accounts()
            .claim_session(id, &node())
            .await
            .unwrap()
            .claim();
        self.call(
            "Accounts::leave_later",
            db.accounts().leave_later(claim, now()),
        )
        .await;
        self.call(
            "Accounts::release_session",
            db.accounts().release_session(claim),
        )
        .await;
        let destroyed = about(Action::DataKeyDestroyed);
        self.call(
            "Accounts::destroy_data_key",
            db.accounts().destroy_data_key(id, destroyed),
        )
        .await;
        let erased = about(Action::SessionEnded);
        self.call(
            "Accounts::erase_session",
            db.accounts().erase_session(id, erased),
        )
        .await;
    }

    async fn one_time(&mut self, db: &Database) {
        let (kind, digest) = (OneTimeKind::InitData, [9; 32]);
        let grant = Grant {
            id: GrantId::generate(&SystemEntropy, now()),
            at: now(),
            until: at(NOW + 900),
        };
        let someone = owner(SOMEONE);
        self.call(
            "OneTime::spend",
            db.one_time().spend(kind, digest, &someone, grant),
        )
        .await;
        self.call("OneTime::is_spent", db.one_time().is_spent(kind, digest))
            .await;
        self.call(
            "OneTime::admit",
            db.one_time().admit(kind, digest, grant.id),
        )
        .await;
        self.call("OneTime::erased_at", db.one_time().erased_at(&someone))
            .await;
        let (kind, login) = (OneTimeKind::Screen, login(&someone, NOW).id);
        let one_time = db.one_time();
        let issued = one_time.issue(kind, digest, &someone, login, grant.until);
        self.call("OneTime::issue", issued).await;
        self.call(
            "OneTime::redeem",
            db.one_time().redeem(&tenant(), kind, digest, grant),
        )
        .await;
        self.call("OneTime::sweep", db.one_time().sweep(at(NOW + 3)))
            .await;
    }

    async fn people_and_notices(&mut self, db: &Database) {
        let someone = owner(SOMEONE);
        self.call(
            "People::seen",
            db.people().seen(&someone, Some("en"), now()),
        )
        .await;
        self.call("People::find", db.people().find(&someone)).await;
        self.call("People::blocked", db.people().blocked(&someone, now()))
            .await;
        self.call("People::shown_in", db.people().shown_in(&someone, 7))
            .await;
        self.call("People::take_shown", db.people().take_shown(&someone))
            .await;
        let taken = self
            .call(
                "Outbox::take",
                db.outbox().take(&tenant(), now(), at(NOW + 60), 10),
            )
            .await;
        let id = taken
            .first()
            .map_or(NoticeId::from(Uuid::nil()), |notice| notice.id);
        self.call("Outbox::later", db.outbox().later(id, now()))
            .await;
        self.call("Outbox::done", db.outbox().done(id)).await;
    }

    async fn erasures(&mut self, db: &Database) {
        let running = login(&owner(SOMEONE + 1), NOW);
        self.call(
            "Logins::begin",
            db.logins().begin(&running, began(&running)),
        )
        .await;
        for person in [SOMEONE + 1, NEW + 1] {
            let erasure = Erasure {
                id: Uuid::from_u128(person.unsigned_abs().into()),
                owner: owner(person),
                asked_at: now(),
                done_at: None,
            };
            let asked = about(Action::PersonErased);
            self.call(
                "Erasures::begin",
                db.erasures().begin(&erasure, asked.clone()),
            )
            .await;
            self.call("Erasures::pending", db.erasures().pending(100))
                .await;
            self.call("Erasures::finishable", db.erasures().finishable(100))
                .await;
            self.call("Erasures::finish", db.erasures().finish(erasure.id, asked))
                .await;
        }
    }

    async fn session_parts(&mut self, db: &Database, session: SessionId, fence: Fence) {
        let claim = SessionClaim { session, fence };
        let account = AccountCursor::default();
        for advance in [
            CursorAdvance::of_account(claim, account),
            CursorAdvance::of_channel(claim, 77, 1),
        ] {
            self.call("Cursors::advance", db.cursors().advance(&advance))
                .await;
        }
        self.call("Cursors::of", db.cursors().of(session)).await;
        self.call("Peers::save", db.peers().save(&claim, &sealed("peers")))
            .await;
        self.call("Peers::of", db.peers().of(session)).await;
    }
}

pub(super) fn now() -> Timestamp {
    at(NOW)
}

pub(super) fn about(action: Action) -> sesame_domain::audit::AuditEntry {
    entry(&owner(SOMEONE), Uuid::nil(), action, NOW)
}

fn import(person: i64) -> ImportRequest {
    let owner: Owner = owner(person);
    ImportRequest {
        audit: entry(&owner, Uuid::nil(), Action::AccountImported, NOW),
        owner,
        new_account: AccountId::generate(&SystemEntropy, now()),
        session: session_id(),
        sealed: sealed("imported"),
        cursor: None,
        profile: profile("Bob"),
        device: device(),
        now: now(),
    }
}

fn save<'a>(
    claimed: &sesame_domain::ports::ClaimedLogin,
    login: &'a sesame_domain::login::Login,
) -> Saved<'a> {
    Saved {
        login,
        fence: claimed.fence,
        session: HalfSession::Keep,
        identified: Some(login.owner.person),
        notices: vec![notice(&login.owner, NOW)],
        audit: vec![about(Action::LoginEnded)],
    }
}
