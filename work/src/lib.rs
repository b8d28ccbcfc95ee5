//! Work in the background: jobs as rows, one runner, and a file for each kind
//! of job.
//!
//! Invariants:
//! - a job is a row ([`sesame_domain::job`]); any node may do any job, and what
//!   a node writes about one it names the fence of its claim with;
//! - an attempt is counted before it is made, so that a job that takes its
//!   process down ends as failed after a bound;
//! - a job can be broken off at any `await`: what it did since its last
//!   checkpoint is done again, and nothing else;
//! - a kind that this program does not know, and a row that it cannot read, is
//!   left alone, told once, and stops no other;
//! - nothing here sleeps out a wait: a job that has to wait is parked in its
//!   row and takes no one's place.
//!
//! Deliberately absent: Telegram, SQL, encryption. What a job does beyond this
//! it reaches through ports of the domain.

mod attempt;
mod bulk;
mod channel_requests;
mod channels;
mod check_requests;
pub mod export;
mod export_requests;
pub mod exporter;
mod figures;
mod handler;
pub mod jobs;
mod lanes;
mod local;
mod maintenance;
mod meeting;
mod outcome;
mod ports;
mod progress;
mod run;
mod runner;
mod schedule;
mod settle;
mod tenant_work;

pub use bulk::BulkRequests;
pub use channel_requests::ServerChannels;
pub use channels::ReadChannelsPorts;
pub use check_requests::CheckRequests;
pub use export_requests::ServerExports;
pub use handler::Handler;
pub use lanes::Lane;
pub use maintenance::{
    BackupPorts, ChannelUpkeep, ExportUpkeep, Maintenance, MaintenanceFailure, MaintenancePorts,
    by_job,
};
pub use outcome::{Report, Stopped};
pub use ports::RunnerPorts;
pub use progress::ProgressReporter;
pub use run::{JobRun, decode, encode};
pub use runner::{Runner, RunnerSilent};
pub use schedule::{Scheduler, SchedulerPorts};
