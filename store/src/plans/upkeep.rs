//! Calls the ports of keys, the audit and backups.

use sesame_domain::audit::{Action, StrandNo};
use sesame_domain::ids::AccountId;
use sesame_domain::keys::{NewKey, Provider};
use sesame_domain::listing::Tenants;
use sesame_domain::ports::{
    AuditLog as _, AuditTrail as _, AuditVerification, AuditVerifications as _, BackupSource as _,
    InstanceSecrets as _, KeyRegister as _, RestoreTarget as _, Rewrapped, Rewrapping as _,
    Tombstone, WrappedPlace,
};
use sesame_domain::random::SystemEntropy;

use super::drive::{Driver, NEW, SOMEONE, about, now};
use super::fill::{NOW, ROWS};
use super::make::{at, checkpoint, owner, session_id, under};
use crate::Database;

impl Driver {
    pub(super) async fn keys(&mut self, db: &Database) {
        for (id, after) in [("k0", None), ("k1", Some("k0")), ("k9", Some("k1"))] {
            let audit = about(Action::KeyRotated);
            let key = NewKey {
                id: id.into(),
                provider: Provider::File,
                reference: None,
                created_at: now(),
                handover: None,
            };
            self.call(
                "KeyRegister::activate",
                db.keys().activate(key, after, Some(audit)),
            )
            .await;
        }
        let all = self.call("KeyRegister::all", db.keys().all()).await;
        self.call("KeyRegister::active", db.keys().active()).await;
        self.call("KeyRegister::find", db.keys().find("k1")).await;
        self.call("KeyRegister::minimum", db.keys().minimum()).await;
        let audit = about(Action::KeyRetired);
        self.call("KeyRegister::set_minimum", db.keys().set_minimum(1, audit))
            .await;
        self.call("KeyRegister::count", db.keys().count("k1", 1))
            .await;
        self.call("KeyRegister::in_use", db.keys().in_use()).await;
        self.call(
            "KeyRegister::note_check",
            db.keys().note_check("k1", "check"),
        )
        .await;
        self.call("KeyRegister::wrapped_by", db.keys().wrapped_by("k1", 10))
            .await;
        self.call(
            "RestoreTarget::foresee_keys",
            db.restore_target().foresee_keys(&all),
        )
        .await;
        self.call(
            "RestoreTarget::restore_keys",
            db.restore_target().restore_keys(&all),
        )
        .await;
    }

    pub(super) async fn audit(&mut self, db: &Database) {
        let someone = owner(SOMEONE);
        let tenant = &someone.tenant;
        self.call(
            "AuditLog::append",
            db.audit_log().append(about(Action::SessionOpened)),
        )
        .await;
        self.call("AuditLog::about", db.audit_log().about(&someone, 50))
            .await;
        // A full page has its last moment completed.
        self.call(
            "AuditLog::page",
            db.audit_log().page(&someone, Some(at(NOW + 1)), 1),
        )
        .await;
        self.call("AuditTrail::tenants", db.audit_trail().tenants())
            .await;
        let strands = self
            .call("AuditTrail::strands", db.audit_trail().strands(tenant))
            .await;
        self.call(
            "AuditTrail::entries",
            db.audit_trail().entries(tenant, StrandNo(0), 50, 200),
        )
        .await;
        self.call(
            "AuditTrail::checkpoints",
            db.audit_trail().checkpoints(tenant, 50, 200),
        )
        .await;
        self.call(
            "AuditTrail::last_checkpoint",
            db.audit_trail().last_checkpoint(tenant),
        )
        .await;
        let verifications = db.audit_verifications();
        let verified = AuditVerification {
            tenant: tenant.clone(),
            at: now(),
            entries: 1,
            first_bad: None,
        };
        self.call("AuditVerifications::note", verifications.note(&verified))
            .await;
        for tenants in [Tenants::All, Tenants::These(vec![tenant.clone()])] {
            self.call("AuditVerifications::last", verifications.last(&tenants))
                .await;
        }
        let mut through = checkpoint(&[strands[0].base]);
        through.number = ROWS + 1;
        self.call(
            "AuditTrail::add_checkpoint",
            db.audit_trail().add_checkpoint(&through),
        )
        .await;
        through.heads[0].seq = 10;
        let pruned = about(Action::AuditPruned);
        self.call(
            "AuditTrail::prune",
            db.audit_trail().prune(&through, pruned),
        )
        .await;
    }

    pub(super) async fn backups(&mut self, db: &Database) {
        let mut records = self
            .call("BackupSource::linked", db.backup_source().linked(None, 200))
            .await;
        let after = records.last().map(|record| record.account.id);
        self.call(
            "BackupSource::linked",
            db.backup_source().linked(after, 200),
        )
        .await;
        self.call(
            "BackupSource::tombstones",
            db.backup_source().tombstones(at(ROWS - 10)),
        )
        .await;
        for (record, person) in records.iter_mut().take(100).zip(NEW + 10..) {
            record.account.owner = owner(person);
            record.account.id = AccountId::generate(&SystemEntropy, now());
            record.account.session = session_id();
        }
        self.call(
            "RestoreTarget::foresee",
            db.restore_target().foresee(&records),
        )
        .await;
        let restored = about(Action::AccountImported);
        self.call(
            "RestoreTarget::restore",
            db.restore_target().restore(&records, restored),
        )
        .await;
        let tombstone = Tombstone {
            session: session_id(),
            at: now(),
        };
        self.call(
            "RestoreTarget::bury",
            db.restore_target().bury(&[tombstone]),
        )
        .await;
    }

    pub(super) async fn rewrapping(&mut self, db: &Database) {
        for place in [
            WrappedPlace::Session,
            WrappedPlace::LoginSession,
            WrappedPlace::Secret,
        ] {
            let rewrapping = db.rewrapping();
            let found = rewrapping.wrapped_by_others("k1", place, None, 100);
            let found = self.call("Rewrapping::wrapped_by_others", found).await;
            let batch: Vec<_> = found
                .into_iter()
                .map(|before| Rewrapped {
                    before,
                    key_id: "k1".into(),
                    wrapped_key: vec![1],
                })
                .collect();
            let audit = about(Action::KeysRewrapped);
            self.call("Rewrapping::rewrap", db.rewrapping().rewrap(&batch, audit))
                .await;
        }
    }

    pub(super) async fn secrets(&mut self, db: &Database) {
        let secret = under("k2", "secret");
        self.call("InstanceSecrets::put", db.secrets().put("one", &secret))
            .await;
        self.call("InstanceSecrets::find", db.secrets().find("one"))
            .await;
    }
}
