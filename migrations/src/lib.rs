//! The database schema as a list of steps, for `SQLite` and PostgreSQL alike.
//!
//! Invariants:
//! - append-only: a step that was released is never edited, a change is a new
//!   file at the end of the list;
//! - every constraint and index has a name, so that later steps can refer to it;
//! - every step can be taken back (tested up, down, up in `store`).
//!
//! Deliberately absent: what the rows mean. That is in `store`.

mod append_only;
mod columns;
mod m20261121_000001_people;
mod m20261121_000002_sessions;
mod m20261121_000003_accounts;
mod m20261121_000004_logins;
mod m20261121_000005_audit;
mod m20261121_000006_outbox;
mod m20261121_000007_one_time;
mod m20261121_000008_keys;
mod m20261121_000009_instance_secrets;
mod m20261121_000010_duties;
mod m20261121_000011_keeping;
mod m20261121_000012_audit_chain;
mod m20261128_000013_readiness;
mod m20261128_000014_grants;
mod m20261128_000015_jobs;
mod m20261128_000016_session_parts;
mod m20261128_000017_lookups;
mod m20261129_000018_tenants;
mod m20261129_000020_login_attempts;
mod m20261129_000025_operators;
mod m20261129_000026_confirmations;
mod m20261129_000029_setback_dc;
mod m20261129_000030_application_floods;
mod m20261130_000031_listings;
mod m20261130_000032_job_history;
mod m20261130_000033_nodes;
mod m20261130_000034_selections;
mod m20261130_000037_audit_by_actor_and_action;
mod m20261130_000039_figures;
mod m20261130_000040_causes;
mod m20261201_000035_tenant_rows;
mod m20261202_000036_phone_logins;
mod m20261203_000041_exports;
mod m20261203_000042_shown_messages;
mod m20261204_000043_job_parks;
mod m20261205_000044_export_renewals;
mod m20261206_000045_posts;
mod m20261206_000046_channels;
mod m20261210_000050_selection_parts;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{EntityTrait, QueryOrder};
use sea_orm_migration::{IntoSchemaManagerConnection, seaql_migrations};

pub use sea_orm_migration::MigratorTrait;

/// The names of all steps that a database says were taken, also such as this
/// program does not know; none if there is no schema.
///
/// # Errors
/// When the database does not answer.
pub async fn taken<'c>(db: impl IntoSchemaManagerConnection<'c>) -> Result<Vec<String>, DbErr> {
    let manager = SchemaManager::new(db);
    let table = Migrator::migration_table_name().to_string();
    if !manager.has_table(table).await? {
        return Ok(Vec::new());
    }
    let steps = seaql_migrations::Entity::find()
        .order_by_asc(seaql_migrations::Column::Version)
        .all(manager.get_connection())
        .await?;
    Ok(steps.into_iter().map(|step| step.version).collect())
}

/// All steps, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_people::Migration),
            Box::new(m20261121_000002_sessions::Migration),
            Box::new(m20261121_000003_accounts::Migration),
            Box::new(m20261121_000004_logins::Migration),
            Box::new(m20261121_000005_audit::Migration),
            Box::new(m20261121_000006_outbox::Migration),
            Box::new(m20261121_000007_one_time::Migration),
            Box::new(m20261121_000008_keys::Migration),
            Box::new(m20261121_000009_instance_secrets::Migration),
            Box::new(m20261121_000010_duties::Migration),
            Box::new(m20261121_000011_keeping::Migration),
            Box::new(m20261121_000012_audit_chain::Migration),
            Box::new(m20261128_000013_readiness::Migration),
            Box::new(m20261128_000014_grants::Migration),
            Box::new(m20261128_000015_jobs::Migration),
            Box::new(m20261128_000016_session_parts::Migration),
            Box::new(m20261128_000017_lookups::Migration),
            Box::new(m20261129_000018_tenants::Migration),
            Box::new(m20261129_000020_login_attempts::Migration),
            Box::new(m20261129_000025_operators::Migration),
            Box::new(m20261129_000026_confirmations::Migration),
            Box::new(m20261129_000029_setback_dc::Migration),
            Box::new(m20261129_000030_application_floods::Migration),
            Box::new(m20261130_000031_listings::Migration),
            Box::new(m20261130_000032_job_history::Migration),
            Box::new(m20261130_000033_nodes::Migration),
            Box::new(m20261130_000034_selections::Migration),
            Box::new(m20261130_000037_audit_by_actor_and_action::Migration),
            Box::new(m20261130_000039_figures::Migration),
            Box::new(m20261130_000040_causes::Migration),
            Box::new(m20261201_000035_tenant_rows::Migration),
            Box::new(m20261202_000036_phone_logins::Migration),
            Box::new(m20261203_000041_exports::Migration),
            Box::new(m20261203_000042_shown_messages::Migration),
            Box::new(m20261204_000043_job_parks::Migration),
            Box::new(m20261205_000044_export_renewals::Migration),
            Box::new(m20261206_000045_posts::Migration),
            Box::new(m20261206_000046_channels::Migration),
            Box::new(m20261210_000050_selection_parts::Migration),
        ]
    }
}
