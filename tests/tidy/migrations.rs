//! What a database went through is never changed.

use crate::{files, read, root};

/// Released migrations, oldest first. They are never edited, renamed or
/// reordered; new ones are added at the end, here too.
const MIGRATIONS: [&str; 39] = [
    "m20261121_000001_people",
    "m20261121_000002_sessions",
    "m20261121_000003_accounts",
    "m20261121_000004_logins",
    "m20261121_000005_audit",
    "m20261121_000006_outbox",
    "m20261121_000007_one_time",
    "m20261121_000008_keys",
    "m20261121_000009_instance_secrets",
    "m20261121_000010_duties",
    "m20261121_000011_keeping",
    "m20261121_000012_audit_chain",
    "m20261128_000013_readiness",
    "m20261128_000014_grants",
    "m20261128_000015_jobs",
    "m20261128_000016_session_parts",
    "m20261128_000017_lookups",
    "m20261129_000018_tenants",
    "m20261129_000020_login_attempts",
    "m20261129_000025_operators",
    "m20261129_000026_confirmations",
    "m20261129_000029_setback_dc",
    "m20261129_000030_application_floods",
    "m20261130_000031_listings",
    "m20261130_000032_job_history",
    "m20261130_000033_nodes",
    "m20261130_000034_selections",
    "m20261130_000037_audit_by_actor_and_action",
    "m20261130_000039_figures",
    "m20261130_000040_causes",
    "m20261201_000035_tenant_rows",
    "m20261202_000036_phone_logins",
    "m20261203_000041_exports",
    "m20261203_000042_shown_messages",
    "m20261204_000043_job_parks",
    "m20261205_000044_export_renewals",
    "m20261206_000045_posts",
    "m20261206_000046_channels",
    "m20261210_000050_selection_parts",
];

#[test]
fn migrations_are_only_added() {
    let steps = files(&root().join("migrations/src"), &["rs"]);
    let present: Vec<_> = steps
        .iter()
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("m2"))
        .collect();
    assert_eq!(present, MIGRATIONS);
    let list = read(&root().join("migrations/src/lib.rs"));
    let places: Vec<_> = MIGRATIONS
        .iter()
        .map(|name| list.find(&format!("{name}::Migration")))
        .collect();
    assert!(places.iter().all(Option::is_some), "one does not run");
    assert!(places.is_sorted(), "they run in another order");
}
