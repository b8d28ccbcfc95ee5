//! What a database keeps, port by port: a handle for each, so that ports may name
//! their methods alike.

use crate::database::Database;

macro_rules! handles {
    ($($(#[$doc:meta])+ $name:ident -> $handle:ident;)+) => {
        $(
            $(#[$doc])+
            #[derive(Clone, Debug)]
            pub struct $handle(pub(crate) Database);
        )+

        impl Database {
            $(
                $(#[$doc])+
                pub fn $name(&self) -> $handle {
                    $handle(self.clone())
                }
            )+
        }
    };
}

handles! {
    /// Logins: implements [`sesame_domain::ports::Logins`].
    logins -> LoginRows;
    /// Which logins count against the day's budget: implements
    /// [`sesame_domain::ports::LoginAttempts`].
    login_attempts -> LoginAttemptRows;
    /// Waits that Telegram asked people of an application for: implements
    /// [`sesame_domain::ports::ApplicationFloods`].
    application_floods -> FloodRows;
    /// Linked accounts and their sessions: implements [`sesame_domain::ports::Accounts`].
    accounts -> AccountRows;
    /// Where sessions have read up to: implements [`sesame_domain::ports::Cursors`].
    cursors -> CursorRows;
    /// The sealed peers of sessions: implements [`sesame_domain::ports::Peers`].
    peers -> PeerRows;
    /// Posts of channels: implements [`sesame_domain::ports::Posts`].
    posts -> PostRows;
    /// People: implements [`sesame_domain::ports::People`].
    people -> PersonRows;
    /// Notices that wait: implements [`sesame_domain::ports::Outbox`].
    outbox -> OutboxRows;
    /// What counts once: implements [`sesame_domain::ports::OneTime`].
    one_time -> OneTimeRows;
    /// Erasures: implements [`sesame_domain::ports::Erasures`].
    erasures -> ErasureRows;
    /// The audit, to be written and looked at: implements [`sesame_domain::ports::AuditLog`].
    audit_log -> AuditRows;
    /// The audit, to be verified and pruned: implements [`sesame_domain::ports::AuditTrail`].
    audit_trail -> AuditTrailRows;
    /// What came of verifying it: implements
    /// [`sesame_domain::ports::AuditVerifications`].
    audit_verifications -> AuditVerificationRows;
    /// The versions of the wrapping key: implements [`sesame_domain::ports::KeyRegister`].
    keys -> KeyRows;
    /// Data keys, to be wrapped anew: implements [`sesame_domain::ports::Rewrapping`].
    rewrapping -> WrappedKeyRows;
    /// The instance's own secrets: implements [`sesame_domain::ports::InstanceSecrets`].
    secrets -> SecretRows;
    /// What goes into a backup: implements [`sesame_domain::ports::BackupSource`].
    backup_source -> BackupRows;
    /// What comes out of a backup: implements [`sesame_domain::ports::RestoreTarget`].
    restore_target -> RestoreRows;
    /// Jobs: implements [`sesame_domain::ports::Jobs`] for whoever asks for
    /// them, and [`sesame_domain::ports::JobQueue`] for the runner.
    jobs -> JobRows;
    /// Lists for whoever looks after Sesame: implements the ports of
    /// [`sesame_domain::ports::listing`].
    listing -> ListingRows;
    /// What those do to jobs: implements [`sesame_domain::ports::JobActions`].
    job_actions -> JobActionRows;
    /// What is to be done to many rows: implements
    /// [`sesame_domain::ports::Selections`].
    selections -> SelectionRows;
    /// The nodes: implements [`sesame_domain::ports::Nodes`].
    nodes -> NodeRows;
    /// What was counted of the promises: implements
    /// [`sesame_domain::ports::SloCounts`].
    slo_counts -> SloRows;
    /// How many accounts do how: implements
    /// [`sesame_domain::ports::AccountFigures`].
    account_figures -> AccountFigureRows;
    /// Tenants that do not stand in the environment: implements
    /// [`sesame_domain::ports::TenantRegister`].
    tenants -> TenantRows;
    /// Channels that are read: implements [`sesame_domain::ports::Channels`].
    channels -> ChannelRows;
    /// Exports that are kept on the server: implements
    /// [`sesame_domain::ports::Exports`].
    exports -> ExportRows;
    /// Which of them are brought up to date by themselves: implements
    /// [`sesame_domain::ports::ExportRenewals`].
    export_renewals -> ExportRenewalRows;
    /// Schedules: implements [`sesame_domain::ports::Schedules`].
    schedules -> ScheduleRows;
    /// How much is kept: implements [`sesame_domain::ports::Sizes`].
    sizes -> SizeRows;
    /// Links of operators: implements [`sesame_domain::ports::SignIns`].
    sign_ins -> SignInRows;
    /// Sessions of operators: implements [`sesame_domain::ports::OperatorSessions`].
    operator_sessions -> OperatorSessionRows;
    /// What operators confirm: implements [`sesame_domain::ports::Confirmations`].
    confirmations -> ConfirmationRows;
}
