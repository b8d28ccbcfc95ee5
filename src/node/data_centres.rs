//! Where new sessions find Telegram.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_sessions::{DataCentres, DataCentresError, DcTable};

use super::sandbox::SandboxControl;
use crate::config::Servers;

/// The data centres of a sandbox: each new session gets keys of its own, made
/// in advance, because a client of ours shakes hands with Telegram alone. Logins
/// begin at its first data centre; who lives elsewhere shows a migration.
#[derive(Debug)]
struct SandboxCentres(SandboxControl);

#[async_trait]
impl DataCentres for SandboxCentres {
    async fn fresh(&self) -> Result<DcTable, DataCentresError> {
        let keys = self
            .0
            .auth_keys()
            .await
            .map_err(|error| DataCentresError(Box::new(error)))?;
        let first = keys.first().map(|(dc, ..)| *dc);
        let table =
            DcTable::with_keys(keys).map_err(|error| DataCentresError(Box::new(error)))?;
        Ok(first.into_iter().fold(table, DcTable::starting_at))
    }
}

/// Telegram's own data centres, or those of the sandbox that takes its place.
pub(crate) fn centres(servers: Servers, sandbox: Option<SandboxControl>) -> Arc<dyn DataCentres> {
    match (sandbox, servers) {
        (Some(control), _) => Arc::new(SandboxCentres(control)),
        (None, Servers::Production) => Arc::new(sesame_sessions::Telegram::Production),
        (None, Servers::Test) => Arc::new(sesame_sessions::Telegram::TestServers),
    }
}
