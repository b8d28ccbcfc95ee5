//! All that can be looked at from a node that runs: over what it has open.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_checks::{Ports, Unusable};
use sesame_store::Database;

use super::audit::Verified;
use super::gathered::{add_beneath, add_telegram, nothing};
use super::log_folder::LogFolderOf;
use super::storage::Redis;
use super::unusable;
use crate::config::{Layers, Settings};
use crate::node::{Core, storage};

/// What a node has open.
struct Open(Database);

#[async_trait]
impl sesame_checks::Database for Open {
    async fn lacks(&self) -> Result<usize, Unusable> {
        let pending = storage::pending(&self.0).await;
        pending
            .map(|steps| steps.len())
            .map_err(|failure| unusable(&failure))
    }
}

/// Everything that a node with these settings can look at.
pub(crate) fn node_ports(layers: &Layers, settings: &Settings, core: &Core) -> Ports {
    let mut ports = nothing(layers);
    add_telegram(&mut ports, settings.clone());
    ports.log = LogFolderOf::of(&settings.logs);
    ports.redis = Redis::of(&settings.storage);
    ports.database = Ok(Arc::new(Open(core.database.clone())));
    add_beneath(
        &mut ports,
        core.clone(),
        &settings.custody,
        &settings.backup,
    );
    ports.audit = Some(Arc::new(Verified(core.database.clone())));
    ports
}
