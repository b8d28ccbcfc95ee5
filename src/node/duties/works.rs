//! What the duties are.

use std::sync::Arc;

use anyhow::ensure;
use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_custody::KeyAdministration;
use sesame_custody::audit::Pruning;
use sesame_custody::backup::{BackupRetention, Backups};
use sesame_domain::audit::Actor;
use sesame_domain::duty::Duty;
use sesame_domain::ports::{AuditTrail, OneTime};
use sesame_domain::time::Clock;
use sesame_sessions::Retention;

use super::round::{Task, Work};
use crate::config::Settings;
use crate::failure::Failure;
use crate::node::backups;
use crate::node::core::Core;

/// How often it is looked whether the active key is too old.
const ROTATE_EVERY: TimeDelta = TimeDelta::hours(1);
/// How often it is looked whether something is under an older version.
const REWRAP_EVERY: TimeDelta = TimeDelta::minutes(10);
/// How often the strands of the audit are tied together: how much of its end
/// someone could cut off unseen.
const CHECKPOINT_EVERY: TimeDelta = TimeDelta::minutes(5);
/// How often entries of the audit that are too old are removed.
const PRUNE_EVERY: TimeDelta = TimeDelta::days(1);
/// How often sessions that are not kept any longer are looked for.
const RETENTION_EVERY: TimeDelta = TimeDelta::hours(1);

/// How often what works once is forgotten when its time is over.
const FORGET_EVERY: TimeDelta = TimeDelta::minutes(10);

/// Everything this node does by itself.
pub(crate) fn todo(
    core: &Core,
    retention: Retention,
    settings: &Settings,
) -> Result<Vec<Task>, Failure> {
    let administration = core.administration();
    let mut todo = vec![
        task(Duty::Rewrap, REWRAP_EVERY, Rewrap(administration.clone())),
        task(Duty::Checkpoint, CHECKPOINT_EVERY, CheckPoint(core.clone())),
        task(Duty::Retention, RETENTION_EVERY, RetentionTask(retention)),
        task(Duty::Forget, FORGET_EVERY, Forget::over(core)),
    ];
    if let Some(max_age) = settings.custody.max_age() {
        let work = Rotate {
            administration,
            max_age,
        };
        todo.push(task(Duty::RotateKey, ROTATE_EVERY, work));
    }
    if let Some(keep) = settings.retention.audit() {
        let work = PruneAudit {
            core: core.clone(),
            keep,
        };
        todo.push(task(Duty::PruneAudit, PRUNE_EVERY, work));
    }
    if let Some(backups) = backups::backups(core, &settings.backup)? {
        let every = settings.backup.every();
        todo.push(task(Duty::Backup, every, Backup(backups.clone())));
        let work = PruneBackups {
            backups: backups.clone(),
            retention: backups::retention(&settings.backup),
        };
        todo.push(task(Duty::PruneBackups, every, work));
        let work = Rehearse {
            core: core.clone(),
            backups,
        };
        todo.push(task(Duty::Rehearse, settings.backup.rehearse_every(), work));
    }
    Ok(todo)
}

fn task(duty: Duty, every: TimeDelta, work: impl Work + 'static) -> Task {
    Task {
        duty,
        every,
        work: Box::new(work),
    }
}

/// Who does it, for the audit.
fn actor(duty: Duty) -> Actor {
    Actor::system(duty.as_str())
}

struct Rotate {
    administration: KeyAdministration,
    max_age: TimeDelta,
}

#[async_trait]
impl Work for Rotate {
    async fn run(&self) -> anyhow::Result<String> {
        let rotated = self
            .administration
            .rotate_if_older(self.max_age.to_std()?, actor(Duty::RotateKey))
            .await?;
        Ok(rotated.map_or_else(
            || "the active key is young enough".to_owned(),
            |key| format!("version {} is active now", key.number),
        ))
    }
}

struct Rewrap(KeyAdministration);

#[async_trait]
impl Work for Rewrap {
    async fn run(&self) -> anyhow::Result<String> {
        let report = self.0.rewrap(actor(Duty::Rewrap), &mut |_| {}).await?;
        let left = report.broken.len() + report.out_of_reach.len();
        ensure!(
            left == 0,
            "{left} data keys could not be wrapped anew: `sesame keys rewrap` names them"
        );
        Ok(format!("{} data keys wrapped anew", report.done))
    }
}

struct CheckPoint(Core);

#[async_trait]
impl Work for CheckPoint {
    async fn run(&self) -> anyhow::Result<String> {
        let database = &self.0.database;
        let mut made = 0_u32;
        for tenant in database.tenants().await? {
            let checkpoint = sesame_custody::audit::checkpoint(
                database,
                self.0.token_keys.as_ref(),
                self.0.clock.as_ref(),
                &tenant,
            )
            .await?;
            made += u32::from(checkpoint.is_some());
        }
        Ok(format!("{made} checkpoints made"))
    }
}

struct PruneAudit {
    core: Core,
    keep: TimeDelta,
}

#[async_trait]
impl Work for PruneAudit {
    async fn run(&self) -> anyhow::Result<String> {
        let core = &self.core;
        let pruning = Pruning {
            keep: self.keep.to_std()?,
            actor: actor(Duty::PruneAudit),
            origin: core.origin.clone(),
        };
        let mut removed = 0;
        for tenant in core.database.tenants().await? {
            let pruned = sesame_custody::audit::prune(
                &core.database,
                core.token_keys.as_ref(),
                core.clock.as_ref(),
                &tenant,
                &pruning,
            )
            .await?;
            removed += pruned.map_or(0, |it| it.entries);
        }
        Ok(format!("{removed} entries removed"))
    }
}

struct Backup(Backups);

#[async_trait]
impl Work for Backup {
    async fn run(&self) -> anyhow::Result<String> {
        let made = self.0.make(&actor(Duty::Backup), &|_| {}).await?;
        Ok(format!(
            "{} records ({} unchanged), {} bytes put there",
            made.records, made.unchanged, made.bytes
        ))
    }
}

/// A duty of its own: a backup that was made is no failure, and not made again,
/// because old ones could not be removed.
struct PruneBackups {
    backups: Backups,
    retention: BackupRetention,
}

#[async_trait]
impl Work for PruneBackups {
    async fn run(&self) -> anyhow::Result<String> {
        let actor = actor(Duty::PruneBackups);
        let pruned = self.backups.prune(self.retention, &actor).await?;
        Ok(backups::removed(&pruned))
    }
}

struct Rehearse {
    core: Core,
    backups: Backups,
}

#[async_trait]
impl Work for Rehearse {
    async fn run(&self) -> anyhow::Result<String> {
        let actor = actor(Duty::Rehearse);
        let done = backups::rehearse(&self.core, &self.backups, &actor, &|_| {}).await?;
        Ok(format!(
            "the backup of {} gave back {} records, {} of them opened",
            done.made_at.format("%Y-%m-%d %H:%M"),
            done.records,
            done.opened
        ))
    }
}

pub(super) struct Forget {
    pub(super) one_time: Arc<dyn OneTime>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Forget {
    fn over(core: &Core) -> Self {
        Self {
            one_time: Arc::new(core.database.clone()),
            clock: Arc::clone(&core.clock),
        }
    }
}

#[async_trait]
impl Work for Forget {
    async fn run(&self) -> anyhow::Result<String> {
        let forgotten = self.one_time.sweep(self.clock.now()).await?;
        Ok(format!("{forgotten} links and tokens forgotten"))
    }
}

struct RetentionTask(Retention);

#[async_trait]
impl Work for RetentionTask {
    async fn run(&self) -> anyhow::Result<String> {
        let ended = self.0.apply(actor(Duty::Retention)).await?;
        Ok(format!(
            "{} unused, {} too old, {} dead sessions ended",
            ended.unused, ended.too_old, ended.dead
        ))
    }
}
