//! The ports: what the rest of Sesame offers or needs, as traits.
//!
//! Storage: [`Logins`], [`LoginAttempts`], [`ApplicationFloods`], [`Accounts`], [`Cursors`], [`Peers`], [`People`], [`Outbox`], [`OneTime`],
//! [`AuditLog`], [`AuditTrail`], [`AuditVerifications`], [`KeyRegister`], [`Rewrapping`],
//! [`InstanceSecrets`], [`Schedules`], [`BackupSource`], [`RestoreTarget`],
//! [`Erasures`], [`Jobs`], [`JobQueue`], [`Nodes`], [`SignIns`], [`OperatorSessions`],
//! [`Confirmations`], [`Exports`], [`ExportRenewals`], [`TenantRegister`], [`SloCounts`], [`AccountFigures`]. Of operators: the
//! lists of [`listing`], [`JobActions`],
//! [`Selections`], [`Sizes`]. Coordination: [`Leases`], [`Signals`],
//! [`RateLimits`]. Custody: [`Vault`],
//! [`TokenKeys`], [`ExportStore`], [`ExportFiles`], [`ExportArchives`]. Reading with a session: [`ReadDialogs`], [`ReadHistory`],
//! [`ReadMedia`], [`ReadChannels`], [`ReadRecords`], [`ReadCounts`]. Upkeep: [`KeyMaintenance`], [`AuditMaintenance`],
//! [`BackupMaintenance`], [`SessionRetention`]. The services that people reach:
//! [`LoginService`], [`AccountService`], [`AccountRevocation`], [`AccountCheckRequests`], [`BulkService`], [`ExportRequests`],
//! [`WebhookReceiver`], [`PersonsChat`]. Long-lived tasks:
//! [`Supervisor`].

mod account_figures;
mod accounts;
mod application_floods;
mod audit_log;
mod audit_trail;
mod audit_verifications;
mod backups;
mod channel_requests;
mod channels;
mod confirmations;
mod cursors;
mod custody;
mod erasure;
mod export_archives;
mod export_files;
mod export_renewals;
mod export_requests;
mod exports;
mod job_actions;
mod jobs;
mod keys;
mod leases;
pub mod listing;
mod login_attempts;
mod logins;
mod maintenance;
mod nodes;
mod one_time;
mod operator_sessions;
mod outbox;
mod peers;
mod people;
mod persons_chat;
mod posts;
mod rate_limits;
mod reading;
mod schedules;
mod selections;
mod services;
mod sign_ins;
mod signals;
mod sizes;
mod slo_counts;
mod store_error;
mod supervisor;
mod tagger;
mod tenants;
mod webhook;

pub use account_figures::{AccountFigure, AccountFigures};
pub use accounts::{Accounts, ImportRequest, Imported, LeavingSession, StoredSession};
pub use application_floods::{ApplicationFloods, FloodedPerson};
pub use audit_log::AuditLog;
pub use audit_trail::AuditTrail;
pub use audit_verifications::{AuditVerification, AuditVerifications};
pub use backups::{BackupSource, LinkedRecord, RestoreTarget, Restored, Tombstone};
pub use channel_requests::{AddedChannel, ChannelRequestError, ChannelRequests};
pub use channels::{ChannelReader, Channels, NewSubscription, Subscribing};
pub use confirmations::{ConfirmationRefusal, Confirmations};
pub use cursors::Cursors;
pub use custody::{TokenKeys, Vault, VaultError};
pub use erasure::{ErasedNow, Erasure, Erasures};
pub use export_archives::{ArchiveError, ExportArchive, ExportArchives, pieces};
pub use export_files::{ExportFiles, ExportFilesError, ExportStore, PieceName, PieceThere};
pub use export_renewals::ExportRenewals;
pub use export_requests::{ExportRequestError, ExportRequests, ExportTerms};
pub use exports::{ExportBegin, Exports, NewExport};
pub use job_actions::{JobActions, PausedKind, Retrying, RunningNow};
pub use jobs::{DueJobs, DueRow, JobFilter, JobQueue, Jobs, RunningJob, Waiting};
pub use keys::{InstanceSecrets, KeyRegister, Rewrapped, Rewrapping, WrappedKey, WrappedPlace};
pub use leases::{Lease, LeaseKey, Leases};
pub use login_attempts::LoginAttempts;
pub use logins::{
    ClaimedLogin, EndedLogin, HalfSession, Intent, LinkRequest, Linked, Logins, Saved, Unattended,
};
pub use maintenance::{
    AccountChecks, AccountsChecked, AuditMaintenance, AuditsVerified, BackupMade,
    BackupMaintenance, BackupRehearsed, ExpiredSessions, KeyMaintenance, MaintenanceError, OnDone,
    SessionRetention, TenantRemoval,
};
pub use nodes::{NodeRecord, Nodes};
pub use one_time::{
    AGAIN_WITHIN, Grant, LAUNCH_DATA_LIFE, OneTime, OneTimeKind, Redeemed, Spent, Standing,
};
pub use operator_sessions::{Admission, OperatorSessions};
pub use outbox::Outbox;
pub use peers::Peers;
pub use people::{People, PersonRecord};
pub use persons_chat::{ChatError, PersonsChat, SENT_AT_MOST};
pub use posts::{ChangedPost, PostPlace, Posts};
pub use rate_limits::{Counted, Rate, RateKey, RateLimits, Verdict};
pub use reading::{
    InTakeout, ReadChannels, ReadCounts, ReadDialogs, ReadHistory, ReadMedia, ReadRecords, Takeouts,
};
pub use schedules::Schedules;
pub use selections::{BulkBegun, BulkService, Selections, Target};
pub use services::{
    AccountCheckRequests, AccountRevocation, AccountService, Answer, Begin, Begun, LoginService,
    LoginUpdates, Receipt, ServiceError,
};
pub use sign_ins::{RefusedLink, SignIns};
pub use signals::{Signals, Topic, WakeUps};
pub use sizes::{Growing, Sizes};
pub use slo_counts::{SloCount, SloCounts, SloStretch};
pub use store_error::{Inconsistency, RowName, StoreError};
pub use supervisor::{Ended, LongLived, Supervisor};
pub use tagger::{PostToTag, ServiceConsent, TagChoice, Tagger, TaggerError};
pub use tenants::{TenantChanged, TenantRegister};
pub use webhook::{WebhookReceiver, WebhookRefusal};
