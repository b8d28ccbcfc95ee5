//! Calls the port of exports.

use sesame_domain::audit::Action;
use sesame_domain::export::{Export, ExportChoice, MadeExport, RenewEvery, RenewalOutcome};
use sesame_domain::ids::{AccountId, ExportId, JobId};
use sesame_domain::job::{JobKind, NewJob};
use sesame_domain::page::Page;
use sesame_domain::ports::{ExportRenewals as _, Exports as _, NewExport};
use sesame_domain::random::SystemEntropy;
use sesame_domain::session::peer::PeerId;

use super::drive::{Driver, SOMEONE, now};
use super::fill::NOW;
use super::make::{at, entry, linked, notice, owner, sealed, tenant};
use crate::Database;

/// Someone who has no account among those of many.
const WHO: i64 = SOMEONE + 10_000_000;

impl Driver {
    pub(super) async fn exports(&mut self, db: &Database) {
        let exports = db.exports();
        let owner = owner(WHO);
        let account = linked(db, &owner, NOW).await;
        let export = Export {
            id: ExportId::generate(&SystemEntropy, now()),
            owner: owner.clone(),
            account: Some(account.id),
            dialog: PeerId::User(5),
            choice: ExportChoice::default(),
            bytes: 0,
            created_at: now(),
            expires_at: at(NOW + 9),
            made: None,
            renewal: None,
        };
        let id = export.id;
        let new = NewExport {
            export,
            key: sealed("key"),
        };
        let job = NewJob::new(
            JobId::generate(&SystemEntropy, now()),
            JobKind::EXPORT,
            now(),
        );
        let audit = |action| entry(&owner, id.as_uuid(), action, NOW);
        for _ in 0..2 {
            let begun = exports.begin(&new, &job, 10, audit(Action::ExportBegun));
            self.call("Exports::begin", begun).await;
        }
        self.call("Exports::find", exports.find(id, &owner)).await;
        let dialog = exports.of_dialog(AccountId::from(id.as_uuid()), PeerId::User(5));
        self.call("Exports::of_dialog", dialog).await;
        for after in [None, Some(id)] {
            let page = Page { after, limit: 20 };
            self.call("Exports::list", exports.list(&owner, page)).await;
        }
        self.call("Exports::key", exports.key(id)).await;
        let begun = exports.begin_attempt(id);
        self.call("Exports::begin_attempt", begun).await;
        self.call("Exports::taken", exports.taken(&owner)).await;
        let taken = exports.taken_beside(&owner, id);
        self.call("Exports::taken_beside", taken).await;
        self.call("Exports::keep_size", exports.keep_size(id, 7))
            .await;
        let made = MadeExport {
            edition: 3,
            at: now(),
            messages: 1,
            files: 1,
            missing: 0,
            archive_bytes: 9,
        };
        let notice = notice(&owner, NOW);
        let finished = exports.finish(id, &made, 8, at(NOW + 99), notice, job.id);
        self.call("Exports::finish", finished).await;
        self.renewals(db, id, &job).await;
        let kept = exports.keep_link(id, &owner, [7; 32], at(NOW + 99));
        self.call("Exports::keep_link", kept).await;
        let tenant = tenant();
        let link = exports.link(&tenant, [7; 32], now());
        self.call("Exports::link", link).await;
        let used = exports.use_link(&tenant, [7; 32], now(), at(NOW + 99));
        self.call("Exports::use_link", used).await;
        self.call("Exports::expired", exports.expired(now(), 20))
            .await;
        let removed = exports.remove(id, &owner, audit(Action::ExportRemoved));
        self.call("Exports::remove", removed).await;
        let to_clear = exports.to_clear(at(NOW + 1), 20);
        self.call("Exports::to_clear", to_clear).await;
        self.call("Exports::cleared", exports.cleared(id)).await;
    }

    async fn renewals(&mut self, db: &Database, id: ExportId, job: &NewJob) {
        let (renewals, owner) = (db.export_renewals(), owner(WHO));
        let daily = Some((RenewEvery::Day, at(NOW - 1)));
        let audit = entry(&owner, id.as_uuid(), Action::ExportKept, NOW);
        let set = renewals.set(id, &owner, daily, audit);
        self.call("ExportRenewals::set", set).await;
        let due = renewals.due(now(), 20);
        let due = self.call("ExportRenewals::due", due).await;
        let export = due.into_iter().find(|export| export.id == id).unwrap();
        let begun = renewals.begin(&export, job, at(NOW + 9));
        self.call("ExportRenewals::begin", begun).await;
        let under_way = renewals.under_way(20);
        self.call("ExportRenewals::under_way", under_way).await;
        let renewal = export.renewal.unwrap();
        let end = renewal.after(RenewalOutcome::Failed("chat_unknown".to_owned()), now());
        let notice = notice(&owner, NOW);
        let ended = renewals.end(id, job.id, &end, at(NOW + 99), Some(notice));
        self.call("ExportRenewals::end", ended).await;
    }
}
