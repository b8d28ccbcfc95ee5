//! Calls the ports of operators.

use sesame_domain::audit::{Action, Actor, AuditEntry, OperatorReason};
use sesame_domain::ids::{ConfirmationId, NoticeId, OperatorSessionId, SignInId};
use sesame_domain::notice::{Notice, NoticeKind};
use sesame_domain::operator::{
    Confirmation, DangerKind, DangerousAction, OperatorSession, SessionEnd, SignInLink,
};
use sesame_domain::ports::{Confirmations, OperatorSessions, SignIns};
use sesame_domain::random::SystemEntropy;
use uuid::Uuid;

use super::drive::{Driver, SOMEONE};
use super::fill::NOW;
use super::make::{at, owner, tenant};
use crate::Database;

const LINK: [u8; 32] = [200; 32];
const OTHER: [u8; 32] = [201; 32];
const BROWSER: [u8; 32] = [202; 32];
const SECRET: [u8; 32] = [203; 32];

fn entry() -> AuditEntry {
    AuditEntry::new(
        at(NOW),
        owner(SOMEONE),
        Uuid::nil(),
        Actor::Owner,
        Action::OperatorSignedIn,
        OperatorReason::LinkRedeemed,
    )
}

fn notice() -> Notice {
    Notice {
        id: NoticeId::generate(&SystemEntropy, at(NOW)),
        owner: owner(SOMEONE),
        kind: NoticeKind::Unlinked,
        created_at: at(NOW),
        attempts: 0,
    }
}

fn link() -> SignInLink {
    SignInLink {
        id: SignInId::generate(&SystemEntropy, at(NOW)),
        owner: owner(SOMEONE),
        name: "Ann".to_owned(),
        issued_at: at(NOW),
        expires_at: at(NOW + 120),
    }
}

fn session() -> OperatorSession {
    OperatorSession {
        id: OperatorSessionId::generate(&SystemEntropy, at(NOW)),
        owner: owner(SOMEONE),
        name: "Ann".to_owned(),
        browser: String::new(),
        network: String::new(),
        began_at: at(NOW),
        seen_at: at(NOW),
        ends_at: at(NOW + 3_600),
    }
}

impl Driver {
    pub(super) async fn operators(&mut self, db: &Database) {
        let links = db.sign_ins();
        let (tenant, first, second) = (tenant(), link(), link());
        let issued = links.issue(&first, OTHER, entry());
        self.call("SignIns::issue", issued).await;
        let opened = links.open(&tenant, OTHER, BROWSER, at(NOW));
        self.call("SignIns::open", opened).await.unwrap();
        let rejected = links.reject(&tenant, OTHER, BROWSER, entry(), notice());
        self.call("SignIns::reject", rejected).await.unwrap();
        self.call("SignIns::issue", links.issue(&second, LINK, entry()))
            .await;
        let opened = links.open(&tenant, LINK, BROWSER, at(NOW));
        self.call("SignIns::open", opened).await.unwrap();
        let session = session();
        let redeemed = links.redeem(LINK, BROWSER, &session, SECRET, entry(), notice());
        self.call("SignIns::redeem", redeemed).await.unwrap();
        self.confirmations(db, session.id).await;

        let sessions = db.operator_sessions();
        for seconds in [1, 61] {
            let admitted = sessions.admit(&tenant, SECRET, at(NOW + seconds));
            self.call("OperatorSessions::admit", admitted).await;
        }
        let watched = sessions.watch(&tenant, SECRET, at(NOW + 62));
        self.call("OperatorSessions::watch", watched).await;
        let listed = sessions.list(&tenant, at(NOW + 62));
        assert_eq!(self.call("OperatorSessions::list", listed).await.len(), 1);
        let others = sessions.end_others(&tenant, session.id, entry());
        self.call("OperatorSessions::end_others", others).await;
        let ended = sessions.end(&tenant, session.id, SessionEnd::Revoked, entry());
        assert!(self.call("OperatorSessions::end", ended).await);
        let admitted = sessions.admit(&tenant, SECRET, at(NOW + 62));
        self.call("OperatorSessions::admit", admitted).await;
    }

    async fn confirmations(&mut self, db: &Database, session: OperatorSessionId) {
        let asked = Confirmation {
            id: ConfirmationId::generate(&SystemEntropy, at(NOW)),
            session,
            owner: owner(SOMEONE),
            action: DangerousAction {
                kind: DangerKind::RetireKeys,
                parameters: String::new(),
                summary: String::new(),
            },
            reason: String::new(),
            signs: [1, 2],
            asked_at: at(NOW),
            expires_at: at(NOW + 180),
        };
        let confirmations = db.confirmations();
        let question = confirmations.ask(&asked, notice(), entry());
        self.call("Confirmations::ask", question).await;
        let found = confirmations.find(session, asked.id, at(NOW));
        self.call("Confirmations::find", found).await.unwrap();
        let someone = owner(SOMEONE);
        let answered = confirmations.answer(&someone, asked.id, true, at(NOW));
        self.call("Confirmations::answer", answered).await.unwrap();
        let taken = confirmations.take(session, asked.id, &asked.action, entry());
        self.call("Confirmations::take", taken).await.unwrap();
    }
}
