//! Copies of chats in a list, whose jobs the test moves.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::account::Account;
use sesame_domain::audit::AuditEntry;
use sesame_domain::export::{
    Export, ExportChoice, ExportEstimate, ExportRun, ExportWay, LookBack, MadeExport, RenewEvery,
    Renewal,
};
use sesame_domain::ids::{AccountId, ExportId, Fence, JobId, Owner, TenantId};
use sesame_domain::job::{Job, JobKind, JobState, NewJob, Payload};
use sesame_domain::notice::Notice;
use sesame_domain::page::{Page, Paged};
use sesame_domain::ports::{
    ArchiveError, ExportArchive, ExportArchives, ExportBegin, ExportFilesError, ExportRequestError,
    ExportRequests, ExportTerms, Exports as ExportsPort, NewExport, StoreError,
};
use sesame_domain::random::SystemEntropy;
use sesame_domain::reading::ReadError;
use sesame_domain::request::RequestId;
use sesame_domain::sealed::Sealed;
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::{Clock, Timestamp};
use sesame_webapp::ExportPorts;

use super::jobs::Jobs;

/// Copies that stand as the test says.
pub struct Exports {
    pub rows: Mutex<Vec<Export>>,
    /// The jobs for them, by the dialogs: the latest last.
    pub made_by: Mutex<Vec<(PeerId, JobId)>>,
    /// Links: the copy, until when, and whether it was used.
    links: Mutex<HashMap<[u8; 32], (ExportId, Timestamp, bool)>>,
    /// What opening one fails with.
    pub failing: Mutex<Option<fn() -> ExportFilesError>>,
    pub room: Mutex<u64>,
    /// About how much any copy would have; `None`: Telegram does not say.
    pub estimate: Mutex<Option<ExportEstimate>>,
    /// What was chosen when that was asked.
    pub estimated: Mutex<Vec<ExportChoice>>,
    /// How far back the run looks that was asked for last.
    pub looked_back: Mutex<Option<LookBack>>,
    /// By which way each was asked for.
    pub ways: Mutex<Vec<ExportWay>>,
    jobs: Arc<Jobs>,
    clock: Arc<dyn Clock>,
}

/// What fetching any of them gives.
pub const ARCHIVE: &[u8] = b"PK, and what is in the chat";

/// About how much a copy of any chat would have.
pub const ESTIMATE: ExportEstimate = ExportEstimate {
    messages: 12_000,
    files: 310,
    bytes: 260 << 20,
    is_exact: false,
    counts_all: false,
};

impl Exports {
    pub fn new(jobs: Arc<Jobs>, clock: Arc<dyn Clock>) -> Self {
        Self {
            rows: Mutex::default(),
            made_by: Mutex::default(),
            links: Mutex::default(),
            failing: Mutex::default(),
            looked_back: Mutex::default(),
            room: Mutex::new(4 << 30),
            estimate: Mutex::new(Some(ESTIMATE)),
            estimated: Mutex::default(),
            ways: Mutex::default(),
            jobs,
            clock,
        }
    }

    pub fn ports(self: &Arc<Self>) -> ExportPorts {
        ExportPorts {
            rows: self.clone(),
            requests: self.clone(),
            archives: self.clone(),
        }
    }

    /// A copy of this dialog, of which nothing is there yet.
    pub fn put(&self, account: &Account, dialog: PeerId, choice: ExportChoice) -> ExportId {
        let now = self.clock.now();
        let id = ExportId::generate(&SystemEntropy, now);
        self.rows.lock().unwrap().push(Export {
            id,
            owner: account.owner.clone(),
            account: Some(account.id),
            dialog,
            choice,
            bytes: 0,
            created_at: now,
            expires_at: now + TimeDelta::days(7),
            made: None,
            renewal: None,
        });
        id
    }

    /// One was put together, with so much missing.
    pub fn finish(&self, id: ExportId, missing: u64) {
        self.change(id, |export| {
            export.bytes = 260 << 20;
            export.made = Some(MadeExport {
                edition: 1,
                at: export.created_at,
                messages: 12_480,
                files: 312,
                missing,
                archive_bytes: ARCHIVE.len() as u64,
            });
        });
    }

    /// Changes one.
    pub fn change(&self, id: ExportId, change: impl FnOnce(&mut Export)) {
        let mut rows = self.rows.lock().unwrap();
        change(rows.iter_mut().find(|export| export.id == id).unwrap());
    }

    /// A job for the copy of this dialog, that stands like this.
    pub fn job(&self, account: &Account, dialog: PeerId, state: JobState) -> JobId {
        let now = self.clock.now();
        let id = JobId::generate(&SystemEntropy, now);
        self.jobs.0.lock().unwrap().push(Job {
            id,
            kind: JobKind::EXPORT,
            owner: Some(account.owner.clone()),
            account: Some(account.id),
            payload: Payload::default(),
            state,
            progress: None,
            attempts: 1,
            parks: 0,
            fence: Fence(1),
            node: None,
            cancel_by: None,
            created_at: now,
            caused_by: None,
        });
        self.made_by.lock().unwrap().push((dialog, id));
        id
    }

    fn find_row(&self, wanted: impl Fn(&Export) -> bool) -> Option<Export> {
        let rows = self.rows.lock().unwrap();
        rows.iter().find(|export| wanted(export)).cloned()
    }
}

fn not_here<T>() -> Result<T, StoreError> {
    Err(StoreError::inconsistent("no copies are made here"))
}

#[async_trait]
impl ExportRequests for Exports {
    async fn ask(
        &self,
        account: &Account,
        dialog: PeerId,
        choice: ExportChoice,
        run: ExportRun,
        _: Option<RequestId>,
    ) -> Result<ExportBegin, ExportRequestError> {
        *self.looked_back.lock().unwrap() = Some(run.look_back);
        let there = self.of_dialog(account.id, dialog).await?;
        let export = match there {
            Some(export) if export.choice != choice => {
                return Ok(ExportBegin::Differs(export.id));
            }
            Some(export) => export.id,
            None => {
                let terms = self.terms(&account.owner).await?;
                if !terms.has_room() {
                    let taken = terms.taken;
                    return Ok(ExportBegin::NoRoom { taken });
                }
                self.put(account, dialog, choice)
            }
        };
        self.ways.lock().unwrap().push(run.way);
        let from = self.clock.now();
        let job = self.job(account, dialog, JobState::Queued { from });
        Ok(ExportBegin::Begun { export, job })
    }

    async fn estimate(
        &self,
        _: &Account,
        _: PeerId,
        choice: &ExportChoice,
    ) -> Result<ExportEstimate, ReadError> {
        self.estimated.lock().unwrap().push(choice.clone());
        let estimate = *self.estimate.lock().unwrap();
        estimate.ok_or(ReadError::Stopping)
    }

    async fn go_on(
        &self,
        account: &Account,
        export: &Export,
        way: Option<ExportWay>,
        look_back: LookBack,
        caused_by: Option<RequestId>,
    ) -> Result<ExportBegin, ExportRequestError> {
        let last = self.ways.lock().unwrap().last().copied();
        let way = way.or(last).unwrap_or_default();
        let choice = export.choice.clone();
        let run = ExportRun { way, look_back };
        self.ask(account, export.dialog, choice, run, caused_by)
            .await
    }

    async fn terms(&self, owner: &Owner) -> Result<ExportTerms, ExportRequestError> {
        let taken = self.taken(owner).await?;
        Ok(ExportTerms {
            room: *self.room.lock().unwrap(),
            taken,
            kept: TimeDelta::days(7),
        })
    }

    async fn jobs(
        &self,
        owner: &Owner,
        account: AccountId,
    ) -> Result<Vec<(PeerId, Job)>, ExportRequestError> {
        let (made_by, jobs) = (self.made_by.lock().unwrap(), self.jobs.0.lock().unwrap());
        let theirs = |job: &&Job| job.owner.as_ref() == Some(owner) && job.account == Some(account);
        let found = made_by.iter().rev().filter_map(|(dialog, id)| {
            let job = jobs.iter().filter(theirs).find(|job| job.id == *id)?;
            Some((*dialog, job.clone()))
        });
        Ok(found.collect())
    }

    async fn keep_up_to_date(
        &self,
        owner: &Owner,
        id: ExportId,
        every: Option<RenewEvery>,
    ) -> Result<bool, ExportRequestError> {
        let now = self.clock.now();
        let mut rows = self.rows.lock().unwrap();
        let found = rows.iter_mut().find(|it| it.id == id && it.owner == *owner);
        Ok(found
            .map(|export| {
                export.renewal = every.map(|every| Renewal::new(every, every.first(0, now)));
            })
            .is_some())
    }

    async fn remove(&self, owner: &Owner, id: ExportId) -> Result<bool, ExportRequestError> {
        let mut rows = self.rows.lock().unwrap();
        let before = rows.len();
        rows.retain(|export| export.id != id || export.owner != *owner);
        Ok(rows.len() < before)
    }
}

#[async_trait]
impl ExportArchives for Exports {
    async fn open(&self, _: &Export) -> Result<Arc<dyn ExportArchive>, ArchiveError> {
        match *self.failing.lock().unwrap() {
            Some(failing) => Err(failing().into()),
            None => Ok(Arc::new(Whole)),
        }
    }
}

struct Whole;

#[async_trait]
impl ExportArchive for Whole {
    fn length(&self) -> u64 {
        ARCHIVE.len() as u64
    }

    async fn read(&self, range: Range<u64>) -> Result<Vec<u8>, ExportFilesError> {
        let at = |place: u64| usize::try_from(place).unwrap();
        Ok(ARCHIVE[at(range.start)..at(range.end)].to_vec())
    }
}

#[async_trait]
impl ExportsPort for Exports {
    async fn begin(
        &self,
        _: &NewExport,
        _: &NewJob,
        _: u64,
        _: AuditEntry,
    ) -> Result<ExportBegin, StoreError> {
        not_here()
    }

    async fn find(&self, id: ExportId, owner: &Owner) -> Result<Option<Export>, StoreError> {
        Ok(self.find_row(|export| export.id == id && export.owner == *owner))
    }

    async fn of_dialog(
        &self,
        account: AccountId,
        dialog: PeerId,
    ) -> Result<Option<Export>, StoreError> {
        Ok(self.find_row(|export| export.account == Some(account) && export.dialog == dialog))
    }

    async fn list(
        &self,
        owner: &Owner,
        page: Page<ExportId>,
    ) -> Result<Paged<Export, ExportId>, StoreError> {
        let rows = self.rows.lock().unwrap();
        let theirs = rows.iter().rev().filter(|export| export.owner == *owner);
        let after = theirs
            .skip_while(|export| page.after.is_some_and(|after| export.id != after))
            .skip(usize::from(page.after.is_some()));
        let rows: Vec<_> = after.take(page.limit as usize).cloned().collect();
        let is_full = rows.len() == page.limit as usize;
        Ok(Paged {
            next: rows.last().filter(|_| is_full).map(|export| export.id),
            rows,
            broken: Vec::new(),
        })
    }

    async fn key(&self, _: ExportId) -> Result<Option<Sealed>, StoreError> {
        not_here()
    }

    async fn begin_attempt(&self, _: ExportId) -> Result<Option<u64>, StoreError> {
        not_here()
    }

    async fn taken(&self, owner: &Owner) -> Result<u64, StoreError> {
        let rows = self.rows.lock().unwrap();
        let theirs = rows.iter().filter(|export| export.owner == *owner);
        Ok(theirs.map(|export| export.bytes).sum())
    }

    async fn taken_beside(&self, _: &Owner, _: ExportId) -> Result<u64, StoreError> {
        not_here()
    }

    async fn keep_size(&self, _: ExportId, _: u64) -> Result<bool, StoreError> {
        not_here()
    }

    async fn finish(
        &self,
        _: ExportId,
        _: &MadeExport,
        _: u64,
        _: Timestamp,
        _: Notice,
        _: JobId,
    ) -> Result<bool, StoreError> {
        not_here()
    }

    async fn remove(&self, _: ExportId, _: &Owner, _: AuditEntry) -> Result<bool, StoreError> {
        not_here()
    }

    async fn expired(&self, _: Timestamp, _: u32) -> Result<Vec<Export>, StoreError> {
        not_here()
    }

    async fn to_clear(&self, _: Timestamp, _: u32) -> Result<Vec<ExportId>, StoreError> {
        not_here()
    }

    async fn cleared(&self, _: ExportId) -> Result<(), StoreError> {
        not_here()
    }

    async fn keep_link(
        &self,
        id: ExportId,
        owner: &Owner,
        digest: [u8; 32],
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let is_there = self.find(id, owner).await?.is_some();
        let mut links = self.links.lock().unwrap();
        links.retain(|_, (of, _, _)| *of != id);
        links.insert(digest, (id, until, false));
        Ok(is_there)
    }

    async fn use_link(
        &self,
        tenant: &TenantId,
        digest: [u8; 32],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Export>, StoreError> {
        let found = self.link(tenant, digest, now).await?;
        let found = found.filter(|(_, is_used)| !is_used);
        if let Some(link) = self.links.lock().unwrap().get_mut(&digest) {
            (link.1, link.2) = (until, true);
        }
        Ok(found.map(|(export, _)| export))
    }

    async fn link(
        &self,
        _: &TenantId,
        digest: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<(Export, bool)>, StoreError> {
        let link = self.links.lock().unwrap().get(&digest).copied();
        let link = link.filter(|(_, until, _)| now < *until);
        let found = link.and_then(|(id, _, is_used)| {
            let export = self.find_row(|export| export.id == id)?;
            Some((export, is_used))
        });
        Ok(found)
    }
}
