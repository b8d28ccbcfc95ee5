//! Operators in memory: links, sessions, questions, and what is told of them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use sesame_domain::audit::AuditEntry;
use sesame_domain::ids::{ConfirmationId, OperatorSessionId, Owner, TenantId};
use sesame_domain::notice::Notice;
use sesame_domain::operator::{
    Confirmation, ConfirmationState, DangerousAction, Digest, LinkRefusal, OperatorSession,
    SessionEnd, SignInLink,
};
use sesame_domain::ports::{
    Admission, ConfirmationRefusal, Confirmations, OperatorSessions, RefusedLink, SignIns,
    StoreError,
};
use sesame_domain::time::Timestamp;

/// A link, and what became of it.
struct Link {
    link: SignInLink,
    digest: Digest,
    browser: Option<Digest>,
    is_ended: bool,
}

/// A session, and what became of it.
struct Session {
    session: OperatorSession,
    secret: Digest,
    is_ended: bool,
    was_refused: bool,
}

#[derive(Default)]
struct All {
    links: Vec<Link>,
    sessions: Vec<Session>,
    questions: Vec<(Confirmation, ConfirmationState)>,
    told: Vec<Notice>,
    audit: Vec<AuditEntry>,
}

/// Operators in memory.
#[derive(Default)]
pub struct OperatorsInMemory(Mutex<All>);

impl OperatorsInMemory {
    fn all(&self) -> MutexGuard<'_, All> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The links that were given out.
    pub fn links(&self) -> Vec<SignInLink> {
        self.all().links.iter().map(|it| it.link.clone()).collect()
    }

    /// What the bot was given to tell.
    pub fn told(&self) -> Vec<Notice> {
        self.all().told.clone()
    }

    /// What was noted with what was done.
    pub fn audited(&self) -> Vec<AuditEntry> {
        self.all().audit.clone()
    }

    /// The questions, and how they stand.
    pub fn questions(&self) -> Vec<(Confirmation, ConfirmationState)> {
        self.all().questions.clone()
    }

    /// Keeps a question that waits.
    pub fn put_question(&self, question: Confirmation) {
        let state = ConfirmationState::Waiting;
        self.all().questions.push((question, state));
    }
}

impl All {
    fn working(
        &mut self,
        tenant: &TenantId,
        digest: Digest,
        browser: Digest,
        now: Timestamp,
    ) -> Result<&mut Link, RefusedLink> {
        let mut links = self.links.iter_mut();
        let known = links.find(|it| it.digest == digest && it.link.owner.tenant == *tenant);
        let Some(found) = known else {
            let why = LinkRefusal::Unknown;
            return Err(RefusedLink { why, link: None });
        };
        let (is_ended, opened_by) = (found.is_ended, found.browser);
        match found.link.refusal(is_ended, opened_by, browser, now) {
            None => Ok(found),
            Some(why) => Err(RefusedLink {
                why,
                link: Some(found.link.clone()),
            }),
        }
    }

    fn end(
        &mut self,
        tenant: &TenantId,
        digest: Digest,
        browser: Digest,
        now: Timestamp,
    ) -> Result<(), RefusedLink> {
        let link = self.working(tenant, digest, browser, now)?;
        if link.browser.is_none() {
            let (why, link) = (LinkRefusal::Elsewhere, Some(link.link.clone()));
            return Err(RefusedLink { why, link });
        }
        link.is_ended = true;
        Ok(())
    }
}

#[async_trait]
impl SignIns for OperatorsInMemory {
    async fn issue(
        &self,
        link: &SignInLink,
        digest: Digest,
        entry: AuditEntry,
    ) -> Result<(), StoreError> {
        let mut all = self.all();
        let theirs = all
            .links
            .iter_mut()
            .filter(|it| it.link.owner == link.owner);
        theirs.for_each(|it| it.is_ended = true);
        all.links.push(Link {
            link: link.clone(),
            digest,
            browser: None,
            is_ended: false,
        });
        all.audit.push(entry);
        Ok(())
    }

    async fn open(
        &self,
        tenant: &TenantId,
        digest: Digest,
        browser: Digest,
        now: Timestamp,
    ) -> Result<Result<SignInLink, RefusedLink>, StoreError> {
        let mut all = self.all();
        Ok(all.working(tenant, digest, browser, now).map(|link| {
            link.browser = Some(browser);
            link.link.clone()
        }))
    }

    async fn redeem(
        &self,
        digest: Digest,
        browser: Digest,
        session: &OperatorSession,
        secret: Digest,
        entry: AuditEntry,
        notice: Notice,
    ) -> Result<Result<(), RefusedLink>, StoreError> {
        let mut all = self.all();
        let tenant = &session.owner.tenant;
        let ended = all.end(tenant, digest, browser, session.began_at);
        if ended.is_ok() {
            all.sessions.push(Session {
                session: session.clone(),
                secret,
                is_ended: false,
                was_refused: false,
            });
            all.audit.push(entry);
            all.told.push(notice);
        }
        Ok(ended)
    }

    async fn reject(
        &self,
        tenant: &TenantId,
        digest: Digest,
        browser: Digest,
        entry: AuditEntry,
        notice: Notice,
    ) -> Result<Result<(), RefusedLink>, StoreError> {
        let mut all = self.all();
        let ended = all.end(tenant, digest, browser, entry.at);
        if ended.is_ok() {
            all.audit.push(entry);
            all.told.push(notice);
        }
        Ok(ended)
    }
}

#[async_trait]
impl OperatorSessions for OperatorsInMemory {
    async fn admit(
        &self,
        tenant: &TenantId,
        secret: Digest,
        now: Timestamp,
    ) -> Result<Admission, StoreError> {
        let mut all = self.all();
        let mut sessions = all.sessions.iter_mut();
        let known = sessions.find(|it| it.secret == secret && it.session.owner.tenant == *tenant);
        let Some(found) = known else {
            return Ok(Admission::Unknown);
        };
        if found.is_ended || found.session.is_over(now) {
            let is_first = !found.was_refused;
            found.was_refused = true;
            let session = found.session.clone();
            return Ok(Admission::Over { session, is_first });
        }
        found.session.seen_at = now;
        Ok(Admission::Good(found.session.clone()))
    }

    async fn watch(
        &self,
        tenant: &TenantId,
        secret: Digest,
        now: Timestamp,
    ) -> Result<Admission, StoreError> {
        let all = self.all();
        let mut sessions = all.sessions.iter();
        let known = sessions.find(|it| it.secret == secret && it.session.owner.tenant == *tenant);
        Ok(match known {
            None => Admission::Unknown,
            Some(it) if it.is_ended || it.session.is_over(now) => Admission::Over {
                session: it.session.clone(),
                is_first: false,
            },
            Some(it) => Admission::Good(it.session.clone()),
        })
    }

    async fn list(
        &self,
        tenant: &TenantId,
        now: Timestamp,
    ) -> Result<Vec<OperatorSession>, StoreError> {
        let all = self.all();
        let going_on = |it: &&Session| {
            !it.is_ended && !it.session.is_over(now) && it.session.owner.tenant == *tenant
        };
        let sessions = all.sessions.iter().filter(going_on);
        Ok(sessions.map(|it| it.session.clone()).collect())
    }

    async fn end(
        &self,
        tenant: &TenantId,
        id: OperatorSessionId,
        _how: SessionEnd,
        entry: AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut all = self.all();
        let mut sessions = all.sessions.iter_mut();
        let found = sessions
            .find(|it| it.session.id == id && it.session.owner.tenant == *tenant && !it.is_ended);
        let Some(found) = found else { return Ok(false) };
        found.is_ended = true;
        all.audit.push(entry);
        Ok(true)
    }

    async fn end_others(
        &self,
        tenant: &TenantId,
        but: OperatorSessionId,
        entry: AuditEntry,
    ) -> Result<u64, StoreError> {
        let mut all = self.all();
        let mut ended = 0;
        for found in &mut all.sessions {
            let is_other = found.session.id != but && found.session.owner.tenant == *tenant;
            if is_other && !found.is_ended {
                found.is_ended = true;
                ended += 1;
            }
        }
        all.audit.push(entry);
        Ok(ended)
    }
}

#[async_trait]
impl Confirmations for OperatorsInMemory {
    async fn ask(
        &self,
        confirmation: &Confirmation,
        notice: Notice,
        entry: AuditEntry,
    ) -> Result<(), StoreError> {
        let mut all = self.all();
        let waiting = (confirmation.clone(), ConfirmationState::Waiting);
        all.questions.push(waiting);
        all.told.push(notice);
        all.audit.push(entry);
        Ok(())
    }

    async fn find(
        &self,
        session: OperatorSessionId,
        id: ConfirmationId,
        now: Timestamp,
    ) -> Result<Option<(Confirmation, ConfirmationState)>, StoreError> {
        let all = self.all();
        let mut questions = all.questions.iter();
        let found = questions.find(|(it, _)| it.id == id && it.session == session);
        Ok(found.map(|(it, state)| (it.clone(), it.state(*state, now))))
    }

    async fn answer(
        &self,
        owner: &Owner,
        id: ConfirmationId,
        confirmed: bool,
        now: Timestamp,
    ) -> Result<Result<Confirmation, ConfirmationRefusal>, StoreError> {
        let mut all = self.all();
        let mut questions = all.questions.iter_mut();
        let found = questions.find(|(it, _)| it.id == id && it.owner == *owner);
        let Some((question, state)) = found else {
            return Ok(Err(ConfirmationRefusal::Unknown));
        };
        let stands = question.state(*state, now);
        if stands != ConfirmationState::Waiting {
            return Ok(Err(ConfirmationRefusal::Stands(stands)));
        }
        *state = if confirmed {
            ConfirmationState::Confirmed
        } else {
            ConfirmationState::Declined
        };
        Ok(Ok(question.clone()))
    }

    async fn take(
        &self,
        session: OperatorSessionId,
        id: ConfirmationId,
        action: &DangerousAction,
        entry: AuditEntry,
    ) -> Result<Result<Confirmation, ConfirmationRefusal>, StoreError> {
        let mut all = self.all();
        let mut questions = all.questions.iter_mut();
        let found = questions.find(|(it, _)| it.id == id && it.session == session);
        let Some((question, state)) = found else {
            return Ok(Err(ConfirmationRefusal::Unknown));
        };
        let stands = question.state(*state, entry.at);
        if stands != ConfirmationState::Confirmed {
            return Ok(Err(ConfirmationRefusal::Stands(stands)));
        }
        if !question.action.is_same(action) {
            return Ok(Err(ConfirmationRefusal::Changed));
        }
        *state = ConfirmationState::Used;
        let taken = question.clone();
        all.audit.push(entry);
        Ok(Ok(taken))
    }
}
